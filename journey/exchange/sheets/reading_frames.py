"""Frames between a program and the process that reads a delivery for it: MessagePack, one to a message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from msgspec import Raw, Struct, msgpack

from journey.events import KINDS, Event
from journey.exchange.sheets.declarations import SheetsFile
from journey.exchange.sheets.events import FollowedValue, GivenEvent
from journey.exchange.sheets.kinds import kinds_of
from journey.exchange.sheets.reading import RowsRead
from journey.exchange.sheets.rows import BadRow, GivenRow, RowPlace, UnknownWord


class FileWanted(Struct, frozen=True, array_like=True, tag="file"):
    """The bytes of a file are wanted, by its place among the delivery's."""

    nth: int


class ReadingRefused(Struct, frozen=True, array_like=True, tag="refused"):
    """The delivery is refused."""

    code: str
    message: str
    place: str


class ReadingFailed(Struct, frozen=True, array_like=True, tag="failed"):
    """The reading broke down: the name of the error and where, without what it says, which may be a cell."""

    where: str


class ReadingEnd(Struct, frozen=True, array_like=True, tag="end"):
    """The last of the rows has been sent."""


ReadingFrame = RowsRead | FileWanted | ReadingRefused | ReadingFailed | ReadingEnd


class _Event(Struct, frozen=True, array_like=True, tag="event", gc=False):
    """A GivenEvent, whose event is of the kind that its form says."""

    nth: int
    name: str
    valid_at: date
    event: Raw
    known_at: datetime | None


class _Followed(Struct, frozen=True, array_like=True, tag="followed", gc=False):
    """A FollowedValue, whose events are of the kinds that its form says."""

    nth: int
    name: str
    on: date | None
    changed_on: date | None
    first: Raw
    event: Raw
    fields: tuple[str, str]
    known_at: datetime | None


class _Given(Struct, frozen=True, array_like=True, tag="given", gc=False):
    """A GivenRow."""

    place: RowPlace
    name: str
    case: str
    source_case: str | None
    events: tuple[_Event | _Followed, ...]


class _Rows(Struct, frozen=True, array_like=True, tag="rows"):
    """A RowsRead."""

    sheet: int
    file: str
    rows: list[tuple[int, _Given | BadRow]]
    read: int
    done: int
    numbers: dict[str, str]
    skipped: int
    unknown: list[UnknownWord]


_ENCODER = msgpack.Encoder()
_DECODER: msgpack.Decoder[_Rows | FileWanted | ReadingRefused | ReadingFailed | ReadingEnd] = msgpack.Decoder(
    _Rows | FileWanted | ReadingRefused | ReadingFailed | ReadingEnd
)
_EVENTS = {name: msgpack.Decoder(kind) for name, kind in KINDS.items()}

encoded_frame: Callable[[ReadingFrame], bytes] = _ENCODER.encode


class FrameReader:
    """Reader of the frames of one mapping file's rows."""

    def __init__(self, file: SheetsFile) -> None:
        self._decoders = [[[_EVENTS[each.kind] for each in kinds_of(form)] for form in sheet.events] for sheet in file.sheets]

    def frame(self, raw: bytes) -> ReadingFrame:
        """The frame that was encoded."""
        frame = _DECODER.decode(raw)
        if not isinstance(frame, _Rows):
            return frame
        decoders = self._decoders[frame.sheet]
        rows: list[tuple[int, GivenRow | BadRow]] = [
            (number, row if isinstance(row, BadRow) else _given(row, decoders)) for number, row in frame.rows
        ]
        return RowsRead(frame.sheet, frame.file, rows, frame.read, frame.done, frame.numbers, frame.skipped, frame.unknown)


def _given(row: _Given, decoders: list[list[msgpack.Decoder[Event]]]) -> GivenRow:
    events = tuple(
        [
            GivenEvent(each.nth, each.name, each.valid_at, decoders[each.nth][0].decode(each.event), each.known_at)
            if isinstance(each, _Event)
            else _followed(each, *decoders[each.nth])
            for each in row.events
        ]
    )
    return GivenRow(row.place, row.name, row.case, row.source_case, events)


def _followed(value: _Followed, of_first: msgpack.Decoder[Event], of_later: msgpack.Decoder[Event]) -> FollowedValue:
    first, event = of_first.decode(value.first), of_later.decode(value.event)
    return FollowedValue(value.nth, value.name, value.on, value.changed_on, first, event, value.fields, value.known_at)
