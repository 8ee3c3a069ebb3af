"""Section 5 by hand: assignment intervals and sagsbehandlerskift."""

from __future__ import annotations

import pytest

from tests.by_hand.events import AM, UI, assigned, changed, changes, closed, log, on, referred, transferred, value, variants
from tests.oracle import answer


@pytest.mark.parametrize(("again", "expected"), [("2024-03-02", (1, 1, 1, 0)), ("2024-03-03", (0, 0, 0, 1))])
def test_thirty_days_without_a_holder_is_a_skift_and_thirty_one_an_assignment_after_a_gap(again, expected):
    lines = log(
        referred("2024-01-01"),
        assigned("2024-01-01", "a"),
        on("2024-02-01", "caseworker_ended", role="authority"),  # nobody from 1 February: 29 days of it, then March
        assigned(again, "b"),
    )
    assert variants(changes(lines)) == expected


def test_the_same_worker_again_is_neither_a_skift_nor_an_assignment_after_a_gap():
    lines = log(
        referred("2024-01-01"),
        assigned("2024-01-01", "a"),
        on("2024-02-01", "caseworker_ended", role="authority"),
        assigned("2024-02-10", "a"),
        on("2024-03-01", "caseworker_ended", role="authority"),
        assigned("2024-08-01", "a"),
    )
    assert variants(changes(lines)) == (0, 0, 0, 0)


@pytest.mark.parametrize(("back", "left"), [("2024-03-01", 0), ("2024-03-02", 2)])
def test_a_cover_is_shorter_than_thirty_days_by_its_shape_whatever_its_reason(back, left):
    lines = log(
        referred("2024-01-01"),
        assigned("2024-01-01", "a"),
        changed("2024-02-01", "b", reason="citizen_wish"),  # to 1 March is 29 days, to 2 March 30
        changed(back, "a", reason="other"),
    )
    assert variants(changes(lines)) == (2, 2, left, 0)


def test_a_cover_whose_return_lies_after_the_period_is_a_cover_all_the_same():
    lines = log(referred("2024-01-01"), assigned("2024-01-01", "a"), changed("2024-06-20", "b"), changed("2024-07-05", "a"))
    assert variants(changes(lines, "2024-01-01", "2024-07-01")) == (1, 1, 0, 0)


def test_a_return_after_more_than_thirty_days_without_a_holder_makes_no_cover():
    lines = log(
        referred("2024-01-01"),
        assigned("2024-01-01", "a"),
        changed("2024-02-01", "b"),
        on("2024-02-05", "caseworker_ended", role="authority"),
        assigned("2024-04-01", "a"),
    )
    assert variants(changes(lines)) == (1, 1, 1, 1)


def test_a_reorganisation_is_left_out_of_two_variants_by_the_reason_of_the_event_that_set_the_holder():
    lines = log(
        referred("2024-01-01"),
        assigned("2024-01-01", "a"),
        changed("2024-02-01", "b", reason="reorganisation"),
        changed("2024-02-01", "b", reason="leave"),  # who already holds: changes nothing, not the reason either
        changed("2024-06-01", "c", reason="leave"),
    )
    assert variants(changes(lines)) == (2, 1, 1, 0)


def test_a_holder_who_neither_began_nor_ended_a_day_leaves_no_interval():
    lines = log(referred("2024-01-01"), assigned("2024-01-01", "a"), changed("2024-02-01", "b"), changed("2024-02-01", "a"))
    assert variants(changes(lines)) == (0, 0, 0, 0)


def test_closing_and_reopening_within_thirty_days_does_not_hide_a_skift_and_its_day_is_the_first_day_open():
    lines = log(
        referred("2024-01-01"),
        assigned("2024-01-01", "a"),
        closed("2024-02-01"),
        assigned("2024-02-05", "b"),  # closed: counts when the case opens
        on("2024-02-20", "reopened"),
    )
    assert variants(changes(lines, "2024-02-20", "2024-02-21")) == (1, 1, 1, 0)
    assert variants(changes(lines, "2024-02-05", "2024-02-20")) == (0, 0, 0, 0)


def test_a_skift_belongs_to_the_unit_at_the_end_of_its_day():
    lines = log(
        referred("2024-01-01", AM), assigned("2024-01-01", "a"), changed("2024-02-01", "b"), transferred("2024-02-01", UI)
    )
    assert variants(changes(lines)) == (1, 1, 1, 0)
    assert variants(changes(lines, unit=[AM])) == (0, 0, 0, 0)


def test_a_samling_is_a_skift_to_who_held_another_role_that_leaves_fewer_caseworkers():
    start = [referred("2024-01-01"), assigned("2024-01-01", "a"), assigned("2024-01-01", "b", "employment")]
    gathered = log(*start, changed("2024-02-01", "b"))
    assert value(changes(gathered), measure="samlinger") == 1
    assert variants(changes(gathered)) == (1, 1, 1, 0)
    after_days_without = log(*start, on("2024-02-01", "caseworker_ended", role="authority"), assigned("2024-02-20", "b"))
    assert value(changes(after_days_without), measure="samlinger") == 1
    as_many_as_before = log(*start, changed("2024-02-01", "b"), changed("2024-02-01", "c", "employment"))
    assert value(changes(as_many_as_before), measure="samlinger") == 0
    assert value(changes(gathered, role="employment"), measure="samlinger") == 0
    to_a_stranger = log(*start, changed("2024-02-01", "c"), on("2024-02-01", "caseworker_ended", role="employment"))
    assert variants(changes(to_a_stranger)) == (1, 1, 1, 0)
    assert value(changes(to_a_stranger), measure="samlinger") == 0


def test_case_days_are_days_with_a_holder_while_active_in_the_unit_summed_over_the_roles():
    lines = log(
        assigned("2023-12-01", "a"),  # before the referral: counts from the day it is open
        referred("2024-01-10"),
        assigned("2024-01-15", "a", "employment"),
        transferred("2024-01-20", AM),
        referred("2024-01-10", case="c2"),  # nobody holds a role: not at risk
    )
    cells = changes(lines, "2024-01-01", "2024-02-01")
    assert value(cells, measure="case_days") == 10 + 5
    assert value(cells, measure="case_years") == pytest.approx(15 / 365.25)
    assert value(cells, measure="cases_at_risk") == 1
    assert [value(cells, measure="cases_with", changes=n) for n in ("0", "1", "2", "3+")] == [1, 0, 0, 0]
    assert value(changes(lines, "2024-01-01", "2024-02-01", role="employment"), measure="case_days") == 5


def test_tenure_runs_from_before_the_period_to_its_end_and_who_began_on_the_last_day_has_one():
    lines = log(
        referred("2023-12-01"), assigned("2023-12-02", "a"), assigned("2024-01-31", "b", "employment")
    )  # 2 December to 1 February is 61 days; the other 1 day
    cells = changes(lines, "2024-01-01", "2024-02-01")
    tenures = [value(cells, measure="tenure", band=band) for band in ("0-30", "31-90", "91-180", "181+")]
    assert tenures == [1, 1, 0, 0]
    assert {"measure": "median_tenure", "value": None, "why": "few"} in cells


def test_rates_and_medians_appear_from_twenty_observations():
    def register(cases: int) -> list[dict]:
        events = [referred("2024-01-01", case="x"), assigned("2023-12-31", "z", case="x")]
        events += [changed("2024-01-02", "y", case="x")]
        for number in range(1, cases):
            case = f"c{number}"
            events += [referred("2024-01-01", case=case), assigned("2024-01-01", "a", case=case)]
        return log(*events)

    few = changes(register(19), "2024-01-01", "2024-01-11")
    rate = {"measure": "changes_per_case_year", "variant": "all"}
    assert {**rate, "value": None, "why": "few"} in few
    enough = changes(register(20), "2024-01-01", "2024-01-11")
    assert value(enough, measure="case_days") == 200
    assert value(enough, **rate) == pytest.approx(365.25 / 200)
    assert value(enough, measure="median_tenure") == 10  # nineteen of 10 days and one of 9


def test_concurrent_caseworkers_are_distinct_over_the_roles():
    lines = log(
        referred("2024-01-01"),
        assigned("2024-01-01", "a"),
        assigned("2024-01-01", "a", "employment"),
        assigned("2024-01-01", "b", "continuous"),
        referred("2024-01-01", case="c2"),
    )
    cells = answer(lines, "concurrent_caseworkers", {"valid_at": ["2024-01-01"]})
    assert [value(cells, caseworkers=n) for n in ("0", "1", "2", "3+")] == [1, 0, 1, 0]


def test_the_contact_surface_is_all_professionals_of_the_ninety_days_ending_with_the_day():
    lines = log(
        on("2024-01-01", "activity_recorded", activity="moede", worker="c"),
        referred("2024-01-01"),
        assigned("2024-01-01", "a"),
        on("2024-01-02", "performer_matched", worker="p"),
        changed("2024-01-03", "b"),
        on("2024-01-03", "performer_ended", worker="p"),
        on("2024-01-03", "activity_recorded", activity="moede", worker="b"),
        on("2024-01-03", "activity_recorded", activity="moede"),
        referred("2024-01-01", case="c2"),
    )

    def surface(day: str, **more: object) -> dict[int, int]:
        cells = answer(lines, "contact_surface", {"valid_at": [day], **more})
        return {cell["professionals"]: cell["value"] for cell in cells}

    assert surface("2024-01-01") == {2: 1, 0: 1}  # c and a; the other case nobody
    assert surface("2024-03-30") == {4: 1, 0: 1}  # 90 days: from 1 January
    assert surface("2024-03-31") == {3: 1, 0: 1}  # from 2 January: without c
    assert surface("2024-04-01") == {1: 1, 0: 1}  # from 3 January: b alone
    assert surface("2024-01-03", window=1) == {1: 1, 0: 1}
