"""Frames between the program and the process that reads a workbook: MessagePack, each after its length."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import IO, Any

import msgspec
from msgspec import Struct
from msgspec.msgpack import Ext

from journey.exchange.sheets.values import Cell, Epoch


class WorkbookRequest(Struct, frozen=True):
    """A request for the rows of a worksheet, without a name the first; the bytes of the workbook come after it."""

    name: str
    size: int
    worksheet: str | None
    header: int
    multiline: bool


class WorkbookOpened(Struct, frozen=True, tag="opened", array_like=True):
    """The worksheet that is read, how its workbook counts its days, and the worksheets that the workbook shows."""

    worksheet: str
    epoch: Epoch
    worksheets: list[str]


class WorkbookRow(Struct, frozen=True, tag="row", array_like=True, gc=False):
    """A row of the worksheet, the empty cells at its end left out."""

    line: int
    cells: list[Any]
    fault: str | None = None


class WorkbookRefused(Struct, frozen=True, tag="refused", array_like=True):
    """The workbook is refused (`bad_file`)."""

    message: str


class WorkbookEnd(Struct, frozen=True, tag="end", array_like=True):
    """The last of the worksheet's rows has been sent."""


Frame = WorkbookOpened | WorkbookRow | WorkbookRefused | WorkbookEnd

_LENGTH = struct.Struct(">I")
_ENCODER = msgspec.msgpack.Encoder()


def write_frame(file: IO[bytes], frame: Struct) -> None:
    """Write the frame."""
    raw = _ENCODER.encode(frame)
    file.write(_LENGTH.pack(len(raw)))
    file.write(raw)


def read_raw(file: IO[bytes]) -> bytes | None:
    """The next frame as it is written; None where there is no whole one."""
    head = file.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    length = _LENGTH.unpack(head)[0]
    raw = file.read(length)
    return raw if len(raw) == length else None


_DATE, _DATETIME, _TIME, _DURATION = 1, 2, 3, 4


def packed(cells: Sequence[Cell]) -> list[Any]:
    """The cells as MessagePack has them: what it knows no form of has one of ours."""
    return [cell if type(cell) in _PLAIN else _packed(cell) for cell in cells]


_PLAIN = frozenset({str, float, int, bool})


@lru_cache(maxsize=50_000)
def _packed(cell: Cell) -> Ext:
    match cell:
        case datetime():
            return Ext(_DATETIME, cell.isoformat().encode())
        case date():
            return Ext(_DATE, cell.isoformat().encode())
        case time():
            return Ext(_TIME, cell.isoformat().encode())
        case timedelta():
            return Ext(_DURATION, str(cell // timedelta(microseconds=1)).encode())
        case _:
            raise TypeError(type(cell).__name__)


def _unpacked(code: int, data: memoryview) -> Cell:
    return _cell(code, bytes(data))


@lru_cache(maxsize=50_000)
def _cell(code: int, data: bytes) -> Cell:
    text = data.decode("ascii")
    match code:
        case 1:
            return date.fromisoformat(text)
        case 2:
            return datetime.fromisoformat(text)
        case 3:
            return time.fromisoformat(text)
        case 4:
            return timedelta(microseconds=int(text))
        case _:
            raise ValueError(code)


REQUEST = msgspec.msgpack.Decoder(WorkbookRequest)
FRAME: msgspec.msgpack.Decoder[Frame] = msgspec.msgpack.Decoder(Frame, ext_hook=_unpacked)
