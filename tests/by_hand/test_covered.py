"""Section 1 by hand: the days a register is covered."""

from __future__ import annotations

from tests.by_hand.events import closed, on, referred, withdrawal_of
from tests.oracle import covered


def of(source: str, event: dict, known_at: str) -> dict:
    return {**event, "source": source, "known_at": known_at}


def log(*events: dict) -> list[dict]:
    return [{**event, "source_id": f"s{number}"} for number, event in enumerate(events, start=1)]


A = [
    of("a", referred("2024-01-10"), "2024-01-12T09:00:00+01:00"),
    of("a", closed("2024-03-01"), "2024-03-02T09:00:00+01:00"),
]


def days(lines: list[dict], position: int | None = None, **more: tuple[str, ...]) -> tuple[str | None, str | None]:
    found = covered(lines, position, **more)
    assert set(found) == {"from", "to"}
    return found["from"], found["to"]


def test_a_register_is_covered_from_its_first_open_case_to_its_sources_newest_moment_at_the_position():
    lines = log(*A)
    assert days(lines) == ("2024-01-10", "2024-03-02")
    assert days(lines, 1) == ("2024-01-10", "2024-01-12")
    assert days(lines, 0) == (None, None)


def test_the_first_day_is_one_at_the_end_of_which_a_case_is_open_by_what_is_known():
    early = [of("a", referred("2023-05-01", case="c2"), "2024-01-13T09:00:00+01:00")]
    within_a_day = [of("a", closed("2023-05-01", "c2"), "2024-01-14T09:00:00+01:00")]
    assert days(log(A[0], *early))[0] == "2023-05-01"
    assert days(log(A[0], *early, *within_a_day))[0] == "2024-01-10"
    assert (
        days(log(of("a", on("2023-01-01", "benefit_changed", benefit="su"), "2024-01-01T09:00:00+01:00"), A[0]))[0]
        == "2024-01-10"
    )
    never_true = {**withdrawal_of(2, case="c2"), "source": "a"}
    assert days(log(A[0], *early, never_true)) == ("2024-01-10", "2025-01-01")  # a withdrawal is word from its source


def test_the_day_is_copenhagens():
    late = of("a", on("2024-07-31", "benefit_changed", benefit="su"), "2024-07-31T22:30:00Z")
    assert days(log(*A, late))[1] == "2024-08-01"


def test_the_earliest_source_counts():
    b = of("b", on("2024-02-01", "benefit_changed", benefit="su"), "2024-02-01T09:00:00+01:00")
    assert days(log(A[0], b, A[1]))[1] == "2024-02-01"
    assert days(log(A[0], b, A[1]), ended=("b",))[1] == "2024-03-02"


def test_a_source_more_than_a_hundred_and_eighty_days_behind_counts_as_ended():
    def behind(known_at: str) -> str | None:
        b = of("b", on("2024-08-29", "benefit_changed", benefit="su"), known_at)
        return days(log(*A, b))[1]

    assert behind("2024-08-29T09:00:00+01:00") == "2024-03-02"  # 180 days after 2 March, to the minute
    assert behind("2024-08-29T09:00:01+01:00") == "2024-08-29"


def test_commands_count_only_where_there_is_no_other_source():
    command = of("journey", on("2026-06-01", "benefit_changed", benefit="su"), "2026-06-01T09:00:00+02:00")
    assert days(log(*A, command))[1] == "2024-03-02"  # years after: the zeros do not come back
    assert days(log(*A, command), ended=("a",))[1] == "2026-06-01"
    assert days(log(of("journey", referred("2026-06-01"), "2026-06-01T09:00:00+02:00"))) == ("2026-06-01", "2026-06-01")
    assert days(log(*A), ended=("a",)) == ("2024-01-10", None)


def test_notes_and_streams_are_no_word_of_a_source():
    note = of("a", on("2024-05-01", "note_added", text="x"), "2024-05-01T09:00:00+02:00")
    other = of("b", on("2024-04-01", "note_added", text="x"), "2024-05-01T09:00:00+02:00")
    wave = {"wave": "2024", "statement": "s1", "answers": [1, 1, 1, 1, 1], "n": 5}
    survey = of("c", on("2024-05-01", "survey_recorded", "survey", **wave), "2024-05-01T09:00:00+02:00")
    assert days(log(*A, note, other, survey))[1] == "2024-03-02"
