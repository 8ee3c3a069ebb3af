"""Two cases of one citizen are merged by the law's event; what cannot be merged is refused with what to do instead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from journey.events import MergedInto
from journey.history import FOREVER, Recorded
from journey.log.stored import Entry
from journey.merging import first_day_both_open, going_on_in, merge, merged_chain, open_spans
from journey.refusals import Refused
from tests.support.given import told

TODAY = date(2025, 6, 1)
OPEN = "day | event | details\n2024-01-10 | referred | unit=ungeindsatsen citizen=b1"
CLOSED = f"{OPEN}\n2024-04-01 | closed | reason=education"


def merged(into: str, day: str = "2024-05-01") -> str:
    return f"{OPEN}\n{day} | merged_into | case={into}"


def entry(case: str, into: str, day: date = TODAY) -> Entry:
    return Entry(case, day, "journey", "new", MergedInto(into))


def attempt(cases: Mapping[str, str], case: str, into: str, day: date = TODAY) -> list[Entry]:
    histories: dict[str, Sequence[Recorded]] = {name: told(table) for name, table in cases.items()}
    return merge(entry(case, into, day), lambda name: histories.get(name, []), today=TODAY)


@pytest.mark.parametrize(
    "cases",
    [
        {"A": OPEN, "B": OPEN},
        {"A": CLOSED, "B": OPEN},
        {"A": OPEN, "B": CLOSED},
        {"A": f"{merged('C')}\n2024-06-01 | reopened |", "B": OPEN, "C": OPEN},
        {"A": OPEN, "B": f"{merged('A')}\n2024-06-01 | reopened |"},
        {"A": f"{merged('C')}\n2024-06-01 | withdrawn | source=spec source_id=2 reason=fejl", "B": OPEN, "C": OPEN},
    ],
    ids=["open", "closed", "into a closed one", "opened again", "the other opened again", "the merge was withdrawn"],
)
def test_two_cases_are_merged(cases: dict[str, str]) -> None:
    assert attempt(cases, "A", "B") == [entry("A", "B")]


def test_merged_already_into_the_same_is_no_event_more() -> None:
    assert attempt({"A": merged("B"), "B": OPEN}, "A", "B") == []


NOT_REFERRED = "day | event | details\n2024-01-10 | complaint_received | complaint=k1"
REFUSED = {
    "itself": ({"A": OPEN}, "A", "A", "merged_with_itself", "A", "to forskellige"),
    "an unknown one": ({"B": OPEN}, "A", "B", "unknown_case", "A", ""),
    "into an unknown one": ({"A": OPEN}, "A", "B", "unknown_case", "B", ""),
    "one never referred": ({"A": NOT_REFERRED, "B": OPEN}, "A", "B", "never_referred", "2025-06-01", ""),
    "into one never referred": ({"A": OPEN, "B": NOT_REFERRED}, "A", "B", "never_referred", "B", ""),
    "one merged into another": ({"A": merged("C"), "B": OPEN, "C": OPEN}, "A", "B", "merged_already", "A", "sag C"),
    "into one merged": ({"A": OPEN, "B": merged("C"), "C": OPEN}, "A", "B", "merged_already", "B", "går videre: C"),
    "into one merged twice": (
        {"A": OPEN, "B": merged("C"), "C": merged("D"), "D": OPEN},
        *("A", "B", "merged_already", "B", "går videre: D"),
    ),
    "the other way round": ({"A": OPEN, "B": merged("A")}, "A", "B", "merged_already", "B", "sag A går videre"),
    "in a circle": ({"A": OPEN, "B": merged("C"), "C": merged("A")}, "A", "B", "merged_already", "B", "sag A går videre"),
    "into a circle": ({"A": OPEN, "B": merged("C"), "C": merged("B")}, "A", "B", "merged_already", "B", "går videre: C"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_merged_is_refused(name: str) -> None:
    cases, case, into, code, place, what = REFUSED[name]

    with pytest.raises(Refused) as refused:
        attempt(cases, case, into)

    assert (refused.value.code, refused.value.place) == (code, place)
    assert what in f"{refused.value.message} {refused.value.remedy}"


@pytest.mark.parametrize(
    ("day", "code"), [(date(2024, 1, 9), "never_referred"), (date(1800, 1, 1), "too_early"), (date(2028, 1, 1), "too_late")]
)
def test_the_day_is_judged_at_its_own_place(day: date, code: str) -> None:
    with pytest.raises(Refused) as refused:
        attempt({"A": OPEN, "B": OPEN}, "A", "B", day)

    assert refused.value.code == code


def test_merges_are_followed_to_the_case_that_goes_on() -> None:
    cases = {"A": merged("B"), "B": merged("C"), "C": OPEN, "R": merged("S"), "S": merged("R")}
    histories = {name: told(table) for name, table in cases.items()}

    assert [merged_chain(case, lambda name: histories.get(name, [])) for case in ("A", "C", "R", "unknown")] == [
        ["A", "B", "C"],
        ["C"],
        ["R", "S"],
        ["unknown"],
    ]
    assert going_on_in(told("day | event | details\n2024-01-10 | merged_into | case=B")) is None  # never referred: no merge


def test_the_days_on_which_both_are_open_are_those_at_whose_end_they_are() -> None:
    again = f"{CLOSED}\n2024-04-01 | reopened |\n2024-05-01 | closed | reason=other\n2024-07-01 | reopened |"
    later = "day | event | details\n2024-06-01 | referred | unit=social citizen=b2"

    assert open_spans(told(again)) == [
        (date(2024, 1, 10), date(2024, 4, 1)),
        (date(2024, 4, 1), date(2024, 5, 1)),
        (date(2024, 7, 1), FOREVER),
    ]
    assert open_spans(told(CLOSED)) == [(date(2024, 1, 10), date(2024, 4, 1))]
    assert first_day_both_open(told(again), told(later)) == date(2024, 7, 1)
    assert first_day_both_open(told(later), told(OPEN)) == date(2024, 6, 1)
    assert first_day_both_open(told(CLOSED), told(later)) is None
