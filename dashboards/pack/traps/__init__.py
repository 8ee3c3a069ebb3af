"""The trap detector: every check of what in a paper could mislead its reader, made before the paper is written."""

from __future__ import annotations

from dashboards.pack.paper import StatusPaper
from dashboards.pack.traps.days import broken_series, different_windows, late_status, not_covered, unequal_status_days
from dashboards.pack.traps.equal_numbers import equal_values
from dashboards.pack.traps.few import few_answers, percents_of_few, small_counts
from dashboards.pack.traps.gaps import age_gaps, missing_cells, uncounted
from dashboards.pack.traps.law import stale_law
from dashboards.pack.traps.papers import (
    coming_act,
    order_of_committees,
    unclear_exclusion,
    unclear_start,
    unprinted_breakdowns,
)
from dashboards.pack.traps.repeated import repeated_paragraph, two_names
from dashboards.pack.traps.sums import parts_that_do_not_sum
from dashboards.pack.traps.trap import Check, Trap
from dashboards.pack.traps.units import cases_and_citizens, mixed_assessing
from dashboards.pack.traps.wording import renamed_columns, repeated_statement, run_off_cases, the_rest, upheld_is_not_overturned
from dashboards.words.language import Language

CHECKS: tuple[Check, ...] = (
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
    not_covered,
    equal_values,
    the_rest,
    missing_cells,
    uncounted,
    unprinted_breakdowns,
    age_gaps,
    upheld_is_not_overturned,
    renamed_columns,
    few_answers,
    repeated_statement,
    repeated_paragraph,
    two_names,
    small_counts,
    stale_law,
    coming_act,
    order_of_committees,
    late_status,
)
"""In the order in which they are shown: what is wrong first, then what is easily misread."""


def traps_in(paper: StatusPaper, translate: Language) -> tuple[Trap, ...]:
    """The traps in the paper, in the order of the checks."""
    return tuple(trap for check in CHECKS for trap in check(paper, translate))
