"""A proxy between a client and the app that asks, before it hands the first byte of an answer on, what the log of looks has of it."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
import psycopg

REQUEST_ID = re.compile(rb"x-request-id: ([0-9a-f]{32})", re.IGNORECASE)
HEAD_END = b"\r\n\r\n"


@dataclass
class Watched:
    """An answer: what it was, how many bytes of it came, and the looks that were committed before the first of them did."""

    response: httpx.Response
    bytes: int
    looks: list[tuple[str, str | None]] = field(default_factory=list[tuple[str, "str | None"]])
    """Action and case of each."""

    @property
    def cases(self) -> set[str]:
        """The cases that are logged."""
        return {case for _, case in self.looks if case}


class LookWatch:
    """Forwards one connection at a time to the app; `with` opens it."""

    def __init__(self, app_url: str, database_url: str) -> None:
        self._app, self._database_url = httpx.URL(app_url), database_url
        self._bytes, self._looks = 0, list[tuple[str, "str | None"]]()
        self._faults: list[str] = []

    def __enter__(self) -> LookWatch:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._database: psycopg.Connection[Any] = psycopg.connect(self._database_url, autocommit=True)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        self._database.close()

    def ask(self, method: str, path: str, headers: dict[str, str], **sent: Any) -> Watched:
        """Send a request by the proxy, on a connection of its own."""
        self._bytes, self._looks = 0, []
        port = self._listener.getsockname()[1]
        own = {**headers, "Host": f"{self._app.host}:{self._app.port}", "Connection": "close"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            response = client.request(method, path, headers=own, **sent)
        assert self._faults == []
        return Watched(response, self._bytes, self._looks)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                app = socket.create_connection((self._app.host, self._app.port or 80))
                threading.Thread(target=self._pump_request, args=(client, app), daemon=True).start()
                threading.Thread(target=self._pump_answer, args=(client, app), daemon=True).start()

    def _pump_request(self, client: socket.socket, app: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                app.sendall(data)

    def _pump_answer(self, client: socket.socket, app: socket.socket) -> None:
        is_first = True
        with suppress(OSError):
            while data := app.recv(65536):
                self._bytes += len(data)
                if is_first:
                    is_first = False
                    self._look_up(data)
                client.sendall(data)
        client.close()
        app.close()

    def _look_up(self, data: bytes) -> None:
        """Read the looks that are committed as the first byte is here, by another connection."""
        found = REQUEST_ID.search(data)
        if found is None:
            self._faults.append("the first bytes have no request id")
            return
        query = "select action, case_id from access.looks where request = %s order by number"
        self._looks = self._database.execute(query, (found[1].decode(),)).fetchall()
