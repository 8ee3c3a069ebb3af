"""Rows of a sheet, read: each gives its events, or is a bad one with all that is wrong with its cells (domain.md section 10)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from journey.exchange.cells import tidy
from journey.exchange.sheets.columns import column_uses, cpr_columns, read_columns
from journey.exchange.sheets.declarations import SheetForm, SheetsFile
from journey.exchange.sheets.events import EMPTY_CELL, CellFaults, EventReader, FollowedValue, GivenEvent
from journey.exchange.sheets.getters import Cells, DeliveryContext, Getters
from journey.exchange.sheets.names import row_name
from journey.exchange.sheets.tables import SheetRow, SheetTable
from journey.exchange.sheets.values import REMEMBERED, SHORTEST_NUMBER, BadCell, CellReader, clean, is_plain
from journey.personal import is_repeatable, quoted
from journey.problem import Problem

TWICE = "nøglen står i flere rækker i samme udtræk; ret key i oversættelsesfilen, eller fjern de ekstra rækker"
NO_KEY = "rækken har intet i nøglens kolonner, så den kan ikke genkendes næste gang"


class RowPlace(Struct, frozen=True, array_like=True, gc=False):
    """Place of a row: its sheet's place in the mapping file, the file, and the physical line."""

    sheet: int
    file: str
    line: int


class GivenRow(Struct, frozen=True, array_like=True, tag="given", gc=False):
    """A row that gives events: its name in its sheet, whose it is, and what it gives."""

    place: RowPlace
    name: str
    case: str
    source_case: str | None
    events: tuple[GivenEvent | FollowedValue, ...]


class BadRow(Struct, frozen=True, array_like=True, tag="bad", gc=False):
    """A bad row: its name, where its key can be read, and everything that is wrong with its cells, by column."""

    place: RowPlace
    name: str | None
    problems: tuple[Problem, ...]


class UnknownWord(Struct, frozen=True):
    """A value that no list knows: its sheet, column, reason with what is nearest, and in how many rows it stands."""

    sheet: str
    column: str
    value: str
    reason: str
    rows: int
    word: str | None = None
    """The value whole, as a mapping file's table names it; None for one that may not be repeated."""
    code_list: str = ""
    """The code list that does not know it; none for yes and no."""


class SheetReader:
    """Reader of the rows of one table."""

    def __init__(self, nth: int, table: SheetTable, file: SheetsFile, context: DeliveryContext, now: datetime) -> None:
        self._nth, self._file, self._sheet = nth, table.file, file.sheets[nth]
        cells = CellReader(file.settings(self._sheet), table.epoch)
        read = read_columns(self._sheet)
        self._read_at = read_at = [at for at, column in enumerate(table.columns) if column in read]
        self._values = cells.values
        getters = Getters([table.columns[at] for at in read_at], cells, context)
        numbers = cpr_columns(self._sheet)
        self._skip = [getters.condition(condition) for condition in self._sheet.skip]
        self._key = [(tidy(column), getters.key_part(column, numbers)) for column in self._sheet.key]
        self._case = getters.case(self._sheet.case)
        self._events = [EventReader(at, form, getters, now) for at, form in enumerate(self._sheet.events)]
        self._texts = [(column, getters.place(column), getters.text(column)) for column in _text_columns(self._sheet)]
        self._clean: set[str] = set()
        self._words: Counter[tuple[str, str, str, str]] = Counter()
        self.skipped = 0

    def read(self, row: SheetRow) -> GivenRow | BadRow | None:
        """The row with what it gives; None for one that is skipped."""
        place, faults = RowPlace(self._nth, self._file, row.line), CellFaults()
        if row.fault is not None:
            return BadRow(place, None, (Problem("rækken", row.fault, line=row.line),))
        cells = self._values([row.cells[at] for at in self._read_at])
        if self._skip and any(skips(cells) for skips in self._skip):
            self.skipped += 1
            return None
        self._check_texts(cells, faults)
        name = self._name(cells, faults)
        case: tuple[str, str | None] | None = faults.read(self._case.column, self._case.read, cells)
        if case is None and not faults.has(self._case.column):
            faults.add(self._case.column, EMPTY_CELL)
        given = [found for reader in self._events if (found := reader.given(cells, faults)) is not None]
        if faults.problems or name is None or case is None:
            self._count(faults)
            return BadRow(place, name, tuple(replace(problem, line=row.line) for problem in faults.problems.values()))
        return GivenRow(place, name, *case, tuple(given))

    @property
    def unknown_words(self) -> list[UnknownWord]:
        """The values that no list knew, each named once, with its count (rule 1)."""
        return [
            UnknownWord(self._sheet.name, column, quoted(word), reason, rows, word if is_repeatable(word) else None, code_list)
            for (column, word, code_list, reason), rows in self._words.items()
        ]

    def _name(self, cells: Cells, faults: CellFaults) -> str | None:
        """The row's name; None where its key cannot be read."""
        parts: list[str] = []
        for column, read in self._key:
            part = faults.read(column, read, cells)
            if part is None:
                return None
            parts.append(part)
        if not any(parts):
            faults.add(self._key[0][0], NO_KEY)
            return None
        return row_name(parts)

    def _check_texts(self, cells: Cells, faults: CellFaults) -> None:
        for column, at, read in self._texts:
            value = cells[at]
            if value is None or (
                isinstance(value, str)
                and ((len(value) < SHORTEST_NUMBER and value.isalnum()) or value in self._clean or is_plain(value))
            ):
                continue
            text = read(cells)
            if text is None:
                continue
            try:
                clean(str(text))
            except BadCell as bad:
                faults.add(column, bad.reason, bad.code)
            else:
                if isinstance(value, str) and len(self._clean) < REMEMBERED:
                    self._clean.add(value)

    def _count(self, faults: CellFaults) -> None:
        for column, unknown in faults.unknown:
            self._words[column, unknown.word, unknown.code_list, unknown.reason] += 1


def _text_columns(sheet: SheetForm) -> list[str]:
    """The columns whose cells are read as text of their own: those of days and of CPR numbers have their own forms."""
    others = {use.column for use in column_uses(sheet) if use.read_as not in ("day", "moment")}
    return sorted((read_columns(sheet) & others) - cpr_columns(sheet))


def read_tables(
    tables: Iterable[tuple[int, SheetTable]], file: SheetsFile, context: DeliveryContext, now: datetime
) -> tuple[list[GivenRow], list[BadRow], list[UnknownWord]]:
    """The rows of all tables, in memory: those that give events, the bad ones, and the values that no list knows."""
    given: list[GivenRow] = []
    bad: list[BadRow] = []
    unknown: list[UnknownWord] = []
    for nth, table in tables:
        reader = SheetReader(nth, table, file, context, now)
        for row in table.rows:
            found = reader.read(row)
            if isinstance(found, GivenRow):
                given.append(found)
            elif found is not None:
                bad.append(found)
        unknown += reader.unknown_words
    twice = repeated((row.place.sheet, row.name) for row in (*given, *bad) if row.name is not None)
    return list(_without(given, twice)), [*bad, *_doubles(given, twice, file)], unknown


def repeated(names: Iterable[tuple[int, str]]) -> frozenset[tuple[int, str]]:
    """The names that more than one row of a delivery has: all of their rows are bad ones (rule 2)."""
    return frozenset(name for name, times in Counter(names).items() if times > 1)


def _without(given: Iterable[GivenRow], twice: Collection[tuple[int, str]]) -> Iterator[GivenRow]:
    return (row for row in given if (row.place.sheet, row.name) not in twice)


def _doubles(given: Iterable[GivenRow], twice: Collection[tuple[int, str]], file: SheetsFile) -> Iterator[BadRow]:
    for row in given:
        if (row.place.sheet, row.name) in twice:
            key = " + ".join(file.sheets[row.place.sheet].key)
            yield BadRow(row.place, row.name, (Problem(key, TWICE, line=row.place.line),))
