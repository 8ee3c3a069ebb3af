"""Reader of TOML that comes from outside: what cannot be read is refused with its place, and what nests without end is not tried."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from typing import Any, cast

from journey.personal import excerpt
from journey.system_words import toml_error_reason

MOST_LEVELS = 20
"""How many tables and lists may stand within each other, and how many names a dotted key may have."""

_TEXT = re.compile(r'"(?:[^"\\\n]|\\.)*+"?|\'[^\'\n]*+\'?|#[^\n]*+')
"""A text on one line, or a comment."""
_LONG_KEY = re.compile(rf"(?:\.[ \t]*+[\w$-]++[ \t]*+){{{MOST_LEVELS}}}", re.ASCII)
"""A dotted key from its first dot on: tomllib reads one at the square of its length."""
_LONG_WORD = re.compile(r"(?<![\w-])[\w-]{1000}")
_BRACKET = re.compile(r"[\[\]{}]")

_LARGEST = 2**63
"""The largest whole number that TOML has."""


class BadToml(ValueError):
    """A text that is no TOML, or nests too deep: `reason` says where and why, in Danish."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def parsed(text: str) -> dict[str, Any]:
    """The table of a TOML text. Raises BadToml."""
    bare = _TEXT.sub(lambda found: "$" * len(found[0]), text)
    if found := _LONG_KEY.search(bare):
        raise BadToml(f"linje {_line(text, found.start())}: et navn har mere end {MOST_LEVELS} led")
    if found := _LONG_WORD.search(bare):
        raise BadToml(f"linje {_line(text, found.start())}: et tal eller et navn er længere end 1.000 tegn")
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadToml(toml_error_reason(error)) from None
    except RecursionError:
        raise BadToml(f"linje {_deep_line(bare)}: {_TOO_DEEP}") from None
    except ValueError:
        raise BadToml("et helt tal har flere cifre, end der kan læses") from None
    _check(table)
    return table


def texts_within(value: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """Every name and every text of a table, each with its place."""
    if isinstance(value, str):
        yield place, value
    for name, each in _inside(value):
        where = f"{place}.{name}" if place and isinstance(value, dict) else f"{place}[{name}]" if place else name
        if isinstance(value, dict):
            yield where, name
        yield from texts_within(each, where)


_TOO_DEEP = f"mere end {MOST_LEVELS} tabeller og lister står inden i hinanden"


def _check(table: dict[str, Any]) -> None:
    """Raises BadToml for a value that lies too deep, or is a whole number larger than TOML has."""
    level: list[tuple[str, Any]] = [("", table)]
    for _ in range(MOST_LEVELS):
        level = [(f"{path}.{name}" if path else name, value) for path, each in level for name, value in _inside(each)]
        for path, value in level:
            if isinstance(value, int) and abs(value) > _LARGEST:
                raise BadToml(f"{excerpt(path)}: tallet er for stort")
    if level:
        raise BadToml(f"{excerpt(level[0][0])}: {_TOO_DEEP}")


def _inside(value: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(value, dict):
        return cast("dict[str, Any]", value).items()
    return ((str(nth), each) for nth, each in enumerate(cast("list[Any]", value), 1)) if isinstance(value, list) else ()


def _deep_line(bare: str) -> int:
    level = 0
    for found in _BRACKET.finditer(bare):
        level += 1 if found[0] in "[{" else -1
        if level > MOST_LEVELS:
            return _line(bare, found.start())
    return 1


def _line(text: str, at: int) -> int:
    return text.count("\n", 0, at) + 1
