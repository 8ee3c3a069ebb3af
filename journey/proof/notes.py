"""The encrypted texts of notes, beside the log, held against their hashes in the sealed events.

The same text of the same case is stored once, in the form of its first event: with the two bytes of its form or, from before these were
there, without. A later event has the hash of the same bytes in the form of its own day, so either is the one that is sealed.
"""

from __future__ import annotations

import json
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

PAGE = 4_096

_EVENTS = """
select notification_id, originator_id, state from log.events
where topic = 'note_added' and notification_id > %s and notification_id <= %s order by notification_id limit %s
"""
_TEXTS = """
select stream, text_hash, sealed is null, array[
    encode(sha256(sealed), 'hex'), encode(sha256('\\x0101' || sealed), 'hex'), encode(sha256(substr(sealed, 3)), 'hex')
]
from log.notes join unnest(%s::text[], %s::text[]) as asked (stream, text_hash) using (stream, text_hash)
"""


def changed_note(conn: Connection[Any], sealed: int) -> int | None:
    """The position of the first sealed note whose encrypted text is another, or is gone otherwise than by erasing; None for none."""
    after, cursor = 0, conn.cursor(row_factory=tuple_row, binary=True)
    while rows := cursor.execute(_EVENTS, (after, sealed, PAGE)).fetchall():
        after = rows[-1][0]
        notes = [(position, (stream, text), cipher) for position, stream, state in rows for text, cipher in _hashes(state)]
        wanted = [list(column) for column in zip(*(key for _, key, _ in notes), strict=True)] or [[], []]
        stored = {(stream, text): (erased, found) for stream, text, erased, found in cursor.execute(_TEXTS, wanted)}
        for position, key, cipher in notes:
            erased, found = stored.get(key, (False, []))
            if not erased and cipher not in found:
                return position
    return None


def _hashes(state: bytes) -> list[tuple[str, str]]:
    """The hashes of a note's text and of what it was encrypted to; none where the text came without, or it is no note."""
    try:
        data = json.loads(state)["data"]
        text, cipher = data["text_hash"], data["cipher_hash"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return []
    return [(text, cipher)] if isinstance(text, str) and isinstance(cipher, str) and "\0" not in text else []
