"""Reading the seal: the tiles, the signed roots and the entries, for whoever may read the log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.rows import tuple_row

from journey.proof.checkpoint import Checkpoint, Key, Note, key_of, signatures_of
from journey.proof.leaf import entry
from journey.proof.tiles import Tiles, expected_edge

PAGE = 8_192
"""How many events are held in memory at a time."""


class Sealed(NamedTuple):
    """An event as its leaf has it: its entry, and the stored bytes that the entry has the hash of."""

    position: int
    entry: bytes
    state: bytes


class Signed(NamedTuple):
    """A signed root with the signatures under it, and when it was signed."""

    note: Note
    at: datetime


_COLUMNS = "notification_id, originator_id, originator_version, topic, state, known_at"


def entries(conn: Connection[Any], after: int, upto: int) -> Iterator[Sealed]:
    """The events of positions `(after, upto]` as they stand in the log, in its order."""
    query = f"select {_COLUMNS} from log.events where notification_id > %s and notification_id <= %s order by notification_id"
    for first in range(after, upto, PAGE):
        rows = _rows(conn, query, first, min(first + PAGE, upto))
        yield from (_sealed(row) for row in rows)


def entries_of(conn: Connection[Any], stream: str, upto: int) -> list[Sealed]:
    """The same for one stream, in the order of its versions."""
    query = f"select {_COLUMNS} from log.events where originator_id = %s and notification_id <= %s order by originator_version"
    return [_sealed(row) for row in _rows(conn, query, stream, upto)]


def entry_at(conn: Connection[Any], position: int) -> Sealed | None:
    """The event of a position, None where there is none."""
    return next(entries(conn, position - 1, position), None)


def tiles(conn: Connection[Any]) -> Tiles:
    """The tiles as they are stored, each read once."""
    kept: dict[tuple[int, int], bytes] = {}

    def tile(level: int, index: int) -> bytes:
        if (level, index) not in kept:
            rows = _rows(conn, "select hashes from seal.tiles where level = %s and index = %s", level, index)
            kept[level, index] = rows[0][0] if rows else b""
        return kept[level, index]

    return tile


def edge(conn: Connection[Any], size: int) -> dict[int, bytes]:
    """The partial tile of each level of a tree of the size, as stored."""
    stored = tiles(conn)
    return {level: stored(level, index) for level, (index, width) in enumerate(expected_edge(size)) if width}


def log_key(conn: Connection[Any]) -> Key | None:
    """The key that the log is signed with, None before the first seal."""
    return next(iter(keys(conn, "log")), None)


def keys(conn: Connection[Any], kind: str) -> list[Key]:
    """The public keys of the `log` or of the `witness`es."""
    return [key_of(vkey) for (vkey,) in _rows(conn, "select vkey from seal.keys where kind = %s order by since", kind)]


_SIGNED = """
select c.size, c.root, c.signature || coalesce(string_agg(w.signature, '' order by w.at), ''), c.at
from seal.checkpoints c left join seal.cosignatures w using (size) {} group by c.size order by c.size
"""


def newest(conn: Connection[Any], upto: int | None = None, *, witnessed: bool = False) -> Signed | None:
    """The last signed root, or the last of at most so many events, or the last that a witness has signed; None where there is none."""
    among = "seal.cosignatures" if witnessed else "seal.checkpoints"
    last = f"where c.size = (select max(size) from {among} where size <= %s)"
    return next(_signed(conn, last, 2**63 - 1 if upto is None else upto), None)


def first_covering(conn: Connection[Any], position: int) -> Signed | None:
    """The first signed root that a position is under, None while it is not sealed."""
    return next(_signed(conn, "where c.size = (select min(size) from seal.checkpoints where size >= %s)", position), None)


def signed_at(conn: Connection[Any], size: int) -> Signed | None:
    """The signed root of just the size."""
    return next(_signed(conn, "where c.size = %s", size), None)


def all_signed(conn: Connection[Any], upto: int) -> Iterator[Signed]:
    """Every signed root of at most so many events, smallest first."""
    yield from _signed(conn, "where c.size <= %s", upto)


def last_signed(conn: Connection[Any], count: int) -> list[Signed]:
    """The newest signed roots, newest first."""
    newest_of = "where c.size in (select size from seal.checkpoints order by size desc limit %s)"
    return list(_signed(conn, newest_of, count))[::-1]


def _signed(conn: Connection[Any], where: str, value: int) -> Iterator[Signed]:
    key = log_key(conn)
    for size, root, lines, at in _rows(conn, _SIGNED.format(where), value):
        yield Signed(Note(Checkpoint(key.name if key else "", size, root), signatures_of(lines)), at)


def _sealed(row: tuple[Any, ...]) -> Sealed:
    position, stream, version, topic, state, known_at = row
    return Sealed(position, entry(position, stream, version, topic, state, known_at), state)


def _rows(conn: Connection[Any], query: str, *values: object) -> list[tuple[Any, ...]]:
    return conn.cursor(row_factory=tuple_row, binary=True).execute(query.encode(), values).fetchall()
