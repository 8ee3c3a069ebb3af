"""Checks of what a text must not hold: the form of a CPR number, control characters or unseen ones (domain.md section 2)."""

from __future__ import annotations

import re

_FORM = re.compile(r"(?<![^\W_])([0-9]{2})([0-9]{2})([0-9]{2})-?[0-9]{4}(?![^\W_])")
_UNSEEN = r"\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
"""What is not seen and makes two texts look alike, or turns the direction of what follows: soft hyphens, zero widths, bidi marks."""
_CONTROL = re.compile(rf"[\x00-\x1f\x7f-\x9f{_UNSEEN}]")
_CONTROL_IN_NOTE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_DAYS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
SHORTEST = 10
_TEN_DIGITS = re.compile(r"[0-9]{6}-?[0-9]{4}")

_DIGITS_ONLY = bytes(48 if 48 <= byte <= 57 else 45 if byte == 45 else 32 for byte in range(256))
"""A byte table: every digit to `0`, the hyphen to itself, all else to a space."""


def has_personal_number(text: str) -> bool:
    """Whether a part of the text has the form of a CPR number: six digits that make a date in some century, and four more."""
    return any(_is_date(int(found[1]), int(found[2]), int(found[3])) for found in _FORM.finditer(text))


def _is_date(day: int, month: int, year: int) -> bool:
    if not 1 <= month <= 12:
        return False
    leap_day = month == 2 and day == 29 and year % 4 == 0  # 2000 was a leap year, so 00 is one in some century
    return 1 <= day <= _DAYS[month - 1] or leap_day


def has_control_character(text: str, *, note: bool = False) -> bool:
    """Whether the text holds a control character, or one that is not seen; a note may have its line breaks, tabs and marks."""
    return bool((_CONTROL_IN_NOTE if note else _CONTROL).search(text))


def is_clean(text: str, *, may_be_number: bool = False) -> bool:
    """Whether the text holds neither; an id may be declared not to be a CPR number, whatever its form."""
    orderly = text.isprintable() or not _CONTROL.search(text)
    return orderly and (may_be_number or len(text) < SHORTEST or not has_personal_number(text))


def needs_inspection(raw: bytes) -> bool:
    """Whether the strings of a line must be looked at one by one; False for nearly every line, at a tenth of the cost."""
    if b"\\" in raw:
        return True  # an escape can spell anything
    digits = raw.translate(_DIGITS_ONLY)
    if b"0000000000" in digits or b"000000-0000" in digits or b"\x7f" in raw:
        return True
    try:
        return not (raw.isascii() or raw.decode().strip().isprintable())
    except UnicodeDecodeError:
        return True


def excerpt(value: object, longest: int = 40) -> str:
    """The value as a message may repeat it: short, on one line, and never with what could be a CPR number."""
    text = str(value)
    if _TEN_DIGITS.search(text):
        return "(skjult)"
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[: longest + 1])
    return text if len(text) <= longest else f"{text[:longest]}…"
