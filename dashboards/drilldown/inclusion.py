"""Whether a case counts in a published number, by which event; and where it does not, what keeps it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dashboards.figures.figure import Ask, Cell, dimensions_of
from dashboards.figures.parameters import PARAMETERS
from dashboards.figures.question import FigureQuestion
from dashboards.words.danish import word
from dashboards.words.language import DANISH, Language
from journey.codes import CodeLists
from journey.events import FigurePublished
from journey.history import FOREVER, Recorded

FIRST_DAY = date(1, 1, 1)


class Reason(Struct, frozen=True):
    """Reason that a case is not in a published number, and the event of the case that it came of."""

    code: str
    """`include_assessing`, `include_out_of_scope`, `left`, `not_yet`, `not_open`, `instead`, `supported`, `assessing`, `waiting`,
    `unit`, `period`, `narrowed`, `nothing` or `unknown`."""
    event: Recorded | None = None
    parameter: str = ""
    """Of `narrowed`."""
    cells: tuple[Cell, ...] = ()
    """Of `instead`: the cells that it counts in."""


class Inclusion(Struct, frozen=True):
    """A published number put to one case alone, as known at the position that it was published at."""

    ask: Ask
    published: FigurePublished
    part: float | int | None
    """What the case counts with; 0 where it does not count, None where the number is of an earlier version, which is counted no more."""
    event: Recorded | None = None
    """The event that brought it in, where it counts."""
    why_not: tuple[Reason, ...] = ()
    """Where it does not count, what keeps it out."""


def in_words(cell: Cell, codes: CodeLists, translate: Language = DANISH) -> str:
    """A cell's dimensions in words."""
    return ", ".join(word(name, value, codes, translate) for name, value in dimensions_of(cell).items())


def relaxed(ask: Ask) -> Iterator[tuple[str, FigureQuestion]]:
    """The question with each of its exclusions left out in turn, by the parameter that said it."""
    question, takes = ask.question, ask.figure.takes
    every_unit = tuple(question.codes["units"].codes)
    wider: Mapping[str, Any] = {"include_assessing": True, "include_out_of_scope": True, "unit": every_unit}
    narrowing = ("layer", "role", "forum", "reason", "from_unit", "to_unit")
    for name in takes.names:
        if name in takes.required or name not in (*wider, *narrowing):
            continue
        changed = replace(question, **{PARAMETERS[name].field: wider.get(name)})
        if changed != question:
            yield name, changed
    if takes.has_period:
        yield "period", replace(question, from_day=FIRST_DAY, to_day=FOREVER)
