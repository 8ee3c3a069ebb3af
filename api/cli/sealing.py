"""Sealing by a command: up to the log's end, unless another process seals."""

from __future__ import annotations

from typing import Any

import psycopg

from api.console import print_error, progress_bar
from api.register.register import Register
from api.sealing.anchors import anchor_newest
from api.sealing.sealer import error_text
from journey.log.migrate import SEAL
from journey.proof.reading import SealBroken, waiting
from journey.proof.sealing import KEY_FILE, lead, log_signer, seal
from journey.proof.walk import Progress
from journey.refusals import Refused


def seal_unless_led(register: Register, conn: psycopg.Connection[Any], progress: Progress) -> bool:
    """Seal up to the log's end; gives False where another process leads the sealing. Raises Refused (`wrong_start`) and SealBroken."""
    if not lead(conn):
        return False
    _, end = waiting(conn)
    by = log_signer(register.settings.key_file(KEY_FILE), conn)
    while (note := seal(conn, by)) is not None:
        progress(note.checkpoint.size, end)
    return True


def seal_recorded(register: Register) -> None:
    """Seal what a command has recorded. What is recorded stays so: an error is printed, and none is raised."""
    failures: list[str] = []
    try:
        with register.connected(SEAL) as conn, progress_bar("Forsegler") as progress:
            if seal_unless_led(register, conn, progress):
                failures = anchor_newest(conn, register.settings.anchors)
    except (Refused, psycopg.Error, OSError) as error:
        remedy = error.remedy if isinstance(error, SealBroken) else "Ret det, og kør så journey seal."
        print_error(f"Hændelserne er registreret, men ikke forseglet: {error_text(error)}", remedy)
    print_anchor_failures(failures)


def print_anchor_failures(failures: list[str]) -> None:
    """Print each reason that the newest root is not anchored."""
    for failure in failures:
        print_error(f"Ikke gemt andetsteds: {failure}.")
