"""The unit that a case belonged to, open or not, and the days before it was first referred."""

from __future__ import annotations

from datetime import date

from journey.events import Referred, Transferred
from projections.fold import Book, Projection, Row, Step, Timeline


class UnitSpan(Row, frozen=True):
    """Days `[valid_from, valid_to)` whose ends found the case in the unit, as last said, whether or not it was open."""

    valid_from: date
    valid_to: date
    unit: str
    before_referral: bool
    """The days before the first referral, with the unit referred to: a complaint may come first (section 6)."""


def _fold(timeline: Timeline[str], step: Step, book: Book) -> Timeline[str]:
    before, after, day = step.before.unit, step.after.unit, step.recorded.valid_at
    if before == after or after is None:
        return timeline
    if before is None:
        book.add(UnitSpan(date.min, day, after, before_referral=True))
    timeline, ended, begun = timeline.put(day, after)
    for start, end, unit in ended:
        book.retract(UnitSpan(start, end, unit, before_referral=False))
    for start, end, unit in begun:
        book.add(UnitSpan(start, end, unit, before_referral=False))
    return timeline


places = Projection(UnitSpan, _fold, (Referred, Transferred), ("(case_id)",), Timeline[str]())
