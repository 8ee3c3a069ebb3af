"""Decisions (afgørelser) that are counted by their day: of forums, on supports, and on what the citizen is sent to or expects."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from journey.events import (
    DisabilityPensionExpected,
    Event,
    Referred,
    Rejected,
    SentToRehabilitation,
    SupportRefused,
    Transferred,
    Visited,
)
from projections.fold import OPENS, Book, Projection, Row, Step

KINDS: Mapping[type[Event], str] = {
    Visited: "visited",
    Rejected: "rejected",
    SupportRefused: "support_refused",
    SentToRehabilitation: "sent_to_rehabilitation",
    DisabilityPensionExpected: "disability_pension_expected",
}


class DecisionRow(Row, frozen=True):
    """One effective decision: the case was open at its place."""

    day: date
    position: int
    decision: str
    detail: str | None
    """The reason of a rejection, the support that was refused."""
    unit_before: str
    """The case's unit at the end of the day before; on a day it opens by a referral: the unit referred to."""


class _DayUnit(NamedTuple):
    """The day of the last event, and the unit that a decision on it is counted by."""

    day: date = date.min
    unit_before: str | None = None


def _fold(today: _DayUnit, step: Step, book: Book) -> _DayUnit:
    before, after, day, event = step.before, step.after, step.recorded.valid_at, step.recorded.event
    if day != today.day:
        today = _DayUnit(day, before.unit)
    if isinstance(event, Referred) and before is not after:
        today = today._replace(unit_before=after.unit)
    if (decision := KINDS.get(type(event))) is not None and before.open:
        book.add(DecisionRow(day, step.recorded.position, decision, _detail(event), today.unit_before or ""))
    return today


def _detail(event: object) -> str | None:
    match event:
        case Rejected():
            return event.reason
        case SupportRefused():
            return event.support
        case _:
            return None


decisions = Projection(DecisionRow, _fold, (*OPENS, Transferred, *KINDS), ("(day)",), _DayUnit())
