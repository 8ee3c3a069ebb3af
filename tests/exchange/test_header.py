"""A register's own export: its first line says which register and edition, and it is taken as it is written (domain.md section 2)."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from journey.codes import standard
from journey.events import FrameDrawn
from journey.exchange.importing import BadLines
from journey.exchange.input_events import InputRecord, records
from journey.exchange.lines import EDITION, header_line, is_header, line_context
from journey.log.stored import Entry
from tests.conftest import Database, fresh_database
from tests.support.import_files import exported, file, said, taking

NOW = datetime(2026, 1, 1, tzinfo=UTC)
HEADER = {"register": "0123456789abcdef", "edition": 1}
OLD = [
    said(1, "frame_drawn", data={"amount": 1, "purpose": "ny cykel"}),
    said(2, "support_ended", data={"grant": "g", "reason": "barnet er blevet ældre"}),
    said(3, "activity_recorded", data={"activity": "møde", "worker": "frida"}, by="anna"),
    said(4, "withdrawn", data={"source_id": "1", "source": "fs", "reason": "tastefejl"}),
]
"""Labels that no list has, one that is an alias, and ids without a digit."""


@pytest.fixture
def other(server: Database, template: Database) -> Iterator[Database]:
    """A second empty register."""
    with fresh_database(server, template.name) as made:
        yield made


def read(*lines: dict[str, Any] | str) -> list[InputRecord]:
    return list(records(file(*lines), None, line_context(standard(), NOW, lambda: "own"), lambda _: None).records)


def test_an_older_registers_export_is_taken_as_it_is_written() -> None:
    found = [record.found for record in read(HEADER, *OLD)]

    events = [entry.event for entry in found if isinstance(entry, Entry)]
    assert events[0] == FrameDrawn(1, "ny cykel")
    assert [getattr(event, "activity", None) for event in events] == [None, None, "møde", None]


def test_twin_without_its_first_line_none_of_it_is() -> None:
    found = read(*OLD)

    assert [record.line for record in found] == [1, 2, 3, 4]
    assert all(isinstance(record.found, list) for record in found)


@pytest.mark.parametrize("text", ["010190-1234", "cpr0101901234"])
def test_a_cpr_number_is_refused_in_an_export_too(text: str) -> None:
    [record] = read(HEADER, said(1, "frame_drawn", data={"amount": 1, "purpose": text}))

    assert isinstance(record.found, list)
    assert record.found[0].code == "personal_number"


@pytest.mark.parametrize(
    "header",
    [
        {"register": "x", "edition": 1},
        {"register": None, "edition": EDITION + 1},
        {"register": None, "edition": 0},
        {"register": None},
        {"register": None, "edition": 1, "more": 1},
    ],
)
def test_a_first_line_that_cannot_be_read_is_named(header: dict[str, Any]) -> None:
    first = read(header, OLD[1])[0]

    assert first.line == 1
    assert isinstance(first.found, list)
    assert "første linje af en udskrift" in first.found[0].reason


def test_an_event_is_no_header_and_a_header_stands_first_alone() -> None:
    assert not is_header(json.dumps(OLD[0]).encode())
    assert not is_header(b"[1]")
    assert not is_header(b"{")
    assert isinstance(read(OLD[1], HEADER)[1].found, list)


def test_an_export_comes_back_byte_for_byte_from_an_empty_register(database: Database, other: Database) -> None:
    taking(database, file(HEADER, *OLD))
    written = exported(database)

    report = taking(other, io.BytesIO(written))

    assert (report.lines, report.recorded) == (4, 4)
    assert exported(other) == written
    assert json.loads(written.splitlines()[0])["edition"] == EDITION
    assert taking(database, io.BytesIO(written)).known == 4


def test_an_empty_registers_export_is_its_first_line(database: Database) -> None:
    assert exported(database) == header_line(None) + b"\n"
    assert taking(database, io.BytesIO(exported(database))).lines == 0


def test_the_lines_left_out_of_an_export_keep_its_first_line(database: Database, tmp_path: Path) -> None:
    rejects, bad = tmp_path / "r", said(9, "frame_drawn", data={"amount": -1, "purpose": "cykel"})
    taking(database, file(HEADER, *OLD, bad), skip_bad=True, rejects=rejects)

    mended = rejects.read_bytes().replace(b'"amount": -1', b'"amount": 1')
    assert is_header(mended.splitlines()[0])
    assert taking(database, io.BytesIO(mended)).recorded == 1
    with pytest.raises(BadLines):
        taking(database, io.BytesIO(mended.split(b"\n", 1)[1].replace(b'"9"', b'"10"')))
