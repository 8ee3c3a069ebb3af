"""A program that serves, and a crowd of half-open, slow and endless clients: others are answered meanwhile, and the log stays small."""

from __future__ import annotations

import os
import re
import selectors
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import httpx
import pytest

from api.web.access.secret_files import api_token
from tests.conftest import FIGURES, Database
from tests.support.serving import by_token
from tests.support.sizes import by_size
from tests.support.waiting import PATIENCE, until

PROMISE = "slow and half-open clients are bounded and stop nobody"

CROWD = by_size(700, 700, 2_000)
SECONDS = by_size(6, 6, 30)
DEADLINE = 2
BEGUN = (
    b"GET / HTTP/1.1\r\nHost: x\r\nA: ",
    b"POST /api/cases/N-1/events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 1000000\r\n\r\n[",
    b"",
    b"POST /offentliggoer HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n",
)
SERVE = f"""
from api.settings import settings
from api.web.client_connections import ConnectionLimits, limits_here
from api.web.server import run
from msgspec.structs import replace
run(settings(), lambda line: print(line, flush=True), host="127.0.0.1", port=0,
    limits=replace(limits_here(), header={DEADLINE}, body={DEADLINE}))
"""


@contextmanager
def serving(database: Database, data: Path, log: BinaryIO) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The port of a program with as many open files as a machine gives it by default, and its process."""
    environment = {**os.environ, "JOURNEY_DATABASE_URL": database.app_url, "JOURNEY_DATA": str(data)}
    limited = ["sh", "-c", 'ulimit -n 1024; exec "$0" "$@"', sys.executable, "-c", SERVE]
    with subprocess.Popen(limited, env=environment, stdout=subprocess.PIPE, stderr=log) as process:
        try:
            assert process.stdout is not None
            found = re.search(rb"http://127\.0\.0\.1:(\d+)/", process.stdout.readline())
            assert found
            yield int(found[1]), process
        finally:
            process.terminate()
            process.wait(PATIENCE)


class Crowd(threading.Thread):
    """Clients that begin and send a letter now and then; one that is closed comes again."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port, self.stop, self.begun, self.closed = port, threading.Event(), 0, 0

    def run(self) -> None:
        with selectors.DefaultSelector() as open_clients:
            while not self.stop.is_set():
                for _ in range(min(50, CROWD - len(open_clients.get_map()))):
                    self._begin(open_clients)
                for key, _ in open_clients.select(0.05):
                    client = key.fileobj
                    assert isinstance(client, socket.socket)
                    self._read(client, open_clients)
            for key in [*open_clients.get_map().values()]:
                assert isinstance(key.fileobj, socket.socket)
                key.fileobj.close()

    def _begin(self, open_clients: selectors.BaseSelector) -> None:
        client = socket.socket()
        client.settimeout(1)
        try:
            client.connect(("127.0.0.1", self.port))
            client.sendall(BEGUN[self.begun % len(BEGUN)])
        except OSError:
            client.close()
            return
        self.begun += 1
        open_clients.register(client, selectors.EVENT_READ)

    def _read(self, client: socket.socket, open_clients: selectors.BaseSelector) -> None:
        try:
            if client.recv(65_536):
                return
        except OSError:
            pass
        self.closed += 1
        open_clients.unregister(client)
        client.close()


@pytest.mark.long
def test_a_crowd_of_slow_clients_stops_nobody_and_fills_no_log(
    database: Database, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    with (tmp_path / "log").open("wb") as log, serving(database, tmp_path / "data", log) as (port, process):
        crowd = Crowd(port)
        crowd.start()
        try:
            until(lambda: crowd.begun >= CROWD)
            answered = tried = 0
            end = time.monotonic() + SECONDS
            while time.monotonic() < end:
                tried += 1
                answered += honest(port)
                time.sleep(0.05)
            until(lambda: crowd.closed >= CROWD)
            files = len([*Path(f"/proc/{process.pid}/fd").iterdir()]) if Path("/proc").is_dir() else 0
        finally:
            crowd.stop.set()
            crowd.join()
        let_in = by_token(api_token(tmp_path / "data"))
        metrics = httpx.get(f"http://127.0.0.1:{port}/metrics", headers=let_in, timeout=PATIENCE).text
    lines = (tmp_path / "log").read_bytes().splitlines()
    record_property(
        FIGURES, f"{crowd.begun} slow clients, {crowd.closed} let go, {answered} of {tried} others answered, {len(lines)} lines"
    )

    assert answered == tried
    assert files < 700
    assert 'journey_refused_total{code="slow_client"}' in metrics
    assert len(lines) < crowd.begun + 3 * tried + 1_000
    assert sum(map(len, lines)) < 1_000 * (crowd.begun + tried)


def honest(port: int) -> int:
    """Whether an honest client is answered; let go at once, it comes again as a browser does."""
    for _ in range(3):
        try:
            answer = httpx.get(f"http://127.0.0.1:{port}/health/live", timeout=PATIENCE)
        except httpx.TransportError:
            continue
        if answer.status_code == 200:
            return 1
    return 0
