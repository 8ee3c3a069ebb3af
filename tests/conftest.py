"""A server for the whole test session, and a fresh migrated database for each test that asks for one.

With JOURNEY_TEST_ADMIN_URL the tests run on that server, as its superuser, in place of the embedded one.

Property tests draw the same examples in every run, so that none fails by chance or by a slow machine. `make soak`
draws others, and prints what makes a failure come again.
"""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from journey.log.migrate import migrate
from journey.log.store import Log
from journey.postgres import embedded

LEAVE_OUT = [
    HealthCheck.too_slow,
    HealthCheck.function_scoped_fixture,
]  # a register may be gone on with from example to example
settings.register_profile("searching", deadline=None, print_blob=True, suppress_health_check=LEAVE_OUT)
settings.register_profile("alike", settings.get_profile("searching"), derandomize=True, database=None)
settings.load_profile("searching" if os.environ.get("JOURNEY_SOAK") else "alike")
TRIES = 20


@dataclass(frozen=True)
class Database:
    """One database of the test server: the addresses of its owner, of the program's login, and of the superuser."""

    name: str
    owner_url: str
    app_url: str
    admin_url: str


@pytest.fixture(scope="session")
def server() -> Iterator[Database]:
    """The server, by its first database."""
    given = os.environ.get("JOURNEY_TEST_ADMIN_URL")
    if given:
        yield _given(given)
        return
    folder = Path(tempfile.mkdtemp(prefix="journey-test-")).resolve()
    folder.chmod(0o711)  # as root the server runs as another account, which must reach its data
    try:
        with embedded(folder / "data") as running:
            yield Database("journey", running.owner_url, running.app_url, running.admin_url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def template(server: Database) -> Iterator[Database]:
    """A migrated database that nobody is connected to, for others to be made from."""
    with fresh_database(server, "template1") as made:
        migrate(made.owner_url)
        yield made


@pytest.fixture
def database(server: Database, template: Database) -> Iterator[Database]:
    """A migrated database of the test's own."""
    with fresh_database(server, template.name) as made:
        yield made


@pytest.fixture
def log(database: Database) -> Iterator[Log]:
    """The log of that database, as the program writes it."""
    with Log(database.app_url) as opened:
        yield opened


@pytest.fixture
def empty_database(server: Database) -> Iterator[Database]:
    """A database of the test's own that no migration has run on."""
    with fresh_database(server, "template1") as made:
        yield made


class fresh_database:  # noqa: N801 -- used as a function, in `with`
    """Makes a database from the template, and drops it, whoever is still connected."""

    def __init__(self, server: Database, template: str) -> None:
        name = f"test_{secrets.token_hex(6)}"
        addresses = (make_conninfo(url, dbname=name) for url in (server.owner_url, server.app_url, server.admin_url))
        self._server, self._template, self._made = server, template, Database(name, *addresses)

    def __enter__(self) -> Database:
        self._run(SQL("create database {} owner journey_owner template {}").format(self._name, Identifier(self._template)))
        return self._made

    def __exit__(self, *_: object) -> None:
        self._run(SQL("drop database {} with (force)").format(self._name))

    @property
    def _name(self) -> Identifier:
        return Identifier(self._made.name)

    def _run(self, statement: psycopg.sql.Composed) -> None:
        with psycopg.connect(self._server.admin_url, autocommit=True) as conn:
            for left in range(TRIES, -1, -1):
                try:
                    conn.execute(statement)
                    return
                except psycopg.errors.ObjectInUse:
                    # PostgreSQL waits five seconds for those who are told to leave, which a slow machine may not keep to.
                    if left == 0:
                        raise


def _given(admin_url: str) -> Database:
    """The server given, with the two logins made, and their passwords set anew."""
    urls: list[str] = []
    with psycopg.connect(admin_url, autocommit=True) as conn:
        for login, rights in (("journey_owner", "login createrole"), ("journey_app", "login noinherit")):
            if not conn.execute("select from pg_roles where rolname = %s", (login,)).fetchone():
                conn.execute(SQL("create role {}").format(Identifier(login)))
            password = secrets.token_hex(16)
            conn.execute(SQL("alter role {} " + rights + " password {}").format(Identifier(login), password))
            urls.append(make_conninfo(admin_url, user=login, password=password))
        return Database(conn.info.dbname, *urls, admin_url)
