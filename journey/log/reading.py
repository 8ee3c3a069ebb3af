"""Queries of the log: its end, one stream, and all streams with new events, for any role that may select.

What every reader may know of the whole log stands in the functions of the schema `facts`: it is the same for whoever may read no case.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from itertools import count, groupby
from operator import itemgetter
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

from journey.access.reader import Reader
from journey.history import SAMPLE_SOURCES, Recorded
from journey.log.stored import STREAM, decoded

_Row = tuple[str, int, str, bytes, int, datetime, date]

_COLUMNS = (
    "originator_id, originator_version, topic, state, notification_id, known_at,"
    " (known_at AT TIME ZONE 'Europe/Copenhagen')::date"
)
_PAGE = 5_000
_cursors = count()

_CHANGED = f"""
SELECT event.* FROM (
    SELECT DISTINCT originator_id FROM log.events
    WHERE notification_id > %(after)s AND notification_id <= %(upto)s
        AND originator_id >= %(first)s AND (%(end)s::text IS NULL OR originator_id < %(end)s) ORDER BY originator_id
) stream CROSS JOIN LATERAL (
    SELECT {_COLUMNS} FROM log.events
    WHERE originator_id = stream.originator_id AND notification_id <= %(upto)s ORDER BY originator_version OFFSET 0
) event
"""
_EVERY = f"""
SELECT {_COLUMNS} FROM log.events
WHERE notification_id <= %(upto)s AND originator_id >= %(first)s AND (%(end)s::text IS NULL OR originator_id < %(end)s)
ORDER BY originator_id, originator_version
"""


_SNAPSHOT = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_CONTEXT = b"SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS setting (name, value)"


@contextmanager
def read_snapshot(conn: Connection[Any]) -> Generator[None]:
    """Snapshot of one moment: everything read inside stood in the database at once, whoever writes meanwhile."""
    with conn.transaction():
        conn.execute(_SNAPSHOT)
        yield


@contextmanager
def read_as(conn: Connection[Any], reader: Reader, *, snapshot: bool = False) -> Generator[None]:
    """Transaction in which the database shows the rows that are the reader's, and after which it shows none again; one of a snapshot
    as `read_snapshot` is."""
    with conn.transaction():
        if snapshot:
            conn.execute(_SNAPSHOT)
        conn.execute(_CONTEXT, (list(reader.context), list(reader.context.values())))
        yield


def head(conn: Connection[Any]) -> tuple[int, datetime | None]:
    """The log's newest position and moment; 0 and None while it is empty."""
    row = conn.cursor(row_factory=tuple_row).execute("SELECT place, moment FROM facts.head()").fetchone()
    return (row[0], row[1]) if row else (0, None)


def position_at(conn: Connection[Any], moment: datetime) -> int:
    """The last position recorded at or before the moment; 0 where there is none."""
    row = conn.cursor(row_factory=tuple_row).execute("SELECT facts.position_at(%s)", (moment,)).fetchone()
    return row[0] if row else 0


def moment_of(conn: Connection[Any], position: int) -> datetime | None:
    """The moment at which the event at the position was recorded; None where there is no such position."""
    row = conn.cursor(row_factory=tuple_row).execute("SELECT facts.moment_of(%s)", (position,)).fetchone()
    return row[0] if row else None


def is_sample(conn: Connection[Any]) -> bool:
    """Whether the log has an event of the sample register: one look into the index of sources."""
    bounds = SAMPLE_SOURCES, SAMPLE_SOURCES[:-1] + chr(ord(SAMPLE_SOURCES[-1]) + 1)
    row = conn.cursor(row_factory=tuple_row).execute("SELECT facts.has_source(%s, %s)", bounds).fetchone()
    return bool(row and row[0])


def newest_moments(conn: Connection[Any], upto: int) -> dict[str, datetime]:
    """For each source, the moment of its newest event of a case up to the position; notes and streams do not count.

    Moments never run backwards along the log, so the newest is that of the last position: one look into an index a source.
    """
    return dict(conn.cursor(row_factory=tuple_row).execute("SELECT source, moment FROM facts.newest_moments(%s)", (upto,)))


def events(conn: Connection[Any], after: int, upto: int) -> Iterator[tuple[str, Recorded]]:
    """The events of positions `(after, upto]` in log order, each with its stream."""
    query = f"SELECT {_COLUMNS} FROM log.events WHERE notification_id > %s AND notification_id <= %s ORDER BY notification_id"
    for row in conn.cursor(row_factory=tuple_row, binary=True).execute(query, (after, upto)):
        yield row[0], _recorded(row)


def history(conn: Connection[Any], stream: str, upto: int | None = None) -> list[Recorded]:
    """A stream's events in log order, those of positions past `upto` left out."""
    query = f"SELECT {_COLUMNS} FROM log.events WHERE originator_id = %s AND notification_id <= %s ORDER BY originator_version"
    values = stream, 2**63 - 1 if upto is None else upto
    return [_recorded(row) for row in conn.cursor(row_factory=tuple_row, binary=True).execute(query, values)]


def count_cases(conn: Connection[Any], upto: int) -> int:
    """Number of cases that have an event at one of the positions."""
    query = "SELECT count(DISTINCT originator_id) FROM log.events WHERE notification_id <= %s AND NOT starts_with(originator_id, %s)"
    ((count,),) = conn.cursor(row_factory=tuple_row).execute(query, (upto, STREAM)).fetchall()
    return int(count)


def histories_of(conn: Connection[Any], streams: Sequence[str]) -> Iterator[tuple[str, list[Recorded]]]:
    """Each of the streams that has events, with its whole history."""
    query = f"SELECT {_COLUMNS} FROM log.events WHERE originator_id = ANY(%s) ORDER BY originator_id, originator_version"
    rows = conn.cursor(row_factory=tuple_row, binary=True).execute(query, (list(streams),))
    for stream, of_stream in groupby(rows, key=itemgetter(0)):
        yield stream, [_recorded(row) for row in of_stream]


def streams_known(conn: Connection[Any], streams: Sequence[str], upto: int) -> set[str]:
    """Names of the streams, among these, that have an event of a position up to `upto`."""
    query = "SELECT DISTINCT originator_id FROM log.events WHERE originator_id = ANY(%s) AND notification_id <= %s"
    return {stream for (stream,) in conn.cursor(row_factory=tuple_row).execute(query, (list(streams), upto))}


def borders(conn: Connection[Any], parts: int) -> list[str]:
    """Names of streams that divide the log into about equal parts: one fewer than the parts, in order, from one sample of it."""
    query = "SELECT percentile_disc(%s::float8[]) WITHIN GROUP (ORDER BY originator_id) FROM log.events TABLESAMPLE SYSTEM (1)"
    row = conn.cursor(row_factory=tuple_row).execute(query, ([number / parts for number in range(1, parts)],)).fetchone()
    return row[0] if row and row[0] else [""] * (parts - 1)


def histories(
    conn: Connection[Any], after: int, upto: int, stretch: tuple[str, str | None] = ("", None)
) -> Iterator[tuple[str, list[Recorded]]]:
    """Streams with an event in `(after, upto]`, each with its whole history up to `upto`, one at a time.

    `stretch` takes the streams from one name to before another. To be read inside a transaction.
    """
    query = _CHANGED if after else _EVERY
    values = {"after": after, "upto": upto, "first": stretch[0], "end": stretch[1]}
    with conn.cursor(f"histories_{next(_cursors)}", row_factory=tuple_row) as cursor:
        cursor.itersize = _PAGE
        cursor.execute(query.encode(), values, binary=True)
        stream, recorded = None, list[Recorded]()
        for row in cursor:
            if row[0] != stream:
                if stream is not None:
                    yield stream, recorded
                stream, recorded = row[0], []
            recorded.append(_recorded(row))
        if stream is not None:
            yield stream, recorded


_in_order_of_decoded = itemgetter(2, 3, 4, 1, 5, 6)


def _recorded(row: _Row) -> Recorded:
    return decoded(*_in_order_of_decoded(row))


def streams_beginning(conn: Connection[Any], beginning: str, most: int) -> list[str]:
    """Names of streams with a prefix, in order, at most so many."""
    query = (
        "SELECT DISTINCT originator_id FROM log.events WHERE originator_id >= %s AND originator_id < %s ORDER BY originator_id"
        " LIMIT %s"
    )
    rows = conn.cursor(row_factory=tuple_row).execute(query, (beginning, beginning + "\U0010ffff", most))
    return [row[0] for row in rows]
