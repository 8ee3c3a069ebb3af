"""A figure asked of one case at a time: the same SQL over tables that hold that case's rows and no other's; and rows told apart by case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, TypeVar

from msgspec import Struct

from dashboards.figures.figure import Cell, Counted, Query
from projections.engine.as_known import as_known
from projections.engine.day_order import DayOrder
from projections.projections import PROJECTIONS

W = TypeVar("W")

Place = tuple[str, int]
"""A case, and the position of the log that it is looked at as known at."""


class Own(Struct, frozen=True):
    """The cells and rows that a figure gives of one case alone."""

    cells: Sequence[Cell]
    rows: Sequence[str]
    """What the cells are made of, to see whether it is the same as at another position."""


class Alone(Struct, frozen=True):
    """A figure's query put to one case at a time, each as known at a position."""

    query: Query
    places: Sequence[Place]
    rows: Mapping[str, str] | None = None
    """For each table its rows as a JSON array, in place of those that the table holds."""

    @property
    def sql(self) -> str:
        """Each row of the figure's query beside the case and position it is of.

        A name that a query gives stands before that of a table, so the figure's own SQL reads only the rows of its case.
        """
        counted = self.query.sql.replace("%(position)s", "one.position")
        names, given = tables_of(self.query), ""
        if self.rows is not None:
            given = ", ".join(
                f"given_{name} AS MATERIALIZED (SELECT * FROM jsonb_populate_recordset(NULL::{name}, %(given_{name})s::jsonb))"
                for name in names
            )
        tables = ", ".join(
            f"{name} AS MATERIALIZED (SELECT * FROM {'given_' * bool(given)}{name}"
            f" WHERE case_id = one.case_id AND {as_known('one.position')})"
            for name in names
        )
        return (
            f"{'WITH ' * bool(given)}{given} SELECT one.case_id, one.position, own.*"
            " FROM unnest(%(cases)s::text[], %(positions)s::bigint[]) AS one (case_id, position)"
            f" CROSS JOIN LATERAL (WITH {tables} SELECT * FROM ({counted}) AS counted) AS own"
        )

    @property
    def values(self) -> Mapping[str, Any]:
        return {
            **self.query.values,
            **{f"given_{name}": rows for name, rows in (self.rows or {}).items()},
            "cases": [case for case, _ in self.places],
            "positions": [position for _, position in self.places],
        }

    def own(self, rows: Iterable[tuple[Any, ...]]) -> dict[Place, Own]:
        """Cells of each place: the figure's, as if there were no other case."""
        found: dict[Place, list[tuple[Any, ...]]] = {place: [] for place in self.places}
        for case, position, *row in rows:
            found[case, position].append(tuple(row))
        return {place: Own(self.query.cells(some), sorted(map(repr, some))) for place, some in found.items()}


class DayPlace(NamedTuple):
    """A case after one of its events in the order of their days, looked at on a day."""

    case: str
    nth: int
    day: date


class AlongDays(Struct, frozen=True):
    """A figure's query put to one case at a time at places of the order of its days; its rows are given, not read."""

    query: Query
    orders: Mapping[str, DayOrder]
    """By case, with the rows of the tables that the query reads."""
    places: Sequence[DayPlace]

    @property
    def sql(self) -> str:
        """Each row of the figure's query beside the number of the place it is of."""
        tables = tables_of(self.query)
        counted = self.query.sql.replace("%(position)s", "one.nth").replace("%(day)s", "one.day")
        counted = counted.replace("%(valid_at)s", "ARRAY[one.day]")
        rows = ", ".join(
            f"{name} AS MATERIALIZED (SELECT * FROM json_populate_recordset(NULL::{name}, its.{name}::json) WHERE {as_known('one.nth')})"
            for name in tables
        )
        given = ", ".join(f"%(rows_{name})s::text[]" for name in tables)
        return (
            "SELECT one.at, own.*"
            " FROM unnest(%(cases)s::text[], %(nths)s::bigint[], %(days)s::date[]) WITH ORDINALITY AS one (case_id, nth, day, at)"
            f" JOIN unnest(%(names)s::text[], {given}) AS its (case_id, {', '.join(tables)}) USING (case_id)"
            f" CROSS JOIN LATERAL (WITH {rows} SELECT * FROM ({counted}) AS counted) AS own"
        )

    @property
    def values(self) -> Mapping[str, Any]:
        names = [*dict.fromkeys(place.case for place in self.places)]
        return {
            **self.query.values,
            "cases": [place.case for place in self.places],
            "nths": [place.nth for place in self.places],
            "days": [place.day for place in self.places],
            "names": names,
            **{f"rows_{table}": [self.orders[name].json(table, name) for name in names] for table in tables_of(self.query)},
        }

    def rows(self, found: Iterable[tuple[Any, ...]]) -> dict[DayPlace, list[tuple[Any, ...]]]:
        """The figure's rows of each place, as if there were no other case."""
        out: dict[DayPlace, list[tuple[Any, ...]]] = {place: [] for place in self.places}
        for at, *row in found:
            out[self.places[at - 1]].append(tuple(row))
        return out


def by_case(rows: Iterable[tuple[Any, ...]], worth: Callable[[Counted], W]) -> dict[str, W]:
    """Value of each case's rows, by the case that stands first in each; the same rows are weighed once."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for case, *row in rows:
        found.setdefault(case, []).append(tuple(row))
    weighed: dict[tuple[tuple[Any, ...], ...], W] = {}
    out: dict[str, W] = {}
    for case, some in found.items():
        key = tuple(some)
        if key not in weighed:
            weighed[key] = worth(some)
        out[case] = weighed[key]
    return out


def tables_of(query: Query) -> list[str]:
    """The tables that the query may read: those whose names stand in it."""
    words = set(re.findall(r"[a-z_]+", query.sql))
    return [name for name in PROJECTIONS if name in words]
