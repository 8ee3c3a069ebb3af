"""Normalising of a line to the spelling that the strict reader wants, from another that the law allows.

What leaves an optional field out may say null for it; a whole number may be written `1200.0` or `12e2`, which JSON takes for the
same; and a moment may be any ISO date-time with an offset, such as one without seconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
from msgspec import inspect

from journey.exchange.lines import DATA_FIELDS

_ISO = re.compile(r"[0-9]{4}-?[0-9]{2}-?[0-9]{2}[Tt ][0-9]{2}.*[0-9Zz]", re.ASCII)
_WHOLE = 2.0**53
"""Up to here every whole number is a number of its own."""


def normalised(raw: bytes) -> bytes | None:
    """The line as the strict reader wants it; None where it is so already, or cannot be."""
    try:
        line: object = msgspec.json.decode(raw)
    except (ValueError, RecursionError):
        return None
    if not isinstance(line, dict):
        return None
    fields = cast("dict[str, Any]", line)
    changed = {**fields, **_known_at(fields.get("known_at"))}
    data, known = fields.get("data"), _fields(fields.get("kind"))
    if isinstance(data, dict):
        changed["data"] = {
            name: _whole(value, known[name].type) if name in known else value
            for name, value in cast("dict[str, Any]", data).items()
            if not (value is None and name in known and _left_out(known[name]))
        }
    elif data is None:
        changed.pop("data", None)
    written = msgspec.json.encode(changed)
    return None if written == msgspec.json.encode(fields) else written


def moment(text: str) -> datetime | None:
    """An ISO date-time with an offset, in UTC, what is past the microsecond cut off; None for anything else."""
    if not _ISO.fullmatch(text):
        return None
    try:
        found = datetime.fromisoformat(text.upper())
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None


def _known_at(value: object) -> Mapping[str, Any]:
    found = moment(value) if isinstance(value, str) and not _is_strict(value) else None
    return {} if found is None else {"known_at": found}


def _is_strict(value: str) -> bool:
    try:
        msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return False
    return True


def _fields(kind: object) -> Mapping[str, inspect.Field]:
    return DATA_FIELDS.get(kind, {}) if isinstance(kind, str) else {}


def _left_out(field: inspect.Field) -> bool:
    """Whether null can only mean that the optional field is left out."""
    types = field.type.types if isinstance(field.type, inspect.UnionType) else (field.type,)
    return not field.required and not any(isinstance(option, inspect.NoneType) for option in types)


def _whole(value: object, type_: inspect.Type) -> object:
    """A number that is whole as one, where a whole number belongs."""
    types = type_.types if isinstance(type_, inspect.UnionType) else (type_,)
    takes = {type(option) for option in types}
    if isinstance(value, float) and inspect.IntType in takes and inspect.FloatType not in takes:
        return int(value) if value.is_integer() and abs(value) <= _WHOLE else value
    if isinstance(value, list):
        items = next((option.item_type for option in types if isinstance(option, inspect.ListType)), inspect.AnyType())
        return [_whole(item, items) for item in cast("list[object]", value)]
    return value
