"""A log with events of several cases and a note, sealed in some steps: what the tests of the proof begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from journey import events as e
from journey.login import as_role
from journey.migrate import SEAL
from journey.proof.checkpoint import Note
from journey.proof.sealing import KEY_FILE, seal, signer
from journey.store import Log
from journey.stored import Entry
from journey.vault import Vault
from tests.conftest import Database


@contextmanager
def sealing(database: Database) -> Iterator[psycopg.Connection[Any]]:
    """A connection that may seal."""
    with psycopg.connect(as_role(database.app_url, SEAL), autocommit=True) as conn:
        yield conn


def sealed(database: Database, home: Path, most: int = 65_536) -> Note | None:
    """Seal what is there; gives the last signed root."""
    last = None
    with sealing(database) as conn:
        by = signer(home / KEY_FILE, conn)
        while (note := seal(conn, by, most)) is not None:
            last = note
    return last


def recorded(database: Database, count: int, home: Path, seed: int = 1) -> None:
    """Record so many events, a note among them, in some cases of uneven length."""
    rng = Random(seed)
    with Log(database.app_url) as log, Vault(home / "outer.key", database.app_url) as vault:
        for nth in range(count):
            name, day = f"{seed}-{nth}", date(2024, 1, 1) + timedelta(rng.randrange(500))
            case = f"N-{rng.choice('11112234')}"
            text = None
            event: Any = e.ActivityRecorded("samtale", f"m{rng.randrange(6)}")
            if nth % 10 == 7:
                event, text = e.NoteAdded("0" * 64), f"Notat {name}"
            one = Entry(case, day, "proof", name, event, text=text)
            log.record(name, case, name.encode(), lambda _, one=one: [one], vault=vault)
