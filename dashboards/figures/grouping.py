"""Questions that one run of a query answers: the same SQL with the same values, but for the days, and which of the rows they count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from dashboards.figures.figure import Ask, Cell, Counted, Query

_DAYS = ("valid_at", "day")


class QueryGroup(Struct, frozen=True):
    """A run of SQL, and the questions that it answers."""

    questions: Sequence[Ask]
    queries: Sequence[Query]

    @property
    def query(self) -> Query:
        """The query that is run for all of them."""
        return self.queries[0]

    @property
    def values(self) -> Mapping[str, Any]:
        """Values of the first query, with the days of all where they are about different ones."""
        days = {day for query in self.queries for day in query.values["valid_at"]}
        return {**self.queries[0].values, "valid_at": sorted(days)} if len(self.queries) > 1 else self.queries[0].values

    def cells(self, rows: Counted) -> list[list[Cell]]:
        """Each question's cells; rows of days that it does not ask about are passed over by it."""
        return [query.cells(rows) for query in self.queries]


def group_by_query(questions: Sequence[Ask]) -> list[QueryGroup]:
    """The questions by the run that answers them. Only a figure of many days takes the rows of another's days."""
    found: dict[tuple[str, str], list[tuple[Ask, Query]]] = {}
    for ask in questions:
        query = ask.figure.query(ask.question)
        leave_out = _DAYS if ask.figure.takes.many_days else ()
        values = {name: value for name, value in query.values.items() if name not in leave_out}
        found.setdefault((query.sql, repr(values)), []).append((ask, query))
    return [QueryGroup([ask for ask, _ in group], [query for _, query in group]) for group in found.values()]
