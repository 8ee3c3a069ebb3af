"""Tables of a delivery: the columns and rows of one file, checked against what the sheet's form reads (domain.md section 10, rule 1)."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import IO

from msgspec import Struct

from journey.exchange.cells import CellRow, check_header, encoding_of, row_fault, rows, text_lines, tidy, width_fault
from journey.exchange.sheets.columns import column_uses, read_columns
from journey.exchange.sheets.declarations import CellSettings, SheetForm
from journey.exchange.sheets.values import Cell, Epoch
from journey.personal import excerpt
from journey.problem import thousands
from journey.refusals import Refused

MOST_BYTES = 100 * 1024 * 1024
"""The largest a file may be."""
MOST_ROWS = 1_000_000
"""How many rows a table may have."""


class SheetRow(Struct, frozen=True, gc=False):
    """A row of a table: its physical line, its cells, and what makes it a bad one whatever they say."""

    line: int
    cells: Sequence[Cell]
    fault: str | None = None


class SheetTable(Struct, frozen=True):
    """A table as it is read: the file it is of, its columns' names, its rows below them, and how a workbook counts its days."""

    file: str
    columns: Sequence[str]
    rows: Iterator[SheetRow]
    epoch: Epoch = 1900


def refuse_large(file: str, size: int) -> None:
    """Raises Refused (`bad_file`) for a file that is larger than one may be, before it is read."""
    if size > MOST_BYTES:
        most = thousands(MOST_BYTES // 1024**2)
        raise Refused(
            "bad_file", f"Filen er større end {most} MB. Del udtrækket i flere filer, og prøv igen.", place=excerpt(file)
        )


def csv_sheet(
    file: IO[bytes], name: str, place: str, sheet: SheetForm, settings: CellSettings, seen: Callable[[int], object] = int
) -> SheetTable:
    """The table in a CSV file; `place` is the sheet's place in the mapping file. Raises Refused as `sheet_table` does."""
    lines = islice(text_lines(file, encoding_of(file, settings.encoding), seen), settings.header - 1, None)
    every = (
        SheetRow(row.first, row.cells, row_fault(row, len(row.cells), multiline=settings.multiline))
        for row in rows(lines, settings.delimiter)
    )
    return sheet_table(every, name, place, sheet, settings)


def sheet_table(
    every: Iterator[SheetRow], name: str, place: str, sheet: SheetForm, settings: CellSettings, epoch: Epoch = 1900
) -> SheetTable:
    """The table whose rows these are, the first the one that names the columns.

    Raises Refused for a table whose columns are not those that the form reads or ignores.
    """
    every = _naming_the_file(every, name)
    header = next(every, None)
    columns = [] if header is None else [_text(cell) for cell in header.cells]
    if header is None or not any(columns):
        raise Refused(
            "bad_file",
            f"Filen har ingen kolonnenavne i linje {settings.header}. Ret header i oversættelsesfilen, eller hent filen igen.",
            place=excerpt(name),
        )
    if header.fault is not None:
        raise Refused("bad_file", f"Rækken med kolonnenavne {header.fault}.", place=f"{excerpt(name)}, linje {header.line}")
    wanted = [(f"{place}.{use.place}", use.column) for use in column_uses(sheet)]
    with _naming(name):
        check_header(columns, _as_text(header), map(_as_text, every), wanted, settings.encoding)
    refuse_unread(name, columns, sheet)
    return SheetTable(name, columns, _checked(every, name, columns, settings), epoch)


@contextmanager
def _naming(file: str) -> Generator[None]:
    """Name the file in the place of what is refused within."""
    try:
        yield
    except Refused as refused:
        named = excerpt(file)
        if not refused.place.startswith(named):
            raise Refused(refused.code, refused.message, place=f"{named}, {refused.place}".removesuffix(", ")) from None
        raise


def _naming_the_file(every: Iterator[SheetRow], file: str) -> Iterator[SheetRow]:
    with _naming(file):
        yield from every


def _text(cell: Cell) -> str:
    return tidy(cell if isinstance(cell, str) else str(cell))


def _as_text(row: SheetRow) -> CellRow:
    return CellRow(row.line, row.line, [_text(cell) for cell in row.cells])


def refuse_unread(name: str, columns: Sequence[str], sheet: SheetForm) -> None:
    """Raises Refused (`bad_file`) for columns that the form neither reads nor ignores."""
    expected = read_columns(sheet) | {tidy(column) for column in sheet.ignore}
    unread = [excerpt(column) for column in columns if column and column not in expected]
    if unread:
        raise Refused(
            "bad_file",
            f"Arket {sheet.name} har kolonner, som oversættelsesfilen hverken læser eller nævner i ignore: {', '.join(unread)}. Føj dem"
            " til ignore, hvis ingen skal læse dem.",
            place=excerpt(name),
        )


def _checked(every: Iterator[SheetRow], name: str, columns: Sequence[str], settings: CellSettings) -> Iterator[SheetRow]:
    """The rows with a value, and of each whether it is a bad one."""
    unnamed = [at for at, column in enumerate(columns) if not column]
    empty = frozenset(tidy(each).lower() for each in settings.empty) | {""}

    def has_value(cell: Cell) -> bool:
        return not isinstance(cell, str) or (cell != "" and tidy(cell).lower() not in empty)

    count = 0
    for row in every:
        if not any(map(has_value, row.cells)):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Refused(
                "bad_file", f"Filen har mere end {thousands(MOST_ROWS)} rækker. Del udtrækket i flere.", place=excerpt(name)
            )
        fault = row.fault or width_fault(len(row.cells), len(columns))
        if fault is None and unnamed and any(has_value(row.cells[at]) for at in unnamed):
            fault = "har en værdi i en kolonne uden navn; giv kolonnen et navn, og læs den, eller nævn den i ignore"
        yield row if fault is None else SheetRow(row.line, row.cells, fault)
