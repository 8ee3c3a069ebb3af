"""The rows of days are the state at the end of each day, in whole runs."""

from __future__ import annotations

from hypothesis import given, settings

from projections.engine import believed
from tests.believed.holding import CLASSES, SEEDS, histories, hold_against_days, hold_as_maximal


@given(SEEDS)
@settings(max_examples=20)
def test_the_rows_of_a_day_are_the_state_at_its_end(seed):
    for history in histories(seed):
        hold_against_days(history, believed.believed(history, CLASSES).rows)


@given(SEEDS)
@settings(max_examples=30)
def test_runs_of_days_are_whole(seed):
    for history in histories(seed):
        hold_as_maximal(row for row in believed.believed(history, CLASSES).rows)
