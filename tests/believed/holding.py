"""Histories, the rows believed as they grow, and what those rows are held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import strategies as st
from msgspec.structs import replace

from journey.case import NEW, State, evolve, primary_support, stage
from journey.codes import standard
from journey.events import Withdrawn
from journey.events.caseworkers import ROLES
from journey.history import FOREVER, Recorded, in_order, known_by, place
from projections.engine import believed
from projections.engine.believed import STILL_BELIEVED, Believed, RowChange, RowKey
from projections.fold import Book, Row, Step
from projections.projections import PROJECTIONS
from projections.rows.assignments import Assignment
from projections.rows.contacts import Contact
from projections.rows.frames import FrameSpan
from projections.rows.grants import GrantSpan
from projections.rows.places import UnitSpan
from projections.rows.spans import CaseSpan
from tests.support.histories import random_register, taken
from tests.support.history_events import by_stream

History = Sequence[Recorded]
CLASSES = standard().classes
SEEDS = st.integers(0, 2**32 - 1)
CASES = 3


def histories(seed: int, events: int = 25) -> list[list[Recorded]]:
    return list(by_stream(taken(random_register(seed, cases=CASES, events=events))).values())


def fold(order: Iterable[Recorded]) -> frozenset[Row]:
    """The rows of a fold from the beginning in which every projection hears every event: the truth to compare with."""
    memories = {name: projection.memory for name, projection in PROJECTIONS.items()}
    state, book = NEW, Book()
    for recorded in order:
        after, finding = evolve(state, recorded)
        for name, projection in PROJECTIONS.items():
            memories[name] = projection.fold(memories[name], Step(state, recorded, after, finding, CLASSES), book)
        state = after
    assert not book.closed, "a fold took back a row that it never said"
    return frozenset(book.opened)


@dataclass
class Told:
    """What a case's rows were as its log grew: each with its key, and the position it was believed until."""

    row: Row
    key: RowKey
    known_to: int = STILL_BELIEVED


def replayed(history: History, case: Believed) -> list[Told]:
    table: dict[RowKey, Told] = {}
    for recorded in history:
        closed, opened = case.learn(recorded)
        for _, key in closed:
            table[key].known_to = recorded.position
        for row, key in opened:
            assert key not in table, "two rows of one key"
            table[key] = Told(row, key)
    return list(table.values())


def believed_at(table: Sequence[Told], position: int) -> Counter[Row]:
    return Counter(one.row for one in table if one.key.known_from <= position < one.known_to)


def hold_against_folds(history: History, case: Believed) -> None:
    """At every position the rows believed are those of a fresh fold of what was known; each once."""
    table = replayed(history, case)
    for position in (0, *(recorded.position for recorded in history)):
        assert believed_at(table, position) == Counter(fold(in_order(known_by(history, position))))


class FoldsTheWholeCaseAgain(Believed):
    """What a case is folded for: at every event the whole fold from the beginning, compared row by row with what was believed."""

    def learn(self, recorded: Recorded) -> RowChange:
        known = [one.recorded for one in self.folded]
        if isinstance(recorded.event, Withdrawn):
            named = (recorded.event.source, recorded.event.source_id)
            known = [one for one in known if (one.source, one.source_id) != named]
        else:
            known = sorted([*known, recorded], key=place)
        self.folded, whole = [], Book()
        for one in known:
            self.folded.append(self._step(self._state_before(len(self.folded)), one))
            for row in self.folded[-1].closed:
                whole.retract(row)
            for row in self.folded[-1].opened:
                whole.add(row)
        closed = [row for row in self.rows if row not in whole.opened]
        return self._change(recorded.position, closed, [row for row in whole.opened if row not in self.rows])


def as_bytes(history: History, case: Believed) -> list[tuple[RowKey, int, Row]]:
    return sorted(((one.key, one.known_to, one.row) for one in replayed(history, case)), key=lambda one: one[0])


def hold_against_the_whole(history: History, case: Believed) -> None:
    assert as_bytes(history, case) == as_bytes(history, FoldsTheWholeCaseAgain(CLASSES))


def states_at_the_end_of_days(history: History) -> dict[date, State]:
    """By plain `evolve`, without any line of days: the end-of-day rule as the law has it, about each day of the history."""
    days = {one.valid_at + timedelta(days=more) for one in history for more in (-1, 0, 1)}
    return {day: state_of(one for one in in_order(history) if one.valid_at <= day) for day in sorted(days)}


def state_of(order: Iterable[Recorded]) -> State:
    state = NEW
    for recorded in order:
        state, _ = evolve(state, recorded)
    return state


def said_of(day: date, rows: Iterable[Row]) -> Counter[tuple[object, ...]]:
    """What the rows of days say of one day, in the words of the state."""
    said: Counter[tuple[object, ...]] = Counter()
    for row in rows:
        if not getattr(row, "valid_from", FOREVER) <= day < getattr(row, "valid_to", FOREVER):
            continue
        match row:
            case CaseSpan():
                said["span", row.unit, row.stage, row.support, row.benefit, row.layer, row.in_scope, row.citizen] += 1
            case Assignment():
                said["holder", row.role, row.worker] += 1
            case GrantSpan():
                said["grant", row.granted, row.support, row.yearly_amount, row.unit] += 1
            case Contact() if row.activity is None:
                said["performer", row.worker] += 1
            case FrameSpan():
                said["frames", row.unit, row.frames, row.agreed, row.drawn] += 1
            case UnitSpan() if not row.before_referral:
                said["place", row.unit] += 1
    return said


def true_of(state: State) -> Counter[tuple[object, ...]]:
    """The same words, from the state at the end of the day."""
    true: Counter[tuple[object, ...]] = Counter()
    if state.unit is not None:
        true["place", state.unit] += 1
    if not state.open:
        return true
    support = primary_support(state, CLASSES)
    told = (state.unit, stage(state, support), support, state.benefit, state.layer, state.in_scope, state.citizen)
    true["span", *told] += 1
    for role, holder in zip(ROLES, state.holders, strict=True):
        if holder is not None:
            true["holder", role, holder.worker] += 1
    for grant in state.grants:
        true["grant", grant.position, grant.support, grant.yearly_amount, state.unit] += 1
    for worker in state.performers:
        true["performer", worker] += 1
    if state.frames or state.drawn:
        true["frames", state.unit, state.frames, state.agreed, state.drawn] += 1
    return true


def hold_against_days(history: History, rows: Iterable[Row]) -> None:
    for day, state in states_at_the_end_of_days(history).items():
        assert said_of(day, rows) == true_of(state), day


WHAT_TELLS_APART = {
    CaseSpan: ("valid_from", "valid_to"),
    UnitSpan: ("valid_from", "valid_to"),
    GrantSpan: ("valid_from", "valid_to"),
    Contact: ("valid_from", "valid_to"),
    FrameSpan: ("valid_from", "valid_to"),
    Assignment: ("valid_from", "valid_to", "unit", "start", "reason", "cover", "samling"),
}
"""The fields in which two rows may differ and still be one run of days that was cut."""


def hold_as_maximal(rows: Iterable[Row]) -> None:
    """No row is without days, and none is cut in two."""
    dated = [row for row in rows if type(row) in WHAT_TELLS_APART]
    assert all(row.valid_from < row.valid_to for row in dated)
    blank = [(type(row), replace(row, **dict.fromkeys(WHAT_TELLS_APART[type(row)])), row) for row in dated]
    ends = {(kind, what, row.valid_to) for kind, what, row in blank}
    cut = [row for kind, what, row in blank if (kind, what, row.valid_from) in ends]
    assert cut == []


def hold_of_days(history: History) -> None:
    rows = believed.believed(history, CLASSES).rows
    hold_against_days(history, rows)
    hold_as_maximal(rows)
