"""Section 6 by hand: what has a beginning and an end."""

from __future__ import annotations

from tests.by_hand.events import AM, UI, closed, granted, log, on, referred, transferred, value, withdrawal_of
from tests.oracle import answer


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
