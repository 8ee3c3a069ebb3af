"""Recording of the entries that were taken: the rows of the log, of its ids and of its notes, written under the append lock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, cast

from psycopg import Connection
from psycopg.rows import TupleRow

_EVENTS = """
insert into log.events (originator_id, originator_version, topic, state, notification_id, claimed_at, known_at)
    select stream, version, topic, state, position, claimed, coalesce(claimed, %(stamp)s, greatest(
        (select known_at from log.events order by notification_id desc limit 1),
        (select max(claimed) from taken),
        statement_timestamp()
    ))
    from taken where position between %(first)s and %(last)s order by position;
"""
_STAMPED = "select known_at from log.events where notification_id = %s and claimed_at is null"
"""The moment of what is stamped now, which all of it has; what has the source's own moment comes before it."""
_EVENT_IDS = """
insert into log.event_ids (source, source_id, position, stream, kind, content)
    select source, source_id, position, stream, topic, digest
    from taken where position between %(first)s and %(last)s order by position;
"""
_NOTES = """
insert into log.notes (stream, text_hash, sealed)
    select stream, text_hash, sealed from staged_notes n where exists (select from taken t where t.place in (n.place, n.place + 2))
    on conflict do nothing
"""
WRITTEN = 50_000
"""How many events are written by one statement, so that who waits sees it go on."""


def write_accepted(conn: Connection[Any], position: int, many: int, progress: Callable[[int, int], object]) -> None:
    """Write the entries taken, so many, as the events after the position; the notes' texts beside them."""
    stamp: datetime | None = None
    end = position + many
    if many > WRITTEN:
        conn.execute("create index on taken (position)")
    for first in range(position + 1, end + 1, WRITTEN):
        last = min(first + WRITTEN - 1, end)
        for statement in (_EVENTS, _EVENT_IDS):
            conn.execute(statement, {"stamp": stamp, "first": first, "last": last})
        found = conn.execute(_STAMPED, (last,)).fetchone()
        stamp = cast(TupleRow, found)[0] if found else None
        progress(last - position, many)
    conn.execute(_NOTES)
