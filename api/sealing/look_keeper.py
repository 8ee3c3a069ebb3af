"""The keeper of the log of looks that `journey serve` runs: a background thread that seals new looks, and once a day drops the old ones."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import tuple_row

from api.background import BackgroundThread, Backoff
from api.connections import with_keepalives
from journey.log.login import DatabaseSession, as_role
from journey.log.looks import drop_looks
from journey.log.migrate import LOOK_RETENTION, SEAL
from journey.proof.looks import LOOKS, SEALS_LOOKS
from journey.proof.sealing import log_signer, seal

PAUSE, DAY = 5.0, 86_400.0
"""Seconds between two seals, and between two drops of what is too old."""


class LookKeeper(BackgroundThread):
    """The thread; of all processes that run, one seals the looks at a time."""

    def __init__(self, url: str, key_file: Path, months: int, warn: Callable[..., object]) -> None:
        super().__init__("look-keeper", Backoff(0.5, 60.0))
        self._url, self._key, self._months, self._warn = url, key_file, months, warn
        self._drop_at = 0.0

    def _work(self) -> None:
        with DatabaseSession.connect(with_keepalives(as_role(self._url, SEAL)), autocommit=True) as conn:
            while not self.stopping:
                if _leads(conn):
                    keep(conn, self._key)
                    if time.monotonic() >= self._drop_at:
                        self._drop()
                        self._drop_at = time.monotonic() + DAY
                self._backoff.reset()
                self._stopping.wait(PAUSE)

    def _drop(self) -> None:
        with DatabaseSession.connect(as_role(self._url, LOOK_RETENTION), autocommit=True) as conn:
            drop_looks(conn, uuid.uuid4().hex, self._months)

    def _failed(self, error: Exception) -> None:
        self._warn("looks_not_sealed", error=type(error).__name__)


def keep(conn: psycopg.Connection[Any], key_file: Path) -> None:
    """Seal every look that is not, as the role `journey_seal`. Raises Refused (`wrong_start`, `seal_broken`)."""
    signer = log_signer(key_file, conn, LOOKS)
    while seal(conn, signer, log=LOOKS) is not None:
        pass


def _leads(conn: psycopg.Connection[Any]) -> bool:
    """Whether this session is the one that seals the looks; it stays so until it ends."""
    row = conn.cursor(row_factory=tuple_row).execute("select pg_try_advisory_lock(%s)", (SEALS_LOOKS,)).fetchone()
    return bool(row and row[0])
