"""Answer to a session: it goes on only while the session is open, so that nothing more leaves once somebody has ended it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable

from starlette.requests import ClientDisconnect
from starlette.types import Message, Send

STAYS = 1.0
"""Seconds for which a session is taken to be open still; one that this process has ended is seen at once."""


class AnswerInSession:
    """The sending of an answer; `changes` is another number when this process has ended a session, `is_open` looks at this one.

    Before its first byte `refused` answers in its place; later the connection is cut, so that no half file passes for a whole one.
    """

    def __init__(
        self,
        send: Send,
        changes: Callable[[], int],
        is_open: Callable[[], Awaitable[bool]],
        refused: Callable[[], Awaitable[None]],
    ) -> None:
        self._send, self._changes, self._is_open, self._refused = send, changes, is_open, refused
        self._seen, self._at = changes(), time.monotonic()
        self._is_refused = False

    async def __call__(self, message: Message) -> None:
        """Send a part of the answer. Raises ClientDisconnect once the session has ended."""
        if self._is_refused:
            return
        if self._changes() == self._seen and time.monotonic() - self._at < STAYS:
            await self._send(message)
            return
        self._seen, self._at = self._changes(), time.monotonic()
        if await self._is_open():
            await self._send(message)
        elif message["type"] == "http.response.start":
            self._is_refused = True
            await self._refused()
        else:
            raise ClientDisconnect
