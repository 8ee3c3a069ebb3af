"""Connections of clients, each with an end: deadlines for its header, its body and its reading, and room for a number of them at once.

The web server itself has none of these: a thousand half-sent headers would take every open file that the program may have.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from functools import cache
from typing import Any, cast

import h11
from msgspec import Struct
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from api.web.problem_types import status_of
from api.web.problems import HttpProblem, problem_response

SPARE_FILES = 256
"""Open files that are left to all else: the database, keys, and connections that are just being closed."""
BACKLOG = 64
"""How many connections wait at most to be accepted."""


class ConnectionLimits(Struct, frozen=True):
    """The deadlines of a connection in seconds, and how many there may be at once."""

    header: float = 10
    """For the whole header of a request, from the connection's beginning or the header's first byte."""
    body: float = 30
    """For the whole body, from the end of the header."""
    reading: float = 30
    """For reading on, where the client does not take what it is sent."""
    connections: int = 256


def limits_here() -> ConnectionLimits:
    """The limits on this machine: of the files that the program may open, some are left to all else."""
    return ConnectionLimits(connections=max(16, min(ConnectionLimits().connections, _most_files() - SPARE_FILES)))


def _most_files() -> int:
    if sys.platform == "win32":
        return 512
    import resource  # not there on Windows

    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]


class Connections:
    """The connections of one server: those that wait for their client, the oldest first, and what was refused by which code."""

    def __init__(self, limits: ConnectionLimits, refused: Callable[[str], object]) -> None:
        self.limits, self.refused = limits, refused
        self.waiting: dict[ClientConnection, None] = {}

    def protocol(self, **given: Any) -> ClientConnection:
        """A new connection, as the web server asks for one."""
        return ClientConnection(self, **given)

    def admit(self, new: ClientConnection, count: int) -> None:
        """Let a connection in; beyond the limit in place of the oldest that waits for its client, else it is answered 503 and closed."""
        if count <= self.limits.connections:
            return
        oldest = next((each for each in self.waiting if each is not new), None)
        if oldest is not None:
            oldest.dismiss("too_many_connections")
        else:
            self.refused("too_many_connections")
            new.app = _answer_busy


async def _answer_busy(scope: Scope, receive: Receive, send: Send) -> None:
    problem = HttpProblem("too_many_connections", headers={"Connection": "close"})
    await problem_response(problem)(scope, receive, send)


@cache
def _raw_answer(code: str) -> bytes:
    """The refusal as it is sent where no request has been read, and none is read after it."""
    response = problem_response(HttpProblem(code, headers={"Connection": "close"}))
    headers = b"".join(name + b": " + value + b"\r\n" for name, value in response.raw_headers)
    return b"HTTP/1.1 %d \r\n%b\r\n%b" % (status_of(code), headers, bytes(response.body))


class ClientConnection(H11Protocol):
    """A client's connection by HTTP/1.1, closed when a deadline passes."""

    def __init__(self, connections: Connections, **given: Any) -> None:
        super().__init__(**given)
        self._all, self._limits = connections, connections.limits
        self._awaited = ""
        self._deadline: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # pyright: ignore[reportIncompatibleMethodOverride] -- as the base class has it
        super().connection_made(transport)
        self._await("header")
        self._all.admit(self, len(self.connections))

    def data_received(self, data: bytes) -> None:
        if self._awaited == "next":
            self._await("header")
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._look(idle="next")

    def pause_writing(self) -> None:
        super().pause_writing()
        self._unread = self._unread or self.loop.call_later(self._limits.reading, self._stop_sending)

    def resume_writing(self) -> None:
        super().resume_writing()
        self._unread = _cancelled(self._unread)

    def connection_lost(self, exc: Exception | None) -> None:
        self._await("")
        self._unread = _cancelled(self._unread)
        super().connection_lost(exc)

    def dismiss(self, code: str) -> None:
        """Close the connection, with the refusal as its last answer where none has been begun."""
        self._await("")
        self._all.refused(code)
        if self.transport.is_closing():
            return
        cycle = cast("RequestResponseCycle | None", self.cycle)
        if cycle is None or cycle.response_complete:
            self.transport.write(_raw_answer(code))
        elif not cycle.response_started:
            cycle.disconnected = True  # nothing that the app answers is sent any more
            self.transport.write(_raw_answer(code))
        self.transport.close()

    def _look(self, idle: str = "header") -> None:
        """See what the client is awaited for now; between two requests nothing, and the web server closes it by itself."""
        state = self.conn.their_state
        if state is h11.IDLE:
            self._await(self._awaited if self._awaited in ("header", "next") else idle)
        else:
            self._await("body" if state is h11.SEND_BODY else "")

    def _await(self, what: str) -> None:
        if what == self._awaited:
            return
        self._awaited, self._deadline = what, _cancelled(self._deadline)
        self._all.waiting.pop(self, None)
        if not what:
            return
        self._all.waiting[self] = None
        seconds = {"header": self._limits.header, "body": self._limits.body}.get(what)
        if seconds is not None:
            self._deadline = self.loop.call_later(seconds, self.dismiss, "slow_client")

    def _stop_sending(self) -> None:
        self._all.refused("slow_client")
        self.transport.abort()


def _cancelled(timer: asyncio.TimerHandle | None) -> None:
    if timer is not None:
        timer.cancel()
