"""What is a little wrong is caught by those properties."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta

import pytest

from journey.events import Closed, Rejected, Withdrawn
from journey.history import FOREVER, Recorded
from projections.engine import believed
from projections.engine.believed import Believed, RowChange, RowKey
from projections.fold import Timeline
from tests.believed.holding import CLASSES, History, histories, hold_against_folds, hold_of_days


class NeverFoldsAgain(Believed):
    """Takes a late event as if it were the last."""

    def learn(self, recorded: Recorded) -> RowChange:
        if isinstance(recorded.event, Withdrawn):
            return super().learn(recorded)
        folded = self._step(self._state_before(len(self.folded)), recorded)
        self.folded.append(folded)
        return self._change(recorded.position, folded.closed, folded.opened)


class IgnoresWithdrawals(Believed):
    def learn(self, recorded: Recorded) -> RowChange:
        return RowChange([], []) if isinstance(recorded.event, Withdrawn) else super().learn(recorded)


class FoldsAgainFromWhereItStood(Believed):
    """Takes the fold up again from its end, not from the place of the late event."""

    def _state_before(self, at):
        return super()._state_before(len(self.folded))


class NeverSeesADifference(Believed):
    """Takes up again the one event that is late, and nothing after it."""

    def _as_before(self, fold_state, at):
        return True


class LooksAtTheStateOnly(Believed):
    """Stops as soon as the state is what it was, whatever the folds remember."""

    def _as_before(self, fold_state, at):
        return fold_state.state == self._state_before(at).state


class NeverCloses(Believed):
    def _change(self, position, closed, opened):
        return RowChange([], super()._change(position, closed, opened).opened)


class NumbersFromNought(Believed):
    """Gives every row of a position the same number."""

    def _change(self, position, closed, opened):
        change = super()._change(position, closed, opened)
        return RowChange(change.closed, [(row, RowKey(position, 0)) for row, _ in change.opened])


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
        return Timeline(day, value), [], [(day, FOREVER, value)]
    come = [(line.start, day, line.value), (day, FOREVER, value)]
    return Timeline(day, value, line), [(line.start, FOREVER, line.value)], come


def cuts_at_every_value(line, day, value):
    """Keeps the end of each day, but does not see that the value is the one that held before."""
    if line.start != day:
        return merges_nothing(line, day, value)
    return Timeline(day, value, line.before), [(day, FOREVER, line.value)], [(day, FOREVER, value)]


PUT = Timeline.put


def ends_a_day_late(line, day, value):
    return PUT(line, day + timedelta(days=1), value)


@pytest.mark.parametrize("mutant", [merges_nothing, cuts_at_every_value, ends_a_day_late])
def test_the_properties_catch_a_line_that(mutant, monkeypatch):
    """A line is in both folds alike, so it is the state of days and the wholeness of runs that tell."""
    monkeypatch.setattr(Timeline, "put", mutant)

    assert caught(hold_of_days)


@pytest.mark.parametrize("kind", [Closed, Rejected])
def test_the_property_catches_a_projection_that_does_not_hear(kind, monkeypatch):
    monkeypatch.setitem(believed._FOLDS_BY_KIND, kind, ())

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
