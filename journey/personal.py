"""Checks of what a text must not hold: the form of a CPR number, control characters or unseen ones; and what the id of a person may
be (domain.md section 2)."""

from __future__ import annotations

import re
import unicodedata
from re import Pattern

_UNSEEN = r"\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
"""What is not seen and makes two texts look alike, or turns the direction of what follows: soft hyphens, zero widths, bidi marks."""
_CONTROL = re.compile(rf"[\x00-\x1f\x7f-\x9f{_UNSEEN}]")
_CONTROL_IN_NOTE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")

_SEPARATORS = " -./_\\"
"""The separators as they are after folding; every other space, hyphen, dot and slash becomes one of them."""
_SEPARATOR_LETTERS = "\u00b7\u2022\u2027\u2219\u22c5\u30fb\u3002\u2044\u2212\u2215\u2043\u02d7\u29f5\u29f8\u2571\u2572"
"""Dots, slashes and minus signs that are not separators by their category."""
_SEPARATOR_CATEGORIES = frozenset({"Pd", "Pc", "Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me"})
_BETWEEN = r"[ \-./_\\]*"
_DIGIT = re.compile("[0-9]")
_TEN = re.compile(rf"(?<![0-9])(?=((?:[0-9]{_BETWEEN}){{9}}[0-9])(?![0-9]))")
_TWELVE = re.compile(rf"(?<![0-9])(?=((?:[0-9]{_BETWEEN}){{11}}[0-9])(?![0-9]))")
_ANY_TEN = re.compile(rf"(?=((?:[0-9]{_BETWEEN}){{9}}[0-9]))")
_ANY_TWELVE = re.compile(rf"(?=((?:[0-9]{_BETWEEN}){{11}}[0-9]))")
_NOT_DIGITS = re.compile(r"[^0-9]+")
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_CENTURIES = frozenset({"18", "19", "20"})
_REPLACEMENT = 60
"""What is added to the day of a replacement number (erstatnings-CPR)."""
SHORTEST = 10

_ORDINARY = re.compile(
    r"(?<![0-9A-Za-z])(?:"
    r"(?=[0-9-]*[A-Fa-f])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"  # a UUID of RFC 4122's form
    r"|[0-9A-Fa-f]{64}|[0-9A-Fa-f]{40}|[0-9A-Fa-f]{32}"
    r")(?![0-9A-Za-z])"
)
"""Ids that are no numbers, whatever digits stand in them. The register's own are among them."""
_ORDINARY_WHOLE = re.compile(
    r"[0-9]{2}\.[0-9]{2}\.[0-9]{2}-[A-ZÆØÅ][0-9]{2}-[0-9]{1,6}-(?:[0-9]{2}|(?:19|20)[0-9]{2})"  # a KLE journal number
    r"|(?:[A-Za-z]{1,8}[-_.:/]?)?(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])[-_.:/][0-9]{1,6}"  # an ISO day, a counter
)
"""Ids whose whole form says that they are something else."""


def has_personal_number(text: str) -> bool:
    """Whether a part of the text has the form of a CPR number: six digits that make a date, or eight with the century, and four more;
    with anything of separators within and between, and no digit on either side."""
    if text.isascii():
        if len(text) < SHORTEST or not _DIGIT.search(text):
            return False
    else:
        text = _folded(text)
    if not _TEN.search(text) and not _TWELVE.search(text):
        return False
    return not _ORDINARY_WHOLE.fullmatch(text) and _has_form(_ORDINARY.sub("x", text), _TEN, _TWELVE)


_WHOLE = re.compile(rf"[0-9](?:{_BETWEEN}[0-9]){{8,9}}")


def personal_number(text: str) -> str | None:
    """The ten digits of a text that is a CPR number and nothing else, with or without separators; None for any other text.

    Of nine digits the zero in front is put back where it makes a date: a spreadsheet took it (domain.md section 10, rule 8).
    """
    text = (text if text.isascii() and text.isprintable() else _folded(text)).strip()
    if not _WHOLE.fullmatch(text):
        return None
    digits = _NOT_DIGITS.sub("", text).zfill(SHORTEST)
    return digits if _is_date(digits[:2], digits[2:4], digits[4:6]) else None


_NINE = re.compile(rf"(?=((?:[0-9]{_BETWEEN}){{8}}[0-9]))")


def quoted(text: str) -> str:
    """The excerpt of a sheet's cell, never with what could be a CPR number, nor with one whose zero in front a spreadsheet took."""
    shorter = (f"0{_NOT_DIGITS.sub('', found[1])}" for found in _NINE.finditer(_folded(text)))
    return HIDDEN if any(_is_date(digits[:2], digits[2:4], digits[4:6]) for digits in shorter) else excerpt(text)


def is_repeatable(text: str) -> bool:
    """Whether a sheet's cell may be shown as it stands: nothing in it is a number of anybody's, or not seen."""
    return quoted(text) != HIDDEN and is_clean(text)


def _has_form(text: str, ten: Pattern[str], twelve: Pattern[str]) -> bool:
    shorter = (_NOT_DIGITS.sub("", found[1]) for found in ten.finditer(text))
    longer = (_NOT_DIGITS.sub("", found[1]) for found in twelve.finditer(text))
    return any(_is_date(digits[:2], digits[2:4], digits[4:6]) for digits in shorter) or any(
        digits[4:6] in _CENTURIES and _is_date(digits[:2], digits[2:4], digits[6:8]) for digits in longer
    )


def _folded(text: str) -> str:
    """The text after NFKC, every digit of any script as 0-9 and every separator as one of ours."""
    return "".join(map(_folded_letter, unicodedata.normalize("NFKC", text)))


def _folded_letter(letter: str) -> str:
    if letter.isascii():
        return " " if letter < " " or letter == "\x7f" else letter
    digit = unicodedata.decimal(letter, None)
    if digit is not None:
        return str(digit)
    is_separator = letter in _SEPARATOR_LETTERS or unicodedata.category(letter) in _SEPARATOR_CATEGORIES
    return "-" if is_separator else letter


def _is_date(day: str, month: str, year: str) -> bool:
    """Whether the digits make a date in some century; 2000 was a leap year, so 00 is one."""
    if not 1 <= int(month) <= len(_DAYS):
        return False
    nth = int(day) - _REPLACEMENT if int(day) > _REPLACEMENT else int(day)
    is_missing_leap_day = (nth, int(month)) == (29, 2) and int(year) % 4 != 0
    return 1 <= nth <= _DAYS[int(month) - 1] and not is_missing_leap_day


_LETTERS = bytes.maketrans(b"0123456789abcdef", b"abcdefghijklmnop")


def in_letters(hexadecimal: str) -> str:
    """Hexadecimal digits as the letters a-p: an id made of them never has the form of a CPR number (domain.md section 10, rule 2)."""
    return hexadecimal.encode().translate(_LETTERS).decode()


def has_control_character(text: str, *, note: bool = False) -> bool:
    """Whether the text holds a control character, or one that is not seen; a note may have its line breaks, tabs and marks."""
    return bool((_CONTROL_IN_NOTE if note else _CONTROL).search(text))


def is_clean(text: str, *, may_be_number: bool = False) -> bool:
    """Whether the text holds neither; an id may be declared not to be a CPR number, whatever its form."""
    orderly = text.isprintable() or not _CONTROL.search(text)
    return orderly and (may_be_number or not has_personal_number(text))


_PERSON = re.compile(r"(?=[^0-9]*[0-9])[A-Za-z0-9._:/-]+|[cw]-[a-z2-7]{16}")
"""With a digit; and the pseudonyms that are made under the identity key, of which every 28th happens to have none."""


def is_person_id(text: str, declared: Pattern[str] | None = None) -> bool:
    """Whether the text can be the id of a person and not a name: ASCII letters and digits with at least one digit, a pseudonym of
    ours, or what the municipality has declared."""
    return bool(_PERSON.fullmatch(text)) or (declared is not None and bool(declared.fullmatch(text)))


def _byte(code: int) -> int:
    """A letter of Latin-1 as the byte filter reads it: a digit as `0`, what must be looked at as the control character 7f."""
    letter = chr(code)
    if letter in "0123456789":
        return ord("0")
    return code if code < 0x7F or _folded(letter) == letter else 0x7F


_DIGITS_ONLY = bytes(map(_byte, range(256)))
_TEN_DIGITS = b"0" * SHORTEST


def needs_inspection(raw: bytes) -> bool:
    """Whether the strings of a line must be looked at one by one; False for nearly every line, at a tenth of the cost.

    False only for a line none of whose strings is refused: an escape can spell anything, and so can what is not of Latin-1.
    """
    if b"\\" in raw:
        return True
    if not raw.isascii():
        try:
            text = raw.decode().strip()
            if not text.isprintable():
                return True
            raw = text.encode("latin-1")
        except ValueError:
            return True
    digits = raw.translate(_DIGITS_ONLY, _DELETED)
    return _TEN_DIGITS in digits or b"\x7f" in digits


_DELETED = _SEPARATORS.encode()


HIDDEN = "(skjult)"
"""What stands in a message where a CPR number would."""


def without_numbers(text: str) -> str:
    """The message with what could be a CPR number taken out; all of it where the number is spelled in other signs than ASCII's."""
    text = _IN_A_ROW.sub(HIDDEN, text)
    if not has_personal_number(text):
        return text
    hidden = _NUMBER.sub(HIDDEN, text)
    return HIDDEN if has_personal_number(hidden) else hidden


_IN_A_ROW = re.compile(r"[0-9]{6}-?[0-9]{4}")
"""What is hidden though it need not make a date: a message errs on the safe side."""


_NUMBER = re.compile(rf"[0-9](?:{_BETWEEN}[0-9]){{9,}}")


def excerpt(value: object, longest: int = 40) -> str:
    """The value as a message may repeat it: short, on one line, and never with what could be a CPR number."""
    text = str(value)
    if _has_form(_folded(text), _ANY_TEN, _ANY_TWELVE):  # more than what is refused, so that a message errs on the safe side
        return HIDDEN
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text[: longest + 1])
    return text if len(text) <= longest else f"{text[:longest]}…"
