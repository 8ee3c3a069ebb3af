"""The web server on an address of this machine, from its start until it is told to stop."""

from __future__ import annotations

import ipaddress
import logging
import webbrowser
from contextlib import suppress
from types import FrameType

import uvicorn
from fastapi import FastAPI

from api.console import print_line
from api.logs import ServerLog, logger
from api.register.served import served
from api.settings import Settings
from api.socket import listen
from api.web.app import create_app
from api.web.guard import LOOPBACK
from journey.refusals import Refused

ANY_PORT = 0
"""A port that nobody uses."""

PATIENCE = 3
"""Seconds that an answer under way has to finish when the program is told to stop."""


def run(chosen: Settings, *, host: str, port: int, names: tuple[str, ...] = (), browse: bool = False) -> None:
    """Serve until told to stop. Raises Refused (`wrong_start`) for an address that the register must not be served on."""
    _refuse_open_door(chosen, host)
    listening = listen(host, port)
    address = f"http://{_written(host)}:{listening.getsockname()[1]}/"
    with listening, served(chosen) as register:
        log = logger()
        # Behind a proxy on another machine the names are the proxy's to check.
        hosts = (*LOOPBACK, *names) if _is_loopback(host) or names else None
        app = create_app(chosen, register=register, hosts=hosts, log=log)
        _quiet(log)
        print_line(f"Registret er på {address}  (Ctrl-C stopper)")
        if browse and not _opened(address):
            print_line("Der er ingen browser at åbne; skriv adressen i en.")
        config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, timeout_graceful_shutdown=PATIENCE)
        with suppress(KeyboardInterrupt):  # uvicorn stops in good order, and then says again what stopped it
            _Server(config, app).run(sockets=[listening])
    print_line("Registret er lukket.")


class _Server(uvicorn.Server):
    """Tells the app that it is closing before it waits for it, so that streams end by themselves."""

    def __init__(self, config: uvicorn.Config, app: FastAPI) -> None:
        super().__init__(config)
        self._app = app

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._app.state.closing.set()
        super().handle_exit(sig, frame)


def _refuse_open_door(chosen: Settings, host: str) -> None:
    if chosen.database_url is None and not _is_loopback(host):
        refused = Refused("wrong_start", "Den indbyggede database vises kun på denne maskine.", place="--host")
        refused.remedy = "Brug en server (JOURNEY_DATABASE_URL) med en proxy foran, der kræver log ind, eller udelad --host."
        raise refused


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _written(host: str) -> str:
    return f"[{host.strip('[]')}]" if ":" in host else host


def _opened(address: str) -> bool:
    try:
        return webbrowser.open(address)
    except webbrowser.Error:
        return False


def _quiet(log: object) -> None:
    """What the web server and those it builds on say by themselves becomes log lines like ours: an error's own words may hold data."""
    for name in ("uvicorn", "asyncio", "psycopg"):
        loud = logging.getLogger(name)
        loud.handlers, loud.propagate = [ServerLog(log)], False
        loud.setLevel(logging.WARNING)
