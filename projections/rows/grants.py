"""Each grant and the unit it ran in: what money is counted from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from journey.events import SupportEnded, SupportGranted, Transferred
from projections.fold import ENDS, Book, Line, Projection, Row, Step


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


_Lines = Mapping[int, Line[str | None]]
"""By granting position, those that still run."""
_NEVER: Line[str | None] = Line()


def _fold(lines: _Lines, step: Step, book: Book) -> _Lines:
    before, after, day = step.before, step.after, step.recorded.valid_at
    if before.grants is after.grants and before.unit == after.unit:
        return lines
    running = {grant.position for grant in after.grants}
    kept: dict[int, Line[str | None]] = {}
    for grant in (*before.grants, *(grant for grant in after.grants if grant not in before.grants)):
        unit = after.unit if grant.position in running else None
        line, gone, come = lines.get(grant.position, _NEVER).put(day, unit)
        for start, end, in_unit in gone:
            if in_unit is not None:
                book.retract(GrantSpan(start, end, grant.position, grant.support, grant.yearly_amount, in_unit))
        for start, end, in_unit in come:
            if in_unit is not None:
                book.add(GrantSpan(start, end, grant.position, grant.support, grant.yearly_amount, in_unit))
        if unit is not None:
            kept[grant.position] = line
    return kept


grants = Projection(
    GrantSpan,
    _fold,
    (*ENDS, SupportGranted, SupportEnded, Transferred),
    ("(valid_to, known_to, known_from, valid_from) INCLUDE (unit, support, yearly_amount)",),
    MappingProxyType({}),
)
