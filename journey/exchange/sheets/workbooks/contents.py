"""Contents of a delivered file, by its first bytes: whether it is what its name says."""

from __future__ import annotations

import codecs
import io
from typing import IO

from journey.personal import excerpt
from journey.refusals import Refused

ZIP = (b"PK\x03\x04", b"PK\x05\x06")
"""The marks that a zip begins with, which a workbook is."""
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The mark of Microsoft's compound file: a workbook of before 2007, or a protected one of today."""
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_OTHERS = {
    b"%PDF": "en PDF",
    b"\x1f\x8b": "en gzip-fil",
    b"\x89PNG": "et billede",
    b"7z\xbc\xaf": "en 7z-fil",
    b"Rar!": "en rar-fil",
}
_PIECE = 1 << 16


def check_contents(file: IO[bytes], name: str) -> None:
    """Raises Refused (`bad_file`) for a file that is other than its name says, or nothing that is read; left at its beginning."""
    reason = _fault(file, is_workbook_name(name))
    file.seek(0)
    if reason is not None:
        raise Refused("bad_file", reason, place=excerpt(name))


def is_workbook_name(name: str) -> bool:
    """Whether the file's name is a workbook's."""
    return name.lower().endswith(".xlsx")


def _fault(file: IO[bytes], workbook: bool) -> str | None:
    file.seek(0)
    head = file.read(_PIECE)
    if not head:
        return "Filen er tom. Hent den igen fra systemet."
    if head.startswith(COMPOUND):
        return PROTECTED if _holds(file, _PROTECTED) else OLD
    for mark, noun in _OTHERS.items():
        if head.startswith(mark):
            return f"Filen er {noun}, ikke et ark. Gem arket som .xlsx eller CSV."
    if head.startswith(ZIP):
        return None if workbook else NO_TEXT
    if head.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"<"):
        return "Filen er en webside eller XML, ikke et ark. Åbn den i et regneark, og gem den som .xlsx eller CSV."
    return NO_WORKBOOK if workbook else None


PROTECTED = "Filen er beskyttet med en adgangskode eller en følsomhedsmærkat, så den ikke kan læses. Fjern beskyttelsen, og gem den igen."
OLD = "Filen er en Excel-fil i den gamle form (.xls). Åbn den i et regneark, og gem den som .xlsx eller CSV."
NO_TEXT = (
    "Filen er en Excel-fil eller en zip, men dens navn er en tekstfils. Gem arket som CSV, eller giv filen endelsen .xlsx, og skriv"
    " file og worksheet i oversættelsesfilen."
)
NO_WORKBOOK = (
    "Filen hedder .xlsx, men er en tekstfil. Giv den endelsen .csv, og ret file i oversættelsesfilen, eller gem den som .xlsx."
)


def _holds(file: IO[bytes], mark: bytes) -> bool:
    """Whether the mark stands anywhere in the file."""
    file.seek(0, io.SEEK_SET)
    tail = b""
    while piece := file.read(_PIECE):
        if mark in tail + piece:
            return True
        tail = piece[-len(mark) :]
    return False
