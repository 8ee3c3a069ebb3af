"""The commands of the keys: `keys rotate`."""

from __future__ import annotations

import getpass
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import click
import psycopg

from api.cli.danish_click import DanishCommand, DanishGroup
from api.console import print_error, print_line, progress_bar
from api.register.register import answering, opened
from api.settings import OUTER_KEY_FILE, Settings, settings
from dashboards.words.language import DANISH
from journey.log.login import to_primary
from journey.log.migrate import missing
from journey.log.rotation import rotate
from journey.postgres import embedded
from journey.refusals import Refused

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
    file = chosen.key_file(OUTER_KEY_FILE)
    with _owner(chosen) as conn, progress_bar("Skifter nøgle") as progress:
        done = rotate(conn, file, progress, by=name_of(by), leave_damaged=leave_damaged)
    print_line(
        f"Den ydre nøgle {file} er skiftet: "
        + DANISH.counted(
            done.wrapped, "1 sags nøgle er krypteret under den nye.", "{n} sagers nøgler er krypteret under den nye."
        )
    )
    print_line("Læg en kopi af den nye nøgle i sikkerhedskopien; den gamle åbner kun ældre kopier af databasen.")
    if done.damaged:
        print_error(DANISH.counted(done.damaged, "1 sags nøgle kunne ikke åbnes.", "{n} sagers nøgler kunne ikke åbnes."))


def name_of(by: str | None) -> str:
    """The name of who changes a key, as claimed: that of the machine's account where none is given."""
    try:
        return by or getpass.getuser()
    except (KeyError, OSError):
        return "ukendt"


@contextmanager
def _owner(chosen: Settings) -> Generator[psycopg.Connection[Any]]:
    """A connection of the database's owner, who alone may change what is stored of a key."""
    if chosen.database_url and not chosen.owner_url:
        raise Refused("wrong_start", "Angiv ejerens adresse i JOURNEY_OWNER_URL.", place="JOURNEY_OWNER_URL")
    if chosen.owner_url:
        with answering("JOURNEY_OWNER_URL"), psycopg.connect(to_primary(chosen.owner_url), autocommit=True) as conn:
            if lacking := missing(conn):
                raise Refused("wrong_start", f"Databasen mangler {', '.join(lacking)}. Kør journey migrate.")
            yield conn
        return
    with opened(chosen), embedded(chosen.data) as server, psycopg.connect(server.owner_url, autocommit=True) as conn:
        yield conn
