"""The auditor's commands: the oracle over the whole register, and a case's file to take away."""

from __future__ import annotations

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import click

from api.answers.audits import Audit, audit
from api.answers.casefiles import gathered
from api.cli.console import complain, progress, show, show_json, tell
from api.cli.danish_click import Command
from api.cli.exchange import new_file
from api.clock import today
from api.register.answer import known_position
from api.register.register import opened
from api.settings import settings
from dashboards.figures.parameters import PARAMETERS
from dashboards.figures.table import Table
from dashboards.words.danish import number
from dashboards.words.language import DANISH
from journey.log.migrate import READ
from journey.refusals import Refused
from projections.engine.agreement import Seen
from projections.projections import PROJECTIONS

MOST_SHOWN = 50
_SEEDS = 10**6


@click.command("audit", cls=Command)
@click.option("--moments", type=click.IntRange(0, 1_000), default=10, metavar="TAL", help="tilfældige positioner; udeladt: 10")
@click.option("--seed", type=click.IntRange(0), metavar="TAL", help="hvilke tilfældige; udeladt: nye hver gang")
@click.option("--json", "as_json", is_flag=True, help="som JSON")
def audit_(moments: int, seed: int | None, as_json: bool) -> int:
    """Genspil alle sager, og hold dem mod rækkerne, ved logens ende og ved tilfældige tidspunkter før den."""
    chosen = random.randrange(_SEEDS) if seed is None else seed  # noqa: S311 -- where to look, nothing secret
    with opened(settings()) as register:
        with progress("Tæller") as told:
            register.believe(told=told)
        with progress("Genspiller") as told:
            found = audit(register, moments, chosen, told)
    if as_json:
        show_json(found.json)
    else:
        _say(found)
    return 1 if found.found else 0


def _say(found: Audit) -> None:
    over = (
        f"{number(found.cases)} forløb, {number(len(PROJECTIONS))} tabeller, "
        f"{DANISH.counted(len(found.moments), '1 tidspunkt', '{n} tidspunkter')}, "
        f"{DANISH.counted(found.rows, '1 række', '{n} rækker')} holdt sammen (--seed {found.seed})."
    )
    if not found.found:
        tell(f"Genspil og rækker er enige: {over}")
        return
    shown = found.differences[:MOST_SHOWN]
    more = (f"… og {number(found.found - len(shown))} til.",) if found.found > len(shown) else ()
    seen = "Fra og til er det første og det sidste af tidspunkterne, hvor forskellen blev set."
    notes = (*more, seen, over, "Byg rækkerne på ny med journey rebuild, og find ud af, hvem der har ændret dem.")
    rows = tuple(map(_told, shown))
    heads = ("Sag", "Fra position", "Til position", "Tabel", "Række", "Felt", "Rækkerne siger", "Genspillet siger")
    show(
        Table(
            DANISH.counted(found.found, "Genspil og rækker er uenige ét sted", "Genspil og rækker er uenige {n} steder"),
            heads,
            rows,
            notes,
        )
    )


def _told(seen: Seen) -> tuple[str, ...]:
    """Where a difference is, the first and the last moment it was seen at, and what rows and replay say there."""
    one = seen.first
    row, field = f"{one.row.known_from}/{one.row.nth}", one.field or "hele rækken"
    return one.case, str(one.position), str(seen.to_position), one.table, row, field, _value(one.stored), _value(one.replayed)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        row = cast("Mapping[str, Any]", value)
        return ", ".join(f"{name} {'–' if each is None else each}" for name, each in row.items())
    return "–" if value is None else str(value)


@click.command(cls=Command)
@click.argument("case", metavar="SAG")
@click.option("-o", "--output", type=click.Path(path_type=Path), required=True, metavar="FIL", help="zip-filen, der skrives")
@click.option("--valid-at", "days", multiple=True, metavar="DAG", help="dag, tilstanden vises på; kan gentages; udeladt: i dag")
@click.option("--known-at", metavar="POSITION|TID", help="hvad registret vidste; udeladt: alt til nu")
@click.option("--redacted", is_flag=True, help="redigeret kopi: pseudonymer, ingen notater, ingen kilde-id")
def casefile(case: str, output: Path, days: tuple[str, ...], known_at: str | None, redacted: bool) -> None:
    """Skriv en sags mappe: hændelser, tilstand, tal, beviser og verify.py i én zip-fil."""
    try:
        chosen = [PARAMETERS["valid_at"].read(day, settings().codes) for day in days] or [today()]
    except ValueError as error:
        raise Refused("bad_parameter", f"{error}.", place="valid_at") from None
    with opened(settings()) as register:
        with register.connected(READ) as conn:
            position = known_position(conn, known_at)
        _, content = gathered(register, case, sorted(set(chosen)), position, redact=redacted)
        with new_file(output) as out:
            out.write(content)
    complain(f"Sagsmappen er skrevet til {output}.")


COMMANDS = (audit_, casefile)
