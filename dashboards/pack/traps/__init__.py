"""The trap detector: what in a paper could mislead its reader, each with a proposal, before the paper is written."""

from __future__ import annotations

from dashboards.pack.paper import Paper
from dashboards.pack.traps.alike import equal_values
from dashboards.pack.traps.days import broken_series, different_windows, late_status, nothing_registered, unequal_status_days
from dashboards.pack.traps.few import few_answers, percents_of_few, small_counts
from dashboards.pack.traps.finding import Finding, Trap
from dashboards.pack.traps.gaps import age_gaps, missing_cells, uncounted
from dashboards.pack.traps.law import stale_law
from dashboards.pack.traps.papers import (
    coming_act,
    heard_in_another_order,
    unclear_exclusion,
    unclear_start,
    unprinted_breakdowns,
)
from dashboards.pack.traps.repeated import said_twice, two_names
from dashboards.pack.traps.sums import parts_that_do_not_sum
from dashboards.pack.traps.units import cases_and_citizens, mixed_assessing
from dashboards.pack.traps.wording import asked_twice, renamed_columns, run_off_cases, the_rest, upheld_is_not_overturned
from dashboards.words.language import Language

TRAPS: tuple[Trap, ...] = (
    parts_that_do_not_sum,
    percents_of_few,
    mixed_assessing,
    cases_and_citizens,
    unequal_status_days,
    different_windows,
    run_off_cases,
    broken_series,
    unclear_start,
    unclear_exclusion,
    nothing_registered,
    equal_values,
    the_rest,
    missing_cells,
    uncounted,
    unprinted_breakdowns,
    age_gaps,
    upheld_is_not_overturned,
    renamed_columns,
    few_answers,
    asked_twice,
    said_twice,
    two_names,
    small_counts,
    stale_law,
    coming_act,
    heard_in_another_order,
    late_status,
)
"""In the order in which they are shown: what is wrong first, then what is easily misread."""


def findings(paper: Paper, translate: Language) -> tuple[Finding, ...]:
    """All that the traps find in the paper."""
    return tuple(finding for trap in TRAPS for finding in trap(paper, translate))
