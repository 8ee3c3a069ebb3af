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

_FOLDS_BY_KIND: Mapping[type[Event], tuple[tuple[int, Fold], ...]] = {
    kind: tuple((nth, projection.fold) for nth, projection in enumerate(PROJECTIONS.values()) if kind in projection.kinds)
    for kind in KINDS.values()
}
"""For each kind of event, the folds that take it, each with its number."""

STILL_BELIEVED = 2**63 - 1
"""The `known_to` of a row still believed."""


class RowKey(NamedTuple):
    """A row's name in its table: the position it was first believed at, and its number among those of that position."""

    known_from: int
    nth: int


class RowChange(NamedTuple):
    """The rows that one event ended and began the belief in."""

    closed: list[tuple[Row, RowKey]]
    opened: list[tuple[Row, RowKey]]


class _FoldState(Struct, frozen=True, gc=False):
    """A case's fold between two events: the case's state, and what each projection remembers."""

    state: State
    memories: tuple[Any, ...]


_BEGINNING = _FoldState(NEW, tuple(projection.memory for projection in PROJECTIONS.values()))


class _FoldedEvent(Struct, frozen=True, gc=False):
    """An event at its place in the case's order: the fold's state after it, and what the event made of the rows."""

    recorded: Recorded
    fold_state: _FoldState
    closed: tuple[Row, ...]
    opened: tuple[Row, ...]


class Believed:
    """One case's fold, and the rows believed of it at the last event learned.

    The fold's state is kept for every place of the case's order, so that a late event takes it up again from its own.
    """

    __slots__ = ("classes", "folded", "rows")

    def __init__(self, classes: Mapping[str, str]) -> None:
        self.classes = classes
        self.folded: list[_FoldedEvent] = []
        """The events that the fold takes, in its order."""
        self.rows: dict[Row, RowKey] = {}

    @property
    def unit(self) -> str | None:
        """The unit that the case is in after its last event; None where none is known."""
        return self.folded[-1].fold_state.state.unit if self.folded else None

    def learn(self, recorded: Recorded) -> RowChange:
        """Take one more event of the case, in log order; gives the rows no longer believed and those newly so.

        An event that is last in the case's order continues the fold; any other takes it up again from its place.
        """
        event = recorded.event
        if isinstance(event, Withdrawn):
            named = (event.source, event.source_id)
            found = (
                at for at, folded in enumerate(self.folded) if (folded.recorded.source, folded.recorded.source_id) == named
            )
            at = next(found, None)
            return RowChange([], []) if at is None else self._again(recorded.position, at, at + 1)
        last = self.folded[-1] if self.folded else None
        if last is None or place(last.recorded) < place(recorded):
            folded = self._step(_BEGINNING if last is None else last.fold_state, recorded)
            self.folded.append(folded)
            return self._change(recorded.position, folded.closed, folded.opened)
        at = bisect(self.folded, place(recorded), key=lambda folded: place(folded.recorded))
        return self._again(recorded.position, at, at, recorded)

    def _state_before(self, at: int) -> _FoldState:
        """The fold's state right before the place."""
        return self.folded[at - 1].fold_state if at else _BEGINNING

    def _step(self, fold_state: _FoldState, recorded: Recorded) -> _FoldedEvent:
        state, memories = fold_state.state, fold_state.memories
        after, finding = evolve(state, recorded)
        step, book = Step(state, recorded, after, finding, self.classes), Book()
        changed = None
        for nth, fold in _FOLDS_BY_KIND[type(recorded.event)]:
            memory = fold(memories[nth], step, book)
            if memory is not memories[nth]:
                changed = changed or [*memories]
                changed[nth] = memory
        return _FoldedEvent(
            recorded, _FoldState(after, tuple(changed) if changed else memories), tuple(book.closed), tuple(book.opened)
        )

    def _again(self, position: int, at: int, rest: int, *come: Recorded) -> RowChange:
        """Take the fold up again with these events in place of those from `at` to before `rest`, as far as it makes a difference."""
        difference, fold_state, again = Difference(), self._state_before(at), list[_FoldedEvent]()
        for was in self.folded[at:rest]:
            difference.undo(was.closed, was.opened)
        for recorded in come:
            now = self._step(fold_state, recorded)
            difference.do(at + len(again), now.closed, now.opened)
            fold_state = now.fold_state
            again.append(now)
        while rest < len(self.folded) and not self._as_before(fold_state, rest):
            was = self.folded[rest]
            now = self._step(fold_state, was.recorded)
            if (now.closed, now.opened) != (was.closed, was.opened):
                difference.undo(was.closed, was.opened)
                difference.do(at + len(again), now.closed, now.opened)
            fold_state, rest = now.fold_state, rest + 1
            again.append(now)
        self.folded[at:rest] = again
        return self._change(
            position, difference.closed, difference.opened(at + len(again), lambda nth: self.folded[nth].opened)
        )

    def _as_before(self, fold_state: _FoldState, at: int) -> bool:
        """Whether the fold has come to the state it had there before, so that nothing from there on can differ."""
        before = self._state_before(at)
        return fold_state.memories == before.memories and fold_state.state == before.state

    def _change(self, position: int, closed: Iterable[Row], opened: Iterable[Row]) -> RowChange:
        change = RowChange([(row, self.rows.pop(row)) for row in closed], [])
        for nth, row in enumerate(opened):
            key = self.rows[row] = RowKey(position, nth)
            change.opened.append((row, key))
        return change


def believed(history: Iterable[Recorded], classes: Mapping[str, str]) -> Believed:
    """What is believed of a case when its whole history is known."""
    case = Believed(classes)
    for recorded in history:
        case.learn(recorded)
    return case
