"""The identity of a log: which database and table it is in, and a mark of the event at a position, so that another log is told from it."""

from __future__ import annotations

from typing import Any, NamedTuple

from psycopg import Connection

PLACE = "concat_ws('.', (SELECT oid FROM pg_database WHERE datname = current_database()), to_regclass('log.events')::oid)"
"""SQL of the place of the log: another after the database was put back from a dump, the same where its server was begun again."""
STARTED = "extract(epoch FROM pg_postmaster_start_time())::text"
"""SQL of the moment that the server began: another after it was put back from its files, or another server took over."""


def mark_of(position: str) -> str:
    """SQL of the mark of the event at a position: another event there, or one that came to be known at another time, has another."""
    return f"facts.mark_of({position})"


class LogIdentity(NamedTuple):
    """A log by its place and its server's beginning, and the mark of its event at a position."""

    place: str
    started: str
    mark: str | None
    position: int


def identity_of(conn: Connection[Any], position: int) -> LogIdentity:
    """The identity of the connection's log, with its mark at the position; None where it has no such event."""
    row = conn.execute(f"SELECT {PLACE}, {STARTED}, {mark_of('%s')}".encode(), (position,)).fetchone()
    place, started, mark = row or ("", "", None)
    return LogIdentity(place, started, mark, position)


def is_of_this_log(position: int, mark: str | None, end: int, now: str | None) -> bool:
    """Whether rows at a position, with the mark that was made there, are of the log that ends at `end` and has the mark `now` there.

    A mark of another position was left by an older version of the program, and tells nothing.
    """
    if position > end:
        return False
    return mark is None or mark.partition(":")[0] != str(position) or mark == now
