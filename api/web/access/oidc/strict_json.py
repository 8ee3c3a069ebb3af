"""JSON as a provider may write it in a token: no name twice, no number that is none, and every value of the type that it must have."""

from __future__ import annotations

import json
from typing import Any, cast


def object_of(value: object) -> dict[str, Any]:
    """The object that the value is; an empty one where it is none."""
    return cast(dict[str, Any], value) if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """The list that the value is, or of the value alone."""
    return cast(list[Any], value) if isinstance(value, list) else [value]


class StrictDecoder(json.JSONDecoder):
    """Decoder of a token's JSON. Raises ValueError for a name that stands twice, and for a number that is none."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=_once, parse_constant=_never)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _never(name: str) -> float:
    raise ValueError(name)
