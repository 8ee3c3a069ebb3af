"""The records of a file to be imported: each an entry, an event of a foreign log, or what is wrong with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from itertools import count
from typing import IO, Any, NamedTuple, cast
from xml.sax.saxutils import quoteattr

import msgspec
from msgspec.structs import replace

from journey.exchange.cells import CellRow, tidy
from journey.exchange.event_logs.ocel_events import OcelRecord, object_types, ocel_records
from journey.exchange.file_kinds import START, refuse_another_kind
from journey.exchange.file_lines import TOO_LONG, numbered_lines
from journey.exchange.foreign import ForeignEvent, foreign_event
from journey.exchange.foreign_files import csv_row, csv_table, foreign_row, xes_records
from journey.exchange.interchange import parse_line
from journey.exchange.lines import LineContext, header_problems, is_header
from journey.exchange.mapping import Columns, MappingFile
from journey.json_text import BadJson, decoded
from journey.log.stored import Entry
from journey.problem import Problem


class InputRecord(NamedTuple):
    """One record of the file: its number, what was found in it, and how it is written in a reject file with a reason beside it."""

    line: int
    found: Entry | ForeignEvent | list[Problem]
    beside: Callable[[str], bytes]


class InputFormat(NamedTuple):
    """A file's records, and what stands before and after them in a reject file."""

    records: Iterator[InputRecord]
    before: Callable[[], bytes]
    after: Callable[[], bytes]


def records(file: IO[bytes], mapping: MappingFile | None, context: LineContext, seen: Callable[[int], object]) -> InputFormat:
    """The records of the file from its beginning; `seen` gets the number of bytes read."""
    file.seek(0)
    refuse_another_kind(file.read(START), mapping.format if mapping else "jsonl", with_mapping=mapping is not None)
    file.seek(0)
    if mapping is None or mapping.format == "jsonl":
        header = _header(file)
        return InputFormat(_json_lines(file, header, context, seen), lambda: header, bytes)
    if mapping.format == "xes":
        found = (_xes_input(number, attributes, mapping, context) for number, attributes in xes_records(file))
        return InputFormat(found, lambda: b"<log>\n", lambda: b"</log>\n")
    if mapping.format == "ocel":
        return _ocel(file, mapping, context, seen)
    table = csv_table(file, mapping, seen)
    names = [tidy(name) for name in table.header]
    found = (_csv_input(row, names, mapping, table.encoding, context) for row in table.rows)
    heading = table.header if "_reason" in names else [*table.header, *_REASON]
    return InputFormat(found, lambda: _csv(heading, mapping, table.encoding), bytes)


_REASON = ("_reason",)


def _header(file: IO[bytes]) -> bytes:
    """The first line of a register's own export; empty for another file."""
    _, first = next(numbered_lines(file), (0, None))
    file.seek(0)
    return first.rstrip() + b"\n" if first is not None and is_header(first) else b""


def _json_lines(file: IO[bytes], header: bytes, context: LineContext, seen: Callable[[int], object]) -> Iterator[InputRecord]:
    if header:
        context = replace(context, declared=replace(context.declared, own_export=True))
    for number, raw in numbered_lines(file, lambda piece: seen(len(piece))):
        if number == 1 and header:
            if problems := header_problems(header):
                yield InputRecord(number, problems, partial(_json_beside, header))
        elif raw is None:
            yield InputRecord(number, [Problem("linjen", TOO_LONG)], partial(_json_beside, b"{}"))
        elif raw.strip():
            yield InputRecord(number, parse_line(raw, context), partial(_json_beside, raw))


def _json_beside(raw: bytes, reason: str) -> bytes:
    """The line as it was, with the reason as one more field; what is not an object is kept as a text."""
    try:
        line = decoded(raw)
    except BadJson:
        line = None
    written = msgspec.json.encode(reason)
    if not isinstance(line, dict):
        text = raw.strip().decode("utf-8", "replace")
        return b'{"_line":' + msgspec.json.encode(text) + b',"_reason":' + written + b"}\n"
    if not line or "_reason" in line:
        return msgspec.json.encode({**line, "_reason": reason}) + b"\n"
    return raw.strip()[:-1].rstrip() + b',"_reason":' + written + b"}\n"


def _csv_input(row: CellRow, names: list[str], mapping: MappingFile, encoding: str, context: LineContext) -> InputRecord:
    found = csv_row(row, names, mapping)

    def beside(reason: str) -> bytes:
        fields = [*row.cells, *[""] * (len(names) - len(row.cells))]
        if "_reason" in names:
            fields[names.index("_reason")] = reason
            return _csv(fields, mapping, encoding)
        return _csv([*fields, reason], mapping, encoding)

    return InputRecord(row.first, found if isinstance(found, list) else foreign_event(found, mapping, context), beside)


def _csv(record: list[str], mapping: MappingFile, encoding: str) -> bytes:
    """The record as a line of a reject file: in the file's own letters, but for UTF-16, whose lines are written in UTF-8."""
    text = io.StringIO()
    csv.writer(text, delimiter=mapping.delimiter, lineterminator="\n").writerow(record)
    written = "utf-8" if encoding == "utf-16" else encoding
    # What could not be read is written back as the bytes it was; what a reason says may be more than the file's letters can.
    return b"".join(_encoded(letter, written) for letter in text.getvalue())


def _encoded(letter: str, encoding: str) -> bytes:
    try:
        return letter.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return b"?"


def _xes_input(number: int, attributes: Mapping[str, str], mapping: MappingFile, context: LineContext) -> InputRecord:
    def beside(reason: str) -> bytes:
        of_case = {key.removeprefix("case:"): value for key, value in attributes.items() if key.startswith("case:")}
        of_event = {key: value for key, value in attributes.items() if not key.startswith("case:")} | {"_reason": reason}
        return f"<trace>{_attributes(of_case)}<event>{_attributes(of_event)}</event></trace>\n".encode()

    return InputRecord(
        number, foreign_event(foreign_row(number, attributes, cast(Columns, mapping.columns)), mapping, context), beside
    )


def _ocel(file: IO[bytes], mapping: MappingFile, context: LineContext, seen: Callable[[int], object]) -> InputFormat:
    """The log's events; a reject file is a log of the same objects."""
    types = object_types(file, mapping)
    rejected: dict[str, str] = {}
    earlier = count()

    def beside(record: OcelRecord, reason: str) -> bytes:
        rejected.update((each, types[each]) for each in record.objects if each in types)
        return (b"," if next(earlier) else b"") + _json_beside(record.raw, reason)

    def after() -> bytes:
        objects: list[dict[str, Any]] = [
            {"id": each, "type": kind, "attributes": [], "relationships": []} for each, kind in rejected.items()
        ]
        return b'],"objects":' + msgspec.json.encode(objects) + b"}\n"

    def found() -> Iterator[InputRecord]:
        for record in ocel_records(file, types, mapping, seen):
            for each in _ocel_input(record, mapping, context):
                yield InputRecord(record.number, each, partial(beside, record))

    return InputFormat(found(), lambda: b'{"objectTypes":[],"eventTypes":[],"events":[\n', after)


def _ocel_input(record: OcelRecord, mapping: MappingFile, context: LineContext) -> Iterator[ForeignEvent | list[Problem]]:
    """What the event gives to each of its cases; of a bad one only what is wrong with it."""
    problems = [each for each in record.found if isinstance(each, Problem)]
    events: list[ForeignEvent] = []
    for row in record.found:
        if isinstance(row, Problem):
            continue
        each = foreign_event(row, mapping, context)
        if isinstance(each, list):
            problems += each
        else:
            events.append(each)
    if problems:
        yield list(dict.fromkeys(problems))
    else:
        yield from events


def _attributes(attributes: dict[str, str]) -> str:
    return "".join(f"<string key={quoteattr(key)} value={quoteattr(value)}/>" for key, value in attributes.items())
