"""Stands between the program and the database, to cut a connection where it hurts or to answer as a pooler would."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

from psycopg.conninfo import conninfo_to_dict, make_conninfo

READY = b"Z\x00\x00\x00\x05I"
"""The server's last word on what it was asked: done, and in no transaction."""


class Proxy:
    """Forwards every connection to the database; `with` gives it, `url` says how to come through it."""

    def __init__(self, url: str) -> None:
        parts = conninfo_to_dict(url)
        self._host, self._port = str(parts.get("host") or "localhost"), int(parts.get("port") or 5432)
        self._folder = Path(tempfile.mkdtemp(prefix="jp-"))
        self.url = make_conninfo(url, host=str(self._folder), port=5432, gssencmode="disable", sslmode="disable")
        self.as_pooler = False
        self.refuse = False
        self.cuts = 0
        self._cut_at: bytes | None = None
        self._sockets: list[socket.socket] = []

    def cut_after(self, done: bytes) -> None:
        """Cuts the next connection that has been answered this, once the server is done with all it was asked: no reply comes."""
        self._cut_at = done

    def __enter__(self) -> Proxy:
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self._folder / ".s.PGSQL.5432"))
        self._listener.listen(50)
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for one in (self._listener, *self._sockets):
            _close(one)
        shutil.rmtree(self._folder)

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.refuse:
                    _close(client)
                    continue
                server = self._connect()
                self._sockets += [client, server]
                threading.Thread(target=self._pump_requests, args=(client, server), daemon=True).start()
                threading.Thread(target=self._pump_replies, args=(client, server), daemon=True).start()

    def _connect(self) -> socket.socket:
        if self._host.startswith("/"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(f"{self._host}/.s.PGSQL.{self._port}")
            return server
        return socket.create_connection((self._host, self._port))

    def _pump_requests(self, client: socket.socket, server: socket.socket) -> None:
        with suppress(OSError):
            while data := client.recv(65536):
                if self.refuse:
                    break
                server.sendall(data)
        _close(server)

    def _pump_replies(self, client: socket.socket, server: socket.socket) -> None:
        held = b""
        with suppress(OSError):
            while data := server.recv(65536):
                held += data
                if self._cut_at is not None and self._cut_at in held:
                    if not held.endswith(READY):
                        continue
                    self._cut_at = None
                    self.cuts += 1
                    break
                client.sendall(_with_other_number(held) if self.as_pooler else held)
                held = b""
        _close(client)
        _close(server)


def _with_other_number(data: bytes) -> bytes:
    """The server's answer to a new connection, with the number of its process replaced, as every pooler does."""
    key = data.find(b"K\x00\x00\x00\x0c")
    if key < 0:
        return data
    return data[: key + 5] + struct.pack("!i", os.getpid()) + data[key + 9 :]


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
