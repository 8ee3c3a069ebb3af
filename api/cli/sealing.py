"""Sealing by a command: up to the log's end, unless another process seals."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import psycopg

from api.console import print_error, progress_bar
from api.register.register import Register
from api.sealing.anchors import NotAnchored, anchor_newest
from api.sealing.guard import ForkGuard, RootCopies
from api.sealing.sealer import error_text
from journey.log.migrate import SEAL
from journey.proof.reading import SealBroken, waiting
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
