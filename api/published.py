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
from dashboards.table import Table, said_once
from journey.events import FigurePublished
from journey.migrate import READ
from journey.reading import head
from journey.refusals import Refused

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
    if published.figure not in FIGURES:
        return None
    figure = FIGURES[published.figure]
    key = (f"{figure.id} {sorted(published.parameters.items())}", position)
    if key not in cells:
        try:
            question = asked(figure.takes, words(published.parameters), position=position, today=today, codes=register.codes)
        except Refused:  # what was imported as published need not be a question that can be asked
            return None
        cells[key] = counted(conn, figure, question)
    return the_cell(cells[key], published.cell)


def ledger_table(ledger: list[Compared]) -> Table:
    """The ledger as a table: what the paper says, what the figure gives, and whether they agree."""
    rows = [
        (
            f"{one.published.paper.case}, {day(one.published.paper.date)}",
            one.published.id,
            _printed(one.published),
            number(one.then),
            number(one.now),
            _judged(one),
        )
        for one in ledger
    ]
    notes = [f"{one.published.id}: {'; '.join(one.published.notes)}." for one in ledger if one.published.notes]
    if ledger:
        drifted = sum(one.drifted for one in ledger)
        notes.insert(0, "Talt da: som registret vidste det, da tallet blev offentliggjort. Talt nu: som det ved det nu.")
        notes.append(f"{number(len(ledger))} offentliggjorte tal; {number(drifted) if drifted else 'ingen'} afviger.")
    else:
        notes.append("Registret har ingen offentliggjorte tal endnu.")
    heads = ("Papir", "Tal", "Trykt", "Talt da", "Talt nu", "")
    return Table("Offentliggjorte tal", heads, said_once(rows, 1), tuple(notes))


def _printed(published: FigurePublished) -> str:
    value = number(published.value) if published.value is not None else ""
    return (_QUALIFIED[published.qualifier] + value).strip() or "–"


def _judged(one: Compared) -> str:
    if one.published.figure is None:
        return "tælles ikke"
    if one.drifted:
        return "AFVIGER"
    return "stemmer" if one.published.value is not None else "ikke trykt"
