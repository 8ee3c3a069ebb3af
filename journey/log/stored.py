"""The stored form of an event: JSON without the names of classes, decoded by its kind."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Generic, TypeVar, cast

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from journey.events import KINDS, NAMES, Event, NoteAdded
from journey.history import Recorded

E = TypeVar("E")


class Entry(Struct, frozen=True, omit_defaults=True):
    """One event on its way into the log: parsed, checked, every default filled in, no place in the log yet."""

    stream: str
    """The case's reference, or `stream:` and the name of what is not a citizen's."""
    valid_at: date
    source: str
    source_id: str
    event: Event
    known_at: datetime | None = None
    """The source's own registration moment."""
    by: str | None = None
    source_case: str | None = None
    text: str | None = None
    """The clear text of a note; it never enters the log."""

    @property
    def kind(self) -> str:
        """The name of the event's kind."""
        return NAMES[type(self.event)]


STREAM = "stream:"
"""The prefix of the name of a stream that is not a case."""


class _State(Struct, Generic[E], frozen=True, omit_defaults=True):
    valid_at: date
    source: str
    source_id: str
    data: E
    by: str | None = None
    source_case: str | None = None
    source_known_at: datetime | None = None


_encoder = msgspec.json.Encoder()
_decoders: dict[str, msgspec.json.Decoder[_State[Any]]] = {
    name: msgspec.json.Decoder(cast(Any, _State)[kind]) for name, kind in KINDS.items()
}


def encoded(entry: Entry, *, claimed: bool) -> bytes:
    """The state to store; a source's `known_at` is left out of it where it is `claimed` as the moment of the log's own row."""
    return _encoder.encode(
        _State(
            entry.valid_at,
            entry.source,
            entry.source_id,
            entry.event,
            entry.by,
            entry.source_case,
            None if claimed else entry.known_at,
        )
    )


def readable(entry: Entry) -> bytes:
    """The state to store of an event decided here, decoded once to check it: a state that cannot be decoded would stop every reader of
    the log for ever. Raises ValueError, without the event's content."""
    state = encoded(entry, claimed=False)
    try:
        same = _decoders[entry.kind].decode(state).data == entry.event
    except msgspec.DecodeError:
        same = False
    if not same:
        raise ValueError(f"{entry.kind} cannot be read again as it would be stored")
    return state


def decoded(topic: str, state: bytes, position: int, version: int, known_at: datetime, known_day: date) -> Recorded:
    """The event of a row of the log. Past events are never validated again, only parsed."""
    row = _decoders[topic].decode(state)
    return Recorded(
        position,
        version,
        row.valid_at,
        known_at,
        known_day,
        row.source,
        row.source_id,
        cast(Event, row.data),
        row.by,
        row.source_case,
        row.source_known_at,
    )


def decoded_entry(stream: str, topic: str, state: bytes) -> Entry:
    """The entry that a state was encoded from. Raises ValueError for a kind or a state that is not the register's."""
    try:
        row = _decoders[topic].decode(state)
    except (KeyError, msgspec.DecodeError) as error:
        raise ValueError(f"{topic} in {stream} is not an event of the register") from error
    return Entry(
        stream,
        row.valid_at,
        row.source,
        row.source_id,
        cast(Event, row.data),
        row.source_known_at,
        row.by,
        row.source_case,
    )


def content(entry: Entry) -> bytes:
    """The content that sameness is judged by, to be hashed: all but `known_at`, defaults filled in (domain.md section 2)."""
    event = entry.event
    if isinstance(event, NoteAdded):
        event = replace(event, cipher_hash=None)  # a note is the same by its text, however it was encrypted
    return _encoder.encode(
        (entry.stream, entry.kind, entry.valid_at, entry.by, entry.source, entry.source_id, entry.source_case, event)
    )
