"""What is believed of one case as the log grows: an event at a time, whatever the batch (domain.md section 1)."""

from __future__ import annotations

from bisect import bisect
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct

from journey.case import NEW, State, evolve
from journey.events import KINDS, Event, Withdrawn
from journey.history import Recorded, place
from projections.engine.difference import Difference
from projections.fold import Book, Fold, Row, Step
from projections.projections import PROJECTIONS

_HEARERS: Mapping[type[Event], tuple[tuple[int, Fold], ...]] = {
    kind: tuple((nth, projection.fold) for nth, projection in enumerate(PROJECTIONS.values()) if kind in projection.hears)
    for kind in KINDS.values()
}
"""For each kind of event, the folds that hear it, each with its number."""

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


class _Stood(Struct, frozen=True, gc=False):
    """What a case's fold had come to: the state, and what each projection remembers."""

    state: State
    memories: tuple[Any, ...]


_BEGINNING = _Stood(NEW, tuple(projection.memory for projection in PROJECTIONS.values()))


class _Told(Struct, frozen=True, gc=False):
    """An event at its place in the case's order: what the fold then stood at, and what the event made of the rows."""

    recorded: Recorded
    stood: _Stood
    closed: tuple[Row, ...]
    opened: tuple[Row, ...]


class Believed:
    """One case's fold, and the rows believed of it at the last event learned.

    What the fold stood at is kept for every place of the case's order, so that a late event takes it up again from its own.
    """

    __slots__ = ("classes", "rows", "told")

    def __init__(self, classes: Mapping[str, str]) -> None:
        self.classes = classes
        self.told: list[_Told] = []
        """The events that the fold takes, in its order."""
        self.rows: dict[Row, Key] = {}

    def learn(self, recorded: Recorded) -> Change:
        """Take one more event of the case, in log order; gives the rows no longer believed and those newly so.

        An event that is last in the case's order continues the fold; any other takes it up again from its place.
        """
        event = recorded.event
        if isinstance(event, Withdrawn):
            named = (event.source, event.source_id)
            found = (at for at, one in enumerate(self.told) if (one.recorded.source, one.recorded.source_id) == named)
            at = next(found, None)
            return Change([], []) if at is None else self._again(recorded.position, at, at + 1)
        last = self.told[-1] if self.told else None
        if last is None or place(last.recorded) < place(recorded):
            told = self._step(_BEGINNING if last is None else last.stood, recorded)
            self.told.append(told)
            return self._change(recorded.position, told.closed, told.opened)
        at = bisect(self.told, place(recorded), key=lambda one: place(one.recorded))
        return self._again(recorded.position, at, at, recorded)

    def _stood(self, at: int) -> _Stood:
        """What the fold stood at right before the place."""
        return self.told[at - 1].stood if at else _BEGINNING

    def _step(self, stood: _Stood, recorded: Recorded) -> _Told:
        state, memories = stood.state, stood.memories
        after, finding = evolve(state, recorded)
        step, book = Step(state, recorded, after, finding, self.classes), Book()
        changed = None
        for nth, fold in _HEARERS[type(recorded.event)]:
            memory = fold(memories[nth], step, book)
            if memory is not memories[nth]:
                changed = changed or [*memories]
                changed[nth] = memory
        return _Told(recorded, _Stood(after, tuple(changed) if changed else memories), tuple(book.closed), tuple(book.opened))

    def _again(self, position: int, at: int, rest: int, *come: Recorded) -> Change:
        """Take the fold up again with these events in place of those from `at` to before `rest`, as far as it makes a difference."""
        difference, stood, again = Difference(), self._stood(at), list[_Told]()
        for was in self.told[at:rest]:
            difference.undo(was.closed, was.opened)
        for recorded in come:
            now = self._step(stood, recorded)
            difference.do(at + len(again), now.closed, now.opened)
            stood = now.stood
            again.append(now)
        while rest < len(self.told) and not self._as_before(stood, rest):
            was = self.told[rest]
            now = self._step(stood, was.recorded)
            if (now.closed, now.opened) != (was.closed, was.opened):
                difference.undo(was.closed, was.opened)
                difference.do(at + len(again), now.closed, now.opened)
            stood, rest = now.stood, rest + 1
            again.append(now)
        self.told[at:rest] = again
        return self._change(position, difference.closed, difference.opened(at + len(again), lambda nth: self.told[nth].opened))

    def _as_before(self, stood: _Stood, at: int) -> bool:
        """Whether the fold has come to what it stood at there before, so that nothing from there on can differ."""
        before = self._stood(at)
        return stood.memories == before.memories and stood.state == before.state

    def _change(self, position: int, closed: Iterable[Row], opened: Iterable[Row]) -> Change:
        change = Change([(row, self.rows.pop(row)) for row in closed], [])
        for nth, row in enumerate(opened):
            key = self.rows[row] = Key(position, nth)
            change.opened.append((row, key))
        return change


def believed(history: Iterable[Recorded], classes: Mapping[str, str]) -> Believed:
    """What is believed of a case when its whole history is known."""
    case = Believed(classes)
    for recorded in history:
        case.learn(recorded)
    return case
