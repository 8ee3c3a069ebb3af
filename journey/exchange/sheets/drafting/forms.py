"""Forms of a cell's text, by which a draft tells what a column holds."""

from __future__ import annotations

import re
from datetime import date

from journey.exchange.sheets.declarations import CellSettings
from journey.exchange.sheets.values import BadCell, Cell, CellReader, is_day
from journey.personal import has_personal_number, is_person_id, personal_number

SHORT_YEAR = re.compile(r"[0-9]{1,2}[-./][0-9]{1,2}[-./][0-9]{2}", re.ASCII)
"""A day whose year has two digits, which is never read."""
COMMA, POINT = re.compile(r"[0-9 .]*[0-9],[0-9]{1,2}\b"), re.compile(r"[0-9 ,]*[0-9]\.[0-9]{1,2}\b")
"""An amount with its decimals."""

PSEUDONYM, MONTH = re.compile(r"c-[a-z2-7]{16}"), re.compile(r"[12][0-9]{3}-(?:0[1-9]|1[0-2])", re.ASCII)
"""What `pseudonym.py` writes in place of a CPR number, and beside it."""

_READERS = [CellReader(CellSettings(decimal=sign)) for sign in (",", ".")]
_CONTACT = re.compile(r"@|\+[0-9]|(?<![0-9])[0-9]{2} ?[0-9]{2} ?[0-9]{2} ?[0-9]{2}(?![0-9])")
_WORDS = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*\.?")
_OF_A_HOUSE = re.compile(
    r"team|afdeling|center|centret|område|enhed|forvaltning|rådgivning|gruppe|jobcenter|ungeindsats|indsats|forum|udvalg|støtte|skole"
    r"|hjælp|ydelse|tilbud|paragraf|lov"
)


def is_day_cell(value: Cell) -> bool:
    """Whether the value is a day, in a workbook or as text in one of the two forms."""
    if isinstance(value, str):
        return is_day(value, "dd-mm-yyyy") or bool(SHORT_YEAR.fullmatch(value))
    return isinstance(value, date)


def is_amount(value: Cell) -> bool:
    """Whether the value is a number, whole or not, with either decimal sign."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return False
    return any(_reads(reader, value) for reader in _READERS)


def _reads(reader: CellReader, value: Cell) -> bool:
    try:
        reader.amount(value, rounded=True)
    except (BadCell, ArithmeticError):
        return False
    return True


def is_number_of_person(text: str) -> bool:
    """Whether the text is a CPR number and nothing else, of nine digits too where a spreadsheet took the zero."""
    return personal_number(text) is not None


def looks_personal(text: str) -> bool:
    """Whether the text could be of a person: a number, an address, a telephone, a sentence, or words that all begin as names do.

    It errs on the safe side: what it takes for personal is not printed.
    """
    if has_personal_number(text) or is_number_of_person(text) or _CONTACT.search(text) or is_day_cell(text):
        return True
    words = text.replace(",", " ").split()
    if len(text) > _LONGEST or not text.isprintable():
        return True
    named = len(words) > 1 and all(_WORDS.fullmatch(word) and word[:1].isupper() for word in words)
    return named and not is_of_house(text)


def is_of_house(text: str) -> bool:
    """Whether the text names a part of the house, or something that it gives."""
    return bool(_OF_A_HOUSE.search(text.lower()))


_LONGEST = 60
"""The longest a word of a code list is thought to be."""


def is_worker_id(text: str) -> bool:
    """Whether the text can stand as a worker's id as it is; a name cannot."""
    return is_person_id(text)
