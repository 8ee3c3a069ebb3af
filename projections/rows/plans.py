"""Plans (planer) agreed in a course, from the day until the course ends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from msgspec.structs import replace

from journey.events import PlanAgreed
from journey.history import FOREVER
from projections.fold import ENDS, Book, Projection, Row, Step


class PlanSpan(Row, frozen=True):
    """Days `[valid_from, valid_to)` at whose ends the open case had a plan of the kind, agreed since it last opened."""

    valid_from: date
    plan: str
    position: int
    """The event that agreed it first."""
    valid_to: date = FOREVER


_Rows = Mapping[str, PlanSpan]
"""Those of the course that runs, by kind of plan."""


def _fold(rows: _Rows, step: Step, book: Book) -> _Rows:
    before, after, day = step.before.plans, step.after.plans, step.recorded.valid_at
    if before is after:
        return rows
    for plan in before:
        if plan not in after:
            book.retract(rows[plan])
            if rows[plan].valid_from < day:
                book.add(replace(rows[plan], valid_to=day))
    agreed = {plan: rows.get(plan) or PlanSpan(day, plan, step.recorded.position) for plan in after}
    for plan, row in agreed.items():
        if plan not in before:
            book.add(row)
    return agreed


plans = Projection(PlanSpan, _fold, (*ENDS, PlanAgreed), memory=MappingProxyType({}))
