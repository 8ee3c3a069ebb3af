"""The rows believed at any position are those of a fold of what was known there."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from journey.events import KINDS, Withdrawn
from journey.history import in_order, place
from projections.engine.believed import Believed, RowKey
from tests.believed.holding import CLASSES, SEEDS, fold, histories, hold_against_folds, hold_against_the_whole, replayed
from tests.support.given import told


@given(SEEDS)
@settings(max_examples=12)
def test_the_rows_believed_at_any_position_are_those_of_a_fold_of_what_was_known(seed):
    for history in histories(seed):
        hold_against_folds(history, Believed(CLASSES))


@given(SEEDS)
@settings(max_examples=20)
def test_short_histories_too(seed):
    for history in histories(seed, events=4):
        hold_against_folds(history, Believed(CLASSES))


@given(SEEDS)
@settings(max_examples=20)
def test_keys_are_unique_and_count_from_nought_at_each_position(seed):
    known: set[RowKey] = set()
    for history in histories(seed):
        for one in replayed(history, Believed(CLASSES)):
            assert one.key not in known
            known.add(one.key)
            assert one.key.known_from < one.known_to
    counts = Counter(key.known_from for key in known)
    assert known == {RowKey(position, nth) for position, count in counts.items() for nth in range(count)}


@given(SEEDS)
@settings(max_examples=20)
def test_no_event_closes_and_opens_the_same_row(seed):
    for history in histories(seed):
        case = Believed(CLASSES)
        for recorded in history:
            closed, opened = case.learn(recorded)
            assert not {row for row, _ in closed} & {row for row, _ in opened}


@given(SEEDS)
@settings(max_examples=20)
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
@settings(max_examples=20)
def test_the_rows_do_not_depend_on_the_order_in_which_the_events_came_to_be_known(seed, random):
    """Positions say the order within a day, so they are kept; withdrawals come last, as they name what is earlier."""
    for history in histories(seed):
        shuffled = sorted(history, key=lambda one: (isinstance(one.event, Withdrawn), random.random()))
        case = Believed(CLASSES)
        for recorded in shuffled:
            case.learn(recorded)
        assert frozenset(case.rows) == fold(in_order(history))


@given(SEEDS)
@settings(max_examples=20)
def test_a_fold_taken_up_again_gives_each_row_the_key_that_a_whole_one_gives(seed):
    for history in histories(seed):
        hold_against_the_whole(history, Believed(CLASSES))


@given(SEEDS)
@settings(max_examples=4)
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


def test_the_histories_are_awkward_enough():
    """Events out of order, withdrawals, and every kind of a case."""
    seen = [history for seed in range(20) for history in histories(seed)]

    assert any(place(one) > place(two) for history in seen for one, two in pairwise(history))
    kinds = {type(one.event) for history in seen for one in history}
    assert set(KINDS.values()) - kinds == {KINDS["figure_published"], KINDS["definition_adopted"]}
