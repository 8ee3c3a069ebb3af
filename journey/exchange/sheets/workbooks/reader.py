"""Reader of a worksheet, by a process of its own: a hostile or huge workbook costs that process, and is refused."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from typing import IO, NamedTuple, cast

from journey.exchange.sheets.declarations import CellSettings, SheetForm
from journey.exchange.sheets.tables import SheetRow, SheetTable, sheet_table
from journey.exchange.sheets.values import CellReader
from journey.exchange.sheets.workbooks.archives import damaged
from journey.exchange.sheets.workbooks.frames import (
    FRAME,
    WorkbookEnd,
    WorkbookOpened,
    WorkbookRefused,
    WorkbookRequest,
    WorkbookRow,
    read_raw,
    write_frame,
)
from journey.personal import excerpt
from journey.refusals import Refused

PROGRAM = "journey.exchange.sheets.workbooks.process"
_PASSED_ON = ("LD_LIBRARY_PATH", "PYTHONHOME", "SYSTEMROOT")
"""What a Python may need of the environment; no other word of it is a reader's business."""
_PIECE = 1 << 16


class WorksheetRows(NamedTuple):
    """A worksheet as it is read: what it is called, and its rows from the asked one on."""

    opened: WorkbookOpened
    rows: Iterator[WorkbookRow]


@contextmanager
def open_worksheet(
    file: IO[bytes],
    size: int,
    name: str,
    place: str,
    sheet: SheetForm,
    settings: CellSettings,
    seen: Callable[[int], object] = int,
) -> Generator[SheetTable]:
    """The table in a worksheet of the workbook; the process that reads it ends with the context. Raises Refused as `sheet_table` does."""
    request = WorkbookRequest(name, size, sheet.worksheet, settings.header, settings.multiline)
    with open_rows(file, request, seen) as (opened, rows):
        if sheet.worksheet is None and len(opened.worksheets) > 1:
            there = ", ".join(map(excerpt, opened.worksheets))
            why = f"Excel-filen har flere faneblade: {there}. Skriv i oversættelsesfilen, hvilket der læses: worksheet."
            raise Refused("bad_file", why, place=excerpt(name))
        yield sheet_table(_sheet_rows(rows, settings), name, place, sheet, settings, opened.epoch)


@contextmanager
def open_rows(file: IO[bytes], request: WorkbookRequest, seen: Callable[[int], object] = int) -> Generator[WorksheetRows]:
    """The rows of a worksheet; the process that reads it ends with the context. Raises Refused (`bad_file`)."""
    with _process() as (to, out):
        with suppress(BrokenPipeError):  # it ended before it had all: its answer says why
            _send(file, request, to, seen)
        frames = _frames(out, request.name)
        opened = next(frames, None)
        if not isinstance(opened, WorkbookOpened):
            raise _ended(request.name)
        yield WorksheetRows(opened, (frame for frame in frames if isinstance(frame, WorkbookRow)))


def _send(file: IO[bytes], request: WorkbookRequest, to: IO[bytes], seen: Callable[[int], object]) -> None:
    write_frame(to, request)
    left = request.size
    while left:
        piece = file.read(min(left, _PIECE))
        if not piece:
            raise damaged(request.name)
        to.write(piece)
        seen(len(piece))
        left -= len(piece)
    to.flush()


def _sheet_rows(rows: Iterator[WorkbookRow], settings: CellSettings) -> Iterator[SheetRow]:
    """The rows as a table has them: the first of texts, the others at least as wide."""
    header = next(rows, None)
    if header is None:
        return
    text = CellReader(settings).text
    columns = [text(cell) or "" for cell in header.cells]
    yield SheetRow(header.line, columns, header.fault)
    width = len(columns)
    for row in rows:
        yield SheetRow(row.line, row.cells + [""] * (width - len(row.cells)), row.fault)


def _frames(out: IO[bytes], name: str) -> Iterator[WorkbookOpened | WorkbookRow]:
    while (raw := read_raw(out)) is not None:
        frame = FRAME.decode(raw)
        if isinstance(frame, WorkbookRefused):
            raise Refused("bad_file", frame.message, place=excerpt(name))
        if isinstance(frame, WorkbookEnd):
            return
        yield frame
    raise _ended(name)


def _ended(name: str) -> Refused:
    return Refused(
        "bad_file",
        "Excel-filen fylder for meget, når den er åbnet, eller er ødelagt. Gem arket som CSV, og prøv igen.",
        place=excerpt(name),
    )


@contextmanager
def _process() -> Generator[tuple[IO[bytes], IO[bytes]]]:
    """The process, by what it is written to and read from; killed at the end, whatever it is doing.

    It ends by itself when its stdin does, so that it does not outlive a program that is killed.
    """
    environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    environment |= {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONUTF8": "1"}
    with subprocess.Popen(  # noqa: S603 -- our own program, by this Python
        [sys.executable, "-P", "-m", PROGRAM],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    ) as process:
        to, out = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        try:
            yield to, out
        finally:
            process.kill()
            out.close()
            with suppress(BrokenPipeError):
                to.close()
