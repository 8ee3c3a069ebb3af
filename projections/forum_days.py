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


class _Fold:
    __slots__ = ()

    def __init__(self, _classes: object) -> None: ...

    def step(self, step: Step, book: Book) -> None:
        event = step.recorded.event
        if isinstance(event, Presented | Visited | Rejected) and step.finding is None:
            book.say(ForumDay(step.recorded.valid_at, event.forum, step.recorded.position))


forum_days = Projection(ForumDay, _Fold, (Presented, Visited, Rejected), ("(day)",))
