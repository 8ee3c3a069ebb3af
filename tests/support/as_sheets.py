"""Events written as a municipality's own sheets: a sheet a kind, a row an event, with the moment that each was known from."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from journey.exchange.sheets.kinds import SHEET_FIELDS
from journey.history import COPENHAGEN
from journey.log.stored import Entry

NUMBER, CASE, DAY, KNOWN = "Nr", "Sag", "Dato", "Oprettet"


def mapping_text(kinds: Iterable[str], source: str, *, known_at: bool = True, gone: str = "keep") -> str:
    """The mapping file of sheets that have an event a row: `Nr` its id, `Sag` its case, `Dato` its day, and its fields by their names."""
    lines = ['format = "sheets"', f'source = "{source}"', "[cells]", 'encoding = "utf-8"']
    for kind in kinds:
        lines += ["[[sheet]]", f'name = "{kind}"', f'file = "{kind}.csv"', f'key = ["{NUMBER}"]']
        lines += [f'case = {{ column = "{CASE}" }}', f'gone = "{gone}"']
        lines += ["  [[sheet.event]]", f'  kind = "{kind}"', f'  on = "{DAY}"', *[f'  known_at = "{KNOWN}"'] * known_at]
        lines += ["    [sheet.event.data]", *(f'    {name} = "{name}"' for name in SHEET_FIELDS[kind])]
    return "\n".join(lines) + "\n"


def row_of(entry: Entry, number: str, *, known_at: bool = True) -> list[str]:
    """The event's row, in the order of `header_of`."""
    known = [] if not known_at else [moment_text(entry.known_at)]
    return [
        number,
        entry.stream,
        f"{entry.valid_at:%d-%m-%Y}",
        *known,
        *(_cell(getattr(entry.event, name)) for name in SHEET_FIELDS[entry.kind]),
    ]


def header_of(kind: str, *, known_at: bool = True) -> list[str]:
    return [NUMBER, CASE, DAY, *[KNOWN] * known_at, *SHEET_FIELDS[kind]]


def sheets_of(events: Mapping[str, Entry], kinds: Iterable[str], *, known_at: bool = True) -> dict[str, str]:
    """The CSV text of each kind's sheet, of events by their numbers; a kind without any has its columns alone."""
    texts = {kind: io.StringIO() for kind in kinds}
    writers = {kind: csv.writer(text, delimiter=";", lineterminator="\r\n") for kind, text in texts.items()}
    for kind, writer in writers.items():
        writer.writerow(header_of(kind, known_at=known_at))
    for number, entry in events.items():
        writers[entry.kind].writerow(row_of(entry, number, known_at=known_at))
    return {kind: text.getvalue() for kind, text in texts.items()}


def moment_text(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(COPENHAGEN).isoformat()


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nej"
        case date():
            return f"{value:%d-%m-%Y}"
        case Enum():
            return str(value.value)
        case _:
            return str(value)
