"""Planted CPR numbers, which belong to nobody and stand nowhere else, and a scanner that finds them in bytes of any kind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

PLANTED = 50


def _numbers() -> list[str]:
    """Born on two days, on one of which a spreadsheet takes the zero in front."""
    return [f"{'310799' if nth % 2 else '020799'}{9000 + 17 * nth}" for nth in range(PLANTED)]


NUMBERS = _numbers()
"""The numbers, ten digits each."""

_FORM = re.compile(rb"(?:31|0?2)[-./_ ]?07[-./_ ]?99[-./_ ]{0,3}([0-9]{4})")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){9,}")
_BY_LAST = {number[6:].encode(): number for number in NUMBERS}


def hits(raw: bytes) -> set[str]:
    """The planted numbers in the bytes: as text in UTF-8 or UTF-16, with or without separators, or as a dump writes bytes."""
    found = {_BY_LAST.get(each) for text in _readings(raw) for each in _FORM.findall(text)}
    return {number for number in found if number is not None}


def _readings(raw: bytes) -> Iterator[bytes]:
    yield raw
    yield raw.replace(b"\0", b"")
    for found in _HEX.findall(raw):
        for part in (found, found[1:]):  # an odd digit before it moves the pairs
            yield bytes.fromhex(part[: len(part) // 2 * 2].decode())


def hits_in_files(folders: Iterable[Path]) -> dict[str, set[str]]:
    """The files below the folders in which a planted number stands, with the numbers."""
    files = (path for folder in folders for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    return {str(path): found for path in files if (found := hits(path.read_bytes()))}
