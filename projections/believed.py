"""What is believed of one case as the log grows: an event at a time, whatever the batch (domain.md section 1)."""

from __future__ import annotations

from bisect import insort
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from journey.case import NEW, State, evolve
from journey.events import KINDS, Event, Withdrawn
from journey.history import Recorded, place
from projections.fold import Book, Fold, Row, Step
from projections.projections import PROJECTIONS

_HEARERS: Mapping[type[Event], tuple[int, ...]] = {
    kind: tuple(nth for nth, projection in enumerate(PROJECTIONS.values()) if kind in projection.hears)
    for kind in KINDS.values()
}
"""For each kind of event, the folds that hear it."""

UNTIL_FURTHER = 2**63 - 1
"""The `known_to` of a row still believed."""


class Key(NamedTuple):
    """A row's name in its table: the position it was first believed at, and its number among those of that position."""

    known_from: int
    nth: int


class Change(NamedTuple):
    """What one event made of the rows believed."""

    closed: list[tuple[Row, Key]]
    opened: list[tuple[Row, Key]]


class Believed:
    """One case's fold, and the rows believed of it at the last event learned."""

    __slots__ = ("classes", "folds", "order", "rows", "state")

    def __init__(self, classes: Mapping[str, str]) -> None:
        self.classes = classes
        self.order: list[Recorded] = []
        """The events that the fold takes, in its order."""
        self.rows: dict[Row, Key] = {}
        self._begin()

    def _begin(self) -> None:
        self.state: State = NEW
        self.folds: list[Fold] = [projection.fold(self.classes) for projection in PROJECTIONS.values()]

    def learn(self, recorded: Recorded) -> Change:
        """Take one more event of the case, in log order; gives the rows no longer believed and those newly so.

        An event that is last in the case's order continues the fold; any other folds the case again.
        """
        event = recorded.event
        if isinstance(event, Withdrawn):
            kept = [e for e in self.order if (e.source, e.source_id) != (event.source, event.source_id)]
            if len(kept) == len(self.order):
                return Change([], [])
            self.order = kept
            return self._change(recorded.position, self._folded_again())
        if not self.order or place(self.order[-1]) < place(recorded):
            self.order.append(recorded)
            book = Book()
            self._step(recorded, book)
            return self._change(recorded.position, book)
        insort(self.order, recorded, key=place)
        return self._change(recorded.position, self._folded_again())

    def _step(self, recorded: Recorded, book: Book) -> None:
        after, finding = evolve(self.state, recorded)
        step = Step(self.state, recorded, after, finding)
        folds = self.folds
        for nth in _HEARERS[type(recorded.event)]:
            folds[nth].step(step, book)
        self.state = after

    def _folded_again(self) -> Book:
        """The difference between the rows of a fold from the beginning and those believed."""
        self._begin()
        whole = Book()
        for recorded in self.order:
            self._step(recorded, whole)
        difference = Book()
        difference.opened = {row: None for row in whole.opened if row not in self.rows}
        difference.closed = {row: None for row in self.rows if row not in whole.opened}
        return difference

    def _change(self, position: int, book: Book) -> Change:
        closed = [(row, self.rows.pop(row)) for row in book.closed]
        opened = [(row, Key(position, nth)) for nth, row in enumerate(book.opened)]
        self.rows.update(opened)
        return Change(closed, opened)


def believed(history: Iterable[Recorded], classes: Mapping[str, str]) -> Believed:
    """What is believed of a case when its whole history is known."""
    case = Believed(classes)
    for recorded in history:
        case.learn(recorded)
    return case
