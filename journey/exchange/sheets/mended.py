"""A mapping file's table mended: what is of a wrong type is put right, so that what the rest means can be looked at too."""

from __future__ import annotations

from typing import cast

from msgspec import inspect

from journey.types_in_danish import type_problems


def mended(value: object, type_: inspect.Type) -> object:
    """The value where it is of the type, else the nearest that is: without what is not known in it, stand-ins for what is missing."""
    if not any(type_problems("", value, type_)):
        return value
    match type_:
        case inspect.Metadata():
            return mended(value, type_.type)
        case inspect.UnionType():
            options = [each for each in type_.types if not isinstance(each, inspect.NoneType)]
            tables = [each for each in options if isinstance(each, inspect.StructType | inspect.DictType)]
            return mended(value, (tables if isinstance(value, dict) and tables else options)[0])
        case inspect.ListType():
            items = cast("list[object]", value) if isinstance(value, list) else []
            return [mended(item, type_.item_type) for item in items]
        case inspect.DictType():
            table = cast("dict[str, object]", value) if isinstance(value, dict) else {}
            return {name: mended(item, type_.value_type) for name, item in table.items()}
        case inspect.StructType():
            return _struct(cast("dict[str, object]", value) if isinstance(value, dict) else {}, type_)
        case _:
            return _stand_in(type_)


def _struct(table: dict[str, object], type_: inspect.StructType) -> dict[str, object]:
    return {
        field.encode_name: mended(table.get(field.encode_name), field.type)
        for field in type_.fields
        if field.required or field.encode_name in table
    }


def _stand_in(type_: inspect.Type) -> object:
    match type_:
        case inspect.LiteralType():
            return type_.values[0]
        case inspect.IntType():
            return type_.ge or 0
        case inspect.FloatType():
            return 1.0
        case inspect.BoolType():
            return False
        case _:
            return "x"
