"""Sealing by a command: up to the log's end, unless another process seals."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import psycopg

from api.console import print_error, progress_bar
from api.register.register import Register
from api.sealing.anchors import NotAnchored, anchor_newest, witness_copies
from api.sealing.guard import ForkGuard, RootCopies
from api.sealing.sealer import error_text
from api.settings import Settings
from journey.log.migrate import SEAL
from journey.proof.checkpoint import BadNote
from journey.proof.reading import SealBroken, log_key, waiting
from journey.proof.restores import refuse_fork, restores_of
from journey.proof.sealing import KEY_FILE, lead, log_signer, seal
from journey.proof.walk import Progress
from journey.refusals import Refused


def seal_unless_led(register: Register, conn: psycopg.Connection[Any], progress: Progress) -> bool:
    """Seal up to the log's end; gives False where another process leads the sealing.

    Raises Refused (`wrong_start`, `not_sealed`), and SealBroken where the log does not fit what was sealed, here or in what is kept of it.
    """
    if not lead(conn):
        return False
    _, end = waiting(conn)
    key, settings = register.settings.key_file(KEY_FILE), register.settings
    new_key = not key.exists()
    by, guard = log_signer(key, conn), ForkGuard(RootCopies(settings.last_signed, settings.anchors))
    guard.check(conn, by.key, new_key=new_key)
    while (note := seal(conn, by, keep=guard.keep)) is not None:
        progress(note.checkpoint.size, end)
        guard.check(conn, by.key, new_key=new_key)
    return True


def fork_problem(settings: Settings, conn: psycopg.Connection[Any]) -> str | None:
    """The reason that nothing is signed because the log does not lead to a root kept elsewhere, with the remedy; None where it does."""
    copies = RootCopies(settings.last_signed, settings.anchors)
    try:
        key = log_key(conn)
        if key is None:
            return None
        known = copies.newest(restores_of(conn))
        with suppress(NotAnchored):
            known += witness_copies(conn, settings.anchors)
        refuse_fork(conn, known, key)
    except Refused as refused:
        return f"{refused} {refused.remedy}"
    except BadNote:
        return None  # that the key is damaged is said of its own
    return None


def seal_recorded(register: Register) -> bool:
    """Seal what a command has recorded; gives False where the log does not fit what was sealed.

    What is recorded stays so: an error is printed, and none is raised.
    """
    failures: list[NotAnchored] = []
    fits = True
    try:
        with register.connected(SEAL) as conn, progress_bar("Forsegler") as progress:
            if seal_unless_led(register, conn, progress):
                failures = anchor_newest(conn, register.settings.anchors)
    except (Refused, psycopg.Error, OSError) as error:
        fits = not isinstance(error, SealBroken)
        remedy = error.remedy if isinstance(error, SealBroken) else "Ret det, og kør så journey seal."
        reason = str(error) if isinstance(error, Refused) else error_text(error)
        print_error(f"Hændelserne er registreret, men ikke forseglet: {reason}", remedy)
    print_anchor_failures(failures)
    return fits


def print_anchor_failures(failures: Iterable[NotAnchored]) -> None:
    """Print each reason that the newest root is not anchored."""
    for failure in failures:
        print_error(f"Ikke gemt andetsteds: {failure}.")
