"""`journey published`: the ledger counted again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import psycopg
from msgspec import UNSET
from msgspec.structs import replace

from api.answers.publications import publications
from api.register.answer import counted
from api.register.register import Register
from dashboards.drilldown.cell import of_nothing
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, Cell, dimensions_of, the_cell
from dashboards.figures.question import FigureQuestion, parse_question
from dashboards.published.ledger import Compared, earlier_version, known_when, printed_of, words
from journey.codes import CodeLists
from journey.events import FigurePublished
from journey.log.migrate import READ
from journey.refusals import Refused


def compared(register: Register, today: date) -> list[Compared]:
    """Every published number of the ledger beside what its figure gives, at the position it was counted at and at the log's end."""
    end = register.believe()
    with register.connected(READ) as conn:
        ledger = publications(conn, end)
        cells_by_question: dict[tuple[str, int], list[Cell]] = {}
        out: list[Compared] = []
        for publication in ledger:
            at = known_when(publication.published, publication.position)
            then, now = (_cells(conn, register, publication.published, each, today, cells_by_question) for each in (at, end))
            question = question_of(publication.published, at, today, register.codes)
            ask = Ask(FIGURES[publication.published.figure], question) if publication.published.figure and question else None
            if earlier_version(publication.published) is not None:  # by the rule of then it was counted to what was frozen
                then = publication.published.frozen.cells if publication.published.frozen is not UNSET else then
            out += [
                Compared(number, at, _value(ask, then, number), _value(ask, now, number), ask is not None)
                for number in _with_new(printed_of(publication.published), then)
            ]
        return out


def _value(ask: Ask | None, cells: Sequence[Cell], published: FigurePublished) -> float | int | None:
    """What a published number is counted to; a cell that its figure once gave, and gives no more, counts nothing."""
    if ask is None or published.frozen is UNSET or any(dimensions_of(cell) == published.cell for cell in cells):
        return the_cell(cells, published.cell)
    return of_nothing(ask, published.cell)


def _with_new(printed: list[FigurePublished], then: Sequence[Cell]) -> list[FigurePublished]:
    """The numbers of a figure published whole, and as not published those cells that it did not have then."""
    if not printed or printed[0].frozen is UNSET:
        return printed
    there = [published.cell for published in printed]
    new = [cell for each in then if (cell := dimensions_of(each)) not in there]
    return [*printed, *(replace(printed[0], cell=cell, value=None) for cell in new)]


def _cells(
    conn: psycopg.Connection[Any],
    register: Register,
    published: FigurePublished,
    position: int,
    today: date,
    cells_by_question: dict[tuple[str, int], list[Cell]],
) -> list[Cell]:
    question = question_of(published, position, today, register.codes)
    if published.figure is None or question is None:
        return []
    key = (f"{published.figure} {sorted(published.parameters.items())}", position)
    if key not in cells_by_question:
        cells_by_question[key] = counted(conn, FIGURES[published.figure], question)
    return cells_by_question[key]


def question_of(published: FigurePublished, position: int, today: date, codes: CodeLists) -> FigureQuestion | None:
    """Question of a publication to its figure, as known at a position; None where it asks nothing that can be asked."""
    if published.figure not in FIGURES:
        return None
    try:
        return parse_question(
            FIGURES[published.figure].takes, words(published.parameters), position=position, today=today, codes=codes
        )
    except Refused:  # what was imported as published need not be a question
        return None
