"""Cells (celler) of a table in a text file: its encoding, its rows, and what a cell holds (domain.md section 10, rule 1).

Every table of another system is read by these: the event logs of section 9, and a municipality's own sheets.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import IO, NamedTuple

from journey.exchange.file_lines import LONGEST, TOO_LONG, numbered_lines
from journey.personal import excerpt
from journey.problem import thousands
from journey.refusals import Refused
from journey.system_words import csv_error_reason

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
"""The marks that a file in UTF-16 begins with."""

EMPTY = frozenset({"", "-", "null", "none", "nan"})
"""What a cell without a value holds, in any case, where a mapping file says nothing else."""

MOST_COLUMNS = 1_000
"""How many columns a table may have: names past any use would be a file read with a wrong delimiter."""
LOOKED_THROUGH = 30
"""How many rows are looked through for the names of columns, where they are not where they should be."""

_PIECE = 1 << 16
_CUT = "\udfff"
"""Stands for a line that was too long; no encoding gives it."""
_BLANKS = dict.fromkeys(map(ord, "\N{NO-BREAK SPACE}\N{FIGURE SPACE}\N{NARROW NO-BREAK SPACE}"), " ")
_POINT_NOUGHT = re.compile(r"([0-9]+)\.0", re.ASCII)


class CellRow(NamedTuple):
    """A row as it stands in the file: its cells, and the physical lines it is written on."""

    first: int
    last: int
    cells: list[str]

    @property
    def has_values(self) -> bool:
        """Whether any cell has a value; a row without any is passed over."""
        return any(value_of(cell) is not None for cell in self.cells)


def encoding_of(file: IO[bytes], declared: str) -> str:
    """UTF-16 or UTF-8 by the file's mark, UTF-8 where it is so throughout, else as declared; never guessed."""
    file.seek(0)
    piece = file.read(_PIECE)
    if piece.startswith(UTF_16):
        return "utf-16"
    if piece.startswith(codecs.BOM_UTF8):
        return "utf-8"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while piece:
            decoder.decode(piece)
            piece = file.read(_PIECE)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return declared
    return "utf-8"


def text_lines(file: IO[bytes], encoding: str, seen: Callable[[int], object]) -> Iterator[tuple[int, str | None]]:
    """Each physical line with its number, None for one that is too long; a byte that is no letter stands as a surrogate."""
    file.seek(0)
    if encoding == "utf-16":
        yield from _utf_16_lines(file, seen)
        return
    for number, line in numbered_lines(file, lambda piece: seen(len(piece))):
        yield number, None if line is None else line.decode(encoding, "surrogateescape")


def _utf_16_lines(file: IO[bytes], seen: Callable[[int], object]) -> Iterator[tuple[int, str | None]]:
    text = io.TextIOWrapper(file, encoding="utf-16", newline="\n")
    number = 0
    try:
        while line := text.readline(LONGEST + 2):
            number += 1
            length = len(line)
            whole = len(line.rstrip("\r\n")) <= LONGEST
            while not whole and not line.endswith("\n") and (line := text.readline(LONGEST)):
                length += len(line)
            seen(2 * length)
            yield number, line if whole else None
    except UnicodeDecodeError:
        raise Refused(
            "bad_file", "Filen begynder som UTF-16, men er det ikke hele vejen. Gem den igen.", place=f"linje {number + 1}"
        ) from None
    finally:
        text.detach()


def rows(lines: Iterable[tuple[int, str | None]], delimiter: str) -> Iterator[CellRow]:
    """The rows of the lines, blank ones apart.

    Raises Refused (`bad_file`) where a quote is never closed, or is followed by other than a delimiter: what stands between two
    quotes is then anyone's guess, and rows could be lost in it.
    """
    first = last = 0

    def fed() -> Iterator[str]:
        nonlocal first, last
        for number, line in lines:
            first, last = first or number, number
            yield _CUT if line is None else line

    reader = csv.reader(fed(), delimiter=delimiter, strict=True)
    while True:
        first = 0
        try:
            cells = next(reader, None)
        except csv.Error as error:
            raise Refused("bad_file", _why(error, first, last), place=f"linje {first}") from None
        if cells is None:
            return
        if cells:
            yield CellRow(first, last, cells)


def _why(error: csv.Error, first: int, last: int) -> str:
    text = str(error)
    if "end of data" in text or ("field limit" in text and last > first):
        return f"Et anførselstegn, der begynder i linje {first}, sluttes aldrig. Fjern det, eller sæt det, der mangler."
    if "expected after" in text:
        where = f"linje {first}" if last == first else f"det, der begynder i linje {first},"
        return (
            f"Et anførselstegn i {where} følges (i linje {last}) af andet end skilletegnet. Fjern det, eller skriv det to gange,"
            " hvis det hører til teksten."
        )
    return f"CSV-filen kan ikke læses: {csv_error_reason(error)}."


def row_fault(row: CellRow, width: int, *, multiline: bool = False) -> str | None:
    """Fault that makes the row a bad one whatever its cells say, by the width of the row that names the columns; None for none.

    `multiline`: whether a cell may go over several lines.
    """
    written = "".join(row.cells)
    if _CUT in written:
        return TOO_LONG
    if not multiline and (row.last > row.first or "\r" in written):
        return (
            f"har en celle i anførselstegn, som går over flere linjer (til linje {row.last}); fjern linjeskiftet, eller det"
            " anførselstegn, som er sat ved en fejl"
        )
    return width_fault(len(row.cells), width)


def width_fault(cells: int, width: int) -> str | None:
    """Fault of a row that has more or fewer cells than the row that names the columns; None for none."""
    return None if cells == width else f"har {cells} felter; rækken med kolonnenavne har {width}"


def check_header(
    names: Sequence[str], header: CellRow, below: Iterator[CellRow], wanted: Sequence[tuple[str, str]], encoding: str
) -> None:
    """Raises Refused for a row of names that lacks a wanted column, or has it twice; `wanted` has the place that names each.

    Where names are lacking, the rows `below` are looked through for them, so that the remedy can be said.
    """
    if len(names) > MOST_COLUMNS:
        why = f"Filens første linje har {thousands(len(names))} kolonner; højst {thousands(MOST_COLUMNS)} er tilladt."
        raise Refused("bad_file", why, place=f"linje {header.first}")
    place = f"linje {header.first}"
    if len(header.cells) <= 2 and names[0].lower().startswith("sep="):
        raise Refused(
            "bad_file",
            f"Linjen {excerpt(names[0])} er en oplysning til Excel, ikke kolonnenavne. Slet den, eller skriv header ="
            f" {header.last + 1} i oversættelsesfilen.",
            place=place,
        )
    missing = [(field, name) for field, name in wanted if name not in names]
    if any("\udc80" <= letter <= "\udcff" for name in names for letter in name) and missing:
        raise Refused(
            "bad_file",
            f"Kolonnenavnene er ikke gyldig {encoding}; angiv encoding i oversættelsesfilen, f.eks. cp1252.",
            place=place,
        )
    for field, name in wanted:
        if names.count(name) > 1:
            raise Refused(
                "bad_mapping", f"Filen har flere kolonner, der hedder {name}. Giv dem hver sit navn i udtrækket.", place=field
            )
    if not missing:
        return
    field, name = missing[0]
    for row in islice(below, LOOKED_THROUGH):
        if {tidy(cell) for cell in row.cells} >= {name for _, name in wanted}:
            raise Refused(
                "bad_file",
                f"Kolonnenavnene står først i linje {row.first}; det, der står over dem, er ikke rækker. Slet det, eller skriv"
                f" header = {row.first} i oversættelsesfilen.",
                place=place,
            )
    for delimiter, named in ((";", ";"), (",", ","), ("\t", "\\t"), ("|", "|")):
        if len(names) == 1 and {tidy(cell) for cell in names[0].split(delimiter)} >= {name for _, name in wanted}:
            raise Refused(
                "bad_mapping", f'Filens kolonner er adskilt af noget andet; skriv delimiter = "{named}".', place="delimiter"
            )
    if {name for _, name in wanted} <= set(map(_read_as_utf_8, names)):
        raise Refused(
            "bad_file",
            "Filen er skrevet som UTF-8, men har et sted et tegn, som ikke er det, og kan derfor ikke læses. Gem den igen som UTF-8.",
            place=place,
        )
    named = _named(name for _, name in missing)
    if len(missing) == len({*wanted}) > 1:  # then it may be a row of values, which no message repeats
        why = (
            f"{named} findes ikke i filens {place}. Er det den rigtige fil, så skriv med header, i hvilken linje navnene står."
        )
        raise Refused("bad_mapping", why, place=field)
    raise Refused("bad_mapping", f"{named} findes ikke i filens {place}, som har: {', '.join(names)[:300]}.", place=field)


def _read_as_utf_8(name: str) -> str:
    """The name as it would be, had its bytes been read as UTF-8; itself where they could not have been."""
    try:
        return tidy(name.encode("cp1252", "surrogateescape").decode())
    except UnicodeError:
        return name


def _named(columns: Iterable[str]) -> str:
    several = list(dict.fromkeys(columns))
    return f"Kolonnen {several[0]}" if len(several) == 1 else f"Kolonnerne {', '.join(several)}"


def tidy(cell: str) -> str:
    """The cell's text: trimmed, no-break spaces as spaces, in Unicode's composed form (NFC)."""
    return cell.strip() if cell.isascii() else unicodedata.normalize("NFC", cell.translate(_BLANKS)).strip()


RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet takes for the beginning of a formula, in full width too."""


def harmless(text: str) -> str:
    """Text that a spreadsheet shows and never runs: what begins as a formula does gets an apostrophe before it.

    So does what has apostrophes before that already, so that no two texts are written as one.
    """
    return f"'{text}" if text.lstrip("'").startswith(RUNS) else text


def read_back(text: str) -> str:
    """The text that `harmless` was given."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(RUNS) else text


def value_of(cell: str | None, empty: frozenset[str] = EMPTY) -> str | None:
    """The cell's value; None where it has none."""
    if cell is None:
        return None
    text = tidy(cell)
    return None if text.lower() in empty else text


def id_of(cell: str | None) -> str | None:
    """The cell's value as an id: a number loses the `.0` that a sheet gave it."""
    text = value_of(cell)
    return None if text is None else whole_of(text)


def whole_of(text: str) -> str:
    """The text; a number without the `.0` that a sheet gave it."""
    found = _POINT_NOUGHT.fullmatch(text)
    return found[1] if found else text
