"""Replay, the second route to any past answer: the log folded anew into temporary tables, for the same queries."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from journey.log.reading import histories
from projections.engine.as_known import as_known
from projections.engine.believed import RowKey, believed
from projections.engine.tables import TEMPORARY, create, write
from projections.engine.texts import PendingRow, as_texts
from projections.projections import PROJECTIONS


def replay(conn: Connection[Any], classes: Mapping[str, str], position: int) -> None:
    """Fill temporary tables of the rows' shape with what a fold of the events known at the position says.

    Every row stands as believed from position 0 until further, so a question at any position finds it.
    """
    with conn.transaction():
        create_temporary(conn)
        nth = 0
        for stream, history in histories(conn, 0, position):
            rows = list(believed(history, classes).rows)
            write(conn, as_texts(PendingRow(stream, row, RowKey(0, nth + at)) for at, row in enumerate(rows)), schema=TEMPORARY)
            nth += len(rows)


def create_temporary(conn: Connection[Any]) -> None:
    """Make every table anew and empty among the session's temporary ones."""
    for name, projection in PROJECTIONS.items():
        conn.execute(SQL("DROP TABLE IF EXISTS {}").format(Identifier(TEMPORARY, name)))
        conn.execute(create(projection.row, Identifier(TEMPORARY, name)))


def differences(conn: Connection[Any], position: int) -> dict[str, tuple[int, int]]:
    """For each table in which the rows believed at the position are not those replayed: how many only it has, and only the replay.

    Empty where the two routes agree.
    """
    found: dict[str, tuple[int, int]] = {}
    for name, projection in PROJECTIONS.items():
        own = SQL(", ").join([SQL("case_id"), *map(Identifier, projection.row.__struct_fields__)])
        stored = SQL("SELECT {} FROM rows.{} WHERE {}").format(own, Identifier(name), SQL(as_known("%(at)s")))
        replayed = SQL("SELECT {} FROM pg_temp.{}").format(own, Identifier(name))
        counts = conn.execute(
            SQL("SELECT (SELECT count(*) FROM ({a} EXCEPT ALL {b}) x), (SELECT count(*) FROM ({b} EXCEPT ALL {a}) y)").format(
                a=stored, b=replayed
            ),
            {"at": position},
        ).fetchone()
        if counts is not None and counts != (0, 0):
            found[name] = counts
    return found
