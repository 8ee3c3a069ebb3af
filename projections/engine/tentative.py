"""Tentative rows: what a fold would say of the log and of events that are not recorded yet, in temporary tables; nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.sql import SQL, Identifier

from journey.history import Recorded, known_by
from journey.log.reading import histories_of
from projections.engine.as_known import as_known
from projections.engine.believed import STILL_BELIEVED, RowKey, believed
from projections.engine.columns import TEXT
from projections.engine.replay import create_temporary
from projections.engine.tables import TEMPORARY, write
from projections.engine.texts import PendingRow, as_texts
from projections.projections import PROJECTIONS

STREAMS = 500
"""So many streams are read and folded in one go."""
OTHERS: LiteralString = "NOT EXISTS (SELECT FROM pg_temp.folded WHERE stream = case_id)"
"""The condition, as SQL, that a row is of a stream that was not folded."""

Added = Iterator[tuple[str, list[Recorded]]]
"""Events that are not recorded yet, each stream once, with the positions that they would have."""


def replay_with(conn: Connection[Any], classes: Mapping[str, str], position: int, added: Added) -> None:
    """Fill temporary tables of the rows' shape with what a fold says of the events known at the position and those added to them.

    The streams that something is added to are folded; the rows of the others are copied as they are believed at the position, which
    the rows must have reached. Every row stands from position 0 until further, as a replay's.
    """
    with conn.transaction():
        create_temporary(conn)
        conn.execute("DROP TABLE IF EXISTS pg_temp.folded")
        conn.execute(f"CREATE TABLE pg_temp.folded (stream {TEXT} PRIMARY KEY)".encode())
        nth = 0
        while some := list(islice(added, STREAMS)):
            streams = [stream for stream, _ in some]
            conn.execute("INSERT INTO pg_temp.folded SELECT * FROM unnest(%s::text[])", (streams,))
            recorded = dict(histories_of(conn, streams))
            pending: list[PendingRow] = []
            for stream, news in some:
                rows = believed([*known_by(recorded.get(stream, ()), position), *news], classes).rows
                pending += [PendingRow(stream, row, RowKey(0, nth + at)) for at, row in enumerate(rows)]
                nth += len(rows)
            write(conn, as_texts(pending), schema=TEMPORARY)
        for name in PROJECTIONS:
            _copy_others(conn, name, position)


def _copy_others(conn: Connection[Any], name: str, position: int) -> None:
    """Copy the table's rows of the streams that were not folded, and let the database see what is there."""
    own = SQL(", ").join([SQL("case_id"), *map(Identifier, PROJECTIONS[name].row.__struct_fields__)])
    conn.execute(
        SQL(
            "INSERT INTO {into} (known_from, nth, known_to, {own}) SELECT 0, nth, {still}, {own} FROM rows.{name}"
            " WHERE {known} AND {others}"
        ).format(
            into=Identifier(TEMPORARY, name),
            own=own,
            still=STILL_BELIEVED,
            name=Identifier(name),
            known=SQL(as_known("%(at)s")),
            others=SQL(OTHERS),
        ),
        {"at": position},
    )
    conn.execute(SQL("ANALYZE {}").format(Identifier(TEMPORARY, name)))
