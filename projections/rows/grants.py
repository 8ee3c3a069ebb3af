"""Grants by the unit they ran in, from which money is counted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from journey.events import SupportEnded, SupportGranted, Transferred
from projections.fold import ENDS, Book, Projection, Row, Step, Timeline


class GrantSpan(Row, frozen=True):
    """Days `[valid_from, valid_to)` on which a grant ran in an open case of the unit."""

    valid_from: date
    valid_to: date
    granted: int
    """The position of the event that granted it."""
    support: str
    yearly_amount: int | None
    """Kroner a year."""
    unit: str


_Timelines = Mapping[int, Timeline[str | None]]
"""By granting position, those that still run."""
_NEVER: Timeline[str | None] = Timeline()


def _fold(timelines: _Timelines, step: Step, book: Book) -> _Timelines:
    before, after, day = step.before, step.after, step.recorded.valid_at
    if before.grants is after.grants and before.unit == after.unit:
        return timelines
    running = {grant.position for grant in after.grants}
    still_running: dict[int, Timeline[str | None]] = {}
    for grant in (*before.grants, *(grant for grant in after.grants if grant not in before.grants)):
        unit = after.unit if grant.position in running else None
        timeline, ended, begun = timelines.get(grant.position, _NEVER).put(day, unit)
        for start, end, in_unit in ended:
            if in_unit is not None:
                book.retract(GrantSpan(start, end, grant.position, grant.support, grant.yearly_amount, in_unit))
        for start, end, in_unit in begun:
            if in_unit is not None:
                book.add(GrantSpan(start, end, grant.position, grant.support, grant.yearly_amount, in_unit))
        if unit is not None:
            still_running[grant.position] = timeline
    return still_running


grants = Projection(
    GrantSpan,
    _fold,
    (*ENDS, SupportGranted, SupportEnded, Transferred),
    ("(valid_to, known_to, known_from, valid_from) INCLUDE (unit, support, yearly_amount)",),
    MappingProxyType({}),
)
