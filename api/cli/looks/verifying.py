"""`journey looks verify`: the log of looks held against its seal."""

from __future__ import annotations

import click
from msgspec import to_builtins

from api.cli.danish_click import DanishCommand
from api.cli.options import as_json_option
from api.console import print_json, print_line
from api.register.register import opened
from api.settings import LOOKS_KEY_FILE, settings
from dashboards.words.danish import number
from journey.log.migrate import SEAL
from journey.log.reading import read_snapshot
from journey.proof.looks import LOOKS, check_looks
from journey.proof.sealing import key_problem


@click.command(cls=DanishCommand)
@as_json_option
def verify(as_json: bool) -> int:
    """Efterprøv opslagsloggens segl: intet opslag er ændret eller taget ud før tid. Kode 1, hvis noget ikke passer."""
    with opened(settings()) as register, register.connected(SEAL) as conn:
        problem = key_problem(register.settings.key_file(LOOKS_KEY_FILE), conn, LOOKS)
        with read_snapshot(conn):
            found = check_looks(conn)
    fits = found.fault is None and problem is None
    if as_json:
        print_json({"ok": fits, **to_builtins(found), "key": problem})
        return 0 if fits else 1
    if found.fault is not None:
        print_line(f"Opslag {number(found.number or 0)}: {found.fault}.")
    if problem is not None:
        print_line(problem)
    unsealed = found.rows + found.dropped - found.sealed
    print_line(
        f"{number(found.rows)} opslag, {number(found.roots)} underskrevne rødder, forseglet til nr. {number(found.sealed)}; "
        f"slettet efter fristen til og med nr. {number(found.dropped)}."
    )
    if fits and unsealed > 0:
        print_line("De nyeste er ikke forseglet endnu; det gør journey serve eller journey seal.")
    return 0 if fits else 1
