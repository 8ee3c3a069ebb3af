"""Pseudonyms (pseudonymer) of citizens and of people who work, made under the register's identity key (domain.md section 10, rule 8).

The key stands outside the database. `pseudonym.py`, which shares no code with this file, makes the same ones where the numbers are.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import b32encode
from typing import Final

LENGTH = 16
"""How many characters of the base32 a pseudonym has."""
CITIZEN, WORKER = "c-", "w-"

_SEVENTH_DIGIT: Final = 6
_CENTURIES = {
    **dict.fromkeys("0123", (100, 1900, 1900)),
    "4": (37, 2000, 1900),
    **dict.fromkeys("5678", (58, 2000, 1800)),
    "9": (37, 2000, 1900),
}
"""By the seventh digit: the year from which on the other century is meant, the century before it, and the one from it on."""


def citizen_pseudonym(key: bytes, digits: str) -> str:
    """The pseudonym of a citizen: of the ten digits of a CPR number."""
    return CITIZEN + _keyed(key, digits)


def worker_pseudonym(key: bytes, name: str) -> str:
    """The pseudonym of a name or initials, as rule 1 reads a cell: the spelling in case makes no other worker."""
    return WORKER + _keyed(key, name.lower())


def _keyed(key: bytes, text: str) -> str:
    return b32encode(hmac.digest(key, text.encode(), hashlib.sha256)).decode().lower()[:LENGTH]


def birth_month(digits: str) -> str:
    """The month of birth (YYYY-MM) that a CPR number's ten digits say, the century by the seventh."""
    year, month = int(digits[4:6]), digits[2:4]
    limit, before, after = _CENTURIES[digits[_SEVENTH_DIGIT]]
    return f"{(before if year < limit else after) + year:04}-{month}"
