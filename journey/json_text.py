"""Reader of JSON that comes from outside: what cannot be read is refused with its place, and what nests without end is not tried."""

from __future__ import annotations

import re
from typing import Any

import msgspec

MOST_LEVELS = 32
"""How many objects and lists may stand within each other; the deepest event has seven."""

_TEXT = re.compile(rb'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)', re.DOTALL)
"""A text, also one that the end cuts off, so that no letter is looked at twice."""
_LARGE = re.compile(rb"[0-9]{300,}|[0-9](?:\.[0-9]+)?[eE]\+?[0-9]{3,}")
_BRACKET = re.compile(rb"[\[\]{}]")


class BadJson(ValueError):
    """A text that is no JSON, or nests too deep: `reason` in Danish, to follow what the text is called, and `place` where."""

    def __init__(self, reason: str, place: str = "") -> None:
        self.reason, self.place = reason, place
        super().__init__(reason)

    @property
    def text(self) -> str:
        return f"{self.reason} (ved {self.place})" if self.place else self.reason


def decoded(raw: bytes, type_: Any = Any) -> Any:
    """The value of a JSON text. Raises BadJson, and msgspec.ValidationError for a value that is not of the type."""
    deep = deep_place(raw)
    if deep is not None:
        raise BadJson("har for mange lag af objekter og lister i hinanden", _letter(raw, deep))
    try:
        return msgspec.json.decode(raw, type=type_)
    except UnicodeDecodeError:
        raise BadJson("er ikke gyldig UTF-8", _unreadable(raw)) from None
    except msgspec.ValidationError as error:
        if "out of range" in str(error):
            found = _LARGE.search(raw)
            raise BadJson("har et tal, der er for stort", _letter(raw, found.start()) if found else "") from None
        raise
    except msgspec.DecodeError as error:
        raise _malformed(raw, str(error)) from None


def deep_place(raw: bytes) -> int | None:
    """The byte, the first is 0, of the first bracket that has more than the most levels around it; None where none has."""
    if raw.count(b"{") + raw.count(b"[") <= MOST_LEVELS:  # nearly every line, at a hundredth of the cost
        return None
    level = 0
    for found in _BRACKET.finditer(_TEXT.sub(lambda text: b" " * len(text[0]), raw)):
        level += 1 if found[0] in b"{[" else -1
        if level > MOST_LEVELS:
            return found.start()
    return None


def _malformed(raw: bytes, message: str) -> BadJson:
    if not raw.strip():
        return BadJson("er tom")
    place = re.search(r"byte (\d+)", message)
    if place:
        return BadJson("er ikke gyldig JSON", _letter(raw, int(place[1])))
    half = r", eller et tegn, der begynder med \ud, er kun skrevet halvt" if b"\\ud" in raw.lower() else ""
    return BadJson(f"er ikke gyldig JSON: den slutter for tidligt{half}")


def _unreadable(raw: bytes) -> str:
    try:
        raw.decode()
    except UnicodeDecodeError as error:
        return f"byte {error.start + 1}"
    return ""


def _letter(raw: bytes, byte: int) -> str:
    return f"tegn {len(raw[:byte].decode('utf-8', 'replace')) + 1}"
