"""Professionals about the citizen beside the caseworkers: performers by day, and workers of activities."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from types import MappingProxyType

from journey.events import ActivityRecorded, PerformerEnded, PerformerMatched
from projections.fold import ENDS, Book, Projection, Row, Step, Timeline


class Contact(Row, frozen=True):
    """Days `[valid_from, valid_to)` on which the worker was matched with the citizen, or the one day of an activity."""

    valid_from: date
    valid_to: date
    worker: str
    activity: int | None
    """The position of the activity's event; None for a match."""


_Timelines = Mapping[str, Timeline[bool]]
_NEVER: Timeline[bool] = Timeline()


def _fold(timelines: _Timelines, step: Step, book: Book) -> _Timelines:
    event, day = step.recorded.event, step.recorded.valid_at
    if isinstance(event, ActivityRecorded):
        if event.worker is not None:
            book.add(Contact(day, day + timedelta(days=1), event.worker, step.recorded.position))
        return timelines
    before, after = step.before.performers, step.after.performers
    if before is after:
        return timelines
    changed = dict(timelines)
    for worker in (*before, *(new for new in after if new not in before)):
        changed[worker], ended, begun = changed.get(worker, _NEVER).put(day, worker in after)
        for start, end, matched in ended:
            if matched:
                book.retract(Contact(start, end, worker, None))
        for start, end, matched in begun:
            if matched:
                book.add(Contact(start, end, worker, None))
    return changed


contacts = Projection(
    Contact,
    _fold,
    (*ENDS, PerformerMatched, PerformerEnded, ActivityRecorded),
    (
        "(valid_from) INCLUDE (case_id, worker, known_from, known_to) WHERE activity IS NOT NULL",
        "(valid_to, known_to, known_from, valid_from) INCLUDE (case_id, worker) WHERE activity IS NULL",
    ),
    MappingProxyType({}),
)
