"""A file's table mended: what is of a wrong type is put right, so that what the rest means can be looked at too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, TypeVar, cast

import msgspec
from msgspec import Struct, inspect

from journey.problem import Problem
from journey.types_in_danish import type_problems

Form = TypeVar("Form", bound=Struct)


def faults_of(table: Mapping[str, Any], form: type[Form], meant: Callable[[Form], Iterable[Problem]]) -> list[Problem]:
    """Every fault of a file's table: of its types first, then of what it means where those are right."""
    type_ = inspect.type_info(form)
    wrong_types = [Problem(problem.field.removeprefix("."), problem.reason) for problem in type_problems("", table, type_)]
    places = [problem.field for problem in wrong_types]
    faults = meant(msgspec.convert(mended(table, type_), form))
    return wrong_types + [fault for fault in faults if not any(_within(fault.field, each) for each in places)]


def _within(place: str, other: str) -> bool:
    """Whether one of the places is within the other, so that a fault of the one follows from that of the other."""
    shorter, longer = sorted((place, other), key=len)
    return longer.startswith(shorter) and longer[len(shorter) : len(shorter) + 1] in ("", ".", "[")


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
        case inspect.DateType():
            return date(1900, 1, 1)
        case _:
            return "x"
