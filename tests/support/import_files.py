"""Lines, files, and what an import makes of them: what the tests of importing and exporting share."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from journey.access.reader import LOCAL
from journey.codes import parse_code_lists, standard_text
from journey.exchange.exporting import export
from journey.exchange.importing import ImportReport, import_file
from journey.history import Recorded, in_order
from journey.log import reading
from journey.log.stored import Entry, content
from tests.conftest import Database
from tests.support.readers import reading_all

HERE = Path(__file__).parents[1]
RECEIPT = HERE.parent.parent / "shared" / "data" / "receipt.csv"


SCRIPT = """
import sys
from datetime import UTC, datetime
from journey.exchange.importing import import_file
from tests.support.import_files import ACTIVITIES
print(import_file(sys.argv[1], sys.argv[2], codes=ACTIVITIES, now=datetime.now(UTC)).recorded)
"""


def said(
    source_id: object, kind: str = "reopened", case: str = "N-1", data: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    line = {"case": case, "kind": kind, "valid_at": "2024-03-01", "source": "fs", "source_id": str(source_id)}
    return line | ({"data": data} if data else {}) | more


def activity(source_id: object, what: str, **more: Any) -> dict[str, Any]:
    return said(source_id, "activity_recorded", data={"activity": what}, **more)


def withdrawal(source_id: object, of: object, **more: Any) -> dict[str, Any]:
    return said(source_id, "withdrawn", data={"source_id": str(of), "reason": "fejl"}, **more)


def file(*lines: dict[str, Any] | str) -> io.BytesIO:
    text = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
    return io.BytesIO("\n".join(text).encode())


ACTIVITIES = parse_code_lists(
    standard_text(),
    "[activities]\n" + "".join(f'{code} = {{ da = "{code}", en = "{code}" }}\n' for code in "abcdefghijklmnopqrstuvwxyz"),
)
"""The lists with a municipality's own activities, one a letter."""


def taking(database: Database, source: Any, **more: Any) -> ImportReport:
    return import_file(database.app_url, source, **{"codes": ACTIVITIES, "now": datetime.now(UTC), **more})


def whole(database: Database) -> list[tuple[str, Recorded]]:
    with psycopg.connect(reading_all(database.app_url)) as conn:
        return list(reading.events(conn, 0, reading.head(conn)[0]))


def rows(database: Database) -> tuple[int, ...]:
    """How much there is of everything that an import writes."""
    tables = ("events", "event_ids", "notes", "imports", "codes_used")
    with psycopg.connect(database.admin_url) as conn:
        return tuple(conn.execute(f"select count(*) from log.{table}").fetchone()[0] for table in tables)  # type: ignore[index] -- a count is always there


def told(database: Database) -> list[tuple[str, str]]:
    """The activities that stand, by case, in the order of the fold."""
    streams: dict[str, list[Recorded]] = {}
    for stream, recorded in whole(database):
        streams.setdefault(stream, []).append(recorded)
    return [(stream, recorded.event.activity) for stream, history in sorted(streams.items()) for recorded in in_order(history)]


def same_content(stream: str, recorded: Recorded) -> bytes:
    return content(
        Entry(
            stream,
            recorded.valid_at,
            recorded.source,
            recorded.source_id,
            recorded.event,
            None,
            recorded.by,
            recorded.source_case,
        )
    )


def exported(database: Database, **more: Any) -> bytes:
    out = io.BytesIO()
    count = export(database.app_url, out, reader=LOCAL, **more)
    assert out.getvalue().count(b"\n") == count + 1  # the header
    return out.getvalue()
