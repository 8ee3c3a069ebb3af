"""The app on a real socket of this machine, as `journey serve` runs it, for tests to ask."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from api.logs import logger
from api.register.served import Served
from api.settings import Settings
from api.socket import listen
from api.web.access.access import Access, LocalAccess
from api.web.access.links import link
from api.web.access.secret_files import api_token
from api.web.app import create_app
from tests.conftest import Database, Sample, fresh_database
from tests.support.registers import load, register_on, sampled_register
from tests.support.waiting import PATIENCE, until


@dataclass
class Running:
    """An app that answers: its address, a client of it that shows the API's token, and what it has logged."""

    app: FastAPI
    url: str
    client: httpx.Client
    logged: io.StringIO
    token: str

    @property
    def register(self) -> Served:
        return self.app.state.register

    def post(self, case: str, key: str, events: Any, **headers: str) -> httpx.Response:
        return self.client.post(f"/api/cases/{case}/events", json=events, headers={"Idempotency-Key": key, **headers})

    def link(self, page: str = "/") -> str:
        """A one-time link, as `journey open` makes it."""
        return link(self.token, self.url, httpx.URL(self.url).port or 80, page)

    def session(self) -> dict[str, str]:
        """The cookie of a browser that has followed a link and pressed its button."""
        with httpx.Client(base_url=self.url) as browser:
            browser.post("/log-ind", data={"kode": httpx.URL(self.link()).params["kode"]})
            return dict(browser.cookies)

    def log_lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.logged.getvalue().splitlines()]


def by_token(token: str) -> dict[str, str]:
    """The headers by which a program is let in."""
    return {"Authorization": f"Bearer {token}"}


@contextmanager
def running(settings: Settings, access: Access | None = None, port: int = 0) -> Iterator[Running]:
    """The app, open to whoever shows the token in the register's folder, or by another access."""
    logged, token = io.StringIO(), api_token(settings.data)
    with listen("127.0.0.1", port) as listening:
        port = listening.getsockname()[1]
        app = create_app(settings, access or LocalAccess(token, port), log=logger(logged))
        url = f"http://127.0.0.1:{port}"
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, timeout_graceful_shutdown=2))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until(lambda: server.started or not thread.is_alive())
            with httpx.Client(base_url=url, timeout=PATIENCE, headers=by_token(token)) as client:
                made = Running(app, url, client, logged, token)
                until(lambda: made.register.follower.ready)
                yield made
        finally:
            app.state.closing.set()
            server.should_exit = True
            thread.join(PATIENCE)


@contextmanager
def running_with(server: Database, template: Database, data: Path, lines: Sequence[dict[str, Any]]) -> Iterator[Running]:
    """The app over a register of its own that holds these lines and has its rows of them."""
    with fresh_database(server, template.name) as database:
        register = register_on(database, data)
        load(register, lines)
        with running(register.settings) as made:
            until(lambda: made.register.follower.position == len(lines))
            yield made


@contextmanager
def running_sample(server: Database, sample: Sample, data: Path) -> Iterator[Running]:
    """The app over a sample register of its own."""
    with sampled_register(server, sample, data) as register, running(register.settings) as made:
        yield made


def referred(citizen: str = "b-1", day: str = "2025-01-01", **more: Any) -> dict[str, Any]:
    return {"kind": "referred", "valid_at": day, "data": {"unit": "ungeindsatsen", "citizen": citizen, **more}}


def granted(grant: str = "g1", day: str = "2025-02-01", support: str = "bostoette_85", **more: Any) -> dict[str, Any]:
    return {"kind": "support_granted", "valid_at": day, "data": {"grant": grant, "support": support, **more}}


def closed(day: str = "2025-06-01") -> dict[str, Any]:
    return {"kind": "closed", "valid_at": day, "data": {"reason": "moved"}}
