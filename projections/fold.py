"""How rows come of events: one step of a fold, the book of rows it speaks to, and the line of days it remembers."""

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
    """The rows that a step no longer says, and those it newly says; what is taken back and said again is neither."""

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
"""A projection of one case: given what it remembers and the next step, it says and unsays rows, and gives what it then remembers.

What is remembered is never changed in place, so that a case can be taken up again after any of its events.
"""

Kinds = tuple[type[Event], ...]

EVERY: Kinds = tuple(KINDS.values())
OPENS: Kinds = (Referred, Reopened)
ENDS: Kinds = (Closed, Rejected)
CASEWORKERS: Kinds = (CaseworkerAssigned, CaseworkerChanged, CaseworkerEnded)


class Projection(NamedTuple):
    """A row type, the fold that makes its rows, and the kinds of event that the fold hears."""

    row: type[Row]
    fold: Fold
    hears: Kinds = EVERY
    found_by: tuple[str, ...] = ()
    """The keys of the table's indexes, as SQL: what the figures' queries find rows by."""
    memory: Any = None
    """What the fold remembers before the first event."""


Span = tuple[date, date, V]
"""A value that held from the end of one day until that of another: the two days, and the value."""


class Line(Struct, Generic[V], frozen=True, eq=False):
    """What held at the end of each day: of several values said on a day the last counts (domain.md section 1).

    Two are the same when they are one: they may be long.
    """

    start: date | None = None
    """The last value's first day; None for a line that has not begun."""
    value: V | None = None
    before: Line[V] | None = None
    """The line as it was until `start`."""

    def put(self, day: date, value: V) -> tuple[Line[V], list[Span[V]], list[Span[V]]]:
        """Say that `value` holds from `day`, which is not before the line's last: the line, the spans that go, and those that come."""
        start, held, before = self.start, cast(V, self.value), self.before
        if start is None:
            return Line(day, value), [], [(day, FOREVER, value)]
        if held == value:
            return self, [], []
        gone = [(start, FOREVER, held)]
        if start < day:
            return Line(day, value, self), gone, [(start, day, held), (day, FOREVER, value)]
        if before is not None and before.start is not None and before.value == value:
            return before, [(before.start, day, value), *gone], [(before.start, FOREVER, value)]
        return Line(day, value, before), gone, [(day, FOREVER, value)]

    def at(self, day: date) -> V | None:
        """What held at the end of the day; None before the line begins."""
        line: Line[V] | None = self
        while line is not None and line.start is not None:
            if line.start <= day:
                return line.value
            line = line.before
        return None
