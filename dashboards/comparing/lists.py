"""Hvem gik, hvem kom as the page shows it: each list of cases with its causes and the ways to the cases, and the cells with their sums."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

from msgspec import Struct

from dashboards import site
from dashboards.comparing.between import Between, CaseBetween, CellBetween, Part, part_of
from dashboards.comparing.words import (
    HEADINGS,
    MANY,
    cause_in_words,
    causes_in_words,
    cell_in_words,
    not_known,
    sum_in_words,
    way_in_words,
)
from dashboards.drilldown.cell import OF_CELL, word
from dashboards.drilldown.why import Why
from dashboards.figures.decimals import shown
from dashboards.words.language import Language
from journey.history import FOREVER

SHOWN, MOST = 100, 1_000
"""The cases of a list that stand open, and the most that it has at all; the file has every one."""

Address = Sequence[tuple[str, str]]
"""The words of the page's address."""


class Line(Struct, frozen=True):
    """A case of a list: where it counted, what did it, and the ways to the case on its own day and on that of the cause."""

    case: str
    address: str
    """The case on the day that it was in."""
    cells: str
    cause: str
    day: date | None
    """The day of the cause."""
    on_that_day: str
    """The case on that day."""
    registered: str


class CaseList(Struct, frozen=True):
    """The cases that did one thing."""

    way: str
    title: str
    count: int
    causes: Sequence[tuple[str, str]]
    """What did it and how often, where more than one thing did."""
    shown: Sequence[Line]
    folded: Sequence[Line]
    left_out: int
    """How many only the file has."""


class CellLine(Struct, frozen=True):
    """A cell with its steps in words, and the address of the page of it alone."""

    name: str
    address: str
    steps: Sequence[str]


STEPS = ("left", "gone", "changed", "new", "came")


def between_values(found: Between, knowledge: Why | None, address: Address, translate: Language) -> dict[str, Any]:
    """The template's values."""
    used = [step for step in STEPS if step in ("left", "came") or any(getattr(each, step) for each in found.cells)]
    return {
        "sum": sum_in_words(found, translate),
        "not_known": not_known(found, translate),
        "many": translate(MANY) if any(each.cause is None for each in found.that("left", "came")) and _too_many(found) else "",
        "steps": used,
        "cells": [_cell_line(each, found, used, address, translate) for each in found.cells],
        "chosen": "" if found.chosen is None else cell_in_words(found.chosen, found, translate),
        "lists": [each for way in HEADINGS if (each := _list(way, found, translate)).count],
        "first_day": translate.day(found.days[0]),
        "last_day": translate.day(found.days[1]),
        "two_steps": [] if knowledge is None else [_two_steps(each, knowledge, found, translate) for each in found.cells],
        "single_cell": found.chosen is None and len(found.cells) == 1,
        "no_sum": any(not each.adds_up for each in found.cells),
    }


def _too_many(found: Between) -> bool:
    return all(each.cause is None for each in found.cases)


def _list(way: str, found: Between, translate: Language) -> CaseList:
    cases = found.that(way)
    causes = causes_in_words(cases, found, translate) if way != "stayed" else []
    lines = [_line(each, found, translate) for each in cases[:MOST]]
    counts = [(cause, translate.number(n)) for cause, n in causes] if len(causes) > 1 else []
    most = 0 if way == "stayed" else SHOWN
    return CaseList(way, translate(HEADINGS[way]), len(cases), counts, lines[:most], lines[most:], max(len(cases) - MOST, 0))


def _line(case: CaseBetween, found: Between, translate: Language) -> Line:
    first, last = found.days
    cause = case.cause
    return Line(
        case.case,
        _case(case.case, first if case.way == "left" else last, found, translate),
        way_in_words(case, found, translate),
        cause_in_words(case, found, translate),
        cause and cause.day,
        _case(case.case, cause.day, found, translate) if cause else "",
        translate.moment(cause.event.known_at) if cause and cause.event else "",
    )


def _case(case: str, day: date, found: Between, translate: Language) -> str:
    lang = {"lang": translate.code} if translate.code != "da" else {}
    query = {"valid_at": min(day, FOREVER).isoformat(), "known_at": found.last.question.position, **lang}
    return f"{site.case_page(case)}?{urlencode(query)}"


def _cell_line(each: CellBetween, found: Between, used: Sequence[str], address: Address, translate: Language) -> CellLine:
    of_cell = f"{site.WHY.address}?{urlencode([*address, *_cell_words(each.cell)])}"
    steps = [_step(name, getattr(each, name), translate) if each.adds_up else "" for name in used]
    before, after = (_number(value, each.cell, found, translate) for value in (each.before, each.after))
    return CellLine(
        cell_in_words(each.cell, found, translate) or found.last.figure.title(translate), of_cell, (before, *steps, after)
    )


def _two_steps(each: CellBetween, knowledge: Why, found: Between, translate: Language) -> tuple[str, ...]:
    """The cell as first known on the earlier day, what was learned, the same day as known later, what the days did, and the later day."""
    before = next((moved.before for moved in knowledge.moved if part_of(moved.cell) == each.cell), each.before)
    values = (before, each.before, each.after)
    numbers = [_number(value, each.cell, found, translate) for value in values]
    learned, moved = ("" if None in (was, now) else translate.signed((now or 0) - (was or 0)) for was, now in pairwise(values))
    name = cell_in_words(each.cell, found, translate) or found.last.figure.title(translate)
    return name, numbers[0], learned, numbers[1], moved, numbers[2]


def _number(value: float | None, part: Part, found: Between, translate: Language) -> str:
    return shown(value, found.last.figure.unit, dict(part), translate)


def _step(name: str, value: float, translate: Language) -> str:
    return translate.signed(-value if name in ("left", "gone") else value)


def _cell_words(part: Part) -> list[tuple[str, str]]:
    return [(f"{OF_CELL}{name}", word(value)) for name, value in part]
