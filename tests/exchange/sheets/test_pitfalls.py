"""The fifteen pitfalls that users of other importers report (each with where), a row each, or two: what the last of some deliveries comes
to. Expected is what it records, what it is refused with, or the places of its bad rows."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import NamedTuple

import pytest

from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.tables import SheetTable
from journey.refusals import Refused
from tests.support.sheets import Register, csv_table, lines, mapping, moment, read

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
PART = "--- the next file\n"


class BadPlace(NamedTuple):
    """The physical line and the column of a bad row."""

    line: int
    column: str


def rows(*numbers: int, til: str = "", note: str = "") -> str:
    return HEADER + "".join(f"{nr:05};S-{nr};01-03-2024;{til};Bostøtte;{note}\n" for nr in numbers)


ALL = (1, 2, 3)
GRANTED = "+ 2024-03-01 SupportGranted grant={:05} support=bostoette_85"
REMOVED = "- 2024-03-01 source_removed"
TABLE: dict[str, tuple[str, list[str | bytes], list[str] | str | tuple[BadPlace, ...]]] = {
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
    "2b and is recorded as deleted again at each run (oracle/dbt-oracle#179)": (
        "withdraw",
        [rows(*ALL), rows(1, 2), rows(1, 2)],
        [],
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
    "6b a list in two parts, each of which lacks the other's rows (hmis-warehouse#6441)": (
        "withdraw",
        [rows(*ALL), rows(1) + PART + rows(2, 3)],
        [],
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
    "10 encodings that were guessed: these bytes as cp1250, Bostřtte (charset_normalizer#371, #477)": (
        "keep",
        [rows(1).encode("cp1252")],
        [GRANTED.format(1)],
    ),
    "10b a delimiter that was not told, or not seen (morph-kgc#265, gbif/portal-feedback#3482)": (
        "keep",
        [rows(1).replace(";", ",")],
        'skriv delimiter = ","',
    ),
    "11 one quote, 68 rows gone (frictionless-py#1048)": (
        "keep",
        [rows(1, note='"') + rows(2, 3).removeprefix(HEADER)],
        "begynder i linje 2, sluttes aldrig",
    ),
    "12 an empty cell made an empty fact (rmlmapper-java#74, #140)": ("keep", [HEADER + "00001;S-1;;;Bostøtte;\n"], []),
    "13 a message without a row number, or with that of another line (csvlint.io#182)": (
        "keep",
        [rows(1, note='"to\nlinjer"') + "\n\n00002;S-2;i går;;Bostøtte;\n"],
        (BadPlace(2, "rækken"), BadPlace(6, "Fra")),
    ),
    "14 deleted in the source, and in its export still (abtassociates/eva#453)": (
        "keep",
        [rows(*ALL), rows(1, 2)],
        [],  # it is listed until it is withdrawn: see below
    ),
    "15 unchanged imports every day (CatalogueOfLife/backend#319)": ("keep", [rows(*ALL)] * 5, []),
}


def tables(file: SheetsFile, text: str | bytes) -> list[SheetTable]:
    """The tables of a list, which may be in several files."""
    parts = [text] if isinstance(text, bytes) else text.split(PART)
    return [csv_table(file, 0, part) for part in parts]


@pytest.mark.parametrize("pitfall", TABLE)
def test_a_pitfall(pitfall: str) -> None:
    gone, deliveries, expected = TABLE[pitfall]
    file = mapping(SHEET.format(gone=gone))
    register = Register(file)
    *before, last = deliveries
    day = moment("2024-06-01")
    for nth, text in enumerate(before):
        register.take(day + timedelta(days=nth), {"b": str(text)})

    if isinstance(expected, str):
        with pytest.raises(Refused) as refused:
            register.take(day + timedelta(days=30), {"b": str(last)})
        assert expected in str(refused.value)
        return
    if isinstance(expected, tuple):
        problems = read(file, *((0, table) for table in tables(file, last))).problems
        assert tuple(BadPlace(line, column) for line, column, _ in problems) == expected
        return
    result = register.compare(day + timedelta(days=30), tables(file, last))
    assert lines(result) == expected
    assert len(result.entries) == sum(result.counts.values()) + result.counts["corrected"] - result.counts["known"]


def test_each_of_the_fifteen_has_a_row() -> None:
    assert {int(re.match("[0-9]+", pitfall)[0]) for pitfall in TABLE} == {*range(1, 16)}  # type: ignore[index] -- each begins so


def test_pitfall_14_what_stays_is_listed() -> None:
    register = Register(mapping(SHEET.format(gone="keep")))
    register.take(moment("2024-06-01"), {"b": rows(*ALL)})

    assert len(register.take(moment("2024-07-01"), {"b": rows(1, 2)}).listed) == 1
