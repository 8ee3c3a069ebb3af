"""Rows as COPY takes them: a line each, written by a function that is made for the row's type."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict, replace

from projections.engine.believed import STILL_BELIEVED, RowKey
from projections.engine.columns import columns
from projections.fold import Row
from projections.projections import PROJECTIONS


class PendingRow(Struct, gc=False):
    """A row on its way into its table."""

    case_id: str
    row: Row
    key: RowKey
    known_to: int = STILL_BELIEVED


Texts = Mapping[str, str]
"""For each table, rows in COPY's text form, NULL being nothing at all."""

_Lines = Callable[[Iterable[PendingRow]], list[str]]
_TABLE_OF: Mapping[type[Row], str] = {projection.row: name for name, projection in PROJECTIONS.items()}


def table_of(row: Row) -> str:
    """The name of the row's table."""
    return _TABLE_OF[type(row)]


def as_texts(rows: Iterable[PendingRow]) -> Texts:
    """The rows as they are written, each into its type's table."""
    by_type: dict[type[Row], list[PendingRow]] = {}
    for stored in rows:
        by_type.setdefault(type(stored.row), []).append(stored)
    return {_TABLE_OF[row]: _as_text(row, some) for row, some in by_type.items()}


def as_json(rows: Iterable[PendingRow]) -> Mapping[str, str]:
    """The rows as JSON that PostgreSQL reads as those of each type's table."""
    by_table: dict[str, list[dict[str, Any]]] = {}
    for stored in rows:
        own = {name: getattr(stored.row, name) for name in stored.row.__struct_fields__}
        key = {
            "known_from": stored.key.known_from,
            "nth": stored.key.nth,
            "known_to": stored.known_to,
            "case_id": stored.case_id,
        }
        by_table.setdefault(table_of(stored.row), []).append({**key, **own})
    return {name: msgspec.json.encode(some).decode() for name, some in by_table.items()}


def _as_text(row: type[Row], rows: list[PendingRow]) -> str:
    lines = _LINES[row](rows)
    text = "\n".join(lines)
    if "\\" in text or "\r" in text or text.count("\t") != len(rows) * _TABS[row] or text.count("\n") != len(rows) - 1:
        text = "\n".join(_LINES[row](_escaped(stored) for stored in rows))
    return text + "\n"


def _escaped(stored: PendingRow) -> PendingRow:
    """The same with COPY's own signs written out wherever they stand in a text."""
    texts = {name: value.translate(_SIGNS) for name, value in asdict(stored.row).items() if isinstance(value, str)}
    return PendingRow(stored.case_id.translate(_SIGNS), replace(stored.row, **texts), stored.key, stored.known_to)


_SIGNS = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


class _Days(dict["date | None", str]):
    """Days written out: there are few of them, and each is written many times."""

    def __missing__(self, day: date | None) -> str:
        written = self[day] = "" if day is None else day.isoformat()
        return written


def _writer(row: type[Row]) -> _Lines:
    """A function that writes rows of the type. Asking each value for its type when it is written takes four times as long."""
    cells = ["{key.known_from}", "{key.nth}", "{stored.known_to}", "{stored.case_id}"]
    for name, (sql_type, null) in columns(row).items():
        if sql_type == "date":
            cells.append(f"{{days[row.{name}]}}")
        else:
            cells.append(f"{{'' if row.{name} is None else row.{name}}}" if null else f"{{row.{name}}}")
    line = "\\t".join(cells)
    source = f'lambda rows: [f"{line}" for stored in rows for row in [stored.row] for key in [stored.key]]'
    made: _Lines = eval(source, {"days": _Days()})  # noqa: S307 -- made of the names of our own fields alone
    return made


_LINES: Mapping[type[Row], _Lines] = {projection.row: _writer(projection.row) for projection in PROJECTIONS.values()}
_TABS = {row: 3 + len(columns(row)) for row in _LINES}
