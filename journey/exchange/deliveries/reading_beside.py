"""Reading of a large delivery beside what is done with its rows, by a process of its own.

That process (`reading_process.py`) gets the bytes of the files from here, and ends with the context.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection as Pipe
from multiprocessing.reduction import ForkingPickler
from types import MappingProxyType
from typing import Any

from journey.exchange.deliveries.reading_process import read_for_parent
from journey.exchange.sheets.delivery_files import DeliveryFile
from journey.exchange.sheets.reading import DeliveryReading, RowsRead, read_delivery
from journey.exchange.sheets.reading_frames import FileWanted, FrameReader, ReadingEnd, ReadingFailed, ReadingRefused
from journey.refusals import Refused

MUCH = 4 * 1024**2
"""From so many bytes on it pays to start a process."""
_PIECE = 1 << 20


@contextmanager
def open_rows(reading: DeliveryReading, files: Sequence[DeliveryFile]) -> Generator[Iterator[RowsRead]]:
    """The rows of the delivery's tables; a process that reads them ends with the context. Raises Refused as `read_delivery` does."""
    if sum(each.size for each in files) < MUCH or (os.cpu_count() or 1) < 2:
        yield read_delivery(reading, files)
        return
    context = multiprocessing.get_context("spawn")
    pipe, child_end = context.Pipe()
    named = [(each.name, each.size) for each in files]
    process = context.Process(target=read_for_parent, args=(child_end, reading, named), daemon=True)
    process.start()
    child_end.close()
    try:
        yield _received(pipe, FrameReader(reading.file), files)  # pyright: ignore[reportArgumentType] -- Windows has another kind
    finally:
        process.kill()
        process.join()
        pipe.close()


def _received(pipe: Pipe, reader: FrameReader, files: Sequence[DeliveryFile]) -> Iterator[RowsRead]:
    """The rows as they come, and the process given the files that it asks for."""
    while True:
        try:
            frame = reader.frame(pipe.recv_bytes())
            if isinstance(frame, FileWanted):
                _send_file(pipe, files[frame.nth])
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise RuntimeError("the process that read the delivery died") from None
        match frame:
            case RowsRead():
                yield frame
            case ReadingRefused():
                raise Refused(frame.code, frame.message, place=frame.place)
            case ReadingFailed():
                raise RuntimeError(f"the reading of the delivery failed: {frame.where}")
            case ReadingEnd():
                return
            case FileWanted():
                pass


def _send_file(pipe: Pipe, file: DeliveryFile) -> None:
    with file.open() as opened:
        while piece := opened.read(_PIECE):
            pipe.send_bytes(piece)
    pipe.send_bytes(b"")


def _read_only(mapping: dict[Any, Any]) -> MappingProxyType[Any, Any]:
    return MappingProxyType(mapping)


ForkingPickler.register(MappingProxyType, lambda mapping: (_read_only, (dict(mapping),)))
"""The code lists are read-only, and a process gets them as that."""
