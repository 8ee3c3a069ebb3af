"""The sealer that `journey serve` runs beside the answers: a thread that seals what is new, and has it kept elsewhere."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg
from msgspec import Struct

from api.register.follower import kept_alive
from api.sealing.anchors import Elsewhere, kept_elsewhere
from journey.log.login import as_role
from journey.log.migrate import SEAL
from journey.proof.checkpoint import Signer
from journey.proof.reading import waiting
from journey.proof.sealing import ENOUGH, KEY_FILE, LONGEST, SHORTEST, lead, seal, signer
from journey.refusals import Refused
from journey.system_words import of_system, silence

LOOK = 0.25
"""Seconds between two looks at the log's end."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
"""Seconds before the next try after something went wrong, doubled each time."""


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
    elsewhere: str | None
    """Why the last root is not in the folder of copies, or not signed by the witness."""


class Sealer:
    """A context manager; one of all that run seals, and another takes over when it is gone."""

    def __init__(self, url: str, data: Path, elsewhere: Elsewhere) -> None:
        self._url, self._key, self._elsewhere = kept_alive(as_role(url, SEAL)), data / KEY_FILE, elsewhere
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sealer", daemon=True)
        self._sealed = self._end = 0
        self._behind_since: float | None = None
        self._sealing = self._broken = False
        self._error: str | None = None
        self._kept: int | None = None
        self._ask_at, self._ask_pause = 0.0, FIRST_PAUSE
        self._not_kept: str | None = None
        self._signed_at = -SHORTEST

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopping.set()
        self._thread.join(timeout=10)

    def health(self) -> SealHealth:
        behind, since = max(self._end - self._sealed, 0), self._behind_since
        seconds = round(time.monotonic() - since, 3) if since is not None and behind else 0.0
        return SealHealth(self._sealed, self._end, behind, seconds, self._sealing, self._broken, self._error, self._not_kept)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            try:
                with psycopg.connect(self._url, autocommit=True) as conn:
                    while not self._stopping.is_set():
                        self._look(conn)
                        pause = FIRST_PAUSE
                        self._stopping.wait(LOOK)
            except Exception as error:  # noqa: BLE001 -- it must go on; what went wrong is on the health page, without its data
                self._sealing, self._error = False, in_words(error)
                self._broken = isinstance(error, Refused)
            self._stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    def _look(self, conn: psycopg.Connection[Any]) -> None:
        self._see(conn)
        if not self._sealing:
            self._sealing = lead(conn)
            if not self._sealing:
                self._error = None
                return
        by = signer(self._key, conn)
        while self._is_due():
            self._seal(conn, by)
            self._see(conn)
        self._keep_elsewhere(conn)

    def _seal(self, conn: psycopg.Connection[Any], by: Signer) -> None:
        # A large batch is hashed a page at a time in one transaction: the appends neither wait for it nor see it.
        seal(conn, by)
        self._signed_at = time.monotonic()
        self._behind_since, self._error, self._broken = None, None, False

    def _see(self, conn: psycopg.Connection[Any]) -> None:
        self._sealed, self._end = waiting(conn)
        if self._end <= self._sealed:
            self._behind_since = None
        elif self._behind_since is None:
            self._behind_since = time.monotonic()

    def _is_due(self) -> bool:
        behind, now = self._end - self._sealed, time.monotonic()
        waited = 0.0 if self._behind_since is None else now - self._behind_since
        due = behind >= ENOUGH or (behind != 0 and waited >= LONGEST - LOOK)
        return due and now - self._signed_at >= SHORTEST and not self._stopping.is_set()

    def _keep_elsewhere(self, conn: psycopg.Connection[Any]) -> None:
        """Have the newest root copied and cosigned, once each root; what fails is tried again, less and less often."""
        if not self._sealed or self._sealed == self._kept or time.monotonic() < self._ask_at:
            return
        size, why = self._sealed, kept_elsewhere(conn, self._elsewhere)
        self._not_kept = "; ".join(why) or None
        self._kept = None if why else size
        self._ask_at = time.monotonic() + (self._ask_pause if why else 0)
        self._ask_pause = min(2 * self._ask_pause, LONGEST_PAUSE) if why else FIRST_PAUSE


def in_words(error: Exception) -> str:
    """Why it is not sealed, without the log's data."""
    if isinstance(error, Refused):
        return str(error)
    if isinstance(error, OSError):
        return of_system(error)
    return silence(error) if isinstance(error, psycopg.OperationalError) else type(error).__name__
