"""The rows of a foreign event log in a CSV or XES file."""

from __future__ import annotations

import csv
from collections import ChainMap
from collections.abc import Iterable, Iterator, Mapping
from typing import IO, cast

from journey.exchange.foreign import ForeignRow
from journey.exchange.mapping import MOST_COLUMNS, Columns, MappingFile
from journey.exchange.xml_events import BadXml, xml_events
from journey.problem import Problem, thousands
from journey.refusals import Refused
from journey.system_words import csv_error_reason

LONGEST = 1_000_000
"""The longest line that is read, in bytes."""

TOO_LONG = f"er længere end {thousands(LONGEST)} tegn"

_CUT = "\udfff"
"""Stands for a line that was too long; no encoding gives it."""


def csv_records(lines: Iterable[bytes | None], mapping: MappingFile) -> Iterator[tuple[int, list[str]]]:
    """The fields of each record with the line it ends on, the header first; a line that is None was too long to be read."""
    records = csv.reader((_decoded(line, mapping.encoding) for line in lines), delimiter=mapping.delimiter)
    try:
        for record in records:
            if record:
                yield records.line_num, record
    except csv.Error as error:
        raise Refused(
            "bad_file", f"CSV-filen kan ikke læses: {csv_error_reason(error)}.", place=f"linje {records.line_num}"
        ) from None


def _decoded(line: bytes | None, encoding: str) -> str:
    return _CUT if line is None else line.decode(encoding, "surrogateescape")


def csv_row(line: int, record: list[str], header: list[str], mapping: MappingFile) -> ForeignRow | list[Problem]:
    """The event that a record says, or what is wrong with it."""
    if any(_CUT in field for field in record):
        return [Problem("linjen", TOO_LONG)]
    if len(record) != len(header):
        return [Problem("linjen", f"har {len(record)} felter; filens første linje har {len(header)}")]
    fields = dict(zip(reversed(header), reversed(record), strict=True))  # of two columns of one name the first counts
    return foreign_row(line, fields, cast(Columns, mapping.columns))


def check_header(header: list[str], columns: Columns) -> None:
    """Raises Refused (`bad_mapping`) for a column that the file does not have, (`bad_file`) for more columns than a file may have."""
    if len(header) > MOST_COLUMNS:
        why = f"Filens første linje har {thousands(len(header))} kolonner; højst {thousands(MOST_COLUMNS)} er tilladt."
        raise Refused("bad_file", why, place="linje 1")
    for field in ("case", "time", "activity", "worker", "event"):
        name = getattr(columns, field)
        if name is not None and name not in header:
            raise Refused(
                "bad_mapping",
                f"Kolonnen {name} findes ikke i filens første linje, som har: {', '.join(header)[:300]}.",
                place=f"columns.{field}",
            )


def foreign_row(number: int, fields: Mapping[str, str], columns: Columns) -> ForeignRow:
    """The event that a record says, by the names of its columns or attributes."""
    names = (columns.case, columns.time, columns.activity, columns.worker, columns.event)
    case, time, activity, worker, event = (None if name is None else fields.get(name) for name in names)
    return ForeignRow(number, case, time, activity, worker, event)


_ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id"})

LONGEST_CASE = 100_000
"""How much the attributes of one case may say in all, in characters: each of its events comes with them."""


def xes_records(file: IO[bytes]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The attributes of each event with its number; its case's are named with `case:` before them."""
    number = length = 0
    case: dict[str, str] = {}
    events: list[tuple[int, dict[str, str]]] = []
    path: list[str] = []
    try:
        for tag, attributes in xml_events(file):
            if attributes is None:
                path.pop()
                if tag == "trace":
                    yield from ((place, ChainMap(event, case)) for place, event in events)
                    case, events, length = {}, [], 0
                continue
            inside = path[-1] if path else ""
            path.append(tag)
            key, value = attributes.get("key", ""), attributes.get("value", "")
            if tag == "event":
                number += 1
                events.append((number, {}))
            elif tag in _ATTRIBUTES and inside == "trace":
                length = _within(length + len(key) + len(value))
                case[f"case:{key}"] = value
            elif tag in _ATTRIBUTES and inside == "event" and events:
                events[-1][1][key] = value
    except BadXml as error:
        raise Refused("bad_file", f"XES-filen kan ikke læses: {error.reason}.", place=f"efter hændelse {number}") from None


def _within(length: int) -> int:
    if length > LONGEST_CASE:
        raise BadXml(f"sagens egne oplysninger fylder mere end {thousands(LONGEST_CASE)} tegn")
    return length
