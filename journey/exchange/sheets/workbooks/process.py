"""The process that reads a workbook: `python -m journey.exchange.sheets.workbooks.process`, with the request and the bytes on stdin.

It opens no file and writes none, may hold so much memory and no more, and ends with the program that started it, however that ends.
"""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import chain
from typing import IO

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from journey.core_dumps import without_core_dumps
from journey.exchange.cells import MOST_COLUMNS
from journey.exchange.file_lines import LONGEST, TOO_LONG
from journey.exchange.sheets.values import Cell
from journey.exchange.sheets.workbooks.archives import open_archive
from journey.exchange.sheets.workbooks.contents import PROTECTED
from journey.exchange.sheets.workbooks.frames import (
    REQUEST,
    WorkbookEnd,
    WorkbookOpened,
    WorkbookRefused,
    WorkbookRequest,
    WorkbookRow,
    packed,
    read_raw,
    write_frame,
)
from journey.exchange.sheets.workbooks.parts import Place, WorkbookParts
from journey.problem import thousands
from journey.refusals import Refused

MOST_MEMORY = 1536 * 1024**2
"""How much memory the process may ask for, in bytes."""
MOST_SECONDS = 300
"""How long it may compute."""
MOST_ROWS = 300_000
"""How many rows of a worksheet are read."""
NO_MEMORY = 3
"""The exit status of a process that has no more memory."""

TOO_LARGE = "Gem arket som CSV, og prøv igen."
LINE_BREAK = "har en celle med et linjeskift; fjern det, eller skriv multiline = true i oversættelsesfilen"
MERGED = "har en celle, der er flettet med en anden rækkes; ophæv fletningen, så hver række har sin egen værdi"


def main() -> None:
    """Read the worksheet that is asked for, and write its rows."""
    limit_resources()
    request = REQUEST.decode(read_raw(sys.stdin.buffer) or b"")
    file = io.BytesIO(sys.stdin.buffer.read(request.size))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    out = sys.stdout.buffer
    try:
        for frame in worksheet_frames(file, request):
            write_frame(out, frame)
        out.flush()
    except MemoryError:
        os._exit(NO_MEMORY)
    except BrokenPipeError:
        pass  # nobody reads on
    os._exit(0)


def _end_with_parent() -> None:
    """Wait for the end of stdin, which nobody but the program that started us holds open."""
    os.read(sys.stdin.fileno(), 1)
    os._exit(0)


def limit_resources() -> None:
    """Limit what this process may have: no core dump, no file, so much memory and time."""
    without_core_dumps()
    if sys.platform == "win32":
        return
    import resource  # is not there on Windows

    for kind, most in ((resource.RLIMIT_AS, MOST_MEMORY), (resource.RLIMIT_CPU, MOST_SECONDS), (resource.RLIMIT_FSIZE, 0)):
        with suppress(OSError, ValueError):  # what a system does not limit
            resource.setrlimit(kind, (most, most))


def worksheet_frames(
    file: IO[bytes], request: WorkbookRequest
) -> Iterator[WorkbookOpened | WorkbookRow | WorkbookRefused | WorkbookEnd]:
    """The frames that answer the request: the worksheet that is found, its rows and their end, or why it is refused."""
    try:
        with open_archive(file, request.name) as archive:
            parts = WorkbookParts(archive, request.name)
            worksheet = parts.worksheet(request.worksheet)
            special = parts.special_cells(worksheet.part)
        file.seek(0)
        sheet = CalamineWorkbook.from_filelike(file).get_sheet_by_name(worksheet.name)
        yield WorkbookOpened(worksheet.name, parts.epoch, parts.shown)
        yield from _rows(sheet, special, request)
        yield WorkbookEnd()
    except Refused as refused:
        yield WorkbookRefused(refused.message)
    except PasswordError:
        yield WorkbookRefused(PROTECTED)
    except CalamineError:
        yield WorkbookRefused("Excel-filen kan ikke læses. Åbn den i et regneark, og gem den igen, eller gem arket som CSV.")


def _rows(sheet: CalamineSheet, special: dict[Place, str], request: WorkbookRequest) -> Iterator[WorkbookRow]:
    """The rows from the one that names the columns on, each with its number in the sheet; empty ones are left out."""
    first = 0 if sheet.start is None else sheet.start[1]
    if sheet.end is not None and sheet.end[1] >= _MOST_WIDTH:
        raise Refused(
            "bad_file", f"Arket har mere end {thousands(_MOST_WIDTH)} kolonner. Slet dem, der er tomme, og gem det igen."
        )
    errors = _by_row(special)
    merges = _Merges(sheet, request.header - 1)
    count = 0
    last = max((row for row, _ in special), default=-1)
    beyond = range(0 if sheet.end is None else sheet.end[0] + 1, last + 1)
    every = chain(sheet.iter_rows() if sheet.start is not None else (), ([] for _ in beyond))
    for at, read in enumerate(every):
        if at < request.header - 1:
            merges.note(at, read, first)
            continue
        cells: list[Cell] = [""] * first + read
        for column, text in errors.get(at, ()):
            cells += [""] * (column + 1 - len(cells))
            cells[column] = text
        if at == request.header - 1:
            merges.name_columns(cells)
        while cells and cells[-1] == "":
            cells.pop()
        if not cells and at > request.header - 1:
            continue
        count += 1
        if count > MOST_ROWS + 1:
            raise Refused(
                "bad_file", f"Arket har mere end {thousands(MOST_ROWS)} rækker, som er det meste i en Excel-fil. {TOO_LARGE}"
            )
        yield _row(at + 1, cells, merged=merges.cover(at), multiline=request.multiline)


_MOST_WIDTH = 2 * MOST_COLUMNS


def _row(line: int, cells: Sequence[Cell], *, merged: bool, multiline: bool) -> WorkbookRow:
    text = "".join([cell for cell in cells if isinstance(cell, str)])
    if len(text) > LONGEST:
        return WorkbookRow(line, [cell[:1] if isinstance(cell, str) else 0 for cell in cells], TOO_LONG)
    fault = MERGED if merged else None
    if not multiline and ("\n" in text or "\r" in text):
        fault = LINE_BREAK
    return WorkbookRow(line, packed(cells), fault)


def _by_row(special: dict[Place, str]) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    for (row, column), text in special.items():
        found.setdefault(row, []).append((column, text))
    return found


class _Merges:
    """Merged cells that go over several rows: a name of a column stands in the first, a value of other rows is anyone's guess."""

    def __init__(self, sheet: CalamineSheet, header: int) -> None:
        ranges = [each for each in sheet.merged_cell_ranges or () if each[1][0] > each[0][0]]
        self._names = {begin: "" for begin, end in ranges if begin[0] < header <= end[0]}
        self._covered = bytearray(0 if sheet.end is None else sheet.end[0] + 1)
        for begin, end in ranges:
            rows = range(max(begin[0], header + 1), min(end[0] + 1, len(self._covered)))
            self._covered[rows.start : rows.stop] = b"\1" * len(rows)

    def note(self, row: int, cells: Sequence[Cell], first: int) -> None:
        """Note what stands above the row that names the columns, in cells that reach into it."""
        for place in self._names:
            if place[0] == row and 0 <= place[1] - first < len(cells):
                self._names[place] = str(cells[place[1] - first])

    def name_columns(self, cells: list[Cell]) -> None:
        """Name the columns whose name stands in a merged cell that begins above."""
        for (_, column), name in self._names.items():
            if column < len(cells) and cells[column] == "":
                cells[column] = name

    def cover(self, row: int) -> bool:
        """Whether a cell of the row is one with another row's."""
        return row < len(self._covered) and bool(self._covered[row])


if __name__ == "__main__":
    main()
