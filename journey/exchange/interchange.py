"""A line of the interchange format to an entry, and a recorded event to its line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any, cast

import msgspec
from msgspec import UNSET, Struct
from msgspec.structs import fields, replace

from journey.events import KINDS, NAMES, STREAM_KINDS, Event, FollowUpAgreed, NoteAdded, Visited, Withdrawn
from journey.exchange.explain import explain
from journey.exchange.lines import (
    DATA_FORMS,
    DATA_IDS,
    DATA_PERSONS,
    ENDINGS,
    ENVELOPE_IDS,
    FIRST_MOMENT_YEAR,
    Envelope,
    LineContext,
    NoteLine,
    VisitedLine,
    WithdrawnLine,
)
from journey.exchange.normalising import moment, normalised
from journey.history import COPENHAGEN, FOREVER, Recorded
from journey.json_text import deep_place
from journey.log.stored import STREAM, Entry
from journey.personal import has_control_character, is_clean, needs_inspection
from journey.problem import Problem

OWN_SOURCE = "journey"
"""The source of what comes without one."""

UNSEALED = ""
"""The hash of a note whose text is not hashed yet: that takes the key of its case."""

_envelope = msgspec.json.Decoder(Envelope)
_forms: Mapping[str, msgspec.json.Decoder[Any]] = {kind: msgspec.json.Decoder(form) for kind, form in DATA_FORMS.items()}
_encoder = msgspec.json.Encoder()
_DAY = timedelta(days=1)


def parse_line(raw: bytes, context: LineContext) -> Entry | list[Problem]:
    """The entry that a line says, or everything that is wrong with the line.

    Of a key that stands twice the last counts, as in other readers of JSON; a line that is wrong anyhow is told of it.
    """
    if deep_place(raw) is not None:
        return _wrong(raw, context)
    try:
        line = _envelope.decode(raw)
        data = _forms[line.kind].decode(line.data)
    except (ValueError, KeyError, RecursionError):
        normal = normalised(raw)
        return _wrong(raw, context) if normal is None else parse_line(normal, context)
    if _ROUNDED_UP in raw and line.known_at is not None:
        line.known_at = _cut_off(raw) or line.known_at
    return _entry(line, data, context, wary=needs_inspection(raw)) or _wrong(raw, context)


_ROUNDED_UP = b".999999"
"""How the fraction of a moment begins that the reader might make the next second's: the last of a day would be of the next."""


def _cut_off(raw: bytes) -> datetime | None:
    """The line's moment with what is past the microsecond cut off."""
    text = msgspec.json.decode(raw)["known_at"]
    return moment(text) if isinstance(text, str) else None


def _wrong(raw: bytes, context: LineContext) -> list[Problem]:
    return explain(raw, context) or [Problem("linjen", "kan ikke læses som en hændelse")]


def _entry(line: Envelope, data: Any, context: LineContext, *, wary: bool) -> Entry | None:
    """The entry, or None for a line that `explain` has something to say about."""
    kind, known_at, valid_at = line.kind, line.known_at, line.valid_at
    if (line.source is None) != (line.source_id is None) or valid_at > context.last_day(kind):
        return None
    if known_at is not None and (known_at > context.now or known_at.year < FIRST_MOMENT_YEAR):
        return None
    source = line.source or OWN_SOURCE
    stream = _stream(line, source, context)
    event = _coded(_event(data, source), kind, source, context)
    text = data.text if isinstance(data, NoteLine) else None
    if stream is None or event is None or not _persons_are_ids(line, source, event, context):
        return None
    if wary and not _is_clean(line, source, event, text, context):
        return None
    if context.inclusive and kind in ENDINGS:
        valid_at += _DAY
    source_id = line.source_id or context.new_id()
    return Entry(stream, valid_at, source, source_id, event, known_at, line.by, line.source_case, text)


def _stream(line: Envelope, source: str, context: LineContext) -> str | None:
    if line.stream is not None:
        of_a_stream = line.case is None and (line.kind in STREAM_KINDS or line.kind == "withdrawn")
        return STREAM + line.stream if of_a_stream else None
    case = line.case
    if case is None and line.source_case is not None:
        case = context.cases.get((source, line.source_case))
    if case is None or line.kind in STREAM_KINDS or case.startswith(STREAM):
        return None
    return case


def _event(data: Any, source: str) -> Event | None:
    match data:
        case VisitedLine():
            return Visited(data.forum, None if data.layer is None else str(data.layer))
        case WithdrawnLine():
            return Withdrawn(data.source_id, data.reason, data.source or source)
        case NoteLine():
            either = (data.text is None) != (data.text_hash is None)
            return NoteAdded(data.text_hash or UNSEALED) if either else None
        case FollowUpAgreed():
            return data if data.due < FOREVER and (data.moved_from is None or data.moved_from < FOREVER) else None
        case _:
            return cast(Event, data)


def _coded(event: Event | None, kind: str, source: str, context: LineContext) -> Event | None:
    """The event with each alias replaced by its code; None where a code is not in its list."""
    if event is None:
        return None
    for field, spellings in context.spellings[kind]:
        value = getattr(event, field)
        if value is None:
            continue
        code = spellings.get(value)
        if code == value or context.declared.takes_label(kind, field, source):
            continue
        if code is None:
            return None
        event = replace(event, **{field: code})
    return event


def _persons_are_ids(line: Envelope, source: str, event: Event, context: LineContext) -> bool:
    takes = context.declared.takes_person
    if line.by is not None and not takes(line.by, source):
        return False
    persons = (getattr(event, name) for name in DATA_PERSONS[line.kind])
    return all(person is None or takes(person, source) for person in persons)


def _is_clean(line: Envelope, source: str, event: Event, text: str | None, context: LineContext) -> bool:
    ids_are_not_cpr = source in context.not_cpr
    ids = DATA_IDS[line.kind]
    for name in ("case", "stream", "by", "source", "source_id", "source_case"):
        value = getattr(line, name)
        if value is not None and not is_clean(value, may_be_number=ids_are_not_cpr and name in ENVELOPE_IDS):
            return False
    for name in event.__struct_fields__:
        for value in _strings(getattr(event, name)):
            if not is_clean(value, may_be_number=ids_are_not_cpr and name in ids):
                return False
    return text is None or not has_control_character(text, note=True)


def _strings(value: object) -> Iterator[str]:
    """Every text in a value, the keys of objects included."""
    match value:
        case str():
            yield value
        case dict():
            for key, item in cast("dict[str, object]", value).items():
                yield key
                yield from _strings(item)
        case list() | tuple():
            for item in cast("list[object]", value):
                yield from _strings(item)
        case Struct():
            yield from _strings(msgspec.to_builtins(value))
        case _:
            pass


class _Line(Struct, omit_defaults=True, kw_only=True):
    """A line as it is written: what is None is left out."""

    case: str | None = None
    stream: str | None = None
    kind: str
    valid_at: date
    known_at: datetime
    by: str | None = None
    source: str
    source_id: str
    source_case: str | None = None
    data: dict[str, Any]


def _written(known_at: datetime) -> datetime:
    """The moment as it is exported: Copenhagen's, but for the years before 1894, whose offset has seconds that no reader takes."""
    in_danish_time = known_at.astimezone(COPENHAGEN)
    seconds = (in_danish_time.utcoffset() or timedelta()).seconds
    return known_at.astimezone(UTC) if seconds % 60 else in_danish_time


_MAY_BE_LEFT_OUT: Mapping[type[Event], tuple[tuple[str, bool], ...]] = MappingProxyType(
    {kind: tuple((field.name, field.default is None) for field in fields(kind)) for kind in KINDS.values()}
)
"""The fields of each kind, and whether None is said by leaving the field out."""


def format_line(recorded: Recorded, stream: str, text: str | None = None) -> bytes:
    """The line that a recorded event is exported as, without a line break; a note's text only if it is given.

    The source's own moment of an event that the register had to stamp itself is not part of the format, and stays behind.
    """
    event = recorded.event
    if isinstance(event, NoteAdded):
        data: dict[str, Any] = {"text_hash": event.text_hash} if text is None else {"text": text}
    else:
        values = ((name, getattr(event, name), optional) for name, optional in _MAY_BE_LEFT_OUT[type(event)])
        data = {name: value for name, value, optional in values if value is not UNSET and not (optional and value is None)}
    of_a_stream = stream.startswith(STREAM)
    return _encoder.encode(
        _Line(
            case=None if of_a_stream else stream,
            stream=stream.removeprefix(STREAM) if of_a_stream else None,
            kind=NAMES[type(event)],
            valid_at=recorded.valid_at,
            known_at=_written(recorded.known_at),
            by=recorded.by,
            source=recorded.source,
            source_id=recorded.source_id,
            source_case=recorded.source_case,
            data=data,
        )
    )
