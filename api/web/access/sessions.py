"""Sessions of browsers, in the memory of the process: an id is known by its hash only, and ends after an idle time and a working day."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections.abc import Callable

from msgspec import Struct

IDLE, LONGEST = 2 * 3600, 12 * 3600
"""Seconds without a request after which a session ends, and after which it ends in any case."""


class Session(Struct):
    """A session: when it was opened and last used."""

    opened: float
    used: float


class Sessions:
    """The open sessions of one server."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._open: dict[bytes, Session] = {}
        self._lock = threading.Lock()

    def open(self) -> str:
        """Open a session; gives its id."""
        session_id, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._open = {key: session for key, session in self._open.items() if _is_open(session, now)}
            self._open[_key(session_id)] = Session(now, now)
        return session_id

    def has(self, session_id: str, *, is_used: bool = True) -> bool:
        """Whether the session is open; `is_used` where a person does something, so that its idle time begins anew."""
        now = self._clock()
        with self._lock:
            session = self._open.get(_key(session_id))  # by hash: how long a look-up takes tells nothing of an id
            if session is None or not _is_open(session, now):
                return False
            if is_used:
                session.used = now
            return True


def _is_open(session: Session, now: float) -> bool:
    return now - session.used < IDLE and now - session.opened < LONGEST


def _key(session_id: str) -> bytes:
    return hashlib.sha256(session_id.encode()).digest()
