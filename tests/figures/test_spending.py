"""Spending over any period: a grant's yearly amount by the days of each calendar year, also over the whole calendar."""

from __future__ import annotations

from calendar import isleap
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dashboards.figures.money import _days_of_leap_years_before
from tests.conftest import Database
from tests.support.registers import load, register_on

AMOUNT = 365 * 366
ENDED, OPEN = (date(1899, 7, 1), date(2101, 3, 1)), (date(2000, 2, 29), date(9999, 12, 31))


def _line(nth: int, kind: str, day: date, data: dict[str, Any]) -> dict[str, Any]:
    return {"case": "N-1", "kind": kind, "valid_at": day.isoformat(), "source": "fs", "source_id": str(nth), "data": data}


def _grant(name: str, support: str) -> dict[str, Any]:
    return {"grant": name, "support": support, "yearly_amount": AMOUNT}


LINES = [
    _line(1, "referred", ENDED[0], {"unit": "ungeindsatsen", "citizen": "c1"}),
    _line(2, "support_granted", ENDED[0], _grant("g1", "efterskole")),
    _line(3, "support_ended", ENDED[1], {"grant": "g1"}),
    _line(4, "support_granted", OPEN[0], _grant("g2", "mentor")),
]


def _spent(first: date, after: date) -> Fraction:
    """A year at a time, as the law says it."""
    shares = (
        Fraction((min(after, _new_year(year + 1)) - max(first, date(year, 1, 1))).days, 366 if isleap(year) else 365)
        for year in range(first.year, after.year + 1)
    )
    return AMOUNT * sum(shares)


def _new_year(year: int) -> date:
    return date(year, 1, 1) if year < 10_000 else date.max


@pytest.mark.parametrize(
    ("first", "after"),
    [
        (date(1, 1, 1), date(9999, 12, 31)),
        (date(1899, 12, 31), date(1900, 1, 2)),
        (date(1900, 2, 28), date(1900, 3, 2)),
        (date(2000, 2, 28), date(2000, 3, 1)),
        (date(2024, 2, 29), date(2024, 3, 1)),
        (date(2023, 12, 31), date(2024, 1, 2)),
        (date(2024, 12, 31), date(2025, 1, 2)),
        (date(2096, 1, 1), date(2105, 1, 1)),
    ],
)
def test_a_grant_is_spent_by_the_days_of_each_year(database: Database, tmp_path: Path, first: date, after: date) -> None:
    register = register_on(database, tmp_path)
    load(register, LINES)

    cells = register.ask("spending_in_period", {"from": [first.isoformat()], "to": [after.isoformat()]}, None).cells

    expected = {"efterskole": ENDED, "accessory": OPEN}
    for cell in cells:
        begun, over = expected.get(cell["support"], (date.max, date.max))
        since, upto = max(begun, first), min(over, after)
        assert cell["value"] == pytest.approx(float(_spent(since, upto)) if since < upto else 0)


def test_the_days_of_leap_years_are_those_of_the_calendar(database: Database) -> None:
    query = f"SELECT d, {_days_of_leap_years_before('d')} FROM unnest(%s::date[]) AS d ORDER BY d"
    years = [1, 3, 4, 5, 100, 101, 399, 400, 401, 1899, 1900, 1901, 1999, 2000, 2001, 2023, 2024, 2025, 2100, 9996, 9999]
    days = [date(year, month, day) for year in years for month, day in ((1, 1), (1, 2), (2, 28), (3, 1), (12, 31))]

    with psycopg.connect(database.app_url) as conn:
        found = conn.execute(query.encode(), (days,)).fetchall()

    for day, n in found:
        before = sum(366 for year in range(1, day.year) if isleap(year))
        assert n == before + ((day - date(day.year, 1, 1)).days if isleap(day.year) else 0)
