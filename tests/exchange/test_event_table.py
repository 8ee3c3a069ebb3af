"""The table of events in CSV: opened by a Danish spreadsheet, found by tools of process mining, and read back by a mapping file."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from journey.codes import standard
from journey.events import ActivityRecorded
from journey.exchange.cells import RUNS, read_back
from journey.exchange.event_logs.event_table import COLUMNS, event_table
from journey.exchange.foreign import ForeignEvent
from journey.exchange.input_events import records
from journey.exchange.lines import line_context
from journey.exchange.mapping import resolve_mapping
from journey.history import Recorded, in_order
from tests.exchange.test_event_logs import CASE
from tests.support.given import told

OWN_TABLE = """
format = "csv"
source = "andet-register"
unit = "social"
role = "authority"
delimiter = ";"
ids = "as_given"
activities = "as_given"
[columns]
worker = "worker"
event = "position"
"""
"""The mapping file of docs/formats.md."""
DOCS = Path(__file__).parents[2] / "docs" / "formats.md"


def table_of(cases: list[tuple[str, list[Recorded]]]) -> list[dict[str, str]]:
    text = b"".join(event_table(cases)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=";"))


def test_a_case_as_a_table() -> None:
    rows = table_of([("N-1 & <co>", CASE)])

    columns = ("concept:name", "time:timestamp", "valid_at", "org:resource", "registered")
    assert {row["case:concept:name"] for row in rows} == {"N-1 & <co>"}
    assert [tuple(row[name] for name in columns) for row in rows[:4]] == [
        ("referred", "2024-01-10T00:00:00+01:00", "2024-01-10", "", rows[0]["registered"]),
        ("support_granted", "2024-02-01T00:00:00+01:00", "2024-02-01", "", rows[1]["registered"]),
        ("note_added", "2024-02-02T00:00:00+01:00", "2024-02-02", "", rows[2]["registered"]),
        ("activity_recorded", "2024-02-05T00:00:00+01:00", "2024-02-05", "sb-1", rows[3]["registered"]),
    ]
    assert [datetime.fromisoformat(row["registered"]) for row in rows] == [each.known_at for each in in_order(CASE)]
    assert (rows[1]["support"], rows[1]["yearly_amount"], rows[1]["citizen"]) == ("bostoette_85", "94500", "")
    assert [row["activity"] for row in rows if row["activity"]] == ["møde & <kaffe>"]
    assert rows[-1]["presented_by"] == "leader"
    assert not any(CASE[2].event.text_hash in row.values() for row in rows)  # type: ignore[union-attr] -- it is the note


def test_it_is_written_as_a_danish_spreadsheet_opens_it() -> None:
    content = b"".join(event_table([("N-1", CASE)]))

    assert content.startswith(b"\xef\xbb\xbfcase:concept:name;concept:name;time:timestamp;org:resource;valid_at;")
    assert content.count(b"\r\n") == content.count(b"\n") == 1 + len(in_order(CASE))
    assert b"".join(event_table([])).decode("utf-8-sig") == ";".join(COLUMNS) + "\r\n"


def test_summer_time_is_the_offset_of_its_days() -> None:
    days = told("""
        day        | known      | event    | details
        2024-03-30 | 2024-04-12 | reopened |
        2024-03-31 | 2024-04-12 | reopened |
        2024-04-01 | 2024-04-12 | reopened |
    """)

    assert [row["time:timestamp"][10:] for row in table_of([("N-1", days)])] == [
        "T00:00:00+01:00",
        "T00:00:00+01:00",
        "T00:00:00+02:00",
    ]


@given(st.text(alphabet=[*(sign for sign in RUNS if sign.isprintable()), *"'a;\"å"], min_size=1, max_size=8))
def test_no_cell_runs_as_a_formula_and_none_is_another_text(text: str) -> None:
    row, *_ = table_of([(text, [replace(CASE[3], event=ActivityRecorded(text))])])

    assert not any(cell.startswith(RUNS) for cell in row.values())
    assert (read_back(row["case:concept:name"]), read_back(row["activity"])) == (text, text)


def test_every_column_is_in_the_papers() -> None:
    text = DOCS.read_text("utf-8")

    assert [name for name in COLUMNS if f"`{name}`" not in text] == []
    assert len(set(COLUMNS)) == len(COLUMNS)
    assert OWN_TABLE.strip() in text


def test_a_mapping_file_reads_it_back() -> None:
    by = resolve_mapping(OWN_TABLE, standard(), str)
    context = line_context(standard(), datetime(2100, 1, 1, tzinfo=UTC), lambda: "own", declared=by.declared)
    cases = [("N-1", CASE), ("N-2", told("day | known | event | details\n2024-07-01 | 2024-07-01 | reopened |", 20))]
    content = io.BytesIO(b"".join(event_table(cases)))

    found = [record.found for record in records(content, by.file, context, lambda _: None).records]

    assert [each for each in found if not isinstance(each, ForeignEvent)] == []
    events = [each for each in found if isinstance(each, ForeignEvent)]
    assert Counter((event.case, event.activity, event.day) for event in events) == Counter(
        (case, row["concept:name"], recorded.valid_at)
        for case, history in cases
        for row, recorded in zip(table_of([(case, history)]), in_order(history), strict=True)
    )
