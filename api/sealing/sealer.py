"""The sealer that `journey serve` runs: a background thread that seals the log's new events and anchors each root."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import psycopg
from msgspec import Struct, field

from api.background import BackgroundThread, Backoff
from api.connections import with_keepalives
from api.sealing.anchors import Disagrees, anchor_newest
from api.sealing.guard import ForkGuard, RootCopies, WitnessAwaited
from api.settings import Anchors
from journey.log.login import DatabaseSession, as_role
from journey.log.migrate import SEAL
from journey.proof.checkpoint import Signer
from journey.proof.last_signed import LAST_FILE, LastSigned
from journey.proof.reading import waiting
from journey.proof.restores import PutBack
from journey.proof.sealing import ENOUGH, LONGEST, SHORTEST, lead, log_signer, seal
from journey.refusals import Refused
from journey.system_words import database_unavailable, os_error_reason

LOOK = 0.25
"""Seconds between two looks at the log's end."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
"""Seconds before the next try after an error: the first, and the longest."""


class SealHealth(Struct, frozen=True):
    """How the seal is: how far, how far behind, whether this process seals, and what went wrong if it has not gone right since."""

    sealed: int
    log_position: int
    lag_events: int
    lag_seconds: float
    """Since the log first was seen ahead of the seal."""
    sealing: bool
    broken: bool
    """Whether the log no longer fits what was sealed of it, or the key is not there: nothing more is signed."""
    error: str | None
    not_anchored: str | None = field(name="elsewhere")
    """Why the last root is not in the folder of copies, or not signed by the witness."""


class Sealer(BackgroundThread):
    """The thread that seals; of all processes that run, one seals at a time, and another takes over when it is gone."""

    def __init__(self, url: str, key_file: Path, anchors: Anchors, last: LastSigned | None = None) -> None:
        super().__init__("sealer", Backoff(FIRST_PAUSE, LONGEST_PAUSE))
        self._url, self._key, self._anchors = with_keepalives(as_role(url, SEAL)), key_file, anchors
        self._sealed = self._end = 0
        self._behind_since: float | None = None
        self._sealing = self._broken = False
        self._error: str | None = None
        self._anchored: int | None = None
        self._anchor_at, self._anchor_pause = 0.0, Backoff(FIRST_PAUSE, LONGEST_PAUSE)
        self._not_anchored: str | None = None
        self._signed_at = -SHORTEST
        self._copies = RootCopies(last or LastSigned(key_file.with_name(LAST_FILE)), anchors)
        self._waited_since = time.monotonic()
        self._new_key = False

    def health(self) -> SealHealth:
        """State of the seal now."""
        lag, since = max(self._end - self._sealed, 0), self._behind_since
        seconds = round(time.monotonic() - since, 3) if since is not None and lag else 0.0
        return SealHealth(self._sealed, self._end, lag, seconds, self._sealing, self._broken, self._error, self._not_anchored)

    def _work(self) -> None:
        with DatabaseSession.connect(self._url, autocommit=True) as conn:
            guard = ForkGuard(self._copies, waited_since=self._waited_since)
            self._sealed = self._end = 0
            while not self.stopping:
                self._look(conn, guard)
                self._backoff.reset()
                self._stopping.wait(LOOK)

    def _failed(self, error: Exception) -> None:
        self._sealing, self._error = False, error_text(error)
        self._broken = isinstance(error, Refused) and not isinstance(error, WitnessAwaited)

    def _look(self, conn: psycopg.Connection[Any], guard: ForkGuard) -> None:
        """Seal what is due if this process leads, and anchor the newest root; nothing where the log was put back and nobody says so."""
        self._read_positions(conn, guard)
        if not self._sealing:
            self._sealing = lead(conn)
            if not self._sealing:
                self._error = None
                return
        self._new_key = self._new_key or not self._key.exists()
        by = log_signer(self._key, conn)
        if guard.is_due:
            self._check(conn, guard, by)
        while self._is_due():
            self._check(conn, guard, by)
            self._seal(conn, guard, by)
            self._read_positions(conn, guard)
        self._anchor(conn, guard)

    def _check(self, conn: psycopg.Connection[Any], guard: ForkGuard, by: Signer) -> None:
        guard.check(conn, by.key, new_key=self._new_key)
        if self._end <= self._sealed:
            self._error, self._broken = None, False

    def _seal(self, conn: psycopg.Connection[Any], guard: ForkGuard, by: Signer) -> None:
        # A large batch is hashed a page at a time in one transaction: the appends neither wait for it nor see it.
        seal(conn, by, keep=guard.keep)
        self._signed_at = time.monotonic()
        self._behind_since, self._error, self._broken = None, None, False

    def _read_positions(self, conn: psycopg.Connection[Any], guard: ForkGuard) -> None:
        before = self._sealed, self._end
        self._sealed, self._end = waiting(conn)
        if self._sealed < before[0] or self._end < before[1]:
            guard.doubt()  # the log was put back, and the connection left as it was
        if self._end <= self._sealed:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = time.monotonic()

    def _is_due(self) -> bool:
        lag, now = self._end - self._sealed, time.monotonic()
        waited = 0.0 if self._behind_since is None else now - self._behind_since
        due = lag >= ENOUGH or (lag != 0 and waited >= LONGEST - LOOK)
        return due and now - self._signed_at >= SHORTEST and not self.stopping

    def _anchor(self, conn: psycopg.Connection[Any], guard: ForkGuard) -> None:
        """Have the newest root copied and cosigned, each root once; a failure is tried again after a growing pause."""
        if not self._sealed or self._sealed == self._anchored or time.monotonic() < self._anchor_at:
            return
        size, failures = self._sealed, anchor_newest(conn, self._anchors)
        self._not_anchored = "; ".join(map(str, failures)) or None
        if any(isinstance(failure, Disagrees) for failure in failures):
            guard.doubt()
        if failures:
            self._anchored, self._anchor_at = None, time.monotonic() + self._anchor_pause.next()
        else:
            self._anchored, self._anchor_at = size, time.monotonic()
            self._anchor_pause.reset()


def error_text(error: Exception) -> str:
    """The reason that the log is not sealed, in Danish and without the log's data."""
    if isinstance(error, PutBack):
        return f"{error} {error.remedy.removesuffix('.')}"
    if isinstance(error, Refused):
        return str(error).removesuffix(".")
    if isinstance(error, OSError):
        return os_error_reason(error)
    return database_unavailable(error) if isinstance(error, psycopg.OperationalError) else type(error).__name__
