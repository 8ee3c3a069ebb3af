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
        return NAMES[type(self.event)]


STREAM = "stream:"
"""What the name of a stream that is not a case begins with."""


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
    """The state to store; where `known_at` is `claimed` as the event's own moment it is not kept as information beside it."""
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
    """The state to store of an event as decided here, read again before it is kept: what cannot be read would stop every reader of the
    log, for ever. Raises ValueError, without what the event says."""
    state = encoded(entry, claimed=False)
    try:
        same = _decoders[entry.kind].decode(state).data == entry.event
    except msgspec.DecodeError:
        same = False
    if not same:
        raise ValueError(f"{entry.kind} cannot be read again as it would be stored")
    return state


def decoded(topic: str, state: bytes, position: int, version: int, known_at: datetime, known_day: date) -> Recorded:
    """The event that a row of the log holds. Past events are never validated again, only parsed."""
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


def content(entry: Entry) -> bytes:
    """What sameness is judged by: all but `known_at`, defaults filled in (domain.md section 2); bytes to be hashed."""
    event = entry.event
    if isinstance(event, NoteAdded):
        event = replace(event, cipher_hash=None)  # a note is the same by its text, however it was encrypted
    return _encoder.encode(
        (entry.stream, entry.kind, entry.valid_at, entry.by, entry.source, entry.source_id, entry.source_case, event)
    )
