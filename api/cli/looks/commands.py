"""`journey looks`: the log of looks read, and its extract for a citizen."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import datetime, time

import click
from msgspec import to_builtins

from api.answers.looks.finding import MOST_EXAMINED, extract_csv, find_looks
from api.cli.danish_click import DanishGroup
from api.cli.looks.verifying import verify
from api.cli.options import as_json_option
from api.console import print_json, print_table
from api.register.register import opened
from api.settings import settings
from dashboards.figures.parameters import value_of
from dashboards.figures.table import Table
from dashboards.words.danish import number
from journey.access.looks import LoggedLook
from journey.history import COPENHAGEN
from journey.log.look_reading import MOST, LookFilter
from journey.log.looks import ACTIONS, PURPOSES, Look


@click.group(cls=DanishGroup, name="looks", invoke_without_command=True)
@click.option("--case", metavar="SAG", help="kun opslag i den sag, eller efter den")
@click.option("--person", metavar="ID", help="kun den persons")
@click.option("--from", "first", metavar="DAG", help="fra og med dagen")
@click.option("--to", "until", metavar="DAG", help="før dagen")
@click.option("--purpose", type=click.Choice([*PURPOSES]), help="kun opslag med det formål")
@click.option("--without-relation", is_flag=True, help="kun opslag uden kendt tilknytning mellem person og sag")
@click.option("--extract", is_flag=True, help="borgerens udtræk som CSV: enhed, tid og formål, ingen medarbejder")
@click.option("--for", "reason", type=click.Choice([*PURPOSES]), default="data_protection", help="hvad loggen læses til")
@as_json_option
@click.pass_context
def looks(
    context: click.Context,
    case: str | None,
    person: str | None,
    first: str | None,
    until: str | None,
    purpose: str | None,
    without_relation: bool,
    extract: bool,
    reason: str,
    as_json: bool,
) -> None:
    """Læs opslagsloggen: hvem har set hvilken sag, hvornår og til hvad. At læse den er selv et opslag."""
    if context.invoked_subcommand is not None:
        return
    if extract and case is None:
        raise click.UsageError("--extract hører til en sag: angiv --case.")
    codes = settings().codes
    days = [None if day is None else value_of("valid_at", day, codes) for day in (first, until)]
    moments = [None if day is None else datetime.combine(day, time(), COPENHAGEN) for day in days]
    chosen = LookFilter(case, None, person, moments[0], moments[1], purpose)

    with opened(settings()) as register:

        def write(found: Sequence[Look]) -> None:
            register.look(*found, purpose="access_request" if extract else reason)

        found = find_looks(
            register,
            register.reader,
            chosen,
            write,
            only_unexplained=without_relation,
            most=MOST_EXAMINED if extract else MOST,
        )
    if extract:
        sys.stdout.buffer.write(extract_csv(found.looks, codes))
    elif as_json:
        print_json({"total": found.total, "looks": [to_builtins(look) for look in found.looks]})
    else:
        rows = tuple(map(_row, found.looks))
        more = () if found.total <= len(rows) else (f"De {number(len(rows))} nyeste af {number(found.total)}.",)
        heads = ("Nr.", "Tidspunkt", "Person", "Rolle", "Formål", "Hvad", "Sag", "Antal")
        print_table(Table("Opslag", heads, rows, more or (f"{number(found.total)} opslag.",)))


def _row(look: LoggedLook) -> tuple[str, ...]:
    return (
        str(look.number),
        f"{look.at.astimezone(COPENHAGEN):%d-%m-%Y %H.%M}",
        look.person,
        look.role,
        PURPOSES.get(look.purpose, look.purpose),
        ACTIONS.get(look.action, look.action),
        look.case or "–",
        "–" if look.hits is None else number(look.hits),
    )


looks.add_command(verify)
