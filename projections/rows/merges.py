"""Merges (sammenlægninger): the cases that were merged into another, which makes their citizens the same person."""

from __future__ import annotations

from datetime import date

from journey.events import MergedInto
from projections.fold import Book, Projection, Row, Step


class Merge(Row, frozen=True):
    """One merge: from the day on the case is closed, and on any day its citizen is that of the case that goes on."""

    day: date
    position: int
    into_case: str
    citizen: str
    """The case's own, where it was merged."""


def _fold(_: None, step: Step, book: Book) -> None:
    event = step.recorded.event
    if isinstance(event, MergedInto) and step.before.citizen is not None:
        book.add(Merge(step.recorded.valid_at, step.recorded.position, event.case, step.before.citizen))


merges = Projection(Merge, _fold, (MergedInto,))
