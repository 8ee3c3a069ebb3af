"""Shapes of hostile input by kind: each a text of about so many bytes, and the reading of it."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from fastapi import Request

from api.answers import commands
from api.register.register import Register
from api.register.request_rejected import RequestRejected
from api.settings import Settings
from api.web.query import checked_words, form_words, is_too_long
from dashboards.figures.parameters import PARAMETERS
from dashboards.published.municipality import parsed as parsed_municipality
from journey.access.reader import LOCAL
from journey.codes import parse_code_lists, standard, standard_text
from journey.events import ActivityRecorded, Referred
from journey.exchange import explain
from journey.exchange.event_logs.event_table import event_table
from journey.exchange.event_logs.ocel import ocel
from journey.exchange.event_logs.xes import xes
from journey.exchange.importing import new_id
from journey.exchange.input_events import records
from journey.exchange.lines import line_context
from journey.exchange.mapping import MappingFile, parse_mapping, resolve_mapping
from journey.history import Recorded
from journey.problem import Problem
from journey.refusals import Refused
from journey.toml_text import BadToml

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
CONTEXT = line_context(standard(), NOW, new_id)
FOREIGN = 'source = "x"\nunit = "ungeindsatsen"\nrole = "authority"\nzone = "Europe/Copenhagen"\n'
CSV = parse_mapping(f'format = "csv"\n{FOREIGN}[columns]\ncase = "case"\ntime = "time"\nactivity = "act"\n', standard())
XES = parse_mapping(f'format = "xes"\n{FOREIGN}', standard())
OCEL = parse_mapping(f'format = "ocel"\n{FOREIGN}[objects]\ncase = "c"\nworker = "w"\n', standard())


REGISTER = Register("", Settings(Path(), None, None, standard()), LOCAL)


class Shape(NamedTuple):
    """A kind of input, the name of a shape of it, the input of a size, and its reading, which gives the refusal or the last problem."""

    kind: str
    name: str
    made: Callable[[int], bytes]
    read: Callable[[bytes], Any]


def text(piece: str, before: str = "", after: str = "") -> Callable[[int], bytes]:
    """The piece over and over, to the size."""
    return lambda size: (before + piece * (size // len(piece)) + after).encode()


def numbered(piece: str, before: str = "", after: str = "") -> Callable[[int], bytes]:
    """The piece over and over with a number of its own in it, to the size."""
    return lambda size: (
        before + "".join(piece.replace("%", str(nth)) for nth in range(size // (len(piece) + 5))) + after
    ).encode()


def query(raw: bytes) -> object:
    if is_too_long(raw):
        return Refused("bad_parameter", place="query")
    request = Request({"type": "http", "query_string": raw, "headers": []})
    with suppress(Refused):
        checked_words(request, PARAMETERS, PARAMETERS, blank=PARAMETERS)
    with suppress(Refused):
        form_words(raw, PARAMETERS)
    return None


def command(raw: bytes) -> object:
    try:
        return commands.command("N-1", "key", None, raw, REGISTER)  # type: ignore[arg-type] -- of it only the settings are looked at
    except RequestRejected as rejected:
        return rejected


def imported(mapping: MappingFile | None) -> Callable[[bytes], object]:
    """Every record of the file, and the bad ones as a reject file has them."""

    def read(raw: bytes) -> object:
        last: object = None
        explain._closest.cache_clear()
        try:
            for record in records(io.BytesIO(raw), mapping, CONTEXT, lambda _: None).records:
                last = record.found
                if isinstance(record.found, list):
                    record.beside("; ".join(problem.text for problem in record.found))
        except Refused as refused:
            return refused
        return last

    return read


def refusal(reading: Callable[[str], object]) -> Callable[[bytes], object]:
    def read(raw: bytes) -> object:
        try:
            return reading(raw.decode())
        except (Refused, BadToml, msgspec.ValidationError) as refused:
            return refused

    return read


def exported(log: Callable[[Any], Iterator[bytes]]) -> Callable[[bytes], object]:
    """The register of as many events as the text has lines, in one case, as a log."""

    def read(raw: bytes) -> object:
        events = [ActivityRecorded(line or "x", f"w-{nth}") for nth, line in enumerate(raw.decode().split("\n"))]
        first = [Referred("ungeindsatsen", "b-1"), *events]
        day = NOW.date()
        case = [Recorded(nth, nth, day, NOW, day, "s", str(nth), event) for nth, event in enumerate(first, 1)]
        return sum(map(len, log(lambda: [("N-1", case)])))

    return read


mapping = refusal(lambda raw: resolve_mapping(raw, standard(), lambda _: ""))
code_file = refusal(lambda raw: parse_code_lists(standard_text(), raw))
municipality = refusal(parsed_municipality)
cases_file = refusal(
    lambda raw: resolve_mapping('format = "jsonl"\nsource = "x"\ncases = "f.csv"\n', standard(), lambda _: raw)
)
LINE = '{"case":"N-%","kind":"referred","valid_at":"2025-03-01","data":{"unit":"social","citizen":"b-%"}}\n'
HEADER = "case,time,act\n"

SHAPES = [
    *(
        Shape("query", name, made, query)
        for name, made in {
            "many names": numbered("%=&"),
            "one name": text("valid_at=2025-01-01&"),
            "one text": text("x", "unit="),
            "escapes": text("%C3%A6", "unit="),
            "signs": text("&=;+%"),
        }.items()
    ),
    *(
        Shape("json", name, made, command)
        for name, made in {
            "nested": text("[", '{"kind":"note_added","data":{"text":'),
            "many fields": numbered('"f%":1,', '{"kind":"referred",', '"x":1}'),
            "one field twice": text('"kind":1,', "{", '"x":1}'),
            "a long text": text("x", '{"kind":"', '"}'),
            "escapes": text("\\u00e6", '{"kind":"', '"}'),
            "quotes": text('\\"[', '{"kind":"', '"}'),
            "a long number": text("9", '{"kind":', "}"),
            "many events": text("{},", "[", "{}]"),
            "no end": text('{"a":"[', ""),
            "digits": text("0101901234 ", '{"kind":"', '"}'),
        }.items()
    ),
    *(
        Shape("jsonl", name, made, imported(None))
        for name, made in {
            "good lines": numbered(LINE),
            "one cause on every line": numbered(LINE.replace("social", "socail")),
            "another cause on every line": numbered(LINE.replace("social", "socail%")),
            "the same line": text(LINE),
            "one long line": text("x", '{"case":"', '"}'),
            "nested lines": text("[" * 500 + "\n"),
            "fields": numbered('"f%":1,', "{", '"x":1}\n'),
            "empty objects": text("{}\n"),
            "no lines": text("\n"),
            "brackets": text("[]{}" * 50 + "\n"),
        }.items()
    ),
    *(
        Shape("toml", name, made, mapping)
        for name, made in {
            "nested": text("[", "a = "),
            "tables within": text("{a=", "a = "),
            "a dotted key": text("a."),
            "many dotted keys": numbered(".".join("a" * 19) + ".b% = 1\n"),
            "headers": numbered("[a.b.c.d%]\n"),
            "names": numbered("name% = 1\n"),
            "cases": numbered('"c%" = "N-%"\n', 'format = "jsonl"\nsource = "x"\n[cases]\n'),
            "cases of wrong form": numbered('"c%" = 1\n', 'format = "jsonl"\nsource = "x"\n[cases]\n'),
            "a text without end": text("x", 'format = "'),
            "a number": text("9", "format = "),
            "a hexadecimal number": text("f", "format = 0x"),
            "list": text("1,", "format = [", "]"),
            "dots and quotes": text('."'),
        }.items()
    ),
    *(
        Shape("codes", name, made, code_file)
        for name, made in {
            "many codes": numbered('kode% = { da = "K", en = "K" }\n', "[activities]\n"),
            "many aliases": numbered('"a%", ', '[activities]\nx = { da = "K", en = "K", aliases = [', "] }\n"),
            "one alias": text('"a", ', '[activities]\nx = { da = "K", en = "K", aliases = [', "] }\n"),
            "many lists": numbered("[l%]\n"),
            "nested": text("[", "[activities]\nx = "),
            "a dotted key": text("a.", "[activities]\n", "a = 1\n"),
            "unknown fields": numbered("f% = 1, ", '[activities]\nx = { da = "K", ', 'en = "K" }\n'),
        }.items()
    ),
    *(
        Shape("municipality", name, made, municipality)
        for name, made in {"names": numbered("name% = 1\n"), "nested": text("[", "a = "), "a dotted key": text("a.")}.items()
    ),
    *(
        Shape("cases", name, made, cases_file)
        for name, made in {
            "rows": numbered("c%,N-%\n", "source_case,case\n"),
            "many columns": lambda size: (
                b"source_case,case," + b"x," * (size // 4) + b"\n" + b"\n".join([b"a,b"] * (size // 8))
            ),
            "the same row": text("c,N\n", "source_case,case\n"),
        }.items()
    ),
    *(
        Shape("csv", name, made, imported(CSV))
        for name, made in {
            "good rows": numbered("N-%,2024-03-04 09:12,moede\n", HEADER),
            "one cause on every row": numbered("N-%,yesterday,moede\n", HEADER),
            "short rows": text("a\n", HEADER),
            "many columns": lambda size: HEADER.strip().encode() + b",x" * (size // 4) + b"\n" + b"a\n" * (size // 4),
            "as many columns as may be": lambda size: (
                HEADER.strip().encode() + b",x" * 990 + b"\n" + b"abcdefgh,\n" * (size // 200)
            ),
            "separators": text(";;;;,,,,\n", HEADER),
            "one long line": text("x", HEADER),
            "an open quote": text("x\n", HEADER + '"'),
            "quotes": text('"', HEADER),
            "a long header": text("x,"),
        }.items()
    ),
    *(
        Shape("xes", name, made, imported(XES))
        for name, made in {
            "good events": numbered(
                '<trace><string key="concept:name" value="N-%"/><event><date key="time:timestamp" value="2024-03-04T09:12:00+01:00"/>'
                '<string key="concept:name" value="moede"/></event></trace>',
                "<log>",
                "</log>",
            ),
            "empty events": text("<event/>", "<log><trace>", "</trace></log>"),
            "events of a case that says much": text(
                "<event/>", "<log><trace>" + '<string key="k" value="v"/>' * 500, "</trace></log>"
            ),
            "a case that says ever more": numbered('<string key="k%" value="v"/>', "<log><trace>", "<event/></trace></log>"),
            "an attribute": text("x", '<log a="'),
            "a comment": text("x", "<log><!--"),
            "a text": text("x", "<log>"),
            "a tag": text("x", "<"),
            "entities": text("&lt;", "<log>", "</log>"),
            "within each other": text("<a>"),
            "one attribute many times": text('a="" ', "<log ", "/>"),
            "many attributes": numbered('a%="" ', "<log ", "/>"),
            "prefixes": text("<p:a/>", f'<log xmlns:p="{"u" * 100_000}">', "</log>"),
            "a document type": text("<!ENTITY a 'b'>", "<!DOCTYPE log [", "]><log/>"),
        }.items()
    ),
    *(
        Shape("ocel", name, made, imported(OCEL))
        for name, made in {
            "good events": numbered(
                '{"id":"e%","type":"moede","time":"2024-03-04T09:12:00+01:00","relationships":[{"objectId":"N-1","qualifier":""}]},',
                '{"objects":[{"id":"N-1","type":"c"}],"events":[',
                "{}]}",
            ),
            "objects": numbered('{"id":"N-%","type":"c"},', '{"objects":[', '{"id":"w","type":"w"}],"events":[{}]}'),
            "relations of one event": numbered(
                '{"objectId":"N-%"},',
                '{"objects":[{"id":"N","type":"c"}],"events":[{"id":"e","relationships":[',
                '{"objectId":"N"}]}]}',
            ),
            "a text": text("x", '{"objects":[{"id":"'),
            "a name": text("x", '{"'),
            "blanks": text(" ", '{"objects":['),
            "commas": text(",", '{"objects":['),
            "within each other": text("[", '{"objects":'),
            "within each other and closed": text("[]", '{"objects":[', "[]]}"),
            "open objects": text('{"a":', '{"objects":['),
            "other lists": numbered('"a%":[1],', "{", '"objects":[],"events":[{}]}'),
            "a turned slash": text("\\", '{"objects":["'),
        }.items()
    ),
    Shape("csv out", "events of one case", text("moede\n"), exported(lambda cases: event_table(cases()))),
    Shape("xes out", "events of one case", text("moede\n"), exported(lambda cases: xes(cases()))),
    Shape("ocel out", "events of one case", text("moede\n"), exported(ocel)),
    Shape("ocel out", "names", numbered("m%/\n"), exported(ocel)),
]


def is_refused_with_place(found: object) -> bool:
    """Whether an answer is a refusal that names the place."""
    match found:
        case Refused() | RequestRejected():
            detail = found.message if isinstance(found, Refused) else found.detail
            return bool(found.place or "linje" in detail or getattr(found, "faults", ()))
        case BadToml():
            return bool(found.reason)
        case list():
            return all(isinstance(problem, Problem) and problem.field for problem in found)
        case _:
            return False
