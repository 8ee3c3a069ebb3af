"""Section 6 by hand: money."""

from __future__ import annotations

import pytest

from tests.by_hand.events import SOCIAL, granted, log, on, referred, transferred, value
from tests.oracle import answer


def test_committed_amounts_count_running_grants_with_an_amount_accessories_too():
    lines = log(
        referred("2024-01-01"),
        granted("2024-01-01", "efterskole", "g1", yearly_amount=50_000),
        granted("2024-01-01", "efterskole", "g2"),
        granted("2024-01-01", "mentor", "g3", yearly_amount=0),
        granted("2024-01-01", "bostoette_85", "g4", yearly_amount=10_000),
        on("2024-02-01", "support_ended", grant="g4"),
    )
    cells = answer(lines, "committed_amounts", {"valid_at": ["2024-02-01"]})
    assert len(cells) == 12
    assert value(cells, support="efterskole", measure="grants") == 1
    assert value(cells, support="efterskole", measure="yearly_amount") == 50_000
    assert value(cells, support="accessory", measure="grants") == 1
    assert value(cells, support="bostoette", measure="grants") == 0


def test_spending_shares_a_yearly_amount_by_the_days_of_each_calendar_year_leap_years_too():
    lines = log(
        referred("2023-12-01"),
        granted("2023-12-30", "efterskole", "g1", yearly_amount=365 * 366),  # 366 a day in 2023, 365 in 2024
        granted("2024-01-01", "befordring", "g2", yearly_amount=366),
        on("2024-01-04", "support_ended", grant="g1"),
        transferred("2024-01-10", SOCIAL),
    )
    cells = answer(lines, "spending_in_period", {"from": "2023-12-31", "to": "2024-02-01"})
    assert value(cells, support="efterskole") == pytest.approx(366 + 3 * 365)
    assert value(cells, support="accessory") == pytest.approx(9)  # 1 to 9 January
    assert value(cells, support="other") == 0


def test_frames_add_up_and_a_draw_without_a_frame_is_overdrawn():
    lines = log(
        on("2023-12-01", "frame_agreed", amount=99),  # before the referral: nothing
        referred("2024-01-01"),
        on("2024-01-02", "frame_agreed", amount=100),
        on("2024-01-02", "frame_agreed", amount=50),
        on("2024-01-02", "frame_drawn", amount=150, purpose="x"),
        referred("2024-01-01", case="c2"),
        on("2024-01-02", "frame_drawn", "c2", amount=1, purpose="x"),
    )
    cells = answer(lines, "frames", {"valid_at": ["2024-01-02"]})
    found = [value(cells, measure=name) for name in ("agreed", "drawn", "cases", "overdrawn_cases")]
    assert found == [150, 151, 1, 1]
