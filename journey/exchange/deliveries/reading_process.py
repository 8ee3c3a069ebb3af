"""The process that reads a delivery for the program that started it.

It opens no file: it asks for the bytes of each, and has them and the rows in memory alone. It ends with that program, however that ends.
"""

from __future__ import annotations

import io
import os
import signal
import traceback
from collections.abc import Callable, Sequence
from functools import partial
from multiprocessing.connection import Connection as Pipe
from queue import Queue
from threading import Thread
from typing import IO

from journey.core_dumps import without_core_dumps
from journey.exchange.sheets.delivery_files import DeliveryFile
from journey.exchange.sheets.reading import DeliveryReading, read_delivery
from journey.exchange.sheets.reading_frames import (
    FileWanted,
    ReadingEnd,
    ReadingFailed,
    ReadingFrame,
    ReadingRefused,
    encoded_frame,
)
from journey.refusals import Refused

WAITING = 4
"""Frames that may wait to be sent."""


def read_for_parent(pipe: Pipe, reading: DeliveryReading, named: Sequence[tuple[str, int]]) -> None:
    """The work of the process: read the files, and send their rows while the next are read."""
    without_core_dumps()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us, and ends us
    frames: Queue[bytes | None] = Queue(WAITING)
    sending = Thread(target=_send, args=(pipe, frames), daemon=True)
    sending.start()

    def put(frame: ReadingFrame) -> None:
        frames.put(encoded_frame(frame))

    files = [DeliveryFile(name, size, partial(_fetched, pipe, put, nth)) for nth, (name, size) in enumerate(named)]
    try:
        for rows in read_delivery(reading, files):
            put(rows)
        put(ReadingEnd())
    except Refused as refused:
        put(ReadingRefused(refused.code, refused.message, refused.place))
    except Exception as error:  # noqa: BLE001 -- whoever started us raises it, without the cell that it may repeat
        put(ReadingFailed(type(error).__name__ + "\n" + "".join(traceback.format_tb(error.__traceback__))))
    frames.put(None)
    sending.join()


def _fetched(pipe: Pipe, put: Callable[[ReadingFrame], object], nth: int) -> IO[bytes]:
    """The file, which the program that started us opens."""
    put(FileWanted(nth))
    contents = io.BytesIO()
    try:
        while piece := pipe.recv_bytes():
            contents.write(piece)
    except (EOFError, OSError):
        os._exit(1)  # who started us is gone
    contents.seek(0)
    return contents


def _send(pipe: Pipe, frames: Queue[bytes | None]) -> None:
    try:
        while (frame := frames.get()) is not None:
            pipe.send_bytes(frame)
    except OSError:
        os._exit(1)  # who started us is gone
