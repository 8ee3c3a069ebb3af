"""The query of one figure: its question, and the cell of the answer that is meant."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, NamedTuple

from fastapi import Path, Request

from api.register.served import Served
from api.web.problems import HttpProblem
from api.web.query import Words, checked_words, first
from dashboards.drilldown.cell import OF_CELL
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, Figure
from dashboards.figures.question import FigureQuestion
from dashboards.words.danish import DIMENSIONS

FigureId = Annotated[str, Path(description="Figurens id.", json_schema_extra={"enum": [*FIGURES]}, examples=["caseload"])]


class FigureQuery(NamedTuple):
    """A question to a figure, the dimensions of the cell meant as they were written, and all the query's words."""

    ask: Ask
    cell: dict[str, str]
    words: Words


def figure_query(
    register: Served,
    request: Request,
    figure: str,
    more: Collection[str],
    *,
    of_cell: bool = False,
    blank: Collection[str] = (),
) -> FigureQuery:
    """The query, which may also use the names in `more`, and with `of_cell` the dimensions of a cell.

    Raises HttpProblem (`no_page`) for a figure that there is not, and Refused as `checked_words` and `Register.question` do.
    """
    if figure not in FIGURES:
        raise HttpProblem("no_page")
    of_figure = FIGURES[figure]
    names = (*(f"{OF_CELL}{name}" for name in DIMENSIONS if of_cell), "known_at", *more)
    words = figure_words(request, of_figure, names, blank=blank)
    cell = {name.removeprefix(OF_CELL): texts[0] for name, texts in words.items() if name.startswith(OF_CELL)}
    return FigureQuery(Ask(of_figure, question_in(register, of_figure, words)), cell, words)


def figure_words(request: Request, figure: Figure, more: Collection[str], *, blank: Collection[str] = ()) -> Words:
    """The query's words: the figure's parameters and the names in `more`. Raises Refused as `checked_words` does."""
    return checked_words(request, (*figure.takes.names, *more), figure.takes.repeatable, blank=blank)


def question_in(register: Served, figure: Figure, words: Words) -> FigureQuestion:
    """The question that the words put to the figure. Raises Refused as `Register.question` does."""
    parameters = {name: texts for name, texts in words.items() if name in figure.takes.names}
    return register.question(figure.id, parameters, first(words, "known_at"))
