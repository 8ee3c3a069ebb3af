"""The commands of the keys: `keys rotate` and `keys hand-over-seal`."""

from __future__ import annotations

import getpass
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import click
import psycopg

from api.cli.danish_click import DanishCommand, DanishGroup
from api.cli.sealing import print_anchor_failures, seal_unless_led
from api.console import print_error, print_line, progress_bar
from api.register.register import answering, opened
from api.sealing.anchors import anchor_newest
from api.sealing.guard import ForkGuard, RootCopies
from api.settings import OUTER_KEY_FILE, SEAL_KEY_FILE, Settings, settings
from dashboards.words.language import DANISH
from journey.log.login import to_primary
from journey.log.migrate import SEAL, missing
from journey.log.rotation import rotate
from journey.personal import is_clean
from journey.postgres import embedded
from journey.proof.handing_over import hand_over
from journey.refusals import Refused

LONGEST_NAME = 80
by_option = click.option("--by", metavar="NAVN", help="hvem der skifter nøglen; udeladt: kontoen på maskinen")


@click.group(cls=DanishGroup, name="keys")
def keys() -> None:
    """Skift registrets nøgler."""


@keys.command(cls=DanishCommand, name="rotate")
@click.option("--leave-damaged", is_flag=True, help="lad nøgler, der ikke kan åbnes, ligge: deres notater er så tabt")
@by_option
def rotate_outer(leave_damaged: bool, by: str | None) -> None:
    """Skift den ydre nøgle (outer.key), som sagernes nøgler er krypteret under. Afbrydes det, så kør det igen."""
    chosen = settings()
    file, name = chosen.key_file(OUTER_KEY_FILE), name_of(by)
    with owner_connection(chosen) as conn, progress_bar("Skifter nøgle") as progress:
        done = rotate(conn, file, progress, by=name, leave_damaged=leave_damaged)
    print_line(
        f"Den ydre nøgle {file} er skiftet: "
        + DANISH.counted(
            done.wrapped, "1 sags nøgle er krypteret under den nye.", "{n} sagers nøgler er krypteret under den nye."
        )
    )
    print_line("Læg en kopi af den nye nøgle i sikkerhedskopien; den gamle åbner kun ældre kopier af databasen.")
    if done.damaged:
        print_error(DANISH.counted(done.damaged, "1 sags nøgle kunne ikke åbnes.", "{n} sagers nøgler kunne ikke åbnes."))


@keys.command(cls=DanishCommand, name="hand-over-seal")
@by_option
def hand_over_seal(by: str | None) -> None:
    """Giv seglets nøgle (seal.key) videre til en ny, med en rod, som begge underskriver. Afbrydes det, så kør det igen."""
    name = name_of(by)
    with opened(settings()) as register, register.connected(SEAL) as conn, progress_bar("Forsegler") as progress:
        chosen = register.settings
        seal_unless_led(register, conn, progress)
        file = chosen.key_file(SEAL_KEY_FILE)
        guard = ForkGuard(RootCopies(chosen.last_signed, chosen.anchors))
        key = hand_over(conn, file, name, lambda old: guard.check(conn, old, new_key=False))
        failures = anchor_newest(conn, chosen.anchors)
    print_line(f"Seglets nøgle {file} er givet videre. Den nye offentlige nøgle: {key.vkey}")
    print_line(
        "Giv den til dem, der har den gamle, og læg en kopi af filen i sikkerhedskopien. Den gamle underskriver intet mere."
    )
    print_anchor_failures(failures)


def name_of(by: str | None) -> str:
    """The name of who changes a key, as claimed: that of the machine's account where none is given. Raises Refused (`bad_parameter`)."""
    try:
        name = (by or getpass.getuser()).strip()
    except (KeyError, OSError):
        name = "ukendt"
    if not 1 <= len(name) <= LONGEST_NAME or not is_clean(name):
        why = f"Navnet skal være på 1 til {LONGEST_NAME} tegn, og må ikke have form som et CPR-nummer."
        raise Refused("bad_parameter", why, place="--by")
    return name


@contextmanager
def owner_connection(chosen: Settings) -> Generator[psycopg.Connection[Any]]:
    """A connection of the database's owner, who alone may change what is stored of a key, or make the tokens of roles."""
    if chosen.database_url and not chosen.owner_url:
        raise Refused("wrong_start", "Angiv ejerens adresse i JOURNEY_OWNER_URL.", place="JOURNEY_OWNER_URL")
    if chosen.owner_url:
        with answering("JOURNEY_OWNER_URL"):
            owner = psycopg.connect(to_primary(chosen.owner_url), autocommit=True)
        with owner as conn:
            if lacking := missing(conn):
                raise Refused("wrong_start", f"Databasen mangler {', '.join(lacking)}. Kør journey migrate.")
            yield conn
        return
    with opened(chosen), embedded(chosen.data) as server, psycopg.connect(server.owner_url, autocommit=True) as conn:
        yield conn
