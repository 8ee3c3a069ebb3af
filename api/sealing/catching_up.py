"""Sealing from a command: up to the log's end, here where no program that runs does it."""

from __future__ import annotations

from typing import Any

import psycopg

from api.cli.console import complain, progress
from api.register.register import Register
from api.sealing.anchors import kept_elsewhere
from api.sealing.sealer import in_words
from journey.log.migrate import SEAL
from journey.proof.reading import SealBroken, waiting
from journey.proof.sealing import KEY_FILE, lead, seal, signer
from journey.proof.walking import Told
from journey.refusals import Refused


def sealed_here(register: Register, conn: psycopg.Connection[Any], told: Told) -> bool:
    """Seal up to the log's end and say true, unless another program seals. Raises Refused (`wrong_start`) and SealBroken."""
    if not lead(conn):
        return False
    _, end = waiting(conn)
    register.settings.data.mkdir(parents=True, exist_ok=True)
    by = signer(register.settings.data / KEY_FILE, conn)
    while (note := seal(conn, by)) is not None:
        told(note.checkpoint.size, end)
    return True


def seal_recorded(register: Register) -> None:
    """Seal what a command has just recorded; what is recorded stays so, hence a fault is said and nothing is raised."""
    why: list[str] = []
    try:
        with register.connected(SEAL) as conn, progress("Forsegler") as told:
            if sealed_here(register, conn, told):
                why = kept_elsewhere(conn, register.settings.elsewhere)
    except (Refused, psycopg.Error, OSError) as error:
        remedy = error.remedy if isinstance(error, SealBroken) else "Ret det, og kør så journey seal."
        complain(f"Hændelserne er registreret, men ikke forseglet: {in_words(error)}", remedy)
    complain_not_kept(why)


def complain_not_kept(why: list[str]) -> None:
    """Say why the newest root is not kept elsewhere, if it is not."""
    for one in why:
        complain(f"Ikke gemt andetsteds: {one}.")
