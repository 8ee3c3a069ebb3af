"""`journey export`: the log out, as events line by line or as an event log for process mining."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import click

from api.answers.cohorts import cases_active_in, cases_listed_in
from api.cli.danish_click import DanishCommand
from api.cli.files import new_file
from api.cli.importing import counted
from api.cli.options import with_a_caution
from api.console import print_error
from api.register.answer import known_position
from api.register.register import Register, opened
from api.settings import settings
from journey.exchange.exporting import LOG_FORMATS, export, export_log
from journey.log.looks import Look, looks_at
from journey.log.migrate import READ
from journey.log.reading import count_cases, history
from journey.refusals import Refused


@click.command("export", cls=DanishCommand)
@click.argument("file", metavar="[FIL]", default="-")
@click.option(
    "--format",
    "form",
    type=click.Choice(["jsonl", *LOG_FORMATS]),
    default="jsonl",
    help="jsonl; xes, ocel eller csv (en tabel) til procesanalyse",
)
@click.option("--with-notes", is_flag=True, help="tag notaternes tekst med (kun jsonl)")
@click.option("--case", "cases", multiple=True, metavar="SAG", help="kun den sag; med andet end jsonl kan der være flere")
@click.option(
    "--cases",
    "listed",
    type=click.Path(path_type=Path),
    metavar="FIL",
    help="kun sagerne i filen: en på en linje, eller et tals liste over sager som CSV (ikke jsonl)",
)
@click.option("--unit", metavar="ENHED", help="kun sager aktive i enheden i perioden (ikke jsonl)")
@click.option("--from", "from_day", metavar="DAG", help="periodens første dag; udeladt: alle dage")
@click.option("--to", "to_day", metavar="DAG", help="dagen efter periodens sidste")
@click.option(
    "--known-at", metavar="POSITION|TID", help="kun hvad registret vidste; udeladt: alt til nu", callback=with_a_caution
)
def export_(
    file: str,
    form: str,
    with_notes: bool,
    cases: tuple[str, ...],
    listed: Path | None,
    unit: str | None,
    from_day: str | None,
    to_day: str | None,
    known_at: str | None,
) -> None:
    """Skriv registret ud, en hændelse på en linje, i loggens orden. Uden fil, eller med -, på standard output."""
    if form == "jsonl" and (len(cases) > 1 or listed or unit or from_day or to_day):
        raise Refused(
            "bad_parameter", "Flere sager, enhed og periode kan kun bruges med --format xes, ocel eller csv.", place="--format"
        )
    if form != "jsonl" and (with_notes or sum(map(bool, (cases, listed, unit))) > 1):
        raise Refused(
            "bad_parameter",
            "Notater er kun med i jsonl, og kun én af --case, --cases og --unit kan bruges.",
            place="--format",
        )
    if (from_day or to_day) and not unit:
        raise Refused("bad_parameter", "En periode hører til en enhed: angiv --unit.", place="--unit")
    if listed is not None:
        cases = cases_listed_in(listed)
    cases = tuple(dict.fromkeys(cases))  # each case once
    with opened(settings()) as register, register.open_vault() as vault:
        with register.connected(READ) as conn:
            upto = known_position(conn, known_at)
            if unknown := next((case for case in cases if not history(conn, case, upto)), None):
                raise Refused("unknown_case", place=unknown)
        if unit is not None:
            cases = cases_active_in(register, unit, from_day, to_day, upto)
        register.look(*_looks(register, cases, upto, some=bool(cases) or unit is not None, with_notes=with_notes))
        notes, case = vault if with_notes else None, next(iter(cases), None)

        def write(out: IO[bytes]) -> int:
            if form == "jsonl":
                return export(register.url, out, with_notes=notes, case=case, upto=upto, reader=register.reader)
            some = cases if cases or unit is not None else None
            return export_log(register.url, out, LOG_FORMATS[form], upto=upto, cases=some, reader=register.reader)

        if file == "-":
            write(sys.stdout.buffer)
            return
        with new_file(Path(file)) as out:
            written = write(out)
    print_error(f"{counted(written, 'hændelse', 'hændelser')} skrevet til {file}.")


def _looks(register: Register, cases: Sequence[str], upto: int, *, some: bool, with_notes: bool) -> Iterator[Look]:
    """The looks of an export: one a case that is chosen; one for all, with their number, where none is."""
    hits = None
    if some:
        yield from looks_at("export", cases)
    else:
        with register.connected(READ) as conn:
            hits = count_cases(conn, upto)
        yield Look("export", hits=hits)
    if with_notes:
        yield Look("decrypt", hits=len(cases) if some else hits)
