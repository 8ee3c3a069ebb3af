"""Samples of sheets: the columns and the first rows of a table, found without a mapping file; what is not known is not guessed."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO

from msgspec import Struct

from journey.exchange.cells import LOOKED_THROUGH, MOST_COLUMNS, UTF_16, encoding_of, row_fault, rows, text_lines
from journey.exchange.sheets.declarations import CellSettings
from journey.exchange.sheets.drafting.forms import is_amount, is_day_cell
from journey.exchange.sheets.tables import SheetRow
from journey.exchange.sheets.values import Cell, CellReader
from journey.exchange.sheets.workbooks.contents import check_contents
from journey.personal import HIDDEN, excerpt, quoted
from journey.problem import thousands
from journey.refusals import Refused

MOST_READ = 20_000
"""How many rows of a sheet a draft is made from."""

_PIECE = 1 << 16
_DELIMITERS = (";", ",", "\t", "|")


class SheetSample(Struct, frozen=True):
    """A sheet's columns and its first rows, and how its file is written as far as that is known."""

    file: str
    columns: tuple[str, ...]
    rows: tuple[SheetRow, ...]
    header: int = 1
    """The row that names the columns."""
    header_fault: str | None = None
    is_whole: bool = True
    """Whether these are all of its rows."""
    worksheet: str | None = None
    encoding: str | None = None
    """UTF-16, UTF-8, or cp1252 where it is neither; None of a workbook."""
    delimiter: str = ";"

    @property
    def place(self) -> str:
        """The file, and of a workbook the worksheet, as a message names them."""
        return _place(self.file, self.worksheet)


def _place(file: str, worksheet: str | None) -> str:
    return excerpt(file) if worksheet is None else f"{excerpt(file)}, fanebladet {excerpt(worksheet)}"


def csv_sample(file: IO[bytes], name: str) -> SheetSample:
    """The sample of a CSV file. Raises Refused (`bad_file`) for one that is empty, no text, or without names of columns or rows."""
    check_contents(file, name)
    piece = file.read(_PIECE)
    if b"\0" in piece and not piece.startswith(UTF_16):
        raise Refused("bad_file", "Filen er ikke en tekstfil. Hent udtrækket som CSV eller xlsx.", place=excerpt(name))
    encoding = encoding_of(file, "cp1252")
    first = [line for _, line in islice(text_lines(file, encoding, int), LOOKED_THROUGH) if line is not None and line.strip()]
    delimiter, is_declared = _delimiter(first)
    lines = text_lines(file, encoding, int)
    read = (SheetRow(row.first, row.cells, row_fault(row, len(row.cells))) for row in rows(lines, delimiter))
    try:
        return sample_of(islice(read, 1 if is_declared else 0, None), name, encoding=encoding, delimiter=delimiter)
    except Refused as refused:
        if refused.place and not refused.place.startswith(excerpt(name)):
            refused.place = f"{excerpt(name)}, {refused.place}"
        raise


def sample_of(
    every: Iterable[SheetRow], file: str, *, worksheet: str | None = None, encoding: str | None = None, delimiter: str = ";"
) -> SheetSample:
    """The sample of a table's rows, in text or in a workbook. Raises Refused (`bad_file`) as `csv_sample` does."""
    cells = CellReader(CellSettings())
    place = _place(file, worksheet)
    filled = (row for row in every if any(cells.value(cell) is not None for cell in row.cells))
    above = list(islice(filled, LOOKED_THROUGH))
    if not above:
        raise Refused("bad_file", "Filen er tom. Hent udtrækket igen.", place=place)
    at = _header(above, cells)
    if at is None:
        raise Refused(
            "bad_file",
            f"Ingen af de første {len(above)} rækker er kolonnenavne. Sæt en række med dem øverst, og prøv igen.",
            place=place,
        )
    columns = tuple(cells.text(cells.value(cell)) or "" for cell in above[at].cells)
    if worksheet is not None:  # whose rows have no end of their own
        columns = columns[: max(nth for nth, name in enumerate(columns, 1) if name)]
    if len(columns) > MOST_COLUMNS:
        why = f"Filen har {thousands(len(columns))} kolonner; højst {thousands(MOST_COLUMNS)} er tilladt."
        raise Refused("bad_file", why, place=place)
    if any("\ud800" <= letter <= "\udfff" for name in columns for letter in name):
        why = "Kolonnenavnene har tegn, som ikke findes i cp1252. Gem filen som UTF-8, og prøv igen."
        raise Refused("bad_file", why, place=place)
    below = list(islice(chain(above[at + 1 :], filled), MOST_READ + 1))
    if worksheet is not None:
        below = [SheetRow(row.line, [*row.cells, *[""] * (len(columns) - len(row.cells))], row.fault) for row in below]
    if not below:
        raise Refused("bad_file", "Filen har kolonnenavne og ingen rækker, så der er intet at gætte ud fra.", place=place)
    return SheetSample(
        file,
        columns,
        tuple(below[:MOST_READ]),
        above[at].line,
        above[at].fault,
        len(below) <= MOST_READ,
        worksheet,
        encoding,
        delimiter,
    )


def _delimiter(lines: Sequence[str]) -> tuple[str, bool]:
    """The sign that parts most lines into equally many cells, of two the one that gives more; and whether the file's first line
    says it, as Excel lets it (`sep=;`)."""
    if (
        lines
        and (word := lines[0].strip().lower()).startswith("sep=")
        and (sign := word.removeprefix("sep=") or "\t") in _DELIMITERS
    ):
        return sign, True

    def parted(sign: str) -> tuple[int, int]:
        try:
            widths = Counter(map(len, csv.reader(lines, delimiter=sign)))
        except csv.Error:
            widths = Counter(len(line.split(sign)) for line in lines)
        width, times = max(
            ((width, times) for width, times in widths.items() if width > 1),
            key=lambda each: (each[1], each[0]),
            default=(1, 0),
        )
        return times, width

    return max(_DELIMITERS, key=parted), False


def _header(rows: Sequence[SheetRow], cells: CellReader) -> int | None:
    """The first row that can be the names of columns: as full as the rows are, and with neither days nor numbers of people in it."""
    values = [[value for cell in row.cells if (value := cells.value(cell)) is not None] for row in rows]
    fullest = max(map(len, values))
    for at, each in enumerate(values):
        if 2 * len(each) > fullest and _are_names(each):
            return at
    return None


def _are_names(values: Sequence[Cell]) -> bool:
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) < len(values) or any(quoted(text) == HIDDEN or is_day_cell(text) for text in texts):
        return False
    return 2 * sum(map(is_amount, texts)) <= len(texts)


def values_of(sample: SheetSample, at: int) -> Iterator[Cell]:
    """The values of the column at the place, those of rows with another number of cells apart."""
    cells = CellReader(CellSettings())
    for row in sample.rows:
        if len(row.cells) == len(sample.columns) and (value := cells.value(row.cells[at])) is not None:
            yield value
