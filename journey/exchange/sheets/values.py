"""Values of a sheet's cells, as a text file or a workbook has them: text, ids, days, moments, amounts (domain.md section 10, rule 1)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache, partial
from math import inf
from typing import Literal

from journey.exchange.cells import tidy, value_of, whole_of
from journey.exchange.sheets.declarations import CellSettings
from journey.history import COPENHAGEN, LAST_DAY
from journey.personal import has_control_character, has_personal_number, quoted

Cell = str | int | float | bool | date | datetime | time | timedelta
"""A cell as its file has it: a text in CSV; in a workbook also a number, a yes or no, or a day."""

Value = Cell | None
"""A cell's value: a text is trimmed and has something in it."""

DateForm = Literal["dd-mm-yyyy", "yyyy-mm-dd"]
Epoch = Literal[1900, 1904]


class BadCell(ValueError):
    """A cell that cannot be read: the reason in Danish, and the code of the catalogue; it repeats no number."""

    def __init__(self, reason: str, code: str = "bad_value") -> None:
        self.reason, self.code = reason, code
        super().__init__(reason)


class UnknownValue(BadCell):
    """A word that a code list (none for yes and no) does not know; the reason names the nearest that are known."""

    def __init__(self, word: str, code_list: str, reason: str) -> None:
        self.word, self.code_list = word, code_list
        super().__init__(reason)


_DAY = {
    "dd-mm-yyyy": re.compile(r"([0-9]{1,2})([-./])([0-9]{1,2})\2([0-9]{4})", re.ASCII),
    "yyyy-mm-dd": re.compile(r"(?!)"),
}
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})", re.ASCII)
_CLOCK = re.compile(r"[T ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]{1,9})?)?", re.ASCII)
_SHORT_YEAR = re.compile(r"[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2}", re.ASCII)
_OFFSET = re.compile(r"(?=[0-9]{4}-[0-9]{2}-[0-9]{2}).*[0-9](?:Z|[+-][0-9]{2}:?[0-9]{2})", re.ASCII)
"""A day by ISO, and at the end an offset."""

_EPOCHS = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}
_FIRST_DAY = date(1910, 1, 1)
"""The earliest day that a bare number is read as: a year or a small count in a column of days is no day."""


def day_and_clock(text: str, dates: DateForm) -> tuple[date, time] | None:
    """The day and the clock of a text, which may have none; None for another text. Two-digit years are never read."""
    end = 10
    if found := _ISO.match(text):
        year, month, day = map(int, found.groups())
    elif found := _DAY[dates].match(text):
        day, month, year, end = int(found[1]), int(found[3]), int(found[4]), found.end()
    else:
        return None
    rest = text[end:]
    clock = _CLOCK.fullmatch(rest)
    if rest and clock is None:
        return None
    try:
        hour, minute, second = (int(each or 0) for each in clock.groups()) if clock else (0, 0, 0)
        return date(year, month, day), time(hour, minute, second)
    except ValueError:
        return None


def is_day(text: str, dates: DateForm) -> bool:
    """Whether the text is a day."""
    return day_and_clock(tidy(text), dates) is not None


def declared_day(text: str) -> date | None:
    """The day that a text of a mapping file is: with the day first or by ISO, however the cells are written. None for no day."""
    found = day_and_clock(tidy(text), "dd-mm-yyyy")
    return None if found is None else found[0]


REMEMBERED = 10_000
"""How many texts of cells are remembered with what they say: most of a sheet's cells are its others' over again."""


class CellReader:
    """Reader of one sheet's cells, by its settings. A cell is made a value first, once, and read for what it is wanted as."""

    def __init__(self, settings: CellSettings, epoch: Epoch = 1900) -> None:
        self._settings = settings
        self._empty = frozenset(tidy(each).lower() for each in settings.empty) | {""}
        self._epoch = _EPOCHS[epoch]
        self._open_ends = frozenset(day for each in settings.open_ends if (day := declared_day(each)) is not None)
        self._day_of_text = lru_cache(maxsize=REMEMBERED)(self._read_day)
        self._value_of_text = lru_cache(maxsize=REMEMBERED)(partial(value_of, empty=self._empty))

    def value(self, cell: Cell) -> Value:
        """The cell's value: its text by rule 1, or what a workbook has; None for a cell without one."""
        if isinstance(cell, str):
            return self._value_of_text(cell)
        return ROUNDED if isinstance(cell, float) and _EXACT <= abs(cell) < inf else cell

    def values(self, cells: Iterable[Cell]) -> list[Value]:
        """The cells' values."""
        of_text, of_other = self._value_of_text, self.value
        return [of_text(cell) if isinstance(cell, str) else of_other(cell) for cell in cells]

    def text(self, value: Value) -> str | None:
        """The value as text: a number or a day as the sheet saved as CSV has it."""
        return value if isinstance(value, str) or value is None else self._written(value)

    def id(self, value: Value) -> str | None:
        """The value as an id: a number loses its `.0`."""
        text = value if isinstance(value, str) or value is None else self._written(value)
        return whole_of(text) if text is not None and text[-2:] == ".0" else text

    def day(self, value: Value) -> date | None:
        """The value's day; None for a day that means "no end"."""
        if value is None:
            return None
        day = self._day_of_text(value) if isinstance(value, str) else self._day_of_cell(value)
        return None if day in self._open_ends else day

    def moment(self, value: Value) -> datetime | None:
        """The value's moment: a day is its beginning, a clock without an offset Copenhagen's."""
        clock = time()
        if isinstance(value, datetime):
            return value.replace(tzinfo=COPENHAGEN)
        if isinstance(value, str):
            if _has_offset(value):
                return _moment(value)
            found = day_and_clock(value, self._settings.dates)
            clock = found[1] if found else clock
        day = self.day(value)
        return None if day is None else datetime.combine(day, clock, COPENHAGEN)

    def amount(self, value: Value, times: Decimal = Decimal(1), *, rounded: bool = False) -> int | None:
        """The value's whole number, multiplied; raises BadCell where it is not whole and not to be rounded (half up)."""
        if value is None:
            return None
        if isinstance(value, str):
            number = _number(value, self._settings.decimal)
        elif isinstance(value, int | float) and not isinstance(value, bool):
            number = Decimal(repr(value))
        else:
            raise BadCell("er ikke et beløb")
        number *= times
        whole = number.to_integral_value(ROUND_HALF_UP)
        if whole != number and not rounded:
            raise BadCell("er ikke et helt beløb; ret det, eller skriv round = true ved feltet i oversættelsesfilen")
        return int(whole)

    def _read_day(self, text: str) -> date:
        if self._settings.zone is not None and _has_offset(text):
            return _within(self._day_of_moment(text), self._open_ends)
        found = day_and_clock(text, self._settings.dates)
        if found is None:
            raise BadCell(self._no_day(text))
        return _within(found[0], self._open_ends)

    def _day_of_moment(self, text: str) -> date:
        """The day in Copenhagen; a day that means "no end" is so as it is written."""
        moment = _moment(text)
        if moment.date() in self._open_ends:
            return moment.date()
        try:
            return moment.astimezone(COPENHAGEN).date()
        except OverflowError:
            return moment.date()

    def _day_of_cell(self, cell: Cell) -> date:
        if isinstance(cell, datetime):
            return _within(cell.date(), self._open_ends)
        if isinstance(cell, date):
            return _within(cell, self._open_ends)
        if isinstance(cell, bool | str | time | timedelta):
            raise BadCell("er ikke en dag")
        try:
            day = self._epoch + timedelta(days=int(cell))
        except (OverflowError, ValueError):
            day = date.min
        if day < _FIRST_DAY:
            raise BadCell("er et tal, som ikke er en dag i regnearket; giv kolonnen datoformat")
        return _within(day, self._open_ends)

    def _no_day(self, text: str) -> str:
        if is_cell_error(text):
            return _error_reason(text)
        if _SHORT_YEAR.fullmatch(text):
            return f"{quoted(text)} har kun to cifre i året; skriv alle fire"
        if _has_offset(text):
            return (
                f"{quoted(text)} er et tidspunkt med forskydning fra UTC, som kan være en anden dag her; hent kolonnen som dag,"
                ' eller skriv zone = "Europe/Copenhagen" under [cells]'
            )
        return f"{quoted(text)} er ikke en dag; skriv den som {self._settings.dates} eller ÅÅÅÅ-MM-DD"

    def _written(self, cell: Cell) -> str:
        match cell:
            case bool():
                return "true" if cell else "false"
            case float():
                return str(int(cell)) if cell.is_integer() else repr(cell).replace(".", self._settings.decimal)
            case date():  # a moment too, by its day
                return f"{cell:%d-%m-%Y}" if self._settings.dates == "dd-mm-yyyy" else f"{cell:%Y-%m-%d}"
            case _:
                return str(cell)


def _has_offset(text: str) -> bool:
    return _OFFSET.fullmatch(text) is not None


def _moment(text: str) -> datetime:
    """The moment of a text that has an offset."""
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise BadCell(f"{quoted(text)} er ikke et tidspunkt; skriv det som 2024-03-04T09:12:00+01:00") from None


_EXACT = 1e15
"""The first number that a spreadsheet does not hold exactly: it rounds to fifteen digits."""
_KRONER = r"(?:kr\.?|dkk)"


def _amount(decimal: str, parting: str) -> re.Pattern[str]:
    parted = "|".join(rf"[0-9]{{1,3}}(?:{re.escape(sign)}[0-9]{{3}})+" for sign in (parting, " "))
    number = rf"-?(?:[0-9]+|{parted})(?:{re.escape(decimal)}[0-9]+)?"
    return re.compile(rf"(?:{_KRONER} *)?({number})(?: *{_KRONER})?", re.ASCII | re.IGNORECASE)


_AMOUNT = {",": _amount(",", "."), ".": _amount(".", ",")}
_PARTED = {",": str.maketrans({".": None, " ": None, ",": "."}), ".": str.maketrans({",": None, " ": None})}


def _number(text: str, decimal: Literal[",", "."]) -> Decimal:
    """The number of an amount, with its currency passed over."""
    found = _AMOUNT[decimal].fullmatch(text) if len(text) <= _LONGEST else None
    if found is None and is_cell_error(text):
        raise BadCell(_error_reason(text))
    if found is None:
        other = "." if decimal == "," else ","
        may_be = len(text) <= _LONGEST and _AMOUNT[other].fullmatch(text)
        remedy = f'; er det {_SIGNS[other]}, så skriv decimal = "{other}" i oversættelsesfilen' if may_be else ""
        raise BadCell(f"{quoted(text)} er ikke et beløb, når decimaltegnet er {_SIGNS[decimal]}{remedy}")
    return Decimal(found[1].translate(_PARTED[decimal]))


_SIGNS = {",": "komma", ".": "punktum"}
_LONGEST = 40
"""The longest an amount may be written."""


def is_plain(text: str) -> bool:
    """Whether the text is so short and plain that `clean` would take it."""
    return len(text) < SHORTEST_NUMBER and text.isprintable() and not text.startswith(_ERROR_BEGINS)


def clean(text: str) -> str:
    """The text, which holds neither the form of a CPR number nor a character that is not seen; raises BadCell for another."""
    if len(text) >= SHORTEST_NUMBER and has_personal_number(text):
        raise BadCell(
            "har form som et CPR-nummer, og kolonnen læses ikke som et; brug { cpr = … }, eller ret cellen", "personal_number"
        )
    if text.startswith(_ERROR_BEGINS) and is_cell_error(text):
        raise BadCell(_error_reason(text))
    if not text.isprintable() and has_control_character(text):
        raise BadCell("indeholder et styretegn eller et usynligt tegn (f.eks. et linjeskift)")
    return text


SHORTEST_NUMBER = 10
"""The fewest characters that have the form of a CPR number."""

NOT_CALCULATED = "#IKKE_BEREGNET!"
"""Stands in a cell whose formula was never calculated."""
ROUNDED = "#AFRUNDET!"
"""Stands in a cell with a number that the spreadsheet has rounded."""
_ERRORS = (
    "#N/A #REF! #VALUE! #NAME? #DIV/0! #NUM! #NULL! #GETTING_DATA #SPILL! #CALC! #FIELD! #BLOCKED! #CONNECT! #BUSY! #UNKNOWN!"
    " #I/T #REFERENCE! #VÆRDI! #NAVN? #DIVISION/0! #NUL! #OVERLØB!"
)
_CELL_ERRORS = frozenset({*_ERRORS.split(), NOT_CALCULATED, ROUNDED})
"""The errors of a spreadsheet, as a workbook has them, and in the Danish that it saves them as CSV in."""
_ERROR_BEGINS = ("#", "Err:")
_CELL_ERROR = re.compile(r"Err:[0-9]{3}", re.ASCII)
_REASONS = {
    NOT_CALCULATED: "er en formel, som aldrig er regnet ud; åbn filen i et regneark, og gem den igen",
    ROUNDED: "er et tal med flere end 15 cifre, som regnearket har afrundet; hent kolonnen som tekst",
}


def is_cell_error(text: str) -> bool:
    """Whether the text is an error of a spreadsheet, which no cell is read as."""
    return text in _CELL_ERRORS or bool(_CELL_ERROR.fullmatch(text))


def _error_reason(text: str) -> str:
    return _REASONS.get(text) or f"er en fejl i regnearket ({text}); ret formlen, eller lad cellen stå tom"


def _within(day: date, open_ends: Collection[date]) -> date:
    if day > LAST_DAY and day not in open_ends:
        raise BadCell("9999-12-31 betyder i mange systemer »ingen slutdato«; nævn dagen i open_ends, eller lad cellen stå tom")
    return day
