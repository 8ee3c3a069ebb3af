"""The rows in the tables, read a case at a time for comparison with a replay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from heapq import merge
from itertools import count, groupby
from operator import attrgetter
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row
from psycopg.sql import SQL, Composed, Identifier

from projections.engine.agreement import StoredRow
from projections.engine.believed import RowKey
from projections.engine.tables import table
from projections.projections import PROJECTIONS

_PAGE = 2_000
_cursors = count()


def stored_rows_of(conn: Connection[Any], case: str, positions: Sequence[int]) -> list[StoredRow]:
    """The rows under the case's reference, and those first believed at its positions; found by indexes, in time that does not grow with
    the log."""
    found: list[StoredRow] = []
    for name in PROJECTIONS:
        query = _select(name) + SQL(" WHERE case_id = %s OR known_from = ANY(%s) ORDER BY known_from, nth")
        rows = conn.cursor(row_factory=tuple_row, binary=True).execute(query, (case, list(positions)))
        found += [_stored_row(name, row) for row in rows]
    return found


def stored_rows_by_case(conn: Connection[Any]) -> Iterator[tuple[str, list[StoredRow]]]:
    """Every row of every table, the cases in the log's order of streams; to be read inside a transaction."""
    tables = [_in_order(conn, name) for name in PROJECTIONS]
    for case, rows in groupby(merge(*tables, key=attrgetter("case")), key=attrgetter("case")):
        yield case, list(rows)


def _in_order(conn: Connection[Any], name: str) -> Iterator[StoredRow]:
    with conn.cursor(f"rows_{next(_cursors)}", row_factory=tuple_row) as cursor:
        cursor.itersize = _PAGE
        cursor.execute(_select(name) + SQL(" ORDER BY case_id, known_from, nth"), binary=True)
        for row in cursor:
            yield _stored_row(name, row)


def _select(name: str) -> Composed:
    own = SQL(", ").join(map(Identifier, PROJECTIONS[name].row.__struct_fields__))
    return SQL("SELECT case_id, known_from, nth, known_to, {} FROM {}").format(own, table(name))


def _stored_row(name: str, row: tuple[Any, ...]) -> StoredRow:
    case, known_from, nth, known_to, *own = row
    return StoredRow(case, PROJECTIONS[name].row(*own), RowKey(known_from, nth), known_to)
