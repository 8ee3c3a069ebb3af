"""A figure asked of one case at a time: the same SQL over tables that hold that case's rows and no other's; and rows told apart by case."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct

from dashboards.figures.figure import Cell, Counted, Query
from projections.engine.as_known import as_known
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

    @property
    def sql(self) -> str:
        """Each row of the figure's query beside the case and position it is of.

        A name that a query gives stands before that of a table, so the figure's own SQL reads only the rows of its case.
        """
        counted = self.query.sql.replace("%(position)s", "one.position")
        tables = ", ".join(
            f"{name} AS MATERIALIZED (SELECT * FROM {name} WHERE case_id = one.case_id AND {as_known('one.position')})"
            for name in tables_of(self.query)
        )
        return (
            "SELECT one.case_id, one.position, own.*"
            " FROM unnest(%(cases)s::text[], %(positions)s::bigint[]) AS one (case_id, position)"
            f" CROSS JOIN LATERAL (WITH {tables} SELECT * FROM ({counted}) AS counted) AS own"
        )

    @property
    def values(self) -> Mapping[str, Any]:
        return {
            **self.query.values,
            "cases": [case for case, _ in self.places],
            "positions": [position for _, position in self.places],
        }

    def own(self, rows: Iterable[tuple[Any, ...]]) -> dict[Place, Own]:
        """Cells of each place: the figure's, as if there were no other case."""
        found: dict[Place, list[tuple[Any, ...]]] = {place: [] for place in self.places}
        for case, position, *row in rows:
            found[case, position].append(tuple(row))
        return {place: Own(self.query.cells(some), sorted(map(repr, some))) for place, some in found.items()}


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
