"""Type errors of a value, in plain Danish."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import cast

import msgspec
from msgspec import inspect

from journey.personal import excerpt
from journey.problem import Problem, thousands

_PATTERNS = {
    "^[0-9]{4}-(0[1-9]|1[0-2])$": "skal være år og måned, ÅÅÅÅ-MM, f.eks. 1999-04",
    "^[0-9a-f]{64}$": "skal være 64 tegn af 0-9 og a-f",
    "^[a-z][a-z0-9_-]{0,39}$": "skal være højst 40 tegn af a-z, 0-9, _ og -, begyndende med et bogstav",
}


def type_problems(place: str, value: object, type_: inspect.Type) -> Iterator[Problem]:
    """The problems of a value that is not of the type; none if it is."""
    match type_:
        case inspect.UnionType():
            yield from _union(place, value, type_)
        case inspect.ListType() | inspect.VarTupleType():
            yield from _list(place, value, type_)
        case inspect.StructType():
            yield from _struct(place, value, type_)
        case inspect.Metadata():  # a description beside the type
            yield from type_problems(place, value, type_.type)
        case inspect.DictType():
            yield from _dict(place, value, type_)
        case _:
            reason = _reason(value, type_)
            if reason:
                yield Problem(place, reason)


def _union(place: str, value: object, type_: inspect.UnionType) -> Iterator[Problem]:
    options = [option for option in type_.types if not isinstance(option, inspect.NoneType)]
    if value is None and len(options) < len(type_.types):
        return
    if any(isinstance(option, inspect.FloatType) for option in options):  # any number is one
        options = [option for option in options if not isinstance(option, inspect.IntType)]
    found = [list(type_problems(place, value, option)) for option in options]
    if all(found):
        yield from max(found, key=lambda problems: len(problems[0].field))  # the option that got furthest into the value


def _list(place: str, value: object, type_: inspect.ListType | inspect.VarTupleType) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield Problem(place, f"skal være en liste, ikke {_written(value)}")
        return
    items = cast("list[object]", value)
    if type_.min_length is not None and len(items) != type_.min_length:
        yield Problem(place, f"skal være fem tal (eller null, hvor tallet ikke kendes); der er {len(items)}")
    for number, item in enumerate(items[:100], start=1):
        yield from type_problems(f"{place}[{number}]", item, type_.item_type)


def _dict(place: str, value: object, type_: inspect.DictType) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(place, f"skal være et objekt, ikke {_written(value)}")
        return
    for name, item in cast("dict[str, object]", value).items():
        yield from type_problems(f"{place}.{excerpt(name)}", item, type_.value_type)


def _struct(place: str, value: object, type_: inspect.StructType) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(place, f"skal være et objekt, ikke {_written(value)}")
        return
    fields = cast("dict[str, object]", value)
    known = {field.encode_name: field for field in type_.fields}
    for name in fields:
        if name not in known:
            yield Problem(f"{place}.{excerpt(name)}", "feltet kendes ikke")
    for name, field in known.items():
        if name in fields:
            yield from type_problems(f"{place}.{name}", fields[name], field.type)
        elif field.required:
            yield Problem(f"{place}.{name}", "feltet mangler")


def _reason(value: object, type_: inspect.Type) -> str | None:
    match type_:
        case inspect.StrType():
            return _text(value, type_)
        case inspect.IntType():
            return _whole(value, type_)
        case inspect.FloatType():
            number = isinstance(value, int | float) and not isinstance(value, bool)
            return None if number else f"skal være et tal, ikke {_written(value)}"
        case inspect.BoolType():
            return None if isinstance(value, bool) else f"skal være true eller false, ikke {_written(value)}"
        case inspect.LiteralType():
            named = (str(each) for each in type_.values if str(each).isprintable())
            return None if value in type_.values else f"skal være en af: {', '.join(named)}"
        case inspect.DateType():
            return _day(value)
        case _:
            return None


def _text(value: object, type_: inspect.StrType) -> str | None:
    if not isinstance(value, str):
        return f"skal være en tekst, ikke {_written(value)}"
    if type_.pattern is not None and not re.search(type_.pattern, value):
        return _PATTERNS[type_.pattern]
    if len(value) < (type_.min_length or 0):
        return "må ikke være tom"
    if type_.max_length is not None and len(value) > type_.max_length:
        return f"er {len(value)} tegn lang; højst {type_.max_length} er tilladt"
    return None


def _whole(value: object, type_: inspect.IntType) -> str | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return f"skal være et helt tal, ikke {_written(value)}"
    if type_.ge is not None and value < type_.ge:
        return f"må ikke være under {type_.ge}"
    if type_.le is not None and value > type_.le:
        return f"må ikke være over {thousands(int(type_.le))}"
    return None


def _day(value: object) -> str | None:
    try:
        msgspec.convert(value, date)
    except msgspec.ValidationError:
        return f"{excerpt(value)} er ikke en dag; skriv ÅÅÅÅ-MM-DD, f.eks. 2024-03-01"
    return None


def _written(value: object) -> str:
    """A value as it stands in the line."""
    return excerpt(msgspec.json.encode(value).decode())
