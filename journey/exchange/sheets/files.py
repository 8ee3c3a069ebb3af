"""Files of a delivery: which of a folder's each sheet is read from."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from fnmatch import fnmatchcase

from journey.exchange.sheets.declarations import SheetsFile

NOT_A_DELIVERY = (".", "~$")
"""How the names begin of files that a system hides, and of those that a spreadsheet leaves while one is open."""


def files_of(file: SheetsFile, names: Iterable[str]) -> list[list[str]]:
    """For each sheet of the mapping file the names that fit its `file`, in their order, without case and in Unicode's composed form."""
    found = sorted(name for name in names if not name.startswith(NOT_A_DELIVERY))
    return [[name for name in found if fnmatchcase(_folded(name), _folded(sheet.file))] for sheet in file.sheets]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
