"""Tables as files for a spreadsheet, CSV and XLSX, with what must stand beside them; nothing in them can run as a formula."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

import xlsxwriter  # pyright: ignore[reportMissingTypeStubs] -- xlsxwriter comes without types
from msgspec import Struct

from dashboards.figures.decimals import number_format
from dashboards.figures.table import Number, Table
from dashboards.words.language import Language
from journey.exchange.cells import harmless


class Sheet(Struct, frozen=True):
    """A sheet of a workbook: its name, the tables on it, and the lines below them."""

    name: str
    tables: Sequence[Table]
    lines: Sequence[str]


class Dialect(Struct, frozen=True):
    """Dialect of CSV that a spreadsheet in a language opens: what parts the cells, and the decimal separator."""

    delimiter: str
    decimal: str

    def number(self, value: float) -> str:
        """The number with its decimal separator and no other."""
        return str(value).replace(".", self.decimal)


DANISH_CSV = Dialect(";", ",")
ENGLISH_CSV = Dialect(",", ".")


def as_csv(sheet: Sheet, translate: Language) -> bytes:
    """UTF-8 with a byte order mark, in the dialect of the language."""
    dialect = DANISH_CSV if translate.separators[0] == DANISH_CSV.decimal else ENGLISH_CSV
    out = io.StringIO()
    writer = csv.writer(out, delimiter=dialect.delimiter, lineterminator="\r\n")
    for table in sheet.tables:
        writer.writerow([harmless(table.title)])
        writer.writerow([harmless(head) for head in table.columns])
        writer.writerows([[_machine(cell, dialect) for cell in row] for row in table.rows])
        writer.writerows([[harmless(note)] for note in table.notes])
        writer.writerow([])
    writer.writerows([[harmless(line)] for line in sheet.lines])
    return out.getvalue().encode("utf-8-sig")


def _machine(cell: str, dialect: Dialect) -> str:
    if isinstance(cell, Number) and cell.value is not None:
        return dialect.number(cell.value)
    return harmless(cell)


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """An XLSX file: numbers as numbers, all else as text and never a formula or a link."""
    out = io.BytesIO()
    never = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    book: Any = xlsxwriter.Workbook(out, never)
    bold, head = book.add_format({"bold": True}), book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    forms = ("#,##0", "#,##0.0", "#,##0.00")
    numbers = {form: book.add_format({"num_format": form}) for form in forms}
    for sheet in sheets:
        _fill(book.add_worksheet(_sheet_name(sheet.name)), sheet, bold, head, numbers)
    book.close()
    return out.getvalue()


def _fill(to: Any, sheet: Sheet, bold: Any, head: Any, numbers: dict[str, Any]) -> None:
    row = 0
    to.set_column(0, 0, 38)
    to.set_column(1, max([2, *(len(table.columns) for table in sheet.tables)]), 16)
    for table in sheet.tables:
        to.write_string(row, 0, harmless(table.title), bold)
        for at, text in enumerate(table.columns):
            to.write_string(row + 1, at, harmless(text), head)
        for nth, cells in enumerate(table.rows, start=row + 2):
            for at, cell in enumerate(cells):
                if isinstance(cell, Number) and cell.value is not None:
                    to.write_number(nth, at, cell.value, numbers[number_format(cell)])
                else:
                    to.write_string(nth, at, harmless(cell))
        row += 2 + len(table.rows)
        for note in table.notes:
            to.write_string(row, 0, harmless(note))
            row += 1
        row += 1
    for line in sheet.lines:
        to.write_string(row, 0, harmless(line))
        row += 1


def _sheet_name(name: str) -> str:
    """A name as a workbook allows it: 31 characters at most, and none of its own signs."""
    return " ".join(re.sub(r"[\[\]:*?/\\']", " ", name).split())[:31].strip() or "1"
