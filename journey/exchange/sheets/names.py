"""Names of rows, and the source_ids of the events that they give (domain.md section 10, rule 2)."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import msgspec

from journey.personal import in_letters


def row_name(key: Sequence[str]) -> str:
    """The name of a row within its sheet, by the values of its key."""
    return in_letters(hashlib.sha256(_encode(key)).hexdigest()[:20])


def event_id(sheet: str, row: str, name: str, day: date | None = None) -> str:
    """The source_id of an event of a row; of one that follows a column, after the first, with its day."""
    return f"{sheet}:{row}:{name}" + (f"@{day.isoformat()}" if day else "")


_encode = msgspec.json.Encoder().encode


class RowEvent(NamedTuple):
    """A source_id, taken apart: the sheet, the row, and the event's name with the day of one that follows."""

    sheet: str
    row: str
    name: str


_OF_A_ROW = re.compile(r"([a-z][a-z0-9_-]*):([a-p]{20}):([a-z][a-z0-9_-]*(?:@[0-9]{4}-[0-9]{2}-[0-9]{2})?)")


def row_event(source_id: str) -> RowEvent | None:
    """The row that an event of a source, without its `#n`, came of; None for one that came of no sheet."""
    found = _OF_A_ROW.fullmatch(source_id)
    return RowEvent(*found.groups()) if found else None
