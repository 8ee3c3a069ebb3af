"""How rows come of events: one step of a fold, the book of rows it speaks to, and the line of days it remembers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Generic, NamedTuple, Protocol, TypeVar

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


class Row(Struct, frozen=True, gc=False):
    """A row of a projection; its fields are the table's columns, beside `case_id` and the positions it was believed at."""


V = TypeVar("V")


class Step(NamedTuple):
    """One event at its place in the case's order: the state before and after, and the finding where it made no sense."""

    before: State
    recorded: Recorded
    after: State
    finding: str | None

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

    def say(self, row: Row) -> None:
        if row in self.closed:
            del self.closed[row]
        else:
            self.opened[row] = None

    def unsay(self, row: Row) -> None:
        if row in self.opened:
            del self.opened[row]
        else:
            self.closed[row] = None

    def replace(self, old: Row, new: Row) -> None:
        if old != new:
            self.unsay(old)
            self.say(new)


class Fold(Protocol):
    """A projection of one case: fed its steps in order, it says and unsays rows, and remembers what it needs."""

    def step(self, step: Step, book: Book) -> None: ...


Kinds = tuple[type[Event], ...]

EVERY: Kinds = tuple(KINDS.values())
OPENS: Kinds = (Referred, Reopened)
ENDS: Kinds = (Closed, Rejected)
CASEWORKERS: Kinds = (CaseworkerAssigned, CaseworkerChanged, CaseworkerEnded)


class Projection(NamedTuple):
    """A row type, the fold that makes its rows, and the kinds of event that the fold hears.

    The fold is given each support's class, all that it reads of the code lists.
    """

    row: type[Row]
    fold: Callable[[Mapping[str, str]], Fold]
    hears: Kinds = EVERY
    found_by: tuple[str, ...] = ()
    """The keys of the table's indexes, as SQL: what the figures' queries find rows by."""


class Span(NamedTuple, Generic[V]):
    """A value that held from the end of day `start` until `end`, half-open."""

    start: date
    end: date
    value: V


class Line(Generic[V]):
    """What held at the end of each day: of several values said on a day the last counts (domain.md section 1)."""

    __slots__ = ("starts", "values")

    def __init__(self) -> None:
        self.starts: list[date] = []
        self.values: list[V] = []

    def put(self, day: date, value: V) -> tuple[list[Span[V]], list[Span[V]]]:
        """Say that `value` holds from `day`, which is not before the line's last: the spans that go, and those that come."""
        starts, values = self.starts, self.values
        if not starts:
            starts.append(day)
            values.append(value)
            return [], [Span(day, FOREVER, value)]
        last, held = starts[-1], values[-1]
        if held == value:
            return [], []
        gone = [Span(last, FOREVER, held)]
        if last < day:
            starts.append(day)
            values.append(value)
            return gone, [Span(last, day, held), Span(day, FOREVER, value)]
        if len(starts) > 1 and values[-2] == value:
            starts.pop()
            values.pop()
            return [Span(starts[-1], day, value), *gone], [Span(starts[-1], FOREVER, value)]
        values[-1] = value
        return gone, [Span(day, FOREVER, value)]

    def at(self, day: date) -> V | None:
        """What held at the end of the day; None before the line begins."""
        for start, value in zip(reversed(self.starts), reversed(self.values), strict=True):
            if start <= day:
                return value
        return None
