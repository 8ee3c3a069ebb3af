"""`journey published`: the ledger counted again."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
import psycopg

from api.answers import FIGURES, counted
from api.register import Register
from dashboards.danish import day, number
from dashboards.figure import Cell
from dashboards.ledger import Compared, the_cell, words
from dashboards.question import asked
from dashboards.table import Table
from journey.events import FigurePublished
from journey.migrate import READ
from journey.reading import head

_LEDGER = "SELECT position, published FROM rows.publications WHERE known_to > %s ORDER BY valid_at, position"
_QUALIFIED = {"ca": "ca. ", "ikke_under": "ikke under ", "enkelte": "enkelte", "exact": ""}


def compared(register: Register, today: date) -> list[Compared]:
    """Every publication of the ledger beside what its figure gives, at its own position and at the log's end."""
    end = register.believe()
    with register.connected(READ) as conn:
        rows = conn.execute(_LEDGER, (end,)).fetchall()
        end, _ = head(conn)
        cells: dict[tuple[str, int], list[Cell]] = {}
        out: list[Compared] = []
        for position, text in rows:
            published = msgspec.json.decode(text, type=FigurePublished)
            then, now = (_derived(conn, register, published, at, today, cells) for at in (position, end))
            out.append(Compared(published, position, then, now))
        return out


def _derived(
    conn: psycopg.Connection[Any],
    register: Register,
    published: FigurePublished,
    position: int,
    today: date,
    cells: dict[tuple[str, int], list[Cell]],
) -> float | int | None:
    if published.figure is None:
        return None
    figure = FIGURES[published.figure]
    key = (f"{figure.id} {sorted(published.parameters.items())}", position)
    if key not in cells:
        question = asked(figure.takes, words(published.parameters), position=position, today=today, codes=register.codes)
        cells[key] = counted(conn, figure, question)
    return the_cell(cells[key], published.cell)


def ledger_table(ledger: list[Compared]) -> Table:
    """The ledger as a table: what the paper says, what the figure gives, and whether they agree."""
    rows = tuple(
        (
            one.published.id,
            f"{one.published.paper.case} {day(one.published.paper.date)}",
            _QUALIFIED[one.published.qualifier] + (number(one.published.value) if one.published.value is not None else ""),
            number(one.then) if one.published.figure else "reference",
            number(one.now) if one.published.figure else "reference",
            "AFVIGER" if one.drifted else "stemmer",
        )
        for one in ledger
    )
    drifted = sum(one.drifted for one in ledger)
    note = (
        f"{number(len(ledger))} offentliggjorte tal; {number(drifted)} afviger."
        if ledger
        else "Registret har ingen fortegnelse endnu."
    )
    return Table("Offentliggjorte tal", ("Tal", "Papir", "Trykt", "Talt da", "Talt nu", ""), rows, (note,))
