"""Words of a draft: TOML's texts, names made of what a file or a column is called, and the nearest code to a sheet's word."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import NamedTuple

from journey.codes import CodeEntry, CodeList, folded
from journey.exchange.explain import closest

_LETTERS = str.maketrans({"æ": "ae", "ø": "oe", "å": "aa", "é": "e", "ö": "oe", "ä": "ae", "ü": "u"})
_SECTION = re.compile(r"§+\s*([0-9]+)\s*([a-zæøå](?![a-zæøå]))?", re.IGNORECASE)
_DATED = re.compile(
    r"[\s_.,()-]*(?:[0-9][0-9T._-]*|jan\w*|feb\w*|mar\w*|apr\w*|maj|jun\w*|jul\w*|aug\w*|sep\w*|okt\w*|nov\w*|dec\w*)$",
    re.IGNORECASE,
)


def toml_text(text: str) -> str:
    """The text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def toml_list(texts: Iterable[str]) -> str:
    """The texts as TOML writes a list of them."""
    return f"[{', '.join(map(toml_text, texts))}]"


def slug(text: str, otherwise: str = "ark") -> str:
    """A name of lower-case ASCII made of the text."""
    plain = re.sub(r"[^a-z0-9]+", "-", text.lower().translate(_LETTERS)).strip("-").lstrip("0123456789-")
    return plain[:_LONGEST].rstrip("-") or otherwise


_LONGEST = 36


def undated(stem: str) -> str:
    """The name of a file without the day or the number that it ends with, which next month is another."""
    shorter = _DATED.sub("", stem)
    return undated(shorter) if shorter != stem and shorter else shorter or stem


def file_pattern(name: str, others: Iterable[str]) -> str | None:
    """The pattern that next month's file fits too; None where it would fit another of the files as well."""
    stem, dot, ending = name.rpartition(".")
    pattern = re.sub(r"[\[\]?*]", "?", undated(stem)) + f"*{dot}{ending}"
    return None if any(fnmatchcase(other.casefold(), pattern.casefold()) for other in others) else pattern


def exact_pattern(name: str) -> str:
    """The pattern that the file fits, and no other but where its name has a pattern's own signs."""
    return re.sub(r"[\[\]?*]", "?", name)


class NearestCode(NamedTuple):
    """A code near a word, and why it is."""

    code: str
    reason: str


def nearest_code(word: str, codes: CodeList) -> NearestCode | None:
    """The code that the list has for the word, or the nearest by its label, its section or its spelling; None where none is near."""
    if code := codes.spellings.get(word):
        return NearestCode(code, "listens eget ord")
    for system in ("dst", "ffb", "kle", "lab"):
        if code := codes.by_outside_name(system).get(word):
            return NearestCode(code, f"gæt: nummeret i {system.upper()}")
    sections = {_section(found) for found in _SECTION.finditer(word)}
    cited = [code for code, entry in codes.codes.items() if sections & _sections(entry)]
    spelt = {folded(text): code for code, entry in codes.codes.items() for text in (code, *entry.aliases, entry.en, entry.da)}
    near = [spelt[text] for text in closest(folded(word), spelt, _MOST_NEAR)]
    if both := [code for code in near if code in cited]:
        return NearestCode(both[0], "gæt: paragraffen og ordene")
    if cited:
        return NearestCode(cited[0], "gæt: paragraffen")
    if near:
        return NearestCode(near[0], "gæt: det nærmeste ord")
    within = [code for text, code in spelt.items() if len(text) > _SHORT and (text in folded(word) or folded(word) in text)]
    return NearestCode(within[0], "gæt: ordet er en del af det andet") if within and len(word) > _SHORT else None


_MOST_NEAR, _SHORT = 3, 4


def _section(found: re.Match[str]) -> str:
    return found[1] + (found[2] or "").lower()


def _sections(entry: CodeEntry) -> set[str]:
    texts = (text for basis in entry.basis for text in (basis.printed, basis.verified) if text)
    return {_section(found) for text in texts for found in _SECTION.finditer(text)}
