"""A register put back from a backup: sealed, copied, gone on with, and the copy put in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from msgspec.structs import replace

from api.register.register import Register
from api.sealing.anchors import anchor_newest
from api.sealing.guard import ForkGuard, RootCopies
from api.settings import Anchors
from journey.proof.checkpoint import SignedNote
from journey.proof.reading import newest
from journey.proof.sealing import KEY_FILE, log_signer, seal
from tests.conftest import Database, fresh_database
from tests.support.registers import register_on
from tests.support.sealed import recorded, sealing

BEFORE, LOST = 10, 10
"""Events in the backup, and events recorded after it."""


def anchors_in(home: Path) -> Anchors:
    return Anchors(home / "kopier", str(home / "vidne"))


def register_of(database: Database, home: Path) -> Register:
    """The register of the database with its copies and its witness in the folder."""
    register = register_on(database, home)
    return replace(register, settings=replace(register.settings, anchors=anchors_in(home)))


def seal_and_anchor(database: Database, home: Path) -> SignedNote | None:
    """Seal what is new as the program does, and have it copied and witnessed; raises as the guard does."""
    with sealing(database) as conn:
        by = log_signer(home / KEY_FILE, conn)
        guard = ForkGuard(RootCopies(register_of(database, home).settings.last_signed, anchors_in(home)))
        guard.check(conn, by.key, new_key=newest(conn) is None)
        note = seal(conn, by, keep=guard.keep)
        assert anchor_newest(conn, anchors_in(home)) == []
        return note


@contextmanager
def put_back(server: Database, database: Database, home: Path) -> Iterator[tuple[Database, SignedNote]]:
    """The backup of a register that had gone on since, and the last root that was signed before it was put back."""
    recorded(database, BEFORE, home)
    seal_and_anchor(database, home)
    with fresh_database(server, database.name) as backup:
        for nth in (2, 3):
            recorded(database, LOST // 2, home, seed=nth)
            last = seal_and_anchor(database, home)
        assert last is not None
        yield backup, last
