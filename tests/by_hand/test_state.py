"""Sections 1 and 4 by hand: what is known, and the state on a day."""

from __future__ import annotations

import pytest

from tests.by_hand.events import (
    AM,
    SOCIAL,
    UI,
    assigned,
    closed,
    granted,
    load,
    log,
    on,
    referred,
    transferred,
    value,
    withdrawal_of,
)
from tests.oracle import answer


def test_a_case_counts_from_the_day_of_its_referral_until_the_day_before_its_closing():
    lines = log(referred("2024-01-10"), closed("2024-02-10"))
    days = ["2024-01-09", "2024-01-10", "2024-02-09", "2024-02-10"]
    assert [load(lines, day) for day in days] == [0, 1, 1, 0]


def test_a_unit_asked_for_without_cases_is_there_with_nought_and_the_hoi_units_are_the_default():
    cells = answer(log(referred("2024-01-10")), "caseload", {"valid_at": ["2024-01-10", "2024-01-11"]})
    assert sorted((c["unit"], c["valid_at"], c["value"]) for c in cells) == [
        (AM, "2024-01-10", 0),
        (AM, "2024-01-11", 0),
        (UI, "2024-01-10", 1),
        (UI, "2024-01-11", 1),
    ]


def test_a_withdrawn_event_is_true_until_the_position_of_its_withdrawal_whatever_the_withdrawals_own_day():
    lines = log(referred("2024-01-10"), closed("2024-02-10"), withdrawal_of(2, "2031-05-05"), withdrawal_of(2))
    assert [load(lines, "2024-03-01", position=p) for p in (0, 1, 2, 3, 4, None)] == [0, 1, 0, 1, 1, 1]


def test_a_withdrawal_names_only_an_earlier_event_of_its_own_case():
    lines = log(withdrawal_of(2), referred("2024-01-10"), withdrawal_of(2, case="c2"))
    assert load(lines, "2024-03-01") == 1


def test_a_backdated_event_takes_its_place_by_valid_at_and_only_from_its_position():
    lines = log(referred("2024-01-10"), transferred("2024-03-01", SOCIAL), transferred("2024-02-01", AM))
    assert [load(lines, "2024-02-15", AM, position) for position in (2, 3)] == [0, 1]
    assert [load(lines, "2024-03-15", SOCIAL, position) for position in (2, 3)] == [1, 1]


def test_within_a_day_the_order_is_the_logs():
    closing, opening = closed("2024-02-01"), on("2024-02-01", "reopened")
    assert load(log(referred("2024-01-10"), closing, opening), "2024-02-01") == 1
    assert load(log(referred("2024-01-10"), opening, closing), "2024-02-01") == 0


def test_reopening_a_case_that_was_never_referred_opens_nothing():
    lines = log(on("2024-01-05", "reopened"), referred("2024-01-10"))
    assert [load(lines, day) for day in ("2024-01-06", "2024-01-10")] == [0, 1]


def test_a_question_past_the_logs_end_or_with_a_strange_parameter_is_refused():
    with pytest.raises(ValueError):
        load(log(referred("2024-01-10")), "2024-01-10", position=2)
    with pytest.raises(ValueError):
        answer([], "stock_flow", {"from": "2024-01-01", "to": "2024-02-01", "layer": "1"})


def test_a_run_off_case_is_out_of_scope_until_visited_and_a_new_referral_says_its_scope_anew():
    lines = log(
        referred("2024-01-01", in_scope=False),
        on("2024-02-01", "visited", forum="kv_udvalg"),
        closed("2024-03-01"),
        referred("2024-04-01", in_scope=False),
        referred("2024-05-01"),
        closed("2024-06-01"),
        referred("2024-07-01"),
    )
    days = ["2024-01-31", "2024-02-01", "2024-04-15", "2024-05-15", "2024-07-01"]
    assert [load(lines, day, include_out_of_scope=False) for day in days] == [0, 1, 0, 0, 1]


def test_citizens_are_counted_once_and_a_layer_is_as_last_said():
    lines = log(
        referred("2024-01-01", citizen="x"),
        referred("2024-01-01", case="c2", citizen="x"),
        on("2024-01-02", "visited", forum="kv_udvalg", layer="2"),
        on("2024-01-03", "visited", forum="kv_udvalg"),
    )
    assert load(lines, "2024-01-05") == 2
    assert load(lines, "2024-01-05", count="citizens") == 1
    assert [load(lines, "2024-01-05", layer=layer) for layer in "123"] == [0, 1, 0]


def test_what_closing_ended_stays_ended_and_what_was_said_of_the_citizen_stays_said():
    lines = log(
        referred("2024-01-01", born="2000-01"),
        on("2024-01-02", "assessment_opened", method="vum"),
        assigned("2024-01-02", "a"),
        on("2024-01-02", "performer_matched", worker="p"),
        on("2024-01-02", "frame_agreed", amount=100),
        on("2024-01-02", "frame_drawn", amount=200, purpose="x"),
        granted("2024-01-02", "mentor", yearly_amount=5),
        closed("2024-02-01"),
        referred("2024-02-01"),  # the same day, and it says no birth month
    )
    asked = {"valid_at": ["2024-02-01"]}
    assert value(answer(lines, "caseload_by_support", asked), support="waiting") == 1
    assert value(answer(lines, "concurrent_caseworkers", asked), caseworkers="0") == 1
    assert value(answer(lines, "contact_surface", {**asked, "window": 1}), professionals=0) == 1
    assert all(cell["value"] == 0 for cell in answer(lines, "frames", asked))
    assert all(cell["value"] == 0 for cell in answer(lines, "committed_amounts", asked))
    assert value(answer(lines, "age_bands", asked), band="18-24") == 1
