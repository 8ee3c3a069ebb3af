"""A real OpenID provider beside the register: npm's oidc-provider on this machine's Node, and the site that signs in by it."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from msgspec.structs import replace

from api.clock import now, today
from api.oidc_settings import OidcSettings
from api.settings import Settings
from api.web.access.oidc.oidc_access import OidcAccess
from api.web.access.oidc.provider import Connection
from api.web.access.oidc.roles_of_claims import RolesOfClaims
from api.web.access.oidc.stored_sessions import StoredSessions
from journey.log.login import DatabaseSession, as_role
from journey.log.migrate import ACCESS_ROLES
from journey.log.role_tokens import make_tokens
from journey.log.roles import Forms, RoleSigner, propose, sign
from tests.support.serving import Running, running
from tests.support.waiting import PATIENCE

FOLDER = Path(__file__).parent / "oidc_provider"
SECRET = "a secret of the tests, not of anybody's: +/%"
ROBOT, ROBOT_SECRET = "robot-1", "another secret of the tests, long enough"
ROLES = """
[[grant]]
name = "Sagsbehandlere i Ungeindsatsen"
claim = "groups"
value = "sag-unge"
role = "caseworker"
units = ["ungeindsatsen"]

[[grant]]
name = "Revision"
claim = "groups"
value = "revision"
role = "auditor"
external = false

[[grant]]
name = "Ledere"
claim = "groups"
value = "leder"
role = "unit_leader"
units = ["ungeindsatsen"]

[[grant]]
name = "Fagsystemet"
claim = "sub"
value = "robot-1"
role = "caseworker"
units = ["*"]
"""


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class IdentityProvider:
    """The provider, on a port of its own; its accounts, keys and clock are set by `set`."""

    def __init__(self, site: str) -> None:
        node = shutil.which("node")
        if node is None or not (FOLDER / "node_modules" / "oidc-provider").exists():
            if os.environ.get("JOURNEY_OIDC") == "required":
                pytest.fail("Node or oidc-provider is not here, and JOURNEY_OIDC says that it must be: make oidc-provider")
            pytest.skip("Node or oidc-provider is not on this machine: make oidc-provider")
        self._node, self._site, self._port = node, site, free_port()
        self.issuer = f"http://localhost:{self._port}"
        self._process: subprocess.Popen[str] | None = None
        self._control = 0

    def start(self) -> None:
        """Start it, and wait until it answers."""
        environment = {"PATH": os.environ["PATH"], "JOURNEY_SITE": self._site, "PORT": str(self._port)}
        self._process = subprocess.Popen(
            [self._node, "provider.mjs"],
            cwd=FOLDER,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith("{"):
                self._control = json.loads(line)["control"]
                break
        threading.Thread(target=self._process.stdout.read, daemon=True).start()

    def stop(self) -> None:
        """Stop it; what it knew is gone."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def set(self, **values: Any) -> None:
        """Set accounts (their claims by their ids), the algorithm of its signatures, its clock, or new keys (`rotate`)."""
        httpx.post(f"http://127.0.0.1:{self._control}", json=values, timeout=PATIENCE, trust_env=False).raise_for_status()

    def token(self, audience: str, client: str = ROBOT, secret: str = ROBOT_SECRET) -> str:
        """The access token of a client program."""
        answer = httpx.post(
            f"{self.issuer}/token",
            data={"grant_type": "client_credentials", "resource": audience, "client_id": client, "client_secret": secret},
            timeout=PATIENCE,
            trust_env=False,
        )
        return answer.raise_for_status().json()["access_token"]


class Later:
    """The clock by which the site asks its provider anew, with what has been put to it."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.seconds


class SignedInSite:
    """The register's site with its provider beside it, as a municipality has them."""

    def __init__(self, provider: IdentityProvider, site: Running, access: OidcAccess, clock: Later) -> None:
        self.provider, self.site, self.access, self.clock = provider, site, access, clock

    @property
    def url(self) -> str:
        return self.site.url


@contextmanager
def site_with_provider(settings: Settings, roles: str = ROLES) -> Iterator[SignedInSite]:
    """The site over the register of the settings, with a role file in force."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    provider = IdentityProvider(url)
    assert settings.database_url
    in_force(settings, roles)
    oidc = OidcSettings(provider.issuer, "journey", Path("not-read"), url)
    clock = Later()
    connection, sessions = Connection(oidc, SECRET, clock), StoredSessions(settings.database_url)
    try:
        provider.start()
        access = OidcAccess(oidc, connection, sessions, role_source(settings))
        with running(replace(settings, oidc=oidc), access, port) as made:
            yield SignedInSite(provider, made, access, clock)
    finally:
        provider.stop()
        connection.close()
        sessions.close()


def role_source(settings: Settings) -> RolesOfClaims:
    """The roles of the file that is in force in the database of the settings."""
    url = settings.database_url or ""

    @contextmanager
    def connected() -> Iterator[psycopg.Connection[Any]]:
        with DatabaseSession.connect(as_role(url, ACCESS_ROLES), autocommit=True) as conn:
            yield conn

    return RolesOfClaims(connected, settings.codes["units"])


def in_force(settings: Settings, roles: str) -> None:
    """Take a role file into force, as two people do at an installation."""
    forms, day = Forms(settings.codes["units"]), today()
    with psycopg.connect(settings.owner_url or "", autocommit=True) as conn:
        tokens = make_tokens(conn, "machine:tests", now())
    with psycopg.connect(as_role(settings.database_url or "", ACCESS_ROLES), autocommit=True) as conn:
        number = propose(conn, roles, RoleSigner("a1", token=tokens[0]), forms, day)
        assert sign(conn, number, RoleSigner("b2", token=tokens[1]), forms, day)
