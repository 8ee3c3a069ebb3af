"""Which unit a case belonged to, open or not, and where it was first referred to."""

from __future__ import annotations

from datetime import date

from journey.events import Referred, Transferred
from projections.fold import Book, Line, Projection, Row, Step


class Place(Row, frozen=True):
    """Days `[valid_from, valid_to)` whose ends found the case in the unit, as last said, whether or not it was open."""

    valid_from: date
    valid_to: date
    unit: str
    before_referral: bool
    """The days before the first referral, with the unit referred to: a complaint may come first (section 6)."""


def _fold(line: Line[str], step: Step, book: Book) -> Line[str]:
    before, after, day = step.before.unit, step.after.unit, step.recorded.valid_at
    if before == after or after is None:
        return line
    if before is None:
        book.add(Place(date.min, day, after, before_referral=True))
    line, gone, come = line.put(day, after)
    for start, end, unit in gone:
        book.retract(Place(start, end, unit, before_referral=False))
    for start, end, unit in come:
        book.add(Place(start, end, unit, before_referral=False))
    return line


places = Projection(Place, _fold, (Referred, Transferred), ("(case_id)",), Line[str]())
