"""What a request asks of one figure: its question, and the cell of the answer that is meant."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, NamedTuple

from fastapi import Path, Request

from api.web.problems import Problem
from api.web.query import Words, one, served, words
from api.web.rest import openapi as doc
from dashboards.drilldown.cell import OF_CELL
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.figures.parameters import PARAMETERS
from dashboards.words.danish import DIMENSIONS

FigureId = Annotated[str, Path(description="Figurens id.", json_schema_extra={"enum": [*FIGURES]}, examples=["caseload"])]


class Asked(NamedTuple):
    """A question to a figure with the cell meant, in words, and what else was said."""

    ask: Ask
    cell: dict[str, str]
    said: Words


def asked_of(request: Request, figure: str, more: Collection[str], *, lenient: bool = False) -> Asked:
    """The question and the cell. Raises Problem (`no_page`) for a figure that there is not, and Refused as `words` does.

    A page is lenient: what its form sends empty, and what only other figures take, is left out.
    """
    if figure not in FIGURES:
        raise Problem("no_page")
    takes = FIGURES[figure].takes
    cells = [f"{OF_CELL}{name}" for name in DIMENSIONS]
    said = words(
        request, (*(PARAMETERS if lenient else takes.names), *cells, "known_at", *more), takes.repeatable, lenient=lenient
    )
    given = {name: texts for name, texts in said.items() if name in takes.names}
    question = served(request).question(figure, given, one(said, "known_at"))
    cell = {name.removeprefix(OF_CELL): texts[0] for name, texts in said.items() if name.startswith(OF_CELL)}
    return Asked(Ask(FIGURES[figure], question), cell, said)


def described(*, cell: bool) -> list[dict[str, Any]]:
    """The parameters of any figure, and the dimensions of a cell, as the API describes them."""
    of_figures = [
        doc.query(name, parameter.danish, {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": 400})
        for name, parameter in PARAMETERS.items()
    ]
    dimensions = [
        doc.query(f"{OF_CELL}{name}", f"Cellens {danish.lower()}; - for ingen.", {"type": "string", "minLength": 1})
        for name, danish in DIMENSIONS.items()
        if name != "value"
    ]
    return [*of_figures, doc.KNOWN_AT, *(dimensions if cell else ())]
