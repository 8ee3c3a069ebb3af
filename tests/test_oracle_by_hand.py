"""The slow oracle against tiny tables whose answers were worked out by hand from `design/domain.md`."""

from __future__ import annotations

import random
from datetime import datetime

import pytest

from tests.histories import UNITS, random_questions, random_register, taken
from tests.oracle import FIGURES, answer

UI, AM, SOCIAL = "ungeindsatsen", "arbejdsmarked", "social"


def on(valid_at: str, kind: str, case: str = "c1", known_at: str | None = None, **data: object) -> dict:
    """One event; known at nine in the morning of its own day unless another moment is said."""
    known = known_at or f"{valid_at}T09:00:00+01:00"
    place = {"stream": case} if kind == "survey_recorded" else {"case": case}
    return {**place, "kind": kind, "valid_at": valid_at, "known_at": known, "data": data}


def referred(valid_at: str, unit: str = UI, case: str = "c1", **data: object) -> dict:
    return on(valid_at, "referred", case, **{"unit": unit, "citizen": f"citizen-{case}", **data})


def closed(valid_at: str, case: str = "c1") -> dict:
    return on(valid_at, "closed", case, reason="education")


def assigned(valid_at: str, worker: str, role: str = "authority", case: str = "c1") -> dict:
    return on(valid_at, "caseworker_assigned", case, role=role, worker=worker)


def changed(valid_at: str, worker: str, role: str = "authority", reason: str = "leave", case: str = "c1") -> dict:
    return on(valid_at, "caseworker_changed", case, role=role, worker=worker, reason=reason)


def granted(valid_at: str, support: str, grant: str = "g1", case: str = "c1", **data: object) -> dict:
    return on(valid_at, "support_granted", case, grant=grant, support=support, **data)


def transferred(valid_at: str, to: str, case: str = "c1", reason: str = "handover") -> dict:
    return on(valid_at, "transferred", case, to=to, reason=reason)


def withdrawal_of(position: int, valid_at: str = "2030-01-01", case: str = "c1") -> dict:
    return on(valid_at, "withdrawn", case, "2025-01-01T09:00:00+01:00", source_id=f"s{position}", reason="fejl")


def log(*events: dict) -> list[dict]:
    """The events as a log: position 1, 2, 3 …, each with the source id s1, s2, s3 …"""
    return [{**event, "source": "haand", "source_id": f"s{number}"} for number, event in enumerate(events, start=1)]


def value(cells: list[dict], **dimensions: object) -> object:
    """The value of the one cell with exactly these dimensions."""
    found = [c for c in cells if {k: v for k, v in c.items() if k not in ("value", "why")} == dimensions]
    assert len(found) == 1, (dimensions, cells)
    return found[0]["value"]


def load(lines: list[dict], day: str, unit: str = UI, position: int | None = None, **more: object) -> object:
    cells = answer(lines, "caseload", {"unit": [unit], "valid_at": [day], **more}, position)
    return value(cells, unit=unit, valid_at=day)


def changes(lines: list[dict], start: str = "2024-01-01", end: str = "2025-01-01", **more: object) -> list[dict]:
    return answer(lines, "caseworker_changes", {"unit": [UI], "from": start, "to": end, **more})


def variants(cells: list[dict]) -> tuple:
    """The changes of the three variants, then the assignments after a gap."""
    names = ("all", "without_reorganisation", "without_reorganisation_and_cover")
    counts = [value(cells, measure="changes", variant=name) for name in names]
    return (*counts, value(cells, measure="assignments_after_gap"))


# --- sections 1 and 4: what is known, and the state on a day -------------------------------------------------------


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


# --- section 6: counts of cases ------------------------------------------------------------------------------------


def test_the_caseload_without_assessing_keeps_those_waiting_and_a_grant_does_not_close_an_assessment():
    lines = log(
        referred("2024-01-01"),
        on("2024-02-01", "assessment_opened", method="vum"),
        granted("2024-03-01", "bostoette_85"),
        on("2024-04-01", "support_ended", grant="g1"),
        on("2024-05-01", "assessment_closed"),
    )
    days = ["2024-01-15", "2024-02-15", "2024-03-15", "2024-04-15", "2024-05-15"]
    assert [load(lines, day, include_assessing=False) for day in days] == [1, 0, 1, 0, 1]
    under = [answer(lines, "under_assessment", {"unit": [UI], "valid_at": [day]})[0]["value"] for day in days]
    assert under == [0, 1, 0, 1, 0]


def test_the_primary_support_is_the_latest_main_then_the_latest_other_and_never_an_accessory():
    lines = log(
        referred("2024-01-01"),
        granted("2024-01-02", "mentor", "g1"),
        granted("2024-01-03", "efterskole", "g2"),
        granted("2024-01-03", "ungestoette", "g3"),
        granted("2024-01-04", "botilbud", "g4"),
        granted("2024-01-05", "bostoette_85", "g2"),  # g2 is running: not granted again
        on("2024-01-06", "support_ended", grant="g3"),
        on("2024-01-07", "support_ended", grant="g2"),
        granted("2024-01-08", "bostoette_82b", "g2"),  # ended, so granted again
        closed("2024-01-09"),
        on("2024-01-10", "reopened"),  # what closing ended stays ended
    )

    def group(day: str) -> list[str]:
        cells = answer(lines, "caseload_by_support", {"valid_at": [day]})
        assert len(cells) == 7
        return [cell["support"] for cell in cells if cell["value"]]

    found = [group(f"2024-01-{day:02d}") for day in range(1, 11)]
    assert found == [
        ["waiting"],
        ["waiting"],
        ["ungestoette"],
        ["ungestoette"],
        ["ungestoette"],
        ["efterskole"],
        ["other"],
        ["bostoette"],
        [],
        ["waiting"],
    ]


def test_a_benefit_may_precede_the_referral_and_those_under_assessment_are_left_out_unless_asked_for():
    lines = log(
        on("2023-12-01", "benefit_changed", benefit="jobafklaring"),
        referred("2024-01-01"),
        referred("2024-01-01", AM, "c2"),
        on("2024-01-01", "assessment_opened", "c2", method="vum"),
    )
    asked = {"valid_at": ["2024-01-01"]}
    without = answer(lines, "caseload_by_benefit", asked)
    assert {c["benefit"]: c["value"] for c in without} == {
        "aktivitetsparat": 0,
        "ressourceforloeb_jaf": 1,
        "other": 0,
        "unknown": 0,
    }
    with_assessing = answer(lines, "caseload_by_benefit", {**asked, "include_assessing": True})
    assert value(with_assessing, valid_at="2024-01-01", benefit="unknown") == 1


def test_a_cohort_keeps_its_size_whatever_the_day_and_newcomers_are_the_supported_others():
    lines = log(
        referred("2022-01-01", SOCIAL, "c1"),
        referred("2022-01-01", SOCIAL, "c2"),
        referred("2022-01-01", AM, "c3"),
        referred("2022-01-01", AM, "c4"),
        transferred("2022-10-01", AM, "c1"),
        transferred("2022-10-31", AM, "c2"),
        transferred("2022-11-01", SOCIAL, "c3"),
        transferred("2022-11-02", AM, "c3"),  # from Social too, but after the period
        granted("2022-12-01", "bostoette_85", case="c3"),
        closed("2023-01-01", "c2"),
    )
    asked = {"from_unit": SOCIAL, "to_unit": AM, "from": "2022-10-01", "to": "2022-11-01"}
    for day, expected in (("2022-09-01", [2, 0, 0]), ("2023-02-01", [2, 1, 1])):
        cells = answer(lines, "cohort", {**asked, "valid_at": [day]})
        assert [value(cells, measure=name) for name in ("size", "active", "newcomers")] == expected


def test_transfers_count_distinct_citizens_and_only_real_transfers_of_open_cases():
    lines = log(
        referred("2024-01-01", AM, "c1", citizen="x"),
        referred("2024-01-01", AM, "c2", citizen="x"),
        transferred("2024-02-01", SOCIAL, "c1"),
        transferred("2024-02-01", SOCIAL, "c2"),
        transferred("2024-02-02", SOCIAL, "c2"),  # already there
        transferred("2024-02-03", AM, "c1", "age"),
        closed("2024-02-04", "c1"),
        transferred("2024-02-05", UI, "c1"),  # not open
    )
    cells = answer(lines, "transfers", {"from": "2024-02-01", "to": "2024-03-01"})
    assert len(cells) == 2
    assert value(cells, from_unit=AM, to_unit=SOCIAL, reason="handover") == 1
    assert value(cells, from_unit=SOCIAL, to_unit=AM, reason="age") == 1
    assert answer(lines, "transfers", {"from": "2024-02-01", "to": "2024-03-01", "reason": "other"}) == []


def test_what_leaves_and_returns_within_a_day_is_no_flow_and_the_days_last_crossing_gives_the_cause():
    lines = log(
        referred("2023-12-01", case="c1"),
        closed("2024-01-05", "c1"),
        on("2024-01-05", "reopened", "c1"),  # out and in again: neither
        referred("2024-01-06", case="c2"),
        on("2024-01-06", "rejected", "c2", forum="kv_udvalg", reason="other"),  # in and out again: neither
        referred("2024-01-07", case="c3"),
        transferred("2024-01-07", SOCIAL, "c3"),
        transferred("2024-01-07", UI, "c3"),  # entered at last by this
        transferred("2024-01-08", AM, "c1"),
        transferred("2024-01-08", SOCIAL, "c1"),  # over the border by the one before
        closed("2024-01-09", "c3"),
    )
    cells = answer(lines, "stock_flow", {"unit": [UI], "from": "2024-01-01", "to": "2024-02-01"})
    assert value(cells, measure="opening", cause=None) == 1
    assert value(cells, measure="entries", cause=None) == 1
    assert value(cells, measure="entries", cause="referred") == 0
    assert value(cells, measure="entries", cause="reopened") == 0
    assert value(cells, measure="entries", cause="transferred_in") == 1
    assert value(cells, measure="exits", cause="transferred_out", to_unit=AM) == 1
    assert value(cells, measure="exits", cause="closed", reason="education") == 1
    assert value(cells, measure="exits", cause="rejected") == 0
    assert value(cells, measure="exits", cause=None) == 2
    assert value(cells, measure="closing", cause=None) == 0
    assert len(cells) == 10


def test_units_asked_for_together_are_one_pool_so_a_transfer_between_them_is_no_flow():
    lines = log(referred("2023-12-01"), transferred("2024-01-08", AM))
    pooled = answer(lines, "stock_flow", {"from": "2024-01-01", "to": "2024-02-01"})
    assert value(pooled, measure="opening", cause=None) == value(pooled, measure="closing", cause=None) == 1
    assert value(pooled, measure="exits", cause=None) == 0
    alone = answer(lines, "stock_flow", {"unit": [AM], "from": "2024-01-01", "to": "2024-02-01"})
    assert value(alone, measure="entries", cause="transferred_in") == 1


def test_one_is_a_year_older_from_the_first_of_the_birth_month():
    lines = log(
        referred("2024-01-01", case="c1", born="2006-05"),
        referred("2024-01-01", case="c2"),
        referred("2024-01-01", case="c3", born="1994-05"),
    )

    def bands(day: str, **more: object) -> list[tuple[str, int]]:
        cells = answer(lines, "age_bands", {"valid_at": [day], **more})
        return [(cell["band"], cell["value"]) for cell in cells]

    assert bands("2024-04-30") == [("0-17", 1), ("18-24", 0), ("25-29", 1), ("30+", 0), ("unknown", 1)]
    assert bands("2024-05-01") == [("0-17", 0), ("18-24", 1), ("25-29", 0), ("30+", 1), ("unknown", 1)]
    assert bands("2024-05-01", bands=[0, 30]) == [("0-29", 1), ("30+", 1), ("unknown", 1)]


# --- section 5: assignment intervals and sagsbehandlerskift --------------------------------------------------------


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


def test_uncovered_days_are_days_active_without_any_caseworker_at_the_end_of_the_day():
    lines = log(
        referred("2024-01-10"),
        assigned("2024-01-15", "a"),
        on("2024-01-20", "caseworker_ended", role="authority"),
        closed("2024-01-22"),
        referred("2024-01-10", case="c2"),
        assigned("2024-01-10", "b", case="c2"),
    )
    cells = answer(lines, "uncovered_days", {"from": "2024-01-01", "to": "2024-02-01"})
    assert value(cells, measure="case_days") == 5 + 2
    assert value(cells, measure="cases") == 1


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


# --- section 6: money ----------------------------------------------------------------------------------------------


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


# --- section 6: what has a beginning and an end --------------------------------------------------------------------


def complaint_events(case: str, *rows: tuple[str, str, str | None]) -> list[dict]:
    """Rows of day, what, outcome, all of the complaint k."""
    return [
        on(day, f"complaint_{what}", case, complaint="k", **({"outcome": outcome} if outcome else {}))
        for day, what, outcome in rows
    ]


def test_complaints_belong_to_the_unit_of_receipt_and_what_answers_nothing_changes_nothing():
    lines = log(
        *complaint_events("c1", ("2023-12-20", "received", None)),  # before the referral: the unit referred to
        referred("2024-01-01", UI, "c1"),
        transferred("2024-01-02", AM, "c1"),
        *complaint_events(
            "c1",
            ("2024-01-03", "reassessed", "maintained"),
            ("2024-01-04", "reassessed", "accommodated"),  # a second reassessment
            ("2024-01-05", "decided", "changed"),
            ("2024-01-06", "decided", "upheld"),  # a second decision
            ("2024-01-07", "received", None),  # a second receipt
        ),
        referred("2024-01-01", UI, "c2"),
        *complaint_events(
            "c2",
            ("2024-01-02", "decided", "upheld"),  # not received before it
            ("2024-01-03", "received", None),
            ("2024-01-04", "reassessed", "accommodated"),
            ("2024-01-05", "decided", "remitted"),  # after accommodated
        ),
        referred("2024-01-01", UI, "c3"),
        *complaint_events("c3", ("2024-01-31", "received", None), ("2024-02-01", "decided", "upheld")),
    )
    cells = answer(lines, "complaints", {"unit": [UI], "from": "2024-01-01", "to": "2024-02-01"})
    assert value(cells, measure="received") == 2
    assert value(cells, measure="reassessed", outcome="maintained") == 1
    assert value(cells, measure="reassessed", outcome="accommodated") == 1
    decided = [value(cells, measure="decided", outcome=o) for o in ("upheld", "changed", "remitted", "dismissed")]
    assert decided == [0, 1, 0, 0]
    assert value(cells, measure="overturned") == 1
    assert value(cells, measure="pending") == 1
    assert {"measure": "overturned_percent", "value": None, "why": "few"} in cells
    before = answer(lines, "complaints", {"unit": [UI], "from": "2023-12-01", "to": "2024-01-01"})
    assert (value(before, measure="received"), value(before, measure="pending")) == (1, 1)


def test_the_overturned_percent_leaves_the_dismissed_out_and_needs_twenty():
    def register(upheld: int) -> list[dict]:
        outcomes = ["changed"] * 3 + ["remitted"] * 2 + ["upheld"] * upheld + ["dismissed"] * 9
        events = []
        for number, outcome in enumerate(outcomes):
            events.append(referred("2024-01-01", case=f"c{number}"))
            rows = (("2024-01-02", "received", None), ("2024-01-03", "decided", outcome))
            events += complaint_events(f"c{number}", *rows)
        return log(*events)

    asked = {"from": "2024-01-01", "to": "2024-02-01"}
    assert value(answer(register(14), "complaints", asked), measure="overturned_percent") is None
    assert value(answer(register(15), "complaints", asked), measure="overturned_percent") == 25


def agreed(valid_at: str, due: str, case: str = "c1", **data: object) -> dict:
    return on(valid_at, "follow_up_agreed", case, due=due, **data)


def held(valid_at: str, case: str = "c1", **data: object) -> dict:
    return on(valid_at, "follow_up_held", case, outcome="continue", **data)


def follow_ups(*events: dict, unit: str = UI) -> list[object]:
    """due, on time, late, not held in the first half of 2024."""
    cells = answer(log(*events), "follow_ups", {"unit": [unit], "from": "2024-01-01", "to": "2024-07-01"})
    return [value(cells, measure=name) for name in ("due", "held_on_time", "held_late", "not_held")]


def test_a_held_follow_up_answers_the_earliest_due_of_its_own_track():
    start = referred("2024-01-01")
    first, second = agreed("2024-01-02", "2024-03-01"), agreed("2024-01-02", "2024-02-01")
    assert follow_ups(start, first, second, held("2024-02-01")) == [2, 1, 0, 1]
    assert follow_ups(start, first, second, held("2024-02-02")) == [2, 0, 1, 1]
    assert follow_ups(start, first, second, held("2024-02-01"), held("2024-07-01")) == [2, 1, 1, 0]
    assert follow_ups(start, first, held("2024-02-01", track="social")) == [1, 0, 0, 1]
    assert follow_ups(start, held("2024-01-01"), first) == [1, 0, 0, 1]


def test_a_moved_follow_up_is_not_counted_where_it_was_if_the_day_and_the_track_are_right():
    start, first = referred("2024-01-01"), agreed("2024-01-02", "2024-03-01")
    right = agreed("2024-02-01", "2024-08-01", moved_from="2024-03-01")
    assert follow_ups(start, first, right) == [0, 0, 0, 0]
    wrong_day = agreed("2024-02-01", "2024-04-01", moved_from="2024-03-02")
    assert follow_ups(start, first, wrong_day) == [2, 0, 0, 2]
    wrong_track = agreed("2024-02-01", "2024-04-01", moved_from="2024-03-01", track="forum")
    assert follow_ups(start, first, wrong_track) == [2, 0, 0, 2]
    already_held = agreed("2024-02-01", "2024-04-01", moved_from="2024-03-01")
    assert follow_ups(start, first, held("2024-01-20"), already_held) == [2, 1, 0, 1]


def test_a_follow_up_unanswered_when_its_case_closes_by_the_due_day_is_not_counted_even_if_reopened():
    start, first = referred("2024-01-01"), agreed("2024-01-02", "2024-03-01")
    assert follow_ups(start, first, closed("2024-03-01")) == [0, 0, 0, 0]
    assert follow_ups(start, first, closed("2024-03-02")) == [1, 0, 0, 1]
    reopened = on("2024-02-10", "reopened")
    assert follow_ups(start, first, closed("2024-02-10"), reopened, held("2024-02-20")) == [0, 0, 0, 0]
    assert follow_ups(start, first, held("2024-02-01"), closed("2024-02-10")) == [1, 1, 0, 0]


def test_a_follow_up_belongs_to_the_unit_on_its_due_day():
    events = referred("2024-01-01"), agreed("2024-01-02", "2024-03-01"), transferred("2024-03-01", AM)
    assert follow_ups(*events) == [0, 0, 0, 0]
    assert follow_ups(*events, unit=AM) == [1, 0, 0, 1]


def test_lead_times_run_from_the_first_effective_referral_in_the_period_to_before_the_next():
    visit = {"forum": "kv_udvalg", "layer": "2"}
    lines = log(
        referred("2023-11-01"),
        closed("2023-12-01"),
        on("2024-01-05", "visited", **visit),  # not open: nothing
        referred("2024-01-10"),
        referred("2024-01-15"),  # open: not effective
        granted("2024-01-16", "mentor", "g1"),  # an accessory does not count
        granted("2024-02-01", "botilbud", "g2"),
        closed("2024-03-01"),
        on("2024-03-02", "reopened"),
        on("2024-04-20", "visited", **visit),  # after the period, before the next referral
        on("2024-04-21", "visited", forum="kv_udvalg", layer="3"),  # not the first
        closed("2024-05-01"),
        referred("2024-06-01", AM),
        on("2024-06-01", "visited", forum="kv_udvalg", layer="1"),
    )

    def times(start: str, end: str, **more: object) -> list[tuple]:
        cells = answer(lines, "lead_times", {"unit": [UI], "from": start, "to": end, **more})
        bands = [c for c in cells if c["measure"] == "days" and c["value"]]
        assert len(cells) == 2 * (3 + 4)
        return [(c["to"], c["band"]) for c in bands]

    found = [("visited", "91-180"), ("support_granted", "0-30")]  # 101 days and 22 days
    assert times("2024-01-01", "2024-04-01") == found
    assert times("2024-01-01", "2025-01-01", layer="2") == found
    assert times("2024-01-01", "2025-01-01", layer="1") == []
    assert times("2024-05-01", "2025-01-01") == []  # that referral is another unit's
    assert times("2023-11-01", "2025-01-01") == []  # the first in the period led nowhere before the next


def test_percentiles_are_by_nearest_rank_and_the_median_of_an_even_number_is_the_mean_of_the_middle_two():
    events = []
    for number in range(1, 21):
        events.append(referred("2024-01-01", case=f"c{number}"))
        events.append(on(f"2024-01-{number + 1:02d}", "visited", f"c{number}", forum="kv_udvalg"))
    cells = answer(log(*events), "lead_times", {"from": "2024-01-01", "to": "2024-01-02"})
    assert value(cells, to="visited", measure="n") == 20
    assert value(cells, to="visited", measure="median") == 10.5
    assert value(cells, to="visited", measure="p90") == 18
    assert {"to": "support_granted", "measure": "p90", "value": None, "why": "few"} in cells


def test_a_forum_day_counts_each_case_once_and_a_meeting_is_a_day_with_any():
    forum = {"forum": "samarbejdsforum_30"}
    said = {**forum, "by": "leader", "matter": "visitation"}
    lines = log(
        on("2024-03-07", "presented", **said),  # before the referral: counts
        referred("2024-03-07"),
        on("2024-03-07", "visited", **forum),
        on("2024-03-07", "presented", "c2", **said),
        on("2024-03-14", "rejected", **forum, reason="other"),
        on("2024-03-15", "visited", **forum),  # not open: nothing
        on("2024-03-16", "presented", forum="kv_udvalg", by="leader", matter="sparring"),
    )
    asked = {"from": "2024-03-01", "to": "2024-04-01"}
    cells = answer(lines, "forum_throughput", asked)
    assert value(cells, measure="cases", forum="samarbejdsforum_30", day="2024-03-07") == 2
    assert value(cells, measure="cases", forum="samarbejdsforum_30", day="2024-03-14") == 1
    assert value(cells, measure="meetings", forum="samarbejdsforum_30") == 2
    assert len(cells) == 5
    assert len(answer(lines, "forum_throughput", {**asked, "forum": "kv_udvalg"})) == 2


def test_a_survey_statement_is_as_last_said_with_null_where_the_bar_is_missing():
    wave = {"wave": "2025", "statement": "s1"}
    lines = log(
        on("2025-01-01", "survey_recorded", "survey", **wave, answers=[1, 1, 1, 1, 1], n=5),
        on("2025-01-02", "survey_recorded", "survey", **wave, answers=[1, 1, 4, None, None], n=16),
    )
    cells = answer(lines, "survey", {"wave": "2025"})
    codes = ["meget_uenig", "uenig", "hverken", "enig", "meget_enig"]
    assert [value(cells, statement="s1", answer=code) for code in codes] == [1, 1, 4, None, None]
    assert value(cells, statement="s1", measure="n") == 16
    assert answer(lines, "survey", {"wave": "2025", "statement": "s2"}) == []


def test_late_registration_takes_copenhagens_day_and_leaves_out_withdrawals_and_what_was_withdrawn():
    lines = log(
        on("2024-06-30", "note_added", known_at="2024-07-15T09:00:00+02:00", text="x"),  # no unit yet: in none
        {**referred("2024-07-01"), "known_at": "2024-07-31T21:59:00+00:00"},  # 31 July in Copenhagen: 30 days
        on("2024-07-01", "assessment_opened", known_at="2024-07-31T22:01:00Z", method="vum"),  # 1 August: 31
        on("2024-07-05", "benefit_changed", known_at="2024-07-03T09:00:00+02:00", benefit="ingen"),  # -2
        on("2024-07-05", "benefit_changed", known_at="2024-12-05T09:00:00+01:00", benefit="ingen"),
        withdrawal_of(5, "2024-07-05"),
    )
    asked = {"from": "2024-06-01", "to": "2024-08-01"}
    cells = answer(lines, "late_registration", asked)
    assert value(cells, measure="n") == 3
    assert value(cells, measure="more_than_30_days") == 1
    assert [value(cells, measure="days", band=b) for b in ("0-30", "31-90", "91-180", "181+")] == [2, 1, 0, 0]
    assert {"measure": "median", "value": None, "why": "few"} in cells
    assert value(answer(lines, "late_registration", asked, 5), measure="n") == 4


# --- the random registers ------------------------------------------------------------------------------------------


def test_a_random_register_is_the_same_for_the_same_seed_and_can_be_taken_whole():
    lines = random_register(7)
    assert lines == random_register(7)
    log_order = taken(lines)
    pairs = {(line["source"], line["source_id"]): line for line in log_order}
    assert len(pairs) == len(lines)
    moments = [datetime.fromisoformat(line["known_at"]) for line in log_order]
    assert moments == sorted(moments)
    withdrawals = [line for line in log_order if line["kind"] == "withdrawn"]
    assert withdrawals
    for line in withdrawals:
        named = pairs[line["data"].get("source", line["source"]), line["data"]["source_id"]]
        assert named["case"] == line["case"]
        assert named["position"] < line["position"]
        assert named["kind"] != "withdrawn"


@pytest.mark.parametrize("seed", range(4))
def test_figures_of_one_register_agree_with_each_other(seed):
    lines = taken(random_register(seed, cases=20))
    rng = random.Random(seed)
    for figure, asked, position in random_questions(rng, lines, 2 * len(FIGURES)):
        cells = answer(lines, figure, asked, position)
        names = [tuple(sorted((k, str(v)) for k, v in c.items() if k not in ("value", "why"))) for c in cells]
        assert len(names) == len(set(names))
        if figure == "caseload_by_support":
            total = sum(cell["value"] for cell in answer(lines, "caseload", asked, position))
            assert sum(cell["value"] for cell in cells) == total
        if figure == "stock_flow":
            opening, entries, exits, closing = (
                value(cells, measure=name, cause=None) for name in ("opening", "entries", "exits", "closing")
            )
            assert opening + entries - exits == closing
        if figure == "follow_ups":
            due, *parts = (value(cells, measure=n) for n in ("due", "held_on_time", "held_late", "not_held"))
            assert due == sum(parts)
    assert not answer(lines, "transfers", {"from": "2022-01-01", "to": "2026-01-01"}, 0)
    assert {line["data"]["unit"] for line in lines if line["kind"] == "referred"} <= set(UNITS)
