"""Items of the lists of one large JSON object, read piece by piece: never is more of the file in memory than one item."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple

import msgspec

from journey.exchange.file_lines import LONGEST
from journey.json_text import BadJson
from journey.personal import excerpt
from journey.problem import thousands

MOST_LEVELS = 8
"""How many lists and objects an item may have within each other; OCEL has three."""
PIECE = 1 << 16

_TEXT = rb'"(?:[^"\\]++|\\.)*+"'


def _inside(levels: int) -> bytes:
    """Expression of what stands within a bracket; no letter is looked at twice, wherever the file is cut off."""
    deeper = rb"|[{\[]" + _inside(levels - 1) + rb"[}\]]" if levels else b""
    return rb'(?:[^"{}\[\]]++|' + _TEXT + deeper + rb")*+"


_VALUE = re.compile(rb"[{\[]" + _inside(MOST_LEVELS) + rb"[}\]]|" + _TEXT + rb'|[^\s,:{}\[\]"]++', re.DOTALL)
_BLANK = re.compile(rb"[ \t\r\n]*+")


class JsonItem(NamedTuple):
    """An item of a list: the list's name, its number in it, and its text. Number 0, without a text, is the list's beginning."""

    name: str
    number: int
    raw: bytes


def json_items(file: IO[bytes], seen: Callable[[int], object]) -> Iterator[JsonItem]:
    """The items of the lists of the object that the file is, in their order; its other values are passed over.

    `seen` gets the number of bytes read. Raises BadJson; what an item says is its reader's to check.
    """
    text = _Window(file, seen)
    text.expect(b"{", "er ikke et objekt i JSON")
    if text.accept(b"}"):
        text.end()
        return
    while True:
        name = _name(text)
        text.expect(b":", f"mangler et kolon efter {excerpt(name)}")
        yield JsonItem(name, 0, b"")
        if text.accept(b"["):
            yield from _items(text, name)
        else:
            text.value(excerpt(name))
        if not text.accept(b","):
            break
    text.expect(b"}", "mangler et komma, eller den sidste }")
    text.end()


def _name(text: _Window) -> str:
    raw = text.value("et navn")
    try:
        return msgspec.json.decode(raw, type=str)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise text.bad("har noget andet, hvor et navn skulle stå") from None


def _items(text: _Window, name: str) -> Iterator[JsonItem]:
    if text.accept(b"]"):
        return
    number, shown = 0, excerpt(name)
    while True:
        number += 1
        yield JsonItem(name, number, text.value(f"{shown} nummer {number}"))
        if not text.accept(b","):
            text.expect(b"]", f"mangler et komma eller en ] i {shown} efter nummer {number}")
            return


class _Window:
    """Window on the file, from the place that is read next."""

    def __init__(self, file: IO[bytes], seen: Callable[[int], object]) -> None:
        self._file, self._seen = file, seen
        self._text, self._at, self._ended, self._passed = b"", 0, False, 0
        self._more(PIECE)
        if self._text.startswith(codecs.BOM_UTF8):
            self._at = len(codecs.BOM_UTF8)

    def value(self, place: str) -> bytes:
        """The text of the value that stands next."""
        self._next()
        size = PIECE
        while True:
            found = _VALUE.match(self._text, self._at)
            if found and (found.end() < len(self._text) or self._ended):
                self._at = found.end()
                return found[0]
            if self._ended:
                raise self.bad(
                    f"slutter for tidligt, eller har et tegn, der ikke må stå der, eller mere end {MOST_LEVELS} lag", place
                )
            if len(self._text) - self._at > LONGEST:
                raise self.bad(
                    f"har noget, der er længere end {thousands(LONGEST)} tegn eller har mere end {MOST_LEVELS} lag", place
                )
            self._more(size)
            size *= 2  # so that what is long is not begun anew for each piece

    def accept(self, sign: bytes) -> bool:
        """Pass the sign if it stands next."""
        found = self._next() == sign
        self._at += found
        return found

    def expect(self, sign: bytes, else_: str) -> None:
        """Pass the sign; raises BadJson where it does not stand next."""
        if not self.accept(sign):
            raise self.bad("slutter for tidligt" if self._ended and not self._next() else else_)

    def end(self) -> None:
        """Raises BadJson where something stands after the end."""
        if self._next():
            raise self.bad("har noget stående efter sin slutning")

    def bad(self, reason: str, place: str = "") -> BadJson:
        """The error of what stands next."""
        byte = f"byte {thousands(self._passed + self._at + 1)}"
        return BadJson(reason, f"{place}, {byte}" if place else byte)

    def _next(self) -> bytes:
        """The sign that stands next, blanks passed; empty at the file's end."""
        sign = self._text[self._at : self._at + 1]
        if sign and sign not in b" \t\r\n":
            return sign
        while True:
            self._at = _BLANK.match(self._text, self._at).end()  # type: ignore[union-attr] -- it matches nothing too
            if self._at < len(self._text) or self._ended:
                return self._text[self._at : self._at + 1]
            self._more(PIECE)

    def _more(self, size: int) -> None:
        piece = self._file.read(size)
        self._seen(len(piece))
        self._ended = not piece
        self._passed += self._at
        self._text, self._at = self._text[self._at :] + piece, 0
