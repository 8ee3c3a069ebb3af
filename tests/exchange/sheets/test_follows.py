"""A column that holds only today's value (domain.md section 10, rule 4): which of its values are events, of which day, told in tables.

Each table is one row of a sheet as it stood in one delivery after the other, and what each delivery recorded of it.
"""

from __future__ import annotations

import pytest

from tests.support.sheets import Register, lines, mapping, moment

SHEET = """
format = "sheets"
source = "f"
[[sheet]]
name = "sager"
file = "sager.csv"
key = ["Nr"]
case = { column = "Sag" }
gone = "withdraw"
  [[sheet.event]]
  kind = "caseworker_changed"
  name = "hvem"
  first = "caseworker_assigned"
  follows = "Hvem"
  on = "Fra"
  changed_on = "Skift"
  when = { column = "Aktiv", is = "ja" }
  data = { role = { is = "authority" }, worker = "Hvem", reason = { is = "other" } }
"""
HEADER = "Nr;Sag;Hvem;Fra;Skift;Aktiv"
Month = tuple[str, str | None, list[str]]
"""The day of the delivery, the row's cells after Nr (None: the row is not there), and the lines that it records."""

TABLE: dict[str, list[Month]] = {
    "the first value on its own day, each other on the delivery's": [
        ("2024-06-01", "A-1;sb-1;01-03-2024;;ja", ["+ 2024-03-01 CaseworkerAssigned sb-1"]),
        ("2024-07-01", "A-1;sb-1;01-03-2024;;ja", []),
        ("2024-08-01", "A-1;sb-2;01-03-2024;;ja", ["+ 2024-08-01 CaseworkerChanged sb-2"]),
        ("2024-09-01", "A-1;sb-1;01-03-2024;;ja", ["+ 2024-09-01 CaseworkerChanged sb-1"]),
    ],
    "a day of the change, where the sheet has one": [
        ("2024-06-01", "A-1;sb-1;01-03-2024;;ja", ["+ 2024-03-01 CaseworkerAssigned sb-1"]),
        ("2024-07-01", "A-1;sb-2;01-03-2024;12-06-2024;ja", ["+ 2024-06-12 CaseworkerChanged sb-2"]),
        ("2024-08-01", "A-1;sb-2;01-03-2024;13-06-2024;ja", []),  # the same value is nothing new
        ("2024-09-01", "A-1;sb-3;01-03-2024;01-05-2024;ja", ["+ 2024-05-01 CaseworkerChanged sb-3"]),  # valid before the other
        ("2024-10-01", "A-1;sb-3;01-03-2024;02-05-2024;ja", []),  # sb-3 was said last, though sb-2 is valid later
    ],
    "an emptied cell gives nothing, and is no value to differ from": [
        ("2024-06-01", "A-1;;01-03-2024;;ja", []),
        ("2024-07-01", "A-1;sb-1;01-03-2024;;ja", ["+ 2024-03-01 CaseworkerAssigned sb-1"]),
        ("2024-08-01", "A-1;-;01-03-2024;;ja", []),
        ("2024-09-01", "A-1;sb-1;01-03-2024;;ja", []),
        ("2024-10-01", "A-1;sb-2;01-03-2024;;ja", ["+ 2024-10-01 CaseworkerChanged sb-2"]),
    ],
    "another value for the same day is a correction of that day's": [
        ("2024-06-01", "A-1;sb-1;01-03-2024;;ja", ["+ 2024-03-01 CaseworkerAssigned sb-1"]),
        ("2024-07-01", "A-1;sb-2;01-03-2024;;ja", ["+ 2024-07-01 CaseworkerChanged sb-2"]),
        ("2024-07-01", "A-1;sb-3;01-03-2024;;ja", ["- 2024-07-01 source_corrected", "+ 2024-07-01 CaseworkerChanged sb-3"]),
        ("2024-08-01", "A-1;sb-3;01-03-2024;;ja", []),
    ],
    "of the first one only its day is compared later": [
        ("2024-06-01", "A-1;sb-1;01-03-2024;;ja", ["+ 2024-03-01 CaseworkerAssigned sb-1"]),
        ("2024-07-01", "A-1;sb-2;01-03-2024;;ja", ["+ 2024-07-01 CaseworkerChanged sb-2"]),
        ("2024-08-01", "A-1;sb-2;02-03-2024;;ja", ["- 2024-03-01 source_corrected", "+ 2024-03-02 CaseworkerAssigned sb-1"]),
        ("2024-09-01", "A-1;sb-2;02-03-2024;;ja", []),  # the first is recorded last, and sb-2 is the last value all the same
        ("2024-10-01", "A-1;sb-2;;;ja", []),
        ("2024-11-01", "A-1;sb-1;;;ja", ["+ 2024-11-01 CaseworkerChanged sb-1"]),
    ],
    "withdrawn only with their row": [
        ("2024-06-01", "A-1;sb-1;01-03-2024;;ja", ["+ 2024-03-01 CaseworkerAssigned sb-1"]),
        ("2024-07-01", "A-1;sb-2;01-03-2024;;ja", ["+ 2024-07-01 CaseworkerChanged sb-2"]),
        ("2024-08-01", "A-1;sb-3;01-03-2024;;nej", []),  # `when` is no longer so: it gives nothing
        ("2024-09-01", None, ["- 2024-03-01 source_removed", "- 2024-07-01 source_removed"]),
    ],
    "a row that is gone and comes back begins anew": [
        ("2024-06-01", "A-1;sb-1;01-03-2024;;ja", ["+ 2024-03-01 CaseworkerAssigned sb-1"]),
        ("2024-07-01", "A-1;sb-2;01-03-2024;;ja", ["+ 2024-07-01 CaseworkerChanged sb-2"]),
        ("2024-08-01", None, ["- 2024-03-01 source_removed", "- 2024-07-01 source_removed"]),
        ("2024-09-01", "A-1;sb-2;01-03-2024;;ja", ["+ 2024-03-01 CaseworkerAssigned sb-2"]),
        (
            "2024-10-01",
            "A-1;sb-3;01-03-2024;01-07-2024;ja",
            ["+ 2024-07-01 CaseworkerChanged sb-3"],
        ),  # the day's id is used: #3
    ],
    "no day of its own yet": [
        ("2024-06-01", "A-1;sb-1;;;ja", []),
        ("2024-07-01", "A-1;sb-2;;;ja", []),
        ("2024-08-01", "A-1;sb-2;01-03-2024;;ja", ["+ 2024-03-01 CaseworkerAssigned sb-2"]),
    ],
    "a row that is another case's now": [
        ("2024-06-01", "A-1;sb-1;01-03-2024;;ja", ["+ 2024-03-01 CaseworkerAssigned sb-1"]),
        ("2024-07-01", "A-1;sb-2;01-03-2024;;ja", ["+ 2024-07-01 CaseworkerChanged sb-2"]),
        (
            "2024-08-01",
            "A-2;sb-2;01-03-2024;;ja",
            [
                "- 2024-03-01 source_corrected",
                "- 2024-07-01 source_corrected",
                "+ 2024-03-01 CaseworkerAssigned sb-1",
                "+ 2024-07-01 CaseworkerChanged sb-2",
            ],
        ),
        ("2024-09-01", "A-2;sb-2;01-03-2024;;ja", []),
    ],
    "a row that is another case's, and another's worker from a day that has one": [
        ("2024-06-01", "A-1;sb-1;01-03-2024;;ja", ["+ 2024-03-01 CaseworkerAssigned sb-1"]),
        ("2024-07-01", "A-1;sb-2;01-03-2024;;ja", ["+ 2024-07-01 CaseworkerChanged sb-2"]),
        (
            "2024-07-01",
            "A-2;sb-3;01-03-2024;;ja",
            [
                "- 2024-03-01 source_corrected",
                "- 2024-07-01 source_corrected",
                "+ 2024-03-01 CaseworkerAssigned sb-1",
                "+ 2024-07-01 CaseworkerChanged sb-3",
            ],
        ),
        ("2024-08-01", "A-2;sb-3;01-03-2024;;ja", []),
    ],
}


@pytest.mark.parametrize("rule", TABLE)
def test_rule_4(rule: str) -> None:
    register = Register(mapping(SHEET))
    for month, (day, cells, expected) in enumerate(TABLE[rule]):
        rows = "" if cells is None else f"1;{cells}\n"
        text = f"{HEADER}\n2;B-1;sb-9;01-01-2024;;ja\n{rows}"  # another row, so that the sheet is not empty

        recorded = [
            line.replace("role=authority worker=", "").removesuffix(" reason=other")
            for line in lines(register.take(moment(day, f"{6 + month:02}:00"), {"sager": text}))
        ]

        assert [line for line in recorded if "sb-9" not in line] == expected, f"{rule}, {day}"


def test_rule_4_the_day_is_copenhagen_s() -> None:
    register = Register(mapping(SHEET))
    register.take(moment("2024-06-01"), {"sager": f"{HEADER}\n1;A-1;sb-1;01-03-2024;;ja\n"})

    result = register.take(moment("2024-06-30", "23:30"), {"sager": f"{HEADER}\n1;A-1;sb-2;01-03-2024;;ja\n"})

    assert [entry.source_id.rpartition(":")[2] for entry in result.entries] == ["hvem@2024-06-30"]


def test_rule_4_a_unit_that_follows_gives_transfers_and_a_benefit_its_own_kind() -> None:
    text = (
        SHEET.partition("  [[sheet.event]]")[0]
        + """
  [[sheet.event]]
  kind = "transferred"
  first = "referred"
  follows = "Enhed"
  on = "Fra"
  data = { citizen = "Sag", unit = "Enhed", reason = { is = "handover" } }
  [[sheet.event]]
  kind = "benefit_changed"
  follows = "Ydelse"
  on = "Fra"
  data = { benefit = "Ydelse" }
"""
    )
    register = Register(mapping(text))
    header = "Nr;Sag;Fra;Enhed;Ydelse\n"

    first = register.take(moment("2024-06-01"), {"sager": f"{header}1;A-1;01-03-2024;Ungeindsatsen;SU\n"})
    later = register.take(moment("2024-07-01"), {"sager": f"{header}1;A-1;01-03-2024;social;sygedagpenge\n"})

    assert lines(first) == ["+ 2024-03-01 Referred unit=ungeindsatsen", "+ 2024-03-01 BenefitChanged benefit=su"]
    assert lines(later) == [
        "+ 2024-07-01 Transferred to=social reason=handover",
        "+ 2024-07-01 BenefitChanged benefit=sygedagpenge",
    ]
