"""What a file to be imported says, record by record: an entry, a step of a foreign log, or what is wrong with it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, NamedTuple, cast
from xml.sax.saxutils import quoteattr

import msgspec

from journey.exchange.foreign import Step, step
from journey.exchange.foreign_files import TOO_LONG, check_header, csv_records, csv_row, row, xes_records
from journey.exchange.input_file import numbered
from journey.exchange.interchange import entry
from journey.exchange.lines import Reading
from journey.exchange.mapping import Columns, MappingFile
from journey.log.stored import Entry
from journey.problem import Problem


class Said(NamedTuple):
    """One record of the file: its number, what it says, and how it is written with a reason beside it."""

    line: int
    found: Entry | Step | list[Problem]
    beside: Callable[[str], bytes]


class Format(NamedTuple):
    """How the records of a file are read, and what stands before and after them in a reject file."""

    records: Iterator[Said]
    before: Callable[[], bytes]
    after: bytes


def records(file: IO[bytes], mapping: MappingFile | None, reading: Reading, seen: Callable[[int], object]) -> Format:
    """The records of the file from its beginning; `seen` is told how many bytes were read."""
    file.seek(0)
    if mapping is None or mapping.format == "jsonl":
        return Format(_json_lines(file, reading, seen), bytes, b"")
    if mapping.format == "xes":
        found = (_xes_said(number, said, mapping, reading) for number, said in xes_records(file))
        return Format(found, lambda: b"<log>\n", b"</log>\n")
    lines = (line for _, line in numbered(file, lambda piece: seen(len(piece))))
    every = csv_records(lines, mapping)
    _, header = next(every, (0, list[str]()))
    names = [name.removeprefix("\ufeff") for name in header]
    if header:
        check_header(names, cast(Columns, mapping.columns))
    found = (_csv_said(line, record, names, mapping, reading) for line, record in every)
    return Format(found, lambda: _csv([*header, *_REASON] if "_reason" not in names else header, mapping), b"")


_REASON = ("_reason",)


def _json_lines(file: IO[bytes], reading: Reading, seen: Callable[[int], object]) -> Iterator[Said]:
    for number, raw in numbered(file, lambda piece: seen(len(piece))):
        if raw is None:
            yield Said(number, [Problem("linjen", TOO_LONG)], partial(_json_beside, b"{}"))
        elif raw.strip():
            yield Said(number, entry(raw, reading), partial(_json_beside, raw))


def _json_beside(raw: bytes, reason: str) -> bytes:
    """The line as it was, with the reason as one more field; what is not an object is kept as a text."""
    try:
        said = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        said = None
    written = msgspec.json.encode(reason)
    if not isinstance(said, dict):
        text = raw.strip().decode("utf-8", "replace")
        return b'{"_line":' + msgspec.json.encode(text) + b',"_reason":' + written + b"}\n"
    if not said or "_reason" in said:
        return msgspec.json.encode({**said, "_reason": reason}) + b"\n"
    return raw.strip()[:-1].rstrip() + b',"_reason":' + written + b"}\n"


def _csv_said(line: int, record: list[str], header: list[str], mapping: MappingFile, reading: Reading) -> Said:
    found = csv_row(line, record, header, mapping)

    def beside(reason: str) -> bytes:
        kept = [*record, *[""] * (len(header) - len(record))]
        if "_reason" in header:
            kept[header.index("_reason")] = reason
            return _csv(kept, mapping)
        return _csv([*kept, reason], mapping)

    return Said(line, found if isinstance(found, list) else step(found, mapping, reading), beside)


def _csv(record: list[str], mapping: MappingFile) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=mapping.delimiter, lineterminator="\n").writerow(record)
    # What could not be read is written back as the bytes it was; what a reason says may be more than the file's letters can.
    return b"".join(_encoded(letter, mapping.encoding) for letter in text.getvalue())


def _encoded(letter: str, encoding: str) -> bytes:
    try:
        return letter.encode(encoding, "surrogateescape")
    except UnicodeEncodeError:
        return b"?"


def _xes_said(number: int, said: dict[str, str], mapping: MappingFile, reading: Reading) -> Said:
    def beside(reason: str) -> bytes:
        of_case = {key.removeprefix("case:"): value for key, value in said.items() if key.startswith("case:")}
        of_event = {key: value for key, value in said.items() if not key.startswith("case:")} | {"_reason": reason}
        return f"<trace>{_attributes(of_case)}<event>{_attributes(of_event)}</event></trace>\n".encode()

    return Said(number, step(row(number, said, cast(Columns, mapping.columns)), mapping, reading), beside)


def _attributes(said: dict[str, str]) -> str:
    return "".join(f"<string key={quoteattr(key)} value={quoteattr(value)}/>" for key, value in said.items())
