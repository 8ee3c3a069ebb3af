"""Each grant and the unit it ran in: what money is counted from."""

from __future__ import annotations

from datetime import date

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


class _Fold:
    __slots__ = ("lines",)

    def __init__(self, _classes: object) -> None:
        self.lines: dict[int, Line[str | None]] = {}
        """By granting position, those that still run."""

    def step(self, step: Step, book: Book) -> None:
        before, after, day = step.before, step.after, step.recorded.valid_at
        if before.grants is after.grants and before.unit == after.unit:
            return
        running = {grant.position for grant in after.grants}
        for grant in (*before.grants, *(grant for grant in after.grants if grant not in before.grants)):
            line = self.lines.setdefault(grant.position, Line())
            unit = after.unit if grant.position in running else None
            gone, come = line.put(day, unit)
            for start, end, in_unit in gone:
                if in_unit is not None:
                    book.unsay(GrantSpan(start, end, grant.position, grant.support, grant.yearly_amount, in_unit))
            for start, end, in_unit in come:
                if in_unit is not None:
                    book.say(GrantSpan(start, end, grant.position, grant.support, grant.yearly_amount, in_unit))
            if unit is None:
                del self.lines[grant.position]


grants = Projection(
    GrantSpan,
    _Fold,
    (*ENDS, SupportGranted, SupportEnded, Transferred),
    ("(valid_to, known_to, known_from, valid_from) INCLUDE (unit, support, yearly_amount)",),
)
