"""Sæt pseudonymer i stedet for CPR-numre og navne, dér hvor de hører til, så at de aldrig når registret.

    python pseudonym.py IND.csv UD.csv --key NØGLEFIL [--cpr KOLONNE …] [--person KOLONNE …]
                        [--delimiter ;] [--encoding cp1252] [--header 1]

One file on purpose: Python 3.11 or newer and nothing else, sharing no code with the register, which makes the same pseudonyms of the
same key (domain.md section 10, rule 8). Exit code 0: the file is written; 1: a row or the file cannot be used, and nothing is written;
2: wrong usage.

- **CPR number**: ten digits with or without separators, or nine where a zero in front makes a date (a spreadsheet took it), whose first
  six make a date; day + 60 is a replacement number. Its pseudonym is `c-` and the first 16 characters of the lower-case base32 of
  HMAC-SHA-256 over the ten digits. Beside the column comes a new one, `<column> født`, with the month of birth (YYYY-MM).
- **Person**: `w-` and the same over the name or initials in lower case, trimmed, in Unicode NFC, no-break spaces as spaces.
- **Key**: the file's bytes, 32 to 1024, without the line break at its end. An empty cell stays empty.

The file is read as UTF-16 or UTF-8 by its mark, as UTF-8 where it is so throughout, else as declared; it is written as UTF-8 with a
mark. No number and no name stands in a message: a row is named by its line.
"""

from __future__ import annotations

import argparse
import base64
import calendar
import csv
import hashlib
import hmac
import io
import os
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

SHORTEST_KEY, LONGEST_KEY = 32, 1024
EMPTY = ("", "-", "null", "none", "nan")
SPACES = "\u00a0\u2007\u202f"
SEPARATORS = "\u00b7\u2022\u2027\u2219\u22c5\u30fb\u3002\u2044\u2212\u2215\u2043\u02d7\u29f5\u29f8\u2571\u2572./\\_- "
CATEGORIES = ("Pd", "Pc", "Zs", "Zl", "Zp", "Cc", "Cf", "Mn", "Me")


class Unusable(ValueError):
    """A file or a row that cannot be used, with the reason in Danish, and nothing of what stands in it."""


def tidy(cell: str) -> str:
    """The cell's text: trimmed, no-break spaces as spaces, in Unicode's composed form."""
    for space in SPACES:
        cell = cell.replace(space, " ")
    return unicodedata.normalize("NFC", cell).strip()


def cpr_digits(cell: str) -> str | None:
    """The ten digits of a cell that is a CPR number; None for any other."""
    text = re.sub(r"^([0-9]+)\.0$", r"\1", tidy(cell))  # as a spreadsheet writes a number
    text = unicodedata.normalize("NFKC", text)
    text = "".join(" " if letter < " " or letter == "\x7f" else letter for letter in text).strip()
    values = [unicodedata.decimal(letter, None) for letter in text]
    between = [letter for letter, value in zip(text, values, strict=True) if value is None]
    if any(letter not in SEPARATORS and unicodedata.category(letter) not in CATEGORIES for letter in between):
        return None
    if not values or values[0] is None or values[-1] is None:
        return None
    digits = "".join(str(value) for value in values if value is not None)
    if len(digits) == 9:
        digits = "0" + digits
    return digits if len(digits) == 10 and makes_date(digits) else None


def makes_date(digits: str) -> bool:
    """Whether the first six digits make a date in some century."""
    day, month, year = int(digits[:2]), int(digits[2:4]), int(digits[4:6])
    if day > 60:
        day -= 60
    if not 1 <= month <= 12:
        return False
    return any(1 <= day <= calendar.monthrange(century + year, month)[1] for century in (1800, 1900, 2000))


def birth_month(digits: str) -> str:
    """The month of birth, its century by the seventh digit."""
    year, seventh = int(digits[4:6]), int(digits[6])
    if seventh <= 3:
        century = 1900
    elif seventh in (4, 9):
        century = 2000 if year <= 36 else 1900
    else:
        century = 2000 if year <= 57 else 1800
    return f"{century + year}-{digits[2:4]}"


def pseudonym(prefix: str, key: bytes, text: str) -> str:
    """The pseudonym of a text under the key."""
    mac = hmac.new(key, text.encode("utf-8"), hashlib.sha256).digest()
    return prefix + base64.b32encode(mac)[:16].decode("ascii").lower()


def of_citizen(key: bytes, digits: str) -> str:
    """The pseudonym of a citizen, of the ten digits."""
    return pseudonym("c-", key, digits)


def of_worker(key: bytes, cell: str) -> str:
    """The pseudonym of a name or initials."""
    return pseudonym("w-", key, tidy(cell).lower())


def key_of(raw: bytes) -> bytes:
    """The key in a key file."""
    key = raw.rstrip(b"\r\n")
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY:
        raise Unusable(f"nøglefilen har {len(key)} byte; en nøgle har mindst {SHORTEST_KEY} og højst {LONGEST_KEY}")
    return key


def text_of(raw: bytes, declared: str) -> str:
    """The file's text: by its mark, as UTF-8 where it is so throughout, else as declared; never guessed."""
    try:
        if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
            return raw.decode("utf-16")
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            return raw.decode(declared)
    except UnicodeDecodeError:
        raise Unusable(f"filen er ikke gyldig {declared}; angiv --encoding") from None


def replaced(
    text: str, key: bytes, cpr: Sequence[str], persons: Sequence[str], *, delimiter: str = ";", header: int = 1
) -> str:
    """The CSV text with pseudonyms in the named columns."""
    lines = io.StringIO(text, newline="").readlines()
    reader = csv.reader(lines[header - 1 :], delimiter=delimiter, strict=True)
    written = io.StringIO(newline="")
    written.writelines(lines[: header - 1])
    writer = csv.writer(written, delimiter=delimiter, lineterminator="\r\n")
    try:
        writer.writerows(_rows(reader, key, [tidy(name) for name in cpr], [tidy(name) for name in persons]))
    except csv.Error:
        why = "et anførselstegn står, hvor det ikke kan, eller sluttes aldrig"
        raise Unusable(f"linje {header - 1 + reader.line_num}: {why}") from None
    except Unusable as unusable:
        raise Unusable(f"linje {header - 1 + reader.line_num}: {unusable}") from None
    return written.getvalue()


def _rows(reader: Iterator[list[str]], key: bytes, cpr: Sequence[str], persons: Sequence[str]) -> Iterator[list[str]]:
    """The rows as they are written, the column names first."""
    names = [tidy(name) for name in next(reader, ())]
    for column in (*cpr, *persons):
        if names.count(column) != 1:
            raise Unusable(f"kolonnen {column} står {names.count(column)} gange; den skal stå én gang")
    yield [each for name in names for each in ([name, f"{name} født"] if name in cpr else [name])]
    columns = [_column(name, key, cpr, persons) for name in names]
    for row in reader:
        if len(row) not in (0, len(names)):
            raise Unusable(f"rækken har {len(row)} felter; linjen med kolonnenavne har {len(names)}")
        yield [each for column, cell in zip(columns, row, strict=False) for each in column(cell)]


def _column(name: str, key: bytes, cpr: Sequence[str], persons: Sequence[str]) -> Callable[[str], list[str]]:
    """What a cell of the column becomes."""

    def number(cell: str) -> list[str]:
        if tidy(cell).lower() in EMPTY:
            return ["", ""]
        digits = cpr_digits(cell)
        if digits is None:
            raise Unusable(f"cellen i kolonnen {name} har ikke form som et CPR-nummer")
        return [of_citizen(key, digits), birth_month(digits)]

    if name in cpr:
        return number
    if name in persons:
        return lambda cell: ["" if tidy(cell).lower() in EMPTY else of_worker(key, cell)]
    return lambda cell: [cell]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; the exit code."""
    parser = argparse.ArgumentParser(description="Sæt pseudonymer i stedet for CPR-numre og navne i en CSV-fil.")
    parser.add_argument("source", metavar="IND", type=Path, help="CSV-filen, som den er hentet")
    parser.add_argument("target", metavar="UD", type=Path, help="filen, der skrives; den må ikke findes")
    parser.add_argument("--key", metavar="NØGLEFIL", type=Path, required=True, help="registrets identitetsnøgle")
    parser.add_argument("--cpr", metavar="KOLONNE", action="append", default=[], help="en kolonne med CPR-numre")
    parser.add_argument("--person", metavar="KOLONNE", action="append", default=[], help="en kolonne med navne eller initialer")
    parser.add_argument("--delimiter", default=";", help="skilletegnet (som regel ;)")
    parser.add_argument("--encoding", default="cp1252", help="tegnsættet, hvor filen ikke er UTF-8 eller UTF-16")
    parser.add_argument("--header", type=int, default=1, help="linjen med kolonnenavne")
    given = parser.parse_args(arguments)
    if not given.cpr and not given.person:
        parser.error("angiv mindst én kolonne med --cpr eller --person")
    try:
        text = text_of(given.source.read_bytes(), given.encoding)
        key = key_of(given.key.read_bytes())
        done = replaced(text, key, given.cpr, given.person, delimiter=given.delimiter, header=max(1, given.header))
        with os.fdopen(os.open(given.target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
            target.write(done.encode("utf-8-sig"))
    except (Unusable, LookupError) as error:
        sys.stderr.write(f"Der er ikke skrevet noget: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"Der er ikke skrevet noget: {error.filename} kan ikke læses eller skrives.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
