"""The days on which a forum dealt with a case."""

from __future__ import annotations

from datetime import date

from journey.events import Presented, Rejected, Visited
from projections.fold import Book, Projection, Row, Step


class ForumDay(Row, frozen=True):
    """A case was presented to, visited by or rejected by a forum on a day."""

    day: date
    forum: str
    position: int


def _fold(_: None, step: Step, book: Book) -> None:
    event = step.recorded.event
    if isinstance(event, Presented | Visited | Rejected) and step.finding is None:
        book.add(ForumDay(step.recorded.valid_at, event.forum, step.recorded.position))


forum_days = Projection(ForumDay, _fold, (Presented, Visited, Rejected), ("(day)",))
