"""A client that is slow, half-open or one of very many is let go, and stops nobody else."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import select
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any, cast

import pytest
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from api.logs import SELDOM, SeldomLog, logger
from api.register.metrics import Metrics
from api.socket import listen
from api.web.client_connections import BACKLOG, SPARE_FILES, ConnectionLimits, Connections, limits_here
from api.web.guard import Guard
from tests.support.waiting import PATIENCE, until

LIMITS = ConnectionLimits(header=0.3, body=0.3, reading=0.3, connections=8)
GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"


class Site:
    """A server with these limits of an app that reads the body, waits until it may answer, and answers with what it read."""

    def __init__(self, port: int, refused: Counter[str]) -> None:
        self.port, self.refused = port, refused
        self.may_answer = threading.Event()
        self.may_answer.set()
        self.asked = 0

    async def app(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body, more = body + message.get("body", b""), message.get("more_body", False)
        self.asked += 1
        while not self.may_answer.is_set():
            await asyncio.sleep(0.01)
        content = b"x" * 50_000_000 if scope["path"] == "/long" else b"read " + body
        start: Message = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(content))]}
        await send(start)
        await send({"type": "http.response.body", "body": content})

    def connect(self, sent: bytes = b"") -> socket.socket:
        client = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        client.sendall(sent)
        return client


@contextmanager
def serving(limits: ConnectionLimits | None, *, guarded: bool = False) -> Iterator[Site]:
    """The site with these limits, None for the web server as it is by itself; `guarded` with our guard around its app."""
    refused: Counter[str] = Counter()
    http = "h11" if limits is None else Connections(limits, lambda code: refused.update([code])).protocol
    with listen("127.0.0.1", 0) as listening:
        made = Site(listening.getsockname()[1], refused)
        guard = Guard(made.app, hosts=None, headers={}, log=logger(io.StringIO()), metrics=Metrics())
        app = cast(Any, guard if guarded else made.app)
        config = uvicorn.Config(app, http=cast(Any, http), ws="none", interface="asgi3", log_config=None, backlog=BACKLOG)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            until(lambda: server.started)
            yield made
        finally:
            made.may_answer.set()
            server.should_exit = server.force_exit = True
            thread.join(PATIENCE)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving(LIMITS) as made:
        yield made


def answer(client: socket.socket) -> tuple[int, bytes, bytes]:
    """Status, header and body of what is sent until the connection is closed."""
    whole = b""
    while piece := client.recv(65_536):
        whole += piece
    header, _, body = whole.partition(b"\r\n\r\n")
    return int(header.split()[1]) if header else 0, header.lower(), body


def is_closed(client: socket.socket) -> bool:
    """Whether it is closed by the other end, once it is; a test that waits for it in vain runs into its time limit."""
    with suppress(ConnectionResetError):
        answer(client)
    return True


def read(client: socket.socket, end: bytes) -> bytes:
    """What is sent until it ends so."""
    whole = b""
    while not whole.endswith(end):
        piece = client.recv(65_536)
        assert piece, whole
        whole += piece
    return whole


FORM = b"POST / HTTP/1.1\r\nHost: x\r\n"
SECOND = b"GET /second HTTP/1.1\r\nHost: x\r\n\r\n"
TWO_ENDS = {
    "both": FORM + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + SECOND,
    "the other way about": FORM + b"Transfer-Encoding: chunked\r\nContent-Length: 999\r\n\r\n0\r\n\r\n" + SECOND,
    "two lengths": FORM + b"Content-Length: 0\r\nContent-Length: 5\r\n\r\n" + SECOND,
    "a list of lengths": FORM + b"Content-Length: 0, 5\r\n\r\n" + SECOND,
    "a sign": FORM + b"Content-Length: +0\r\n\r\n" + SECOND,
    "a blank before the colon": FORM + b"Content-Length : 0\r\n\r\n" + SECOND,
    "another encoding": FORM + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n" + SECOND,
    "two encodings": FORM + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n" + SECOND,
    "a chunk of less than nothing": FORM + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n" + SECOND,
    "a line that ends in half": b"GET / HTTP/1.1\rHost: x\r\n\r\n" + SECOND,
}
"""Requests whose end a proxy and a server may see in two places: what follows would be a request of its own to the one alone."""


@pytest.mark.parametrize("sent", TWO_ENDS.values(), ids=TWO_ENDS)
def test_a_request_with_two_ends_is_not_two_requests(sent: bytes) -> None:
    with serving(LIMITS, guarded=True) as site, site.connect(sent) as client:
        status, _, rest = answer(client)

    assert (status, site.asked, b"HTTP/1.1 200" in rest) == (400, 0, False)


def test_twin_the_web_server_by_itself_takes_what_follows_for_another_request() -> None:
    with (
        serving(None) as site,
        site.connect(TWO_ENDS["both"].replace(SECOND, SECOND.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))) as client,
    ):
        answer(client)

    assert site.asked == 2


@pytest.mark.parametrize(
    "begun",
    [b"", b"G", b"GET / HTTP/1.1\r\nHost: x\r\nA: ", POST, POST + b"12345"],
    ids=["nothing", "letter", "header", "body", "more"],
)
def test_what_is_begun_and_not_ended_is_answered_408_and_closed(site: Site, begun: bytes) -> None:
    with site.connect(begun) as client:
        status, header, body = answer(client)

    assert status == 408
    assert b"connection: close" in header
    assert json.loads(body)["code"] == "slow_client"
    assert site.refused == {"slow_client": 1}


def test_a_deadline_is_not_put_off_by_a_letter_now_and_then(site: Site) -> None:
    for begun, letter in ((b"GET / HTTP/1.1\r\nA: ", b"x"), (POST.replace(b"10", b"1000"), b"x")):
        began = time.monotonic()
        with site.connect(begun) as client:
            client.settimeout(0.02)
            while time.monotonic() - began < 20 * LIMITS.body:
                try:
                    client.sendall(letter)
                    assert b"408" in client.recv(1_000)
                    break
                except TimeoutError:
                    continue
    assert site.refused == {"slow_client": 2}


def test_an_answer_that_nobody_reads_is_given_up(site: Site) -> None:
    with site.connect(GET.replace(b"/ ", b"/long ")):
        until(lambda: site.refused == {"slow_client": 1})


def test_an_honest_client_may_ask_again_and_again_and_take_its_time_for_the_answer(site: Site) -> None:
    with site.connect() as client:
        for nth in range(3):
            client.sendall(POST + b"0123456789")
            assert read(client, b"read 0123456789"), nth
            time.sleep(LIMITS.header * 0.6)  # three of them last longer than the deadline
        site.may_answer.clear()
        client.sendall(GET)
        until(lambda: site.asked == 4)
        time.sleep(2 * LIMITS.header)
        site.may_answer.set()
        assert read(client, b"read ")
    assert not site.refused


def test_beyond_the_cap_the_oldest_that_is_waited_for_is_let_go(site: Site) -> None:
    with ExitStack() as opened:
        half_open = [opened.enter_context(site.connect(b"GET / HTTP/1.1\r\n")) for _ in range(3 * LIMITS.connections)]
        with site.connect(GET) as honest:
            assert read(honest, b"read ")
        assert all(is_closed(client) for client in half_open[: LIMITS.connections])

    assert site.refused["too_many_connections"] >= 2 * LIMITS.connections


def test_the_web_server_by_itself_lets_nobody_go() -> None:
    """What the tests above bite on."""
    with serving(None) as site, ExitStack() as opened:
        half_open = [opened.enter_context(site.connect(POST)) for _ in range(3 * LIMITS.connections)]
        with site.connect(GET) as honest:
            read(honest, b"read ")
        time.sleep(2 * LIMITS.body)

        assert select.select(half_open, [], [], 0)[0] == []


def test_where_all_are_served_one_more_is_answered_503(site: Site) -> None:
    site.may_answer.clear()
    with ExitStack() as opened:
        for _ in range(LIMITS.connections):
            opened.enter_context(site.connect(GET))
        until(lambda: site.asked == LIMITS.connections)

        for request in (GET, POST + b"0123456789", GET):
            with site.connect(request) as more:
                status, header, body = answer(more)
            assert (status, json.loads(body)["code"]) == (503, "too_many_connections")
            assert b"retry-after: " in header
            assert b"connection: close" in header

        site.may_answer.set()
    assert site.refused == {"too_many_connections": 3}
    with site.connect(GET) as after:
        assert read(after, b"read ")


def test_some_open_files_are_left_to_all_else() -> None:
    assert 16 <= limits_here().connections <= 256
    assert SPARE_FILES > 2 * BACKLOG


class Lines:
    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []

    def log(self, _level: int, event: str, **fields: Any) -> None:
        self.lines.append({"event": event, **fields})


def test_the_same_line_is_logged_once_a_second_with_the_number_of_those_left_out() -> None:
    now, written = [0.0], Lines()
    log = SeldomLog(written, lambda: now[0])

    for nth in range(1_000):
        now[0] = nth * SELDOM / 500
        log.log(logging.ERROR, "server", said="socket.accept() out of system resource")
        log.log(logging.ERROR, "server", said="another")

    lines = [line for line in written.lines if line["said"] != "another"]
    assert lines == [
        {"event": "server", "said": "socket.accept() out of system resource"},
        {"event": "server", "said": "socket.accept() out of system resource", "left_out": 499},
    ]
    for nth in range(10_000):
        log.log(logging.ERROR, "server", said=str(nth))
    assert len(log._last) <= 1_000
