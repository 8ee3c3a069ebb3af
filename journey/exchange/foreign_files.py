"""The rows of a foreign event log in a CSV or XES file."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import IO, NamedTuple, cast

from journey.exchange.cells import CellRow, check_header, encoding_of, id_of, row_fault, rows, text_lines, tidy, value_of
from journey.exchange.foreign import ForeignRow
from journey.exchange.mapping import Columns, MappingFile
from journey.exchange.xml_events import BadXml, xml_events
from journey.personal import excerpt
from journey.problem import Problem, thousands
from journey.refusals import Refused


class CsvTable(NamedTuple):
    """A CSV file as it is read: the names of its columns as they are written, and its rows below them."""

    encoding: str
    header: list[str]
    rows: Iterator[CellRow]


def csv_table(file: IO[bytes], mapping: MappingFile, seen: Callable[[int], object]) -> CsvTable:
    """The file's columns and rows; raises Refused for a file without the columns that the mapping reads, or with one of them twice."""
    encoding = encoding_of(file, mapping.encoding)
    lines = islice(text_lines(file, encoding, seen), mapping.header - 1, None)
    every = (row for row in rows(lines, mapping.delimiter) if row.has_values)
    header = next(every, None)
    if header is None:
        raise Refused("bad_file", "Filen er tom: den har hverken kolonnenavne eller rækker. Hent den igen fra systemet.")
    names = [tidy(name) for name in header.cells]
    check_header(names, header, every, _wanted(cast(Columns, mapping.columns)), mapping.encoding)
    first = next(every, None)
    if first is None:
        raise Refused(
            "bad_file",
            "Filen har kolonnenavne, men ingen rækker under dem. Hent den igen fra systemet.",
            place=f"linje {header.last}",
        )
    return CsvTable(encoding, header.cells, chain([first], every))


def _wanted(columns: Columns) -> list[tuple[str, str]]:
    """The columns that the mapping reads: the place in the file that names one, and the name."""
    fields = ((field, getattr(columns, field)) for field in ("case", "time", "activity", "worker", "event"))
    return [(f"columns.{field}", tidy(name)) for field, name in fields if name is not None]


def csv_row(row: CellRow, names: Sequence[str], mapping: MappingFile) -> ForeignRow | list[Problem]:
    """The event that a row says, or what is wrong with it."""
    fault = row_fault(row, len(names))
    if fault is not None:
        return [Problem("linjen", fault)]
    return foreign_row(row.first, dict(zip(names, row.cells, strict=True)), cast(Columns, mapping.columns))


def foreign_row(number: int, fields: Mapping[str, str], columns: Columns) -> ForeignRow:
    """The event that a record says, by the names of its columns or attributes."""
    names = (columns.case, columns.time, columns.activity, columns.worker, columns.event)
    case, time, activity, worker, event = (None if name is None else fields.get(name) for name in names)
    return ForeignRow(number, id_of(case), value_of(time), value_of(activity), id_of(worker), id_of(event))


_ATTRIBUTES = frozenset({"string", "date", "int", "float", "boolean", "id"})

LONGEST_CASE = 100_000
"""How much the attributes of one case may say in all, in characters: each of its events comes with them."""


def xes_records(file: IO[bytes]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The attributes of each event with its number; its case's are named with `case:` before them.

    An event outside a trace, which is no case's, is refused, and so is a file without any.
    """
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
            if not path:
                _check_log(tag)
            inside = path[-1] if path else ""
            path.append(tag)
            key, value = attributes.get("key", ""), attributes.get("value", "")
            if tag == "event":
                number += 1
                _check_place(number, inside)
                events.append((number, {}))
            elif tag in _ATTRIBUTES and inside == "trace":
                length = _within(length + len(key) + len(value))
                case[f"case:{key}"] = value
            elif tag in _ATTRIBUTES and inside == "event" and events:
                events[-1][1][key] = value
    except BadXml as error:
        raise Refused("bad_file", f"XES-filen kan ikke læses: {error.reason}.", place=f"efter hændelse {number}") from None
    if number == 0:
        raise Refused("bad_file", "Filen er en log i XES uden hændelser. Hent den igen fra systemet, med sagernes hændelser.")


def _within(length: int) -> int:
    if length > LONGEST_CASE:
        raise BadXml(f"sagens egne oplysninger fylder mere end {thousands(LONGEST_CASE)} tegn")
    return length


def _check_log(root: str) -> None:
    if root != "log":
        raise Refused("bad_file", f"Filen er ikke en log i XES: dens første element er <{excerpt(root)}>, ikke <log>.")


def _check_place(number: int, inside: str) -> None:
    if inside != "trace":
        raise Refused(
            "bad_file",
            f"Hændelsen står i <{excerpt(inside)}>, ikke i en <trace>, så det kan ikke ses, hvilken sag den hører til. Læg den i"
            " sagens <trace>.",
            place=f"hændelse {number}",
        )
