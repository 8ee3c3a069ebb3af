"""The commands of the proof: seal what is new, verify it, write it out for an auditor, and be a witness to another's log."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import psycopg

from api.cli.console import complain, progress, show_json, tell
from api.cli.danish_click import Command, Group
from api.register.answer import known_position
from api.register.register import Register, opened
from api.sealing.anchors import NotKept, copies, kept_elsewhere, witnessed
from api.sealing.catching_up import complain_not_kept, sealed_here
from api.sealing.witness import Witness
from api.sealing.witness_server import witness_server
from api.settings import settings
from dashboards.words.danish import number
from dashboards.words.language import DANISH
from journey.log.migrate import READ, SEAL
from journey.log.reading import one_snapshot
from journey.proof.bundle import write
from journey.proof.checking import Verification, check, keep
from journey.proof.reading import waiting
from journey.proof.sealing import LONGEST
from journey.proof.walking import Told
from journey.refusals import Refused

PATIENCE = 60.0
"""Seconds to wait for a program that runs to have sealed what is new."""


@click.command(cls=Command)
def seal() -> None:
    """Forsegl det nye nu; det gør journey serve ellers af sig selv."""
    with opened(settings()) as register, register.connected(SEAL) as conn, progress("Forsegler") as told:
        reached = sealed_to_the_end(register, conn, told)
        why = kept_elsewhere(conn, register.settings.elsewhere)
    tell(f"Forseglet til position {number(reached)}.")
    complain_not_kept(why)


def sealed_to_the_end(register: Register, conn: psycopg.Connection[Any], told: Told) -> int:
    """Seal up to the log's end, or wait for the program that does; gives the position. Raises Refused (`not_sealed`)."""
    _, end = waiting(conn)
    sealed_here(register, conn, told)
    until = time.monotonic() + PATIENCE
    while waiting(conn)[0] < end:
        if time.monotonic() > until:
            raise Refused("not_sealed", "Et andet program forsegler registret, men er ikke nået frem.")
        time.sleep(LONGEST / 20)
    return waiting(conn)[0]


@click.command(cls=Command)
@click.option("--json", "as_json", is_flag=True, help="som JSON")
def verify(as_json: bool) -> int:
    """Efterprøv hele registret mod dets underskrevne rødder, kopierne af dem og vidnet. Kode 1, hvis det er brudt."""
    with opened(settings()) as register, register.connected(SEAL) as conn, progress("Efterprøver") as told:
        found, silent = verified(register, conn, told)
    if as_json:
        show_json({"ok": found.ok, **{name: getattr(found, name) for name in found.__struct_fields__}})
    else:
        _say(found)
    if silent:
        complain(f"Vidnet er ikke spurgt: {silent}.")
    return 0 if found.ok else 1


def verified(register: Register, conn: psycopg.Connection[Any], told: Told | None = None) -> tuple[Verification, str | None]:
    """Check the register, keep what was found, and say why a witness was not asked."""
    elsewhere, silent, held = register.settings.elsewhere, None, []
    began = time.monotonic()
    if elsewhere.checkpoints is not None:
        held += copies(elsewhere.checkpoints)
    try:
        held += witnessed(conn, elsewhere)
    except NotKept as error:
        silent = str(error)
    with one_snapshot(conn):  # a seal that grows while it is looked at would be taken for one that was changed
        found = check(conn, held, told)
    keep(conn, found, round(time.monotonic() - began, 3))
    return found, silent


def _say(found: Verification) -> None:
    if found.ok:
        tell(
            f"Registret er ubrudt til position {number(found.sealed)}: "
            + DANISH.counted(found.checkpoints, "1 underskrevet rod", "{n} underskrevne rødder")
            + DANISH.counted(found.copies, " og 1 kopi passer.", " og {n} kopier passer.")
        )
    else:
        complain(
            f"Registret er BRUDT ved position {number(found.fault_position or 0)} ({found.fault}): {found.said}.",
            "Stop brugen, gem databasen og kopierne, som de er, og følg siden /ubrudt. Ret ikke noget i databasen.",
        )
    if found.position > found.sealed:
        unsealed = DANISH.counted(found.position - found.sealed, "1 hændelse", "{n} hændelser")
        tell(f"{unsealed} er ikke forseglet endnu og er ikke efterprøvet.")


@click.command(cls=Command)
@click.argument("folder", metavar="MAPPE", type=click.Path(path_type=Path))
@click.option("--known-at", metavar="POSITION|TID", help="kun hvad registret vidste; udeladt: alt, der er forseglet")
def proofs(folder: Path, known_at: str | None) -> None:
    """Skriv det forseglede register ud til en revisor: hændelser, træ, underskrevne rødder, nøgler og verify.py."""
    with opened(settings()) as register, register.connected(READ) as conn, progress("Skriver") as told:
        upto = None if known_at is None else known_position(conn, known_at)
        with one_snapshot(conn):
            written = write(conn, folder, upto, told)
    tell(f"{number(written)} forseglede hændelser er skrevet til {folder}. Efterprøv dem med: python {folder}/verify.py")


@click.group(cls=Group, name="witness")
def witness() -> None:
    """Vær vidne: underskriv et andet registers rødder, når de følger af dem, der er set før."""


@witness.command(cls=Command, name="serve")
@click.option(
    "--folder", type=click.Path(path_type=Path), required=True, metavar="MAPPE", help="vidnets nøgle og det, det har set"
)
@click.option("--log", "logs", multiple=True, metavar="NØGLE", help="den offentlige nøgle for et register, der skal bevidnes")
@click.option("--host", default="127.0.0.1", metavar="ADRESSE", help="udeladt: 127.0.0.1, kun denne maskine")
@click.option("--port", type=click.IntRange(0, 65535), default=8001, metavar="TAL", help="udeladt: 8001")
def witness_serve(folder: Path, logs: tuple[str, ...], host: str, port: int) -> None:
    """Svar som vidne på en adresse, indtil der trykkes Ctrl-C."""
    own = Witness(folder)
    for vkey in logs:
        own.know(vkey)
    with witness_server(own, host, port) as server:
        tell(f"Vidnet er på http://{host}:{server.server_address[1]}  (Ctrl-C stopper)")
        tell(f"Vidnets offentlige nøgle: {own.signer.key.vkey}")
        with suppress(KeyboardInterrupt):
            server.serve_forever()


COMMANDS = (seal, verify, proofs, witness)
