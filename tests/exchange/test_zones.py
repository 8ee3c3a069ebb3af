"""Whose days count in a foreign log: those written in its moments, or those of the zone that its mapping names (domain.md section 9)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from journey.codes import standard
from journey.exchange.mapping import resolve_mapping
from tests.exchange.test_mapping import events, mapping

ZONED = """
format = "xes"
source = "x"
unit = "ui"
role = "authority"
ids = "as_given"
activities = "as_given"
zone = "Europe/Copenhagen"
"""
XES_EVENT = (
    '<log><trace><string key="concept:name" value="A"/><event><string key="concept:name" value="Møde"/>'
    '<date key="time:timestamp" value="{}"/></event></trace></log>'
)


@pytest.mark.parametrize(
    ("moment", "day", "known"),
    [
        ("2025-03-01T23:30:00Z", date(2025, 3, 2), ""),
        ("2025-03-01T22:59:59Z", date(2025, 3, 1), ""),
        ("2025-03-02T00:30:00+02:00", date(2025, 3, 1), ""),
        ("2025-03-29T23:00:00Z", date(2025, 3, 30), ""),  # the night in which the clocks are put forward
        ("2025-03-30T21:59:59Z", date(2025, 3, 30), ""),
        ("2025-03-30T22:00:00Z", date(2025, 3, 31), ""),
        ("2025-03-30T01:59:59", date(2025, 3, 30), "2025-03-30T00:59:59Z"),
        ("2025-03-30T02:30:00", date(2025, 3, 30), "2025-03-30T01:30:00Z"),  # skipped by the clocks: by the offset before
        ("2025-03-30T03:00:00", date(2025, 3, 30), "2025-03-30T01:00:00Z"),
        ("2025-10-25T22:00:00Z", date(2025, 10, 26), ""),  # and the one in which they are put back
        ("2025-10-26T22:59:59Z", date(2025, 10, 26), ""),
        ("2025-10-26T23:00:00Z", date(2025, 10, 27), ""),
        ("2025-10-26T02:30:00", date(2025, 10, 26), "2025-10-26T00:30:00Z"),  # said twice by the clocks: the first
        ("2025-10-26T02:30:00+01:00", date(2025, 10, 26), "2025-10-26T01:30:00Z"),
        ("2025-03-01T23:30:00", date(2025, 3, 1), "2025-03-01T22:30:00Z"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "xes"])
def test_a_zone_says_whose_days_count_and_never_moves_a_moment(form: str, moment: str, day: date, known: str) -> None:
    by = mapping(more='zone = "Europe/Copenhagen"') if form == "csv" else resolve_mapping(ZONED, standard(), str)
    text = f"sag,tid,handling,hvem\nA,{moment},x,\n" if form == "csv" else XES_EVENT.format(moment)

    (_, first), *_ = events(text, by)

    assert (first.valid_at, first.known_at) == (day, datetime.fromisoformat(known or moment))


def test_without_a_zone_the_day_is_the_one_written() -> None:
    (_, first), *_ = events("sag,tid,handling,hvem\nA,2025-03-01T23:30:00Z,x,\n", mapping(more=""))

    assert first.valid_at == date(2025, 3, 1)
