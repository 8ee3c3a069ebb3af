"""The commands of the proof: `seal`, `verify`, `proofs` and `witness`."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path
from typing import Any

import click
import psycopg
from msgspec import to_builtins

from api.cli.danish_click import DanishCommand, DanishGroup
from api.cli.options import as_json_option, with_a_caution
from api.cli.sealing import print_anchor_failures, seal_unless_led
from api.console import print_error, print_json, print_line, progress_bar
from api.register.answer import known_position
from api.register.register import Register, opened
from api.sealing.anchors import NotAnchored, anchor_newest, read_copies, witness_copies
from api.sealing.look_keeper import keep as keep_looks
from api.sealing.witness import Witness
from api.sealing.witness_server import witness_server
from api.settings import LOOKS_KEY_FILE, settings
from dashboards.words.danish import number
from dashboards.words.language import DANISH
from journey.log.looks import Look
from journey.log.migrate import READ, SEAL
from journey.log.reading import count_cases, read_snapshot
from journey.proof.bundle import write
from journey.proof.checking import Copy, Verification, check, store_verification
from journey.proof.reading import waiting
from journey.proof.restores import restores_of
from journey.proof.sealing import KEY_FILE, LONGEST, key_problem
from journey.proof.walk import Progress
from journey.refusals import Refused

PATIENCE = 60.0
"""Seconds to wait for another process to seal the new events."""


@click.command(cls=DanishCommand)
def seal() -> None:
    """Forsegl det nye nu; det gør journey serve ellers af sig selv."""
    with opened(settings()) as register, register.connected(SEAL) as conn, progress_bar("Forsegler") as progress:
        reached = seal_to_the_end(register, conn, progress)
        keep_looks(conn, register.settings.key_file(LOOKS_KEY_FILE))
        failures = anchor_newest(conn, register.settings.anchors)
    print_line(f"Forseglet til position {number(reached)}.")
    print_anchor_failures(failures)


def seal_to_the_end(register: Register, conn: psycopg.Connection[Any], progress: Progress) -> int:
    """Seal up to the log's end, or wait for the process that does; gives the position. Raises Refused (`not_sealed`)."""
    _, end = waiting(conn)
    seal_unless_led(register, conn, progress)
    until = time.monotonic() + PATIENCE
    while waiting(conn)[0] < end:
        if time.monotonic() > until:
            raise Refused("not_sealed", "Et andet program forsegler registret, men er ikke nået frem.")
        time.sleep(LONGEST / 20)
    return waiting(conn)[0]


@click.command(cls=DanishCommand)
@as_json_option
def verify(as_json: bool) -> int:
    """Efterprøv registret mod dets underskrevne rødder, kopierne af dem og vidnet. Kode 1: brudt, eller seglets nøgle er her ikke."""
    with opened(settings()) as register, register.connected(SEAL) as conn, progress_bar("Efterprøver") as progress:
        found, silent = verify_register(register, conn, progress)
        declarations = restores_of(conn) if found.ok else []
        problem = key_problem(register.settings.key_file(KEY_FILE), conn)
    if as_json:
        print_json({"ok": found.ok and problem is None, **to_builtins(found), "key": problem})
    else:
        _print_verification(found)
        for restore in declarations:
            first, last = map(number, restore.positions)
            who = ", ".join(restore.act.who)
            print_line(
                f"Genoprettelse erklæret ved {number(restore.size)} af {who}: position {first}–{last} er tabt. {restore.why}"
            )
    if problem:
        print_error(f"Der kan ikke forsegles mere: {problem}")
    if silent:
        print_error(f"Vidnet er ikke spurgt: {silent}.")
    return 0 if found.ok and problem is None else 1


def verify_register(
    register: Register, conn: psycopg.Connection[Any], progress: Progress | None = None
) -> tuple[Verification, str | None]:
    """Check the register and record the result; gives it with the reason that the witness could not be asked."""
    anchors, silent, copies = register.settings.anchors, None, list[Copy]()
    began = time.monotonic()
    if anchors.checkpoints is not None:
        copies += read_copies(anchors.checkpoints)
    try:
        copies += witness_copies(conn, anchors)
    except NotAnchored as error:
        silent = str(error)
    with read_snapshot(conn):  # a seal that grows during the check would be taken for one that was changed
        sealed, end = waiting(conn)
        for copy in register.settings.last_signed.copies():
            if not sealed < copy.note.checkpoint.size <= end:  # else it is about to be stored
                copies.append(copy)
        found = check(conn, copies, progress)
    store_verification(conn, found, round(time.monotonic() - began, 3))
    return found, silent


def _print_verification(found: Verification) -> None:
    if found.ok:
        print_line(
            f"Registret er ubrudt til position {number(found.sealed)}: "
            + DANISH.counted(found.checkpoints, "1 underskrevet rod", "{n} underskrevne rødder")
            + DANISH.counted(found.copies, " og 1 kopi passer.", " og {n} kopier passer.")
        )
    else:
        print_error(
            f"Registret er BRUDT ved position {number(found.fault_position or 0)} ({found.fault}): {found.sentence}.",
            "Stop brugen, gem databasen og kopierne, som de er, og følg siden /ubrudt. Ret ikke noget i databasen.",
        )
    if found.position > found.sealed:
        unsealed = DANISH.counted(found.position - found.sealed, "1 hændelse", "{n} hændelser")
        print_line(f"{unsealed} er ikke forseglet endnu og er ikke efterprøvet.")


@click.command(cls=DanishCommand)
@click.argument("folder", metavar="MAPPE", type=click.Path(path_type=Path))
@click.option(
    "--known-at",
    metavar="POSITION|TID",
    help="kun hvad registret vidste; udeladt: alt, der er forseglet",
    callback=with_a_caution,
)
def proofs(folder: Path, known_at: str | None) -> None:
    """Skriv det forseglede register ud til en revisor: hændelser, træ, underskrevne rødder, nøgler og verify.py."""
    with opened(settings()) as register, register.connected(READ, snapshot=True) as conn, progress_bar("Skriver") as progress:
        upto = None if known_at is None else known_position(conn, known_at)
        register.look(Look("export", hits=count_cases(conn, waiting(conn)[0] if upto is None else upto)))
        written = write(conn, folder, upto, progress)
    print_line(f"{number(written)} forseglede hændelser er skrevet til {folder}. Efterprøv dem med: python {folder}/verify.py")


@click.group(cls=DanishGroup, name="witness")
def witness() -> None:
    """Vær vidne: underskriv et andet registers rødder, når de følger af dem, der er set før."""


@witness.command(cls=DanishCommand, name="serve")
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
        print_line(f"Vidnet er på http://{host}:{server.server_address[1]} (Ctrl-C stopper)")
        print_line(f"Vidnets offentlige nøgle: {own.signer.key.vkey}")
        with suppress(KeyboardInterrupt):
            server.serve_forever()
