"""Functions of the database that count: one for each statement that a figure can make, so that whoever may read no case is given cells.

A function has the rights of its owner, who reads every row; its caller names one, and gives it values. What it gives back is what a
figure's cells are made of, and never a case, a citizen or a worker.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import Any

from msgspec import Struct

from projections.engine.tables import SCHEMA as ROWS

SCHEMA = "figures"
"""The schema of the functions."""
PLANNING: Mapping[str, str] = {"random_page_cost": "1.1", "jit": "off", "max_parallel_workers_per_gather": "0"}
"""The settings that a figure's query is planned with: rows are in memory or on a fast disk, so that an index scan is cheap; neither JIT
nor parallel workers, since compiling a query and starting processes takes longer than running it."""

_NAMED = re.compile(r"%\((\w+)\)s")
_TYPES = {bool: "boolean", int: "bigint", str: "text", date: "date"}


class CountingFunction(Struct, frozen=True, dict=True):
    """A function of the database that runs one statement of a figure."""

    of: str
    """The figure's id, or the name of what else is counted."""
    sql: str
    """The statement, with its values named as `%(name)s`."""
    types: Mapping[str, str]
    """The type of each value that the statement names, in the order in which it first names them."""

    @cached_property
    def name(self) -> str:
        """The name says what it counts and by which statement, so that a program never calls another version's by mistake."""
        whole = "\n".join([self.sql, *(f"{name} {of_type}" for name, of_type in self.types.items())])
        return f"{self.of}_{hashlib.sha256(whole.encode()).hexdigest()[:10]}"

    @cached_property
    def call(self) -> str:
        """The statement that calls it, with the same named values."""
        given = ", ".join(f"%({name})s::{of_type}" for name, of_type in self.types.items())
        return f"SELECT * FROM {SCHEMA}.{self.name}({given})"  # noqa: S608 -- names and types of our own

    def described(self) -> str:
        """The statement with no values, by which the database says what columns it gives."""
        return _NAMED.sub(lambda found: f"NULL::{self.types[found[1]]}", self.sql).replace("%%", "%")

    def definition(self, columns: Iterable[tuple[str, str]]) -> str:
        """The statement that makes it; `columns` are the name and the type of each that it gives."""
        numbers = {name: f"${nth}" for nth, name in enumerate(self.types, start=1)}
        counted = _NAMED.sub(lambda found: numbers[found[1]], self.sql).replace("%%", "%")
        given = ", ".join(f"given_{name} {of_type}" for name, of_type in self.types.items())
        returned = ", ".join(f'"{name}" {of_type}' for name, of_type in columns)
        settings = " ".join(f"SET {name} = {value}" for name, value in PLANNING.items())
        # A statement in a string is planned with the values it is run with, as it is where it is sent by itself.
        return (
            f"CREATE FUNCTION {SCHEMA}.{self.name}({given}) RETURNS TABLE ({returned})"
            f" LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = {ROWS}, pg_temp {settings} AS $function$"
            f" BEGIN RETURN QUERY EXECUTE $query${counted}$query$ USING {', '.join(numbers.values())}; END $function$"
        )


def column_names(names: Sequence[str]) -> list[str]:
    """The names of a statement's columns as a function can have them: each once, and one for those without."""
    out: list[str] = []
    for nth, name in enumerate(names, start=1):
        out.append(name if re.fullmatch(r"[a-z][a-z_0-9]*", name) and name not in out else f"column_{nth}")
    return out


def function_of(of: str, sql: str, values: Mapping[str, Any]) -> CountingFunction:
    """The function that runs the statement, of values of these types."""
    return CountingFunction(of, sql, {name: _type_of(values[name]) for name in dict.fromkeys(_NAMED.findall(sql))})


def _type_of(value: Any) -> str:
    """The database's type of a value, of a list by its first element that is there."""
    if isinstance(value, list):
        return _type_of(next(each for each in value if each is not None)) + "[]"  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- a list of days, codes or numbers
    return _TYPES[type(value)]
