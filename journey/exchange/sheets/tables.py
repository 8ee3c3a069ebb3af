"""Tables of a delivery: the columns and rows of one file, checked against what the sheet's form reads (domain.md section 10, rule 1)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import IO

from msgspec import Struct

from journey.exchange.cells import CellRow, check_header, encoding_of, row_fault, rows, text_lines, tidy
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
    """The table in a CSV file; raises Refused for one whose columns are not those that the form reads or ignores.

    `place` is the sheet's place in the mapping file.
    """
    encoding = encoding_of(file, settings.encoding)
    every = rows(islice(text_lines(file, encoding, seen), settings.header - 1, None), settings.delimiter)
    header = next(every, None)
    if header is None or not any(tidy(cell) for cell in header.cells):
        raise Refused(
            "bad_file",
            f"Filen har ingen kolonnenavne i linje {settings.header}. Ret header i oversættelsesfilen, eller hent filen igen.",
            place=excerpt(name),
        )
    columns = [tidy(cell) for cell in header.cells]
    fault = row_fault(header, len(columns), multiline=settings.multiline)
    if fault is not None:
        raise Refused("bad_file", f"Rækken med kolonnenavne {fault}.", place=f"{excerpt(name)} linje {header.first}")
    wanted = [(f"{place}.{use.place}", use.column) for use in column_uses(sheet)]
    check_header(columns, header, every, wanted, settings.encoding)
    refuse_unread(name, columns, sheet)
    return SheetTable(name, columns, _rows(every, name, columns, settings))


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


def _rows(every: Iterator[CellRow], name: str, columns: Sequence[str], settings: CellSettings) -> Iterator[SheetRow]:
    unnamed = [at for at, column in enumerate(columns) if not column]
    empty = frozenset(tidy(each).lower() for each in settings.empty) | {""}
    count = 0
    for row in every:
        if not any(cell and tidy(cell).lower() not in empty for cell in row.cells):
            continue
        count += 1
        if count > MOST_ROWS:
            raise Refused(
                "bad_file", f"Filen har mere end {thousands(MOST_ROWS)} rækker. Del udtrækket i flere.", place=excerpt(name)
            )
        fault = row_fault(row, len(columns), multiline=settings.multiline)
        if fault is None and unnamed and any(tidy(row.cells[at]).lower() not in empty for at in unnamed):
            fault = "har en værdi i en kolonne uden navn"
        yield SheetRow(row.first, row.cells, fault)
