"""Rows that are gone, bad or back, and sources that were emptied (domain.md section 10, rules 2, 3 and 6)."""

from __future__ import annotations

import pytest

from journey.events import Withdrawn
from journey.log.stored import Entry
from journey.refusals import Refused
from tests.support.sheets import Register, lines, mapping, moment

SHEETS = """
format = "sheets"
source = "f"
[[sheet]]
name = "sager"
file = "sager.csv"
key = ["Nr"]
case = { column = "Nr" }
gone = "withdraw"
  [[sheet.event]]
  kind = "closed"
  on = "Slut"
  data = { reason = { is = "moved" } }
[[sheet]]
name = "liste"
file = "liste.csv"
key = ["Nr"]
case = { column = "Nr" }
  [[sheet.event]]
  kind = "reopened"
  on = "Dag"
"""


def cases(numbers: range | list[int], day: str = "01-03-2024") -> str:
    return "Nr;Slut\n" + "".join(f"{nr};{day}\n" for nr in numbers)


def listed(numbers: range | list[int]) -> str:
    return "Nr;Dag\n" + "".join(f"{nr};01-03-2024\n" for nr in numbers)


def filled(many: int = 10, in_list: int = 10) -> Register:
    register = Register(mapping(SHEETS))
    register.take(moment("2024-06-01"), {"sager": cases(range(1, many + 1)), "liste": listed(range(1, in_list + 1))})
    return register


@pytest.mark.parametrize(
    ("known", "gone", "refused"),
    [
        (10, 5, False),  # more than half, but not more than 5
        (10, 6, True),
        (110, 6, False),  # 6 of the source's 120 are 5 %, not more
        (109, 6, True),
    ],
)
def test_rule_6_more_than_five_and_more_than_five_in_a_hundred(known: int, gone: int, refused: bool) -> None:
    register = filled(known)
    later = {"sager": cases(range(1 + gone, known + 1)), "liste": listed(range(1, 11))}

    if not refused:
        assert register.take(moment("2024-07-01"), later).counts["withdrawn"] == gone
        return
    with pytest.raises(Refused) as found:
        register.take(moment("2024-07-01"), later)
    assert found.value.code == "too_many_gone"
    assert f"{gone} af kildens {known + 10} rækker ville være væk (sager: {gone})" in found.value.message
    with pytest.raises(Refused):
        register.take(moment("2024-07-01"), later, allow_gone=gone - 1)
    with pytest.raises(Refused):
        register.take(moment("2024-07-01"), later, allow_gone=gone + 1)
    assert register.take(moment("2024-07-01"), later, allow_gone=gone).counts["withdrawn"] == gone


@pytest.mark.parametrize("liste", [None, "Nr;Dag\n"])
def test_rule_6_a_sheet_that_is_missing_or_empty_and_was_not(liste: str | None) -> None:
    """The pitfall of dbt-core#2355: the source was emptied and not filled again."""
    register = filled(in_list=3)
    later = {"sager": cases(range(1, 11)), "liste": liste}

    with pytest.raises(Refused) as found:
        register.take(moment("2024-07-01"), later)

    assert found.value.code == "too_many_gone"
    assert "arket liste mangler eller er tomt" in found.value.message
    result = register.take(moment("2024-07-01"), later, allow_gone=3)
    assert (result.entries, len(result.listed)) == ([], 3)


def test_rule_6_a_sheet_that_never_had_rows_is_not_missed() -> None:
    register = Register(mapping(SHEETS))
    register.take(moment("2024-06-01"), {"sager": cases(range(10)), "liste": None})

    assert register.take(moment("2024-07-01"), {"sager": cases(range(10)), "liste": None}).entries == []


def test_rule_6_rows_of_which_nothing_stands_are_counted_as_gone() -> None:
    """A column that was emptied takes every event with it, though every row is there."""
    register = filled()

    with pytest.raises(Refused) as found:
        register.take(moment("2024-07-01"), {"sager": cases(range(1, 11), ""), "liste": listed(range(1, 11))})

    assert found.value.code == "too_many_gone"


def test_rule_3_a_row_that_is_gone_under_keep_stands_and_is_listed_until_it_is_back() -> None:
    register = filled(in_list=3)
    sager = cases(range(1, 11))

    for day in ("2024-07-01", "2024-08-01"):
        result = register.take(moment(day), {"sager": sager, "liste": listed([1, 3])})
        assert result.entries == []
        assert len(result.listed) == 1
    assert register.take(moment("2024-09-01"), {"sager": sager, "liste": listed([1, 2, 3])}).listed == []


def test_rule_3_a_row_that_comes_back_is_recorded_anew_under_the_next_number() -> None:
    """The pitfall of dbt-core#2749 and #2819: a deleted row returns and is not seen."""
    register = filled()
    days = ["2024-07-01", "2024-08-01", "2024-09-01", "2024-10-01"]
    numbers = [list(range(2, 11)), list(range(1, 11)), list(range(2, 11)), list(range(1, 11))]

    ids = [
        [
            entry.source_id.partition(":closed")[2]
            for entry in register.take(moment(day), {"sager": cases(rows), "liste": listed(range(1, 11))}).entries
        ]
        for day, rows in zip(days, numbers, strict=True)
    ]

    assert ids == [["#2:withdrawn"], ["#2"], ["#3:withdrawn"], ["#3"]]


@pytest.mark.parametrize(
    ("bad", "stays"),
    [
        ("7;31-02-2024\n", [7]),  # a bad cell: its own row stays
        ("7;01-03-2024\n7;01-03-2024\n", [7]),  # a key twice: both are bad rows, what it gave stays
        ("7;01-03-2024;for meget\n", [7, 8]),  # a row whose key cannot be read: any row could be it
    ],
)
def test_rule_3_what_a_bad_row_gave_before_stays(bad: str, stays: list[int]) -> None:
    register = filled()

    result = register.take(
        moment("2024-07-01"), {"sager": cases([1, 2, 3, 4, 5, 6, 9, 10]) + bad, "liste": listed(range(1, 11))}
    )

    assert len(result.withdrawn) == 2 - len(stays)
    assert result.counts["withdrawn"] == 2 - len(stays)


def test_rule_3_a_withdrawal_has_the_day_of_what_it_withdraws() -> None:
    register = filled()

    result = register.take(moment("2024-07-01"), {"sager": cases(range(2, 11)), "liste": listed(range(1, 11))})

    assert lines(result) == ["- 2024-03-01 source_removed"]


def test_what_a_person_annulled_stays_annulled_until_the_row_says_otherwise() -> None:
    register = filled()
    first = register.histories["1"][0]
    annulment = Entry("1", first.valid_at, "journey", "by-hand", Withdrawn(first.source_id, "fejl", "f"))
    register.record(annulment, moment("2024-06-15"))
    rows = {"sager": cases(range(1, 11)), "liste": listed(range(1, 11))}

    assert register.take(moment("2024-07-01"), rows).entries == []

    corrected = {**rows, "sager": rows["sager"].replace("\n1;01-03-2024", "\n1;02-03-2024")}
    assert lines(register.take(moment("2024-08-01"), corrected)) == ["+ 2024-03-02 Closed reason=moved"]


def test_rule_5_the_order_is_day_sheet_row_event_with_withdrawals_first() -> None:
    register = filled(3, 3)
    sager = "Nr;Slut\n3;05-03-2024\n1;05-03-2024\n2;01-02-2024\n"

    result = register.take(
        moment("2024-07-01"), {"liste": "Nr;Dag\n2;05-03-2024\n1;01-03-2024\n3;01-03-2024\n", "sager": sager}
    )

    assert [(line[:12], entry.stream) for line, entry in zip(lines(result), result.entries, strict=True)] == [
        ("- 2024-03-01", "3"),
        ("- 2024-03-01", "1"),
        ("- 2024-03-01", "2"),
        ("- 2024-03-01", "2"),
        ("+ 2024-02-01", "2"),
        ("+ 2024-03-05", "3"),
        ("+ 2024-03-05", "1"),
        ("+ 2024-03-05", "2"),
    ]


def test_an_event_that_another_sheet_or_another_source_gave_is_left_alone() -> None:
    register = filled()
    other = Entry("1", register.histories["1"][0].valid_at, "f", "sager:x:closed", register.histories["1"][0].event)
    register.record(other, moment("2024-06-15"))

    rows = {"sager": cases(range(1, 11)), "liste": listed(range(1, 11))}

    assert register.take(moment("2024-07-01"), rows).entries == []
