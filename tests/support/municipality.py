"""A made-up municipality's lists as three months took them out (data/deliveries), each written in four dialects."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from journey.history import COPENHAGEN

FOLDER = Path(__file__).parents[1] / "data" / "deliveries"
SPEC: dict[str, Any] = tomllib.loads((FOLDER / "deliveries.toml").read_text("utf-8"))
FIGURES: list[dict[str, Any]] = tomllib.loads((FOLDER / "figures.toml").read_text("utf-8"))["figure"]
MOMENTS: list[str] = SPEC["moments"]
SOURCES = ("sagssystem", "udvalg")
LISTS = {"sagssystem": ("sager", "bevillinger"), "udvalg": ("visitationer",)}
WORKSHEET = "Udtræk"


def _numbers() -> dict[str, str]:
    """Each citizen's ten digits: the day of birth, a seventh digit that says the century, and three that fail modulus 11."""
    found: dict[str, str] = {}
    for nth, (name, born) in enumerate(SPEC["born"].items(), 1):
        day = date.fromisoformat(born)
        added = 60 if name in SPEC["replacement_numbers"] else 0
        six = f"{day.day + added:02}{day:%m%y}{4 if day.year >= 2000 else 0}"
        found[name] = next(digits for serial in range(nth, 999, 100) if not _modulus_11(digits := f"{six}{serial:03}"))
    return found


def _modulus_11(digits: str) -> bool:
    weights = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
    return sum(weight * int(digit) for weight, digit in zip(weights, digits, strict=True)) % 11 == 0


NUMBERS: Mapping[str, str] = _numbers()
"""The CPR number of each citizen. They belong to nobody: numbers that fail modulus 11 are given out for the first of January alone."""


def taken_at(moment: str) -> datetime:
    """The moment of a delivery."""
    return datetime.fromisoformat(moment).replace(tzinfo=COPENHAGEN)


def rows_of(moment: str, name: str) -> list[list[str]]:
    """The rows of a list as its text has them, with the numbers filled in."""
    text = (FOLDER / moment.replace(":", "") / f"{name}.csv").read_text("utf-8")
    text = re.sub(r"\{(\w+)\}", lambda found: f"{NUMBERS[found[1]][:6]}-{NUMBERS[found[1]][6:]}", text)
    text = re.sub(r"\[(\w+)\]", lambda found: NUMBERS[found[1]], text)
    return list(csv.reader(io.StringIO(text), delimiter=";"))


def _text(rows: list[list[str]], delimiter: str, ending: str, quoting: Any = csv.QUOTE_MINIMAL) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=delimiter, lineterminator=ending, quoting=quoting).writerows(rows)
    return written.getvalue()


def _cp1252(rows: list[list[str]]) -> bytes:
    """As Excel in Denmark saves "CSV (semikolonsepareret)"."""
    return _text(rows, ";", "\r\n").encode("cp1252")


def _utf_8(rows: list[list[str]]) -> bytes:
    """With a mark, a space that does not break after each §, and letters with their marks apart, as a Mac writes them."""
    text = _text(rows, ";", "\n").replace("§ ", "§\N{NO-BREAK SPACE}").replace("å", "a\N{COMBINING RING ABOVE}")
    return text.encode("utf-8-sig")


def _utf_16(rows: list[list[str]]) -> bytes:
    """As Excel saves "Unicode-tekst", every cell in quotes."""
    return _text(rows, "\t", "\r\n", csv.QUOTE_ALL).encode("utf-16")


def _xlsx(rows: list[list[str]]) -> bytes:
    """A workbook with days as days, amounts as numbers, and numbers of citizens as numbers, which takes the zero in front."""
    book = Workbook()
    book.active.title = "Forside"  # type: ignore[union-attr] -- a new workbook has a worksheet
    sheet = book.create_sheet(WORKSHEET)
    for row in rows:
        sheet.append([_cell(each) for each in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


_DAY = re.compile(r"([0-9]{2})[-.]([0-9]{2})[-.]([0-9]{4})")
_AMOUNT = re.compile(r"(?:kr\. )?([0-9]{1,3}(?:[. ][0-9]{3})*|[0-9]{5,9})(,[0-9]{2})?(?: kr\.| DKK)?")


def _cell(text: str) -> str | int | float | date | None:
    if found := _DAY.fullmatch(text):
        return date(int(found[3]), int(found[2]), int(found[1]))
    if re.fullmatch(r"[0-9]{6}-?[0-9]{4}|10[0-9]{2}", text):  # a citizen's number, or a grant's
        return int(text.replace("-", ""))
    if len(text) > 4 and (found := _AMOUNT.fullmatch(text)):
        return float(found[1].replace(".", "").replace(" ", "") + (found[2] or "").replace(",", "."))
    return text or None


class Dialect:
    """A way of writing the lists, and what a mapping file must say of it."""

    def __init__(self, name: str, ending: str, write: Callable[[list[list[str]]], bytes], cells: str = "") -> None:
        self.name, self.ending, self.write, self._cells = name, ending, write, cells

    def __repr__(self) -> str:
        return self.name

    def mapping(self, source: str) -> str:
        """The source's mapping file for this dialect."""
        text = (FOLDER / f"{source}.toml").read_text("utf-8")
        if self.ending == "xlsx":
            text = re.sub(r'^file = "(.+)\.csv"$', rf'file = "\1.xlsx"\nworksheet = "{WORKSHEET}"', text, flags=re.MULTILINE)
        if self._cells and "[cells]" not in text:
            text = text.replace("[[sheet]]", "[cells]\n[[sheet]]", 1)
        return text.replace("[cells]\n", f"[cells]\n{self._cells}\n", 1) if self._cells else text

    def files(self, moment: str, source: str) -> dict[str, bytes]:
        """The source's files of a delivery, by name."""
        return {f"{name} {moment[:7]}.{self.ending}": self.write(rows_of(moment, name)) for name in LISTS[source]}


CP1252 = Dialect("cp1252, semicolons", "csv", _cp1252)
UTF_8 = Dialect("UTF-8 with a mark", "csv", _utf_8)
UTF_16 = Dialect("UTF-16, tabs", "csv", _utf_16, 'delimiter = "tab"')
XLSX = Dialect("XLSX", "xlsx", _xlsx)
TEXTS = (CP1252, UTF_8, UTF_16)
DIALECTS = (*TEXTS, XLSX)
