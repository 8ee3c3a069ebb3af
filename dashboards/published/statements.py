"""The statements of a citizens' survey: each known by what it says, whatever figure of a paper printed it."""

from __future__ import annotations

import re

from msgspec import Struct

from journey.codes import CodeLists

_PRINTED = re.compile(r"Figur (\d+): ")


class Statement(Struct, frozen=True):
    """A statement as it was recorded."""

    code: str | None
    """Its code in the list `statements`; None where the list does not have it."""
    wording: str
    printed: str
    """The number of the paper's figure; empty where the recorded text names none."""


def statement_of(text: str, codes: CodeLists) -> Statement:
    """The statement that a recorded text is, by code, label or alias; a number of a paper's figure before it is only its place there."""
    found = _PRINTED.match(text)
    wording = text[found.end() :] if found else text
    plain = _plain(wording)
    printed = found[1] if found else ""
    for code, entry in codes["statements"].codes.items():
        if plain in map(_plain, (code, entry.da, *entry.aliases)):
            return Statement(code, entry.da if wording == code else wording, printed)
    return Statement(None, wording, printed)


def _plain(text: str) -> str:
    return text.strip().rstrip(".").casefold()
