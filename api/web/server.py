"""The web server on an address of this machine, from its start until it is told to stop."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from types import FrameType
from typing import Any, cast

import uvicorn
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool

from api.browser import show_page
from api.logs import SeldomLog, ServerLog, logger
from api.oidc_settings import ISSUER, REQUIRED, is_this_machine
from api.register.served import served
from api.settings import Settings
from api.socket import LOOPBACK, listen
from api.web.access.access import Access, LocalAccess, ProxyAccess
from api.web.access.links import MINUTES, link
from api.web.access.oidc.opening import oidc_access
from api.web.access.secret_files import PROXY_SETTING, api_token, client_secret, proxy_secret
from api.web.app import create_app
from api.web.client_connections import BACKLOG, ConnectionLimits, Connections, limits_here
from journey.refusals import Refused

ANY_PORT = 0
"""Any port that is free."""

PATIENCE = 3
"""Seconds that an answer under way has to finish when the program is told to stop."""


def run(
    chosen: Settings,
    show: Callable[[str], None],
    *,
    host: str,
    port: int,
    names: tuple[str, ...] = (),
    browse: bool = False,
    limits: ConnectionLimits | None = None,
) -> None:
    """Serve until told to stop; `show` is given each line for the person who started it.

    Raises Refused (`wrong_start`) for an address that the register must not be served on, and a secret file not to be trusted.
    """
    _refuse_public_address(chosen, host)
    secret = proxy_secret(chosen.proxy_secret) if chosen.proxy_secret else None
    login_secret = client_secret(chosen.oidc.secret_file) if chosen.oidc else None
    token = None if secret or login_secret else api_token(chosen.data)
    listener = listen(host, port)
    port = listener.getsockname()[1]
    address = f"http://{_written(host)}:{port}"
    with listener, served(chosen) as register, ExitStack() as opened:
        log = logger()
        hosts = (*LOOPBACK, *names, *((chosen.oidc.host,) if chosen.oidc else ()))
        access: Access
        if chosen.oidc and login_secret:
            access = oidc_access(chosen.oidc, login_secret, register, opened)
        else:
            access = LocalAccess(token, port) if token else ProxyAccess(secret or "")
        app = create_app(chosen, access, register=register, hosts=hosts, log=log)
        _quiet(log)

        def on_start() -> None:
            show(f"Registret er på {address}/ (Ctrl-C stopper)")
            if chosen.oidc:
                show(f"Man logger ind på {chosen.oidc.public_url}/ med kommunens log ind.")
                return
            if token is None:
                show("Det svarer kun det, som proxyen sender med sin hemmelighed.")
                return
            entrance = link(token, address, port)
            show(f"Åbn det i en browser med dette link; det virker én gang, i {MINUTES} minutter:")
            show(entrance)
            if browse and not show_page(entrance, chosen.data):
                show("Der er ingen browser at åbne; skriv linket i en.")

        with suppress(KeyboardInterrupt):  # uvicorn stops in good order, and then says again what stopped it
            _AppServer(_config(app, chosen.trusted_proxies, limits or limits_here(), log), app, on_start).run(
                sockets=[listener]
            )
    show("Registret er lukket.")


def _config(app: FastAPI, trusted_proxies: Sequence[str], limits: ConnectionLimits, log: Any) -> uvicorn.Config:
    seldom = SeldomLog(log)

    def refused(code: str) -> None:
        app.state.metrics.refused.labels(code).inc()
        seldom.log(logging.WARNING, "connection", problem=code)

    return uvicorn.Config(
        app,
        http=cast(Any, Connections(limits, refused).protocol),
        ws="none",  # it would take the connection over, and its limits away
        backlog=BACKLOG,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(trusted_proxies),  # by default it would take anybody's on this machine at their word
        forwarded_allow_ips=[*trusted_proxies],
        timeout_graceful_shutdown=PATIENCE,
    )


class _AppServer(uvicorn.Server):
    """A server that calls back once it answers and can be stopped, and tells the app it is closing, so that streams end by themselves."""

    def __init__(self, config: uvicorn.Config, app: FastAPI, on_start: Callable[[], None]) -> None:
        super().__init__(config)
        self._app, self._on_start = app, on_start

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            await run_in_threadpool(self._on_start)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.state.closing.set()
        super().handle_exit(sig, frame)


def _refuse_public_address(chosen: Settings, host: str) -> None:
    if chosen.oidc and chosen.proxy_secret:
        refused = Refused(
            "wrong_start", "Registret kan ikke både have log ind selv og stå bag en proxy, der har.", place=ISSUER
        )
        refused.remedy = f"Fjern {PROXY_SETTING}."
        raise refused
    if is_this_machine(host):
        return
    if chosen.database_url is None:
        refused = Refused("wrong_start", "Den indbyggede database vises kun på denne maskine.", place="--host")
        refused.remedy = "Brug en server (JOURNEY_DATABASE_URL) med kommunens log ind foran, eller udelad --host."
        raise refused
    if chosen.oidc is None:
        refused = Refused("wrong_start", "På den adresse kunne enhver på nettet læse og skrive i registret.", place="--host")
        refused.remedy = f"Sæt {', '.join(REQUIRED)}, så man logger ind med kommunens log ind, eller udelad --host."
        raise refused


def _written(host: str) -> str:
    return f"[{host.strip('[]')}]" if ":" in host else host


def _quiet(log: object) -> None:
    """Turn what the web server and its libraries log into lines like ours: an error's own words may hold data."""
    for name in ("uvicorn", "asyncio", "psycopg"):
        library = logging.getLogger(name)
        library.handlers, library.propagate = [ServerLog(log)], False
        library.setLevel(logging.WARNING)
