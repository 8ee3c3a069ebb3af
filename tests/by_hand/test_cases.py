"""Section 6 by hand: counts of cases."""

from __future__ import annotations

from tests.by_hand.events import AM, SOCIAL, UI, closed, granted, load, log, on, referred, transferred, value
from tests.oracle import answer


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
    assert value(cells, measure="exits", cause="merged") == 0
    assert value(cells, measure="exits", cause=None) == 2
    assert value(cells, measure="closing", cause=None) == 0
    assert len(cells) == 11


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
