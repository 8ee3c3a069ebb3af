"""The fifteen pitfalls that users of other importers report (each with where), a row each: what the last of some deliveries comes to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from journey.refusals import Refused
from tests.support.sheets import Register, csv_table, lines, mapping, moment

SHEET = """
format = "sheets"
source = "f"
[[sheet]]
name = "b"
file = "b.csv"
key = ["Nr"]
case = {{ column = "Sag" }}
ignore = ["Note"]
gone = "{gone}"
  [[sheet.event]]
  kind = "support_granted"
  on = "Fra"
  data = {{ grant = "Nr", support = {{ column = "Ydelse", codes = "y" }} }}
  [[sheet.event]]
  kind = "support_ended"
  on = {{ column = "Til", inclusive = true }}
  data = {{ grant = "Nr" }}
[codes.y]
"Bostøtte" = "bostoette_85"
"""
HEADER = "Nr;Sag;Fra;Til;Ydelse;Note\n"


def rows(*numbers: int, til: str = "", note: str = "") -> str:
    return HEADER + "".join(f"{nr:05};S-{nr};01-03-2024;{til};Bostøtte;{note}\n" for nr in numbers)


ALL = (1, 2, 3)
GRANTED = "+ 2024-03-01 SupportGranted grant={:05} support=bostoette_85"
REMOVED = "- 2024-03-01 source_removed"
TABLE: dict[str, tuple[str, list[str], list[str] | str]] = {
    "1 the source was emptied and not filled again (dbt-core#2355)": (
        "withdraw",
        [rows(*ALL), HEADER],
        "mangler eller er tomt",
    ),
    "2 a deleted row comes back (dbt-core#2749, #2819)": (
        "withdraw",
        [rows(*ALL), rows(1, 2), rows(*ALL)],
        [GRANTED.format(3)],
    ),
    "3 what is unchanged was closed (databricks/dbt-databricks#1281)": (
        "withdraw",
        [rows(*ALL), rows(1, 2) + rows(3, til="31-05-2024").removeprefix(HEADER)],
        ["+ 2024-06-01 SupportEnded grant=00003"],
    ),
    "4 deletes never arrive (airbyte#10140, #23905)": ("withdraw", [rows(*ALL), rows(1, 3)], [REMOVED]),
    "4b nor of what was made since the last (airbyte#32930)": ("withdraw", [rows(1), rows(*ALL), rows(1)], [REMOVED, REMOVED]),
    "5 a source without a moment of change (airbyte#3090)": ("keep", [rows(*ALL), rows(3, 2, 1, note="set")], []),
    "6 rows that point to nothing (hmis-warehouse#455, #6898)": (
        "keep",
        [HEADER + "9;S-9;;31-05-2024;Bostøtte;\n"],
        ["+ 2024-06-01 SupportEnded grant=9"],
    ),
    "7 a deleted event could not be taken again (dhis2-core#2218)": (
        "withdraw",
        [rows(*ALL), rows(1, 2), rows(*ALL), rows(1, 2), rows(*ALL)],
        [GRANTED.format(3)],
    ),
    "8 zeros in front (polars#5924, csvkit#977)": ("keep", [rows(7)], [GRANTED.format(7)]),
    "9 days as a sheet has them (calamine#153, fastexcel#252)": (
        "keep",
        [HEADER + "00001;S-1;2024-03-01 00:00:00;;Bostøtte;\n"],
        [GRANTED.format(1)],
    ),
    "10 encodings that were guessed (charset_normalizer#371, #477)": ("keep", [rows(1)], [GRANTED.format(1)]),
    "11 one quote, 68 rows gone (frictionless-py#1048)": (
        "keep",
        [rows(1, note='"') + rows(2, 3).removeprefix(HEADER)],
        "begynder i linje 2, sluttes aldrig",
    ),
    "12 an empty cell made an empty fact (rmlmapper-java#74, #140)": ("keep", [HEADER + "00001;S-1;;;Bostøtte;\n"], []),
    "13 a message without a row number (csvlint.io#182)": ("keep", [rows(1, note='"') + "x"], "linje 2"),
    "14 deleted in the source, and in its export still (abtassociates/eva#453)": (
        "keep",
        [rows(*ALL), rows(1, 2)],
        [],  # it is listed until it is withdrawn: see below
    ),
    "15 unchanged imports every day (CatalogueOfLife/backend#319)": ("keep", [rows(*ALL)] * 5, []),
}


@pytest.mark.parametrize("pitfall", TABLE)
def test_a_pitfall(pitfall: str) -> None:
    gone, deliveries, expected = TABLE[pitfall]
    register = Register(mapping(SHEET.format(gone=gone)))
    *before, last = deliveries
    day = moment("2024-06-01")
    for nth, text in enumerate(before):
        register.take(day + timedelta(days=nth), {"b": text})

    if isinstance(expected, str):
        with pytest.raises(Refused) as refused:
            register.take(day + timedelta(days=30), {"b": last})
        assert expected in str(refused.value)
    else:
        assert lines(register.take(day + timedelta(days=30), {"b": last})) == expected


def test_pitfall_10_a_short_danish_file_is_never_guessed() -> None:
    """A guesser read these bytes as cp1250: Bostřtte."""
    file = mapping(SHEET.format(gone="keep"))
    register = Register(file)

    result = register.compare(moment("2024-06-01"), [csv_table(file, 0, rows(1).encode("cp1252"))])

    assert lines(result) == [GRANTED.format(1)]


def test_pitfall_14_what_stays_is_listed() -> None:
    register = Register(mapping(SHEET.format(gone="keep")))
    register.take(moment("2024-06-01"), {"b": rows(*ALL)})

    assert len(register.take(moment("2024-07-01"), {"b": rows(1, 2)}).listed) == 1
