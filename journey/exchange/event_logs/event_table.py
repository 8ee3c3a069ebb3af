"""Cases as a table of events in CSV, piece by piece, for a spreadsheet and for tools of process mining: a row an event.

It is written as every CSV of the house is, as a Danish spreadsheet opens it. A column has the name that XES gives the attribute, so
that a tool of process mining finds the case, the activity, the time and the worker, and our own mapping files by their defaults.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any

from journey.events import KINDS, NAMES, STREAM_KINDS, Event, NoteAdded, Withdrawn
from journey.exchange.cells import harmless
from journey.exchange.event_logs.xes import FIRST_YEAR, RENAMED, midnight, values
from journey.history import COPENHAGEN, Recorded, in_order

DELIMITER = ";"
OF_EVENT = (
    *("case:concept:name", "concept:name", "time:timestamp", "org:resource"),
    *("valid_at", "registered", "position", "registered_by", "source"),
)
"""The columns of every event: those that tools know, the day, and what the register has of it."""


def _fields(kind: type[Event]) -> Iterator[str]:
    return (RENAMED.get(name, name) for name in kind.__struct_fields__)


OF_KINDS = tuple(
    dict.fromkeys(
        field
        for name, kind in KINDS.items()
        if name not in STREAM_KINDS and kind not in (Withdrawn, NoteAdded)
        for field in _fields(kind)
    )
)
"""The columns of the kinds' own fields, each once whatever kinds have it."""
COLUMNS = OF_EVENT + OF_KINDS


def event_table(cases: Iterable[tuple[str, Sequence[Recorded]]]) -> Iterator[bytes]:
    """The table of the cases' events that stand, in the order of the fold, a piece a case; UTF-8 with its mark."""
    yield codecs.BOM_UTF8 + _lines([COLUMNS])
    for case, history in cases:
        yield _lines(_row(case, recorded) for recorded in in_order(history))


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=DELIMITER, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def _row(case: str, recorded: Recorded) -> list[str]:
    fields = values(recorded)
    known_at = recorded.known_at.astimezone(UTC if recorded.known_at.year < FIRST_YEAR else COPENHAGEN)
    head = (
        *(case, NAMES[type(recorded.event)], midnight(recorded.valid_at), fields.get("worker") or recorded.by),
        *(recorded.valid_at, known_at, recorded.position, recorded.by, recorded.source),
    )
    return [_written(value) for value in (*head, *map(fields.get, OF_KINDS))]


def _written(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(timespec="seconds")
        case int() | date():
            return str(value)
        case _:
            return harmless(str(value))
