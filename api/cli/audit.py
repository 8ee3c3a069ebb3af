"""`journey audit`: every case replayed and compared with its rows."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any, cast

import click

from api.answers.audits import Audit, audit
from api.cli.danish_click import DanishCommand
from api.cli.options import as_json_option
from api.console import print_json, print_line, print_table, progress_bar
from api.register.register import opened
from api.settings import settings
from dashboards.figures.table import Table
from dashboards.words.danish import number
from dashboards.words.language import DANISH
from journey.log.looks import looks_at
from projections.engine.agreement import RepeatedDisagreement
from projections.projections import PROJECTIONS

MOST_SHOWN = 50
_SEEDS = 10**6


@click.command("audit", cls=DanishCommand)
@click.option("--moments", type=click.IntRange(0, 1_000), default=10, metavar="TAL", help="tilfældige positioner; udeladt: 10")
@click.option("--seed", type=click.IntRange(0), metavar="TAL", help="hvilke tilfældige; udeladt: nye hver gang")
@as_json_option
def audit_(moments: int, seed: int | None, as_json: bool) -> int:
    """Genspil alle sager, og hold dem mod rækkerne, ved logens ende og ved tilfældige tidspunkter før den."""
    chosen = random.randrange(_SEEDS) if seed is None else seed  # noqa: S311 -- where to look, nothing secret
    with opened(settings()) as register:
        with progress_bar("Tæller") as progress:
            register.believe(progress=progress)
        with progress_bar("Genspiller") as progress:
            found = audit(register, moments, chosen, progress)
        register.look(*looks_at("list", (seen.first.case for seen in found.differences)))
    if as_json:
        print_json(found.json)
    else:
        _print_audit(found)
    return 1 if found.found else 0


def _print_audit(found: Audit) -> None:
    over = (
        f"{number(found.cases)} forløb, {number(len(PROJECTIONS))} tabeller, "
        f"{DANISH.counted(len(found.moments), '1 tidspunkt', '{n} tidspunkter')}, "
        f"{DANISH.counted(found.rows, '1 række', '{n} rækker')} holdt sammen (--seed {found.seed})."
    )
    if not found.found:
        print_line(f"Genspil og rækker er enige: {over}")
        return
    shown = found.differences[:MOST_SHOWN]
    more = (f"… og {number(found.found - len(shown))} til.",) if found.found > len(shown) else ()
    seen = "Fra og til er det første og det sidste af tidspunkterne, hvor forskellen blev set."
    notes = (*more, seen, over, "Byg rækkerne på ny med journey rebuild, og find ud af, hvem der har ændret dem.")
    rows = tuple(map(_difference_row, shown))
    heads = ("Sag", "Fra position", "Til position", "Tabel", "Række", "Felt", "Rækkerne siger", "Genspillet siger")
    print_table(
        Table(
            DANISH.counted(found.found, "Genspil og rækker er uenige ét sted", "Genspil og rækker er uenige {n} steder"),
            heads,
            rows,
            notes,
        )
    )


def _difference_row(seen: RepeatedDisagreement) -> tuple[str, ...]:
    """The table row of a difference: its place, its first and last position, and what the rows and the replay say."""
    first = seen.first
    row, field = f"{first.row.known_from}/{first.row.nth}", first.field or "hele rækken"
    values = _value(first.stored), _value(first.replayed)
    return first.case, str(first.position), str(seen.to_position), first.table, row, field, *values


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        row = cast("Mapping[str, Any]", value)
        return ", ".join(f"{name} {'–' if each is None else each}" for name, each in row.items())
    return "–" if value is None else str(value)
