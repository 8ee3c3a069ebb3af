"""What is believed at any position is what a fold of the events known there says, however the log grew."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from journey.case import NEW, State, evolve, primary_support, stage
from journey.codes import standard
from journey.events import KINDS, ROLES, Closed, Rejected, Withdrawn
from journey.history import FOREVER, Recorded, in_order, known_by, place
from projections import believed
from projections.assignments import Assignment
from projections.believed import UNTIL_FURTHER, Believed, Change, Key
from projections.contacts import Contact
from projections.fold import Book, Line, Row, Span, Step
from projections.frames import FrameSpan
from projections.grants import GrantSpan
from projections.places import Place
from projections.projections import PROJECTIONS
from projections.spans import CaseSpan
from tests.given import told
from tests.histories import random_register, taken
from tests.recorded import by_stream

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
    key: Key
    known_to: int = UNTIL_FURTHER


def replayed(history: History, case: Believed) -> list[Told]:
    table: dict[Key, Told] = {}
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


@given(SEEDS)
@settings(max_examples=12, deadline=None)
def test_the_rows_believed_at_any_position_are_those_of_a_fold_of_what_was_known(seed):
    for history in histories(seed):
        hold_against_folds(history, Believed(CLASSES))


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_short_histories_too(seed):
    for history in histories(seed, events=4):
        hold_against_folds(history, Believed(CLASSES))


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_keys_are_unique_and_count_from_nought_at_each_position(seed):
    known: set[Key] = set()
    for history in histories(seed):
        for one in replayed(history, Believed(CLASSES)):
            assert one.key not in known
            known.add(one.key)
            assert one.key.known_from < one.known_to
    counts = Counter(key.known_from for key in known)
    assert known == {Key(position, nth) for position, count in counts.items() for nth in range(count)}


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_no_event_closes_and_opens_the_same_row(seed):
    for history in histories(seed):
        case = Believed(CLASSES)
        for recorded in history:
            closed, opened = case.learn(recorded)
            assert not {row for row, _ in closed} & {row for row, _ in opened}


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_a_continued_fold_equals_a_fold_from_the_beginning(seed):
    """In the case's own order no event is late, so that the fold is never begun again."""
    for history in histories(seed):
        case = Believed(CLASSES)
        order = in_order(history)
        for nth, recorded in enumerate(order, start=1):
            case.learn(recorded)
            if nth % 5 == 0 or nth == len(order):
                assert frozenset(case.rows) == fold(order[:nth])


@given(SEEDS, st.randoms(use_true_random=False))
@settings(max_examples=20, deadline=None)
def test_the_rows_do_not_depend_on_the_order_in_which_the_events_came_to_be_known(seed, random):
    """Positions say the order within a day, so they are kept; withdrawals come last, as they name what is earlier."""
    for history in histories(seed):
        shuffled = sorted(history, key=lambda one: (isinstance(one.event, Withdrawn), random.random()))
        case = Believed(CLASSES)
        for recorded in shuffled:
            case.learn(recorded)
        assert frozenset(case.rows) == fold(in_order(history))


class FoldsTheWholeCaseAgain(Believed):
    """What a case is folded for: at every event the whole fold from the beginning, compared row by row with what was believed."""

    def learn(self, recorded: Recorded) -> Change:
        known = [one.recorded for one in self.told]
        if isinstance(recorded.event, Withdrawn):
            named = (recorded.event.source, recorded.event.source_id)
            known = [one for one in known if (one.source, one.source_id) != named]
        else:
            known = sorted([*known, recorded], key=place)
        self.told, whole = [], Book()
        for one in known:
            self.told.append(self._step(self._stood(len(self.told)), one))
            for row in self.told[-1].closed:
                whole.unsay(row)
            for row in self.told[-1].opened:
                whole.say(row)
        closed = [row for row in self.rows if row not in whole.opened]
        return self._change(recorded.position, closed, [row for row in whole.opened if row not in self.rows])


def as_bytes(history: History, case: Believed) -> list[tuple[Key, int, Row]]:
    return sorted(((one.key, one.known_to, one.row) for one in replayed(history, case)), key=lambda one: one[0])


def hold_against_the_whole(history: History, case: Believed) -> None:
    assert as_bytes(history, case) == as_bytes(history, FoldsTheWholeCaseAgain(CLASSES))


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_a_fold_taken_up_again_gives_each_row_the_key_that_a_whole_one_gives(seed):
    for history in histories(seed):
        hold_against_the_whole(history, Believed(CLASSES))


@given(SEEDS)
@settings(max_examples=4, deadline=None)
def test_in_long_cases_too(seed):
    for history in histories(seed, events=120):
        hold_against_the_whole(history, Believed(CLASSES))


def test_what_changes_nothing_is_not_folded_past():
    """A late activity is one step and that of the day after it one more, however much follows."""
    steps = Counter[int]()

    class CountsSteps(Believed):
        def _step(self, stood, recorded):
            steps[recorded.position] += 1
            return super()._step(stood, recorded)

    lines = "\n".join(f"2024-01-{day:02} | activity_recorded | activity=moede" for day in range(2, 28))
    late = told(
        f"day | event | details\n2024-01-01 | referred | unit=social citizen=b1\n{lines}\n"
        "2024-01-01 | activity_recorded | activity=opkald"
    )
    case = CountsSteps(CLASSES)
    for recorded in late:
        case.learn(recorded)

    assert steps == {recorded.position: 2 if recorded.position == 2 else 1 for recorded in late}
    assert frozenset(case.rows) == fold(in_order(late))


# --- the rows of days, against the state at the end of each day -----------------------------------------------------


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
            case Place() if not row.before_referral:
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


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_the_rows_of_a_day_are_the_state_at_its_end(seed):
    for history in histories(seed):
        hold_against_days(history, believed.believed(history, CLASSES).rows)


WHAT_TELLS_APART = {
    CaseSpan: ("valid_from", "valid_to"),
    Place: ("valid_from", "valid_to"),
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


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_runs_of_days_are_whole(seed):
    for history in histories(seed):
        hold_as_maximal(row for row in believed.believed(history, CLASSES).rows)


# --- the twins that must fail -----------------------------------------------------------------------------------------


class NeverFoldsAgain(Believed):
    """Takes a late event as if it were the last."""

    def learn(self, recorded: Recorded) -> Change:
        if isinstance(recorded.event, Withdrawn):
            return super().learn(recorded)
        told = self._step(self._stood(len(self.told)), recorded)
        self.told.append(told)
        return self._change(recorded.position, told.closed, told.opened)


class IgnoresWithdrawals(Believed):
    def learn(self, recorded: Recorded) -> Change:
        return Change([], []) if isinstance(recorded.event, Withdrawn) else super().learn(recorded)


class FoldsAgainFromWhereItStood(Believed):
    """Takes the fold up again from its end, not from the place of the late event."""

    def _stood(self, at):
        return super()._stood(len(self.told))


class NeverSeesADifference(Believed):
    """Takes up again the one event that is late, and nothing after it."""

    def _as_before(self, stood, at):
        return True


class LooksAtTheStateOnly(Believed):
    """Stops as soon as the state is what it was, whatever the folds remember."""

    def _as_before(self, stood, at):
        return stood.state == self._stood(at).state


class NeverCloses(Believed):
    def _change(self, position, closed, opened):
        return Change([], super()._change(position, closed, opened).opened)


class NumbersFromNought(Believed):
    """Gives every row of a position the same number."""

    def _change(self, position, closed, opened):
        change = super()._change(position, closed, opened)
        return Change(change.closed, [(row, Key(position, 0)) for row, _ in change.opened])


@pytest.mark.parametrize(
    "mutant",
    [
        NeverFoldsAgain,
        IgnoresWithdrawals,
        FoldsAgainFromWhereItStood,
        NeverSeesADifference,
        LooksAtTheStateOnly,
        NeverCloses,
        NumbersFromNought,
    ],
)
def test_the_property_catches_one_that(mutant):
    assert caught(lambda history: hold_against_folds(history, mutant(CLASSES)))


def merges_nothing(line, day, value):
    """Begins a new span with every value, the same as the last or on the same day."""
    if line.start is None:
        return Line(day, value), [], [Span(day, FOREVER, value)]
    come = [Span(line.start, day, line.value), Span(day, FOREVER, value)]
    return Line(day, value, line), [Span(line.start, FOREVER, line.value)], come


def cuts_at_every_value(line, day, value):
    """Keeps the end of each day, but does not see that the value is the one that held before."""
    if line.start != day:
        return merges_nothing(line, day, value)
    return Line(day, value, line.before), [Span(day, FOREVER, line.value)], [Span(day, FOREVER, value)]


PUT = Line.put


def ends_a_day_late(line, day, value):
    return PUT(line, day + timedelta(days=1), value)


@pytest.mark.parametrize("mutant", [merges_nothing, cuts_at_every_value, ends_a_day_late])
def test_the_properties_catch_a_line_that(mutant, monkeypatch):
    """A line is in both folds alike, so it is the state of days and the wholeness of runs that tell."""
    monkeypatch.setattr(Line, "put", mutant)

    assert caught(hold_of_days)


def hold_of_days(history: History) -> None:
    rows = believed.believed(history, CLASSES).rows
    hold_against_days(history, rows)
    hold_as_maximal(rows)


@pytest.mark.parametrize("kind", [Closed, Rejected])
def test_the_property_catches_a_projection_that_does_not_hear(kind, monkeypatch):
    monkeypatch.setitem(believed._HEARERS, kind, ())

    assert caught(lambda history: hold_against_folds(history, Believed(CLASSES)))


def caught(hold: Callable[[History], None], seeds: Iterable[int] = range(8)) -> bool:
    """Whether the property fails for some history, by its own assertion or because the fold itself breaks down."""
    for seed in seeds:
        for history in histories(seed):
            try:
                hold(history)
            except (AssertionError, LookupError):
                return True
    return False


def test_the_checks_pass_for_the_histories_that_the_mutants_are_caught_by():
    assert not caught(lambda history: hold_against_folds(history, Believed(CLASSES)), range(3))
    assert not caught(hold_of_days)


def test_the_histories_are_awkward_enough():
    """Events out of order, withdrawals, and every kind of a case."""
    seen = [history for seed in range(20) for history in histories(seed)]

    assert any(place(one) > place(two) for history in seen for one, two in pairwise(history))
    kinds = {type(one.event) for history in seen for one in history}
    assert set(KINDS.values()) - kinds == {KINDS["figure_published"], KINDS["definition_adopted"]}
