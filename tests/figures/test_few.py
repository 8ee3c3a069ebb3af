"""What is few is counted as few, and medians, percentiles and bands are those of counting them out."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Mapping
from fractions import Fraction
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards.figures.figure import FEW, in_bands, median, percentile, spread, the_cell, unless_few
from tests.figures.law import LAW, cells_of


def test_below_twenty_observations_there_is_no_number():
    assert FEW == 20
    assert unless_few(41.0, 19) == {"value": None, "why": "few"}
    assert unless_few(41.0, 20) == {"value": 41}
    assert unless_few(None, 0) == {"value": None, "why": "few"}


@pytest.mark.parametrize(("tried", "percent"), [(19, None), (20, 50), (21, 100 * 10 / 21)])
def test_the_percent_overturned_needs_twenty_that_were_upheld_or_overturned(tried, percent):
    """Those dismissed were not tried, and do not count."""
    rows = [
        ("decided", "upheld", tried - 10),
        ("decided", "changed", 6),
        ("decided", "remitted", 4),
        ("decided", "dismissed", 9),
    ]

    assert the_cell(cells_of("complaints", rows), {"measure": "overturned_percent"}) == percent


@pytest.mark.parametrize(("cases", "rate"), [(19, None), (20, 12 / 20)])
def test_the_rate_of_changes_needs_twenty_cases_at_risk(cases, rate):
    rows = [row for row in LAW["caseworker_changes"].rows if row[0] not in ("cases_with", "case_days")]
    rows += [("case_days", "", 20 * 365.25), ("cases_with", "0", cases)]

    found = the_cell(cells_of("caseworker_changes", rows), {"measure": "changes_per_case_year", "variant": "all"})

    assert found == rate


@pytest.mark.parametrize(("holding", "value"), [(19, None), (20, 45)])
def test_the_median_tenure_needs_twenty_and_has_bands_where_it_is_few(holding, value):
    rows = [row for row in LAW["caseworker_changes"].rows if row[0] != "tenure"] + [("tenure", "45", holding)]
    cells = cells_of("caseworker_changes", rows)

    assert the_cell(cells, {"measure": "median_tenure"}) == value
    assert the_cell(cells, {"measure": "tenure", "band": "31-90"}) == (holding if value is None else None)


@pytest.mark.parametrize("n", [0, 1, 19, 20])
def test_days_have_bands_just_where_they_have_no_median(n):
    cells = spread({}, {40: n} if n else {})

    assert the_cell(cells, {"measure": "n"}) == n
    assert the_cell(cells, {"measure": "median"}) == (40 if n >= 20 else None)
    assert the_cell(cells, {"measure": "p90"}) == (40 if n >= 20 else None)
    assert [cell["band"] for cell in cells if "band" in cell] == ([] if n >= 20 else ["0-30", "31-90", "91-180", "181+"])


# --- medians, percentiles and bands, against counting them out ----------------------------------------------------------

COUNTS = st.dictionaries(st.integers(-400, 800), st.integers(1, 25), min_size=1, max_size=30)


def laid_out(days: Mapping[int, int]) -> list[int]:
    return sorted(Counter(days).elements())


@given(COUNTS)
def test_the_median_is_the_middle_or_the_mean_of_the_middle_two(days):
    assert median(days) == statistics.median(laid_out(days))


@given(COUNTS)
def test_the_ninetieth_percentile_is_by_nearest_rank(days):
    """The smallest that at least nine tenths are not above."""
    observed = laid_out(days)

    assert percentile(days, 90) == observed[ceil(Fraction(9, 10) * len(observed)) - 1]
    assert percentile(days, 90) == min(d for d in observed if 10 * sum(o <= d for o in observed) >= 9 * len(observed))


@given(COUNTS)
def test_every_day_is_in_one_band(days):
    """Negative days are in the first."""
    observed = laid_out(days)

    assert [(cell["band"], cell["value"]) for cell in in_bands({}, days)] == [
        ("0-30", sum(day <= 30 for day in observed)),
        ("31-90", sum(31 <= day <= 90 for day in observed)),
        ("91-180", sum(91 <= day <= 180 for day in observed)),
        ("181+", sum(day >= 181 for day in observed)),
    ]


@given(COUNTS)
def test_the_spread_says_the_number_and_the_middle_only_where_there_are_enough(days):
    observed = laid_out(days)
    cells = {cell["measure"]: cell for cell in spread({"to": "visited"}, days) if "band" not in cell}

    assert cells["n"] == {"to": "visited", "measure": "n", "value": len(observed)}
    enough = len(observed) >= 20
    assert cells["median"]["value"] == (statistics.median(observed) if enough else None)
    assert cells["median"].get("why") == (None if enough else "few")
