"""The columns of a row type's table, from its fields."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import NoneType, UnionType
from typing import Union, get_args, get_origin, get_type_hints

from msgspec.structs import fields

from projections.fold import Row

TEXT = 'text COLLATE "C"'
"""Compared byte by byte, so that a figure's cells have one order, and a tie one end, whatever language the database sorts in."""

_SQL_TYPES: Mapping[object, str] = {str: TEXT, int: "bigint", bool: "boolean", date: "date"}


def columns(row: type[Row]) -> dict[str, tuple[str, bool]]:
    """The row type's own columns: the SQL type, and whether it may be null."""
    hints = get_type_hints(row)
    return {field.name: _column(hints[field.name]) for field in fields(row)}


def _column(hint: object) -> tuple[str, bool]:
    if get_origin(hint) in (Union, UnionType):
        kinds = get_args(hint)
        return _column(next(kind for kind in kinds if kind is not NoneType))[0], True
    return _SQL_TYPES.get(hint, TEXT), False
