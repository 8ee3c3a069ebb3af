"""The parts of a fold from events to rows: its step, the book of rows that it changes, and the timeline that it remembers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Generic, NamedTuple, TypeVar, cast

from msgspec import Struct

from journey.case import State
from journey.events import (
    KINDS,
    CaseworkerAssigned,
    CaseworkerChanged,
    CaseworkerEnded,
    Closed,
    Event,
    MergedInto,
    Referred,
    Rejected,
    Reopened,
)
from journey.history import FOREVER, Recorded


class Row(Struct, frozen=True, gc=False, cache_hash=True):
    """A row of a projection; its fields are the table's columns, beside `case_id` and the positions it was believed at."""


V = TypeVar("V")


class Step(Struct, frozen=True, gc=False):
    """One event at its place in the case's order: the state before and after, and the finding where it made no sense."""

    before: State
    recorded: Recorded
    after: State
    finding: str | None
    classes: Mapping[str, str]
    """Each support's class: all that a fold reads of the code lists."""

    @property
    def day(self) -> date:
        return self.recorded.valid_at

    @property
    def effective(self) -> bool:
        """Whether the event made sense in its place: it stands in the log all the same (domain.md section 1)."""
        return self.before is not self.after or self.finding is None


class Book:
    """The rows that a step retracts and those that it adds; a row retracted and added again is neither."""

    __slots__ = ("closed", "opened")

    def __init__(self) -> None:
        self.opened: dict[Row, None] = {}
        self.closed: dict[Row, None] = {}

    def add(self, row: Row) -> None:
        if self.closed and row in self.closed:
            del self.closed[row]
        else:
            self.opened[row] = None

    def retract(self, row: Row) -> None:
        if self.opened and row in self.opened:
            del self.opened[row]
        else:
            self.closed[row] = None

    def replace(self, old: Row, new: Row) -> None:
        if old != new:
            self.retract(old)
            self.add(new)


Fold = Callable[[Any, Step, Book], Any]
"""A projection of one case: given what it remembers and the next step, it adds and retracts rows, and gives what it then remembers.

What is remembered is never changed in place, so that a case can be taken up again after any of its events.
"""

Kinds = tuple[type[Event], ...]

EVERY: Kinds = tuple(KINDS.values())
OPENS: Kinds = (Referred, Reopened)
ENDS: Kinds = (Closed, Rejected, MergedInto)
CASEWORKERS: Kinds = (CaseworkerAssigned, CaseworkerChanged, CaseworkerEnded)


class Projection(NamedTuple):
    """A row type, the fold that makes its rows, and the kinds of event that the fold takes."""

    row: type[Row]
    fold: Fold
    kinds: Kinds = EVERY
    indexes: tuple[str, ...] = ()
    """The keys of the table's indexes, as SQL: what the figures' queries find rows by."""
    memory: Any = None
    """What the fold remembers before the first event."""


Span = tuple[date, date, V]
"""A value that held from the end of one day until that of another: the two days, and the value."""


class Timeline(Struct, Generic[V], frozen=True, eq=False):
    """The value that held at the end of each day: of several values set on a day the last counts (domain.md section 1).

    Compared by identity, since it may be long.
    """

    start: date | None = None
    """The last value's first day; None for a timeline that has not begun."""
    value: V | None = None
    before: Timeline[V] | None = None
    """The timeline as it was until `start`."""

    def put(self, day: date, value: V) -> tuple[Timeline[V], list[Span[V]], list[Span[V]]]:
        """Set the value from `day`, which is not before the timeline's last: the timeline, the spans that end, and those that begin."""
        start, current, before = self.start, cast(V, self.value), self.before
        if start is None:
            return Timeline(day, value), [], [(day, FOREVER, value)]
        if current == value:
            return self, [], []
        ended = [(start, FOREVER, current)]
        if start < day:
            return Timeline(day, value, self), ended, [(start, day, current), (day, FOREVER, value)]
        if before is not None and before.start is not None and before.value == value:
            return before, [(before.start, day, value), *ended], [(before.start, FOREVER, value)]
        return Timeline(day, value, before), ended, [(day, FOREVER, value)]

    def at(self, day: date) -> V | None:
        """The value at the end of the day; None before the timeline begins."""
        timeline: Timeline[V] | None = self
        while timeline is not None and timeline.start is not None:
            if timeline.start <= day:
                return timeline.value
            timeline = timeline.before
        return None
