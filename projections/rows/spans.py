"""Spans of constant state, from which every stock is counted (domain.md section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from journey.case import State, primary_support, stage
from journey.events import (
    AssessmentClosed,
    AssessmentOpened,
    BenefitChanged,
    SupportEnded,
    SupportGranted,
    Transferred,
    Visited,
)
from projections.fold import CASEWORKERS, ENDS, OPENS, Book, Projection, Row, Step, Timeline


class CaseSpan(Row, frozen=True):
    """Days `[valid_from, valid_to)` at whose ends the case was open, and what was so on each of them."""

    valid_from: date
    valid_to: date
    unit: str
    stage: str
    support: str | None
    """The primary support's code."""
    benefit: str | None
    layer: str | None
    in_scope: bool
    citizen: str
    born: int | None
    """The birth month, counted in months from year 0."""
    authority: str | None
    employment: str | None
    continuous: str | None
    method: str | None
    """The method of the assessment that was opened last, of a case in the stage `assessing`."""
    unassigned: str | None
    """Where no role is held: `start` if no end of a day since the case last opened had a holder, else `between`."""


@cache
def months(born: str | None) -> int | None:
    """A `YYYY-MM` as months from year 0."""
    return None if born is None else int(born[:4]) * 12 + int(born[5:]) - 1


class SpanPartition(NamedTuple):
    """A part of the spans with an index of its own, so that a day is found without a walk past all that came after it."""

    holds: str
    """Which spans are of the part, as SQL."""
    key: str
    """The index's key."""
    near: str
    """What else is so of a span of the part that holds a day not after `{last}` and is believed at the position, as SQL."""


SHORT = 64
"""Up to so many days a span is short: it ends at most so many days after a day that it holds."""
BRIEF = 65_536
"""Up to so many positions a belief is brief."""
_ENDED, _OPEN = "valid_to < '9999-12-31'", "valid_to = '9999-12-31'"
_BY_DAY = "(valid_to, known_to, known_from, valid_from)"
_BY_POSITION = "(known_to, valid_from, known_from, valid_to)"

PARTITIONS = (
    SpanPartition(f"{_ENDED} AND valid_to - valid_from <= {SHORT}", _BY_DAY, f"valid_to <= {{last}} + {SHORT}"),
    SpanPartition(f"{_ENDED} AND valid_to - valid_from > {SHORT}", _BY_DAY, "true"),
    SpanPartition(f"{_OPEN} AND known_to - known_from <= {BRIEF}", _BY_POSITION, f"known_to <= %(position)s + {BRIEF}"),
    SpanPartition(f"{_OPEN} AND known_to - known_from > {BRIEF}", _BY_POSITION, "true"),
)
"""Each span is of one of them."""

_INCLUDED = (
    "unit, stage, support, benefit, layer, in_scope, born, authority, employment, continuous, method, unassigned, case_id"
)


class _Course(NamedTuple):
    """What the fold remembers: the timeline, the day of the last event, and whether a day since the opening ended with a holder."""

    timeline: Timeline[CaseSpan | None] = Timeline()
    day: date = date.min
    held: bool = False


def _fold(course: _Course, step: Step, book: Book) -> _Course:
    before, after, day = step.before, step.after, step.recorded.valid_at
    if after is before:
        return course
    held = before.open and (course.held or (day > course.day and before.holders != _NOBODY))
    timeline, ended, begun = course.timeline.put(day, _constant(after, step.classes, held))
    for start, end, value in ended:
        if value is not None:
            book.retract(_dated(value, start, end))
    for start, end, value in begun:
        if value is not None:
            book.add(_dated(value, start, end))
    return _Course(timeline, day, held)


_NOBODY = (None, None, None)
NO_DAY = date.min


def _constant(state: State, classes: Mapping[str, str], held: bool) -> CaseSpan | None:
    if not state.open or state.unit is None or state.citizen is None:
        return None
    support = primary_support(state, classes)
    of_stage = stage(state, support)
    authority, employment, continuous = state.holders
    return CaseSpan(
        NO_DAY,
        NO_DAY,
        state.unit,
        of_stage,
        support,
        state.benefit,
        state.layer,
        state.in_scope,
        state.citizen,
        months(state.born),
        authority and authority.worker,
        employment and employment.worker,
        continuous and continuous.worker,
        state.assessment if of_stage == "assessing" else None,
        None if state.holders != _NOBODY else "between" if held else "start",
    )


def _dated(value: CaseSpan, start: date, end: date) -> CaseSpan:
    return replace(value, valid_from=start, valid_to=end)


spans = Projection(
    CaseSpan,
    _fold,
    (
        *OPENS,
        *ENDS,
        *CASEWORKERS,
        Transferred,
        BenefitChanged,
        AssessmentOpened,
        AssessmentClosed,
        Visited,
        SupportGranted,
        SupportEnded,
    ),
    tuple(f"{part.key} INCLUDE ({_INCLUDED}) WHERE {part.holds}" for part in PARTITIONS),
    _Course(),
)
