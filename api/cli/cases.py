"""The commands about cases: `replay`, `findings` and `casefile`."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec import to_builtins

from api.answers.casefiles import casefile_zip, recipient_of, redacted_zip
from api.answers.replays import replay as replayed
from api.answers.replays import replay_table
from api.cli.danish_click import DanishCommand
from api.cli.files import new_file
from api.cli.options import as_json_option, known_at_option
from api.clock import today
from api.console import print_error, print_json, print_table
from api.register.answer import known_json, known_position, with_caution
from api.register.register import opened
from api.settings import settings
from dashboards.figures.parameters import PARAMETERS, value_of
from dashboards.figures.quality.findings import FINDINGS
from dashboards.figures.table import Table, known_text
from dashboards.sections.quality.findings import gone_table
from dashboards.words.danish import day, moment, number
from dashboards.words.language import DANISH
from journey.log.deliveries import gone_at
from journey.log.looks import looks_at
from journey.log.migrate import READ
from journey.log.reading import moment_of
from journey.refusals import Refused, finding_text


@click.command(cls=DanishCommand)
@click.argument("case", metavar="SAG")
@click.option("--valid-at", metavar="DAG", help="virkningsdag; udeladt: i dag")
@known_at_option
@as_json_option
def replay(case: str, valid_at: str | None, known_at: str | None, as_json: bool) -> None:
    """Genspil en sag: dens hændelser, som registret kendte dem, og tilstanden på en dag."""
    when = today() if valid_at is None else value_of("valid_at", valid_at, settings().codes)
    with opened(settings()) as register, register.looking("read", case):
        answer = replayed(register, case, when, known_at)
    if as_json:
        print_json(with_caution(answer.json, {"known_at": known_at}))
    else:
        print_table(replay_table(answer))


@click.command(cls=DanishCommand)
@known_at_option
@as_json_option
def findings(known_at: str | None, as_json: bool) -> None:
    """Vis fundene: de steder, hvor historien ikke giver mening."""
    with opened(settings()) as register:
        position = register.position(known_at)
        with register.connected(READ) as conn:
            known = moment_of(conn, position)
            rows = conn.execute(FINDINGS, {"at": position, "after": 0, "limit": None}).fetchall()
            gone = gone_at(conn, position)
        register.look(*looks_at("list", (row[0] for row in rows)))
    if as_json:
        found = [
            {"case": case, "valid_at": valid_at.isoformat(), "position": at, "code": code, "text": finding_text(code)}
            for case, valid_at, at, code in rows
        ]
        answer = {"known_at": known_json(position, known), "findings": found, "gone_rows": to_builtins(gone)}
        print_json(with_caution(answer, {"known_at": known_at}))
        return
    note = f"{number(len(rows)) if rows else 'Ingen'} fund · som registret vidste det {known_text(position, moment(known))}."
    shown = tuple((case, day(valid_at), number(at), finding_text(code)) for case, valid_at, at, code in rows)
    notes = (note, "Se en sag med journey replay SAG.") if rows else (note,)
    print_table(Table("Fund", ("Sag", "Virkning", "Position", "Hvad der ikke giver mening"), shown, notes))
    if gone:
        print_table(gone_table(gone, DANISH))


@click.command(cls=DanishCommand)
@click.argument("case", metavar="SAG")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FIL", help="zip-filen, der skrives")
@click.option("--valid-at", "days", multiple=True, metavar="DAG", help="dag, tilstanden vises på; kan gentages; udeladt: i dag")
@known_at_option
@click.option("--redacted", is_flag=True, help="redigeret kopi: pseudonymer, måneder, ingen notater; kræver modtager og formål")
@click.option("--recipient", metavar="MODTAGER", help="hvem den redigerede kopi er til")
@click.option("--purpose", metavar="FORMÅL", help="hvad modtageren må bruge den til")
def casefile(
    case: str,
    output: Path,
    days: tuple[str, ...],
    known_at: str | None,
    redacted: bool,
    recipient: str | None,
    purpose: str | None,
) -> None:
    """Skriv en sags mappe: hændelser, tilstand, tal, beviser og verify.py i én zip-fil."""
    try:
        chosen = [PARAMETERS["valid_at"].read(day, settings().codes) for day in days] or [today()]
    except ValueError as error:
        raise Refused("bad_parameter", f"{error}.", place="valid_at") from None
    if (recipient or purpose) and not redacted:
        raise Refused("bad_parameter", "Modtager og formål hører til en redigeret kopi.", place="--redacted")
    made_for = recipient_of(recipient, purpose, ("--recipient", "--purpose")) if redacted else None
    with opened(settings()) as register:
        with register.connected(READ) as conn:
            position = known_position(conn, known_at)
        days_shown = sorted(set(chosen))
        with register.looking("export", case):
            if made_for is None:
                _, content = casefile_zip(register, case, days_shown, position)
            else:
                _, content = redacted_zip(register, case, days_shown, position, made_for)
        with new_file(output) as out:
            out.write(content)
    print_error(f"Sagsmappen er skrevet til {output}.")
