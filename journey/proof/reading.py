"""Reading the seal: the tiles, the signed roots and the entries, for whoever may read the log."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import tuple_row

from journey.proof.checkpoint import Checkpoint, VerifierKey, key_of
from journey.proof.leaf import entry
from journey.proof.merkle import Node, leaf_hash
from journey.proof.stored_roots import StoredRoot
from journey.proof.tiles import Tiles, expected_edge, node_in
from journey.refusals import Refused

PAGE = 8_192
"""How many events are held in memory at a time."""


class SealedEvent(NamedTuple):
    """An event as its leaf has it: its entry, and the stored bytes that the entry has the hash of.

    `known_at` is None for a moment that no calendar has: nothing that the register recorded.
    """

    position: int
    entry: bytes
    state: bytes
    known_at: datetime | None


class SealBroken(Refused):
    """The log no longer fits what was sealed of it. `position` is the first that does not, or that cannot be sealed."""

    def __init__(self, position: int, why: str) -> None:
        self.position = position
        super().__init__("seal_broken", f"{why[:1].upper()}{why[1:]}.", place=f"position {position}")


def _calendar(column: str) -> str:
    """The column of moments, null where it is infinite or outside the years that a date may have here."""
    return f"case when {column} between '0001-01-03' and '9999-12-29' then {column} end"


_COLUMNS = f"notification_id, originator_id, originator_version, topic, state, {_calendar('known_at')}"


def entries(conn: Connection[Any], after: int, upto: int) -> Iterator[SealedEvent]:
    """The events of positions `(after, upto]` as they stand in the log, in its order."""
    query = f"select {_COLUMNS} from log.events where notification_id > %s and notification_id <= %s order by notification_id"
    following = "select min(notification_id) from log.events where notification_id > %s and notification_id <= %s"
    while after < upto:
        rows = _rows(conn, query, after, min(after + PAGE, upto))
        yield from (_sealed(row) for row in rows)
        after += PAGE
        if not rows:
            ((there,),) = _rows(conn, following, after, upto)
            if there is None:
                return
            after = there - 1


class SealedLog(Struct, frozen=True):
    """A log that is sealed: the schema of its seal, what its name begins with, a query for its last number, and its entries."""

    schema: str
    origin: str
    end: str
    entries: Callable[[Connection[Any], int, int], Iterator[SealedEvent]]
    seed: Callable[[bytes], bytes] = bytes
    """The seed of the key that signs, by what the key's file holds."""
    has_acts: bool = False
    """Whether its roots commit to the register's acts."""


EVENTS = SealedLog("seal", "sagsforloeb", "select place from facts.head()", entries, has_acts=True)
"""The log of events; what a function says of a log is of this one where none is given."""


def entries_of(conn: Connection[Any], stream: str, upto: int) -> list[SealedEvent]:
    """Sealed events of one stream, in the order of its versions."""
    query = f"select {_COLUMNS} from log.events where originator_id = %s and notification_id <= %s order by originator_version"
    return [_sealed(row) for row in _rows(conn, query, stream, upto)]


def entry_at(conn: Connection[Any], position: int) -> SealedEvent | None:
    """The event of a position, None where there is none."""
    return next(entries(conn, position - 1, position), None)


def leaf_hashes(conn: Connection[Any], positions: Sequence[int]) -> dict[int, bytes]:
    """The leaf hashes that the tree has or will have of the events at the positions, by position."""
    query = f"select {_COLUMNS} from log.events where notification_id = any(%s)"
    return {event.position: leaf_hash(event.entry) for event in map(_sealed, _rows(conn, query, list(positions)))}


def waiting(conn: Connection[Any], log: SealedLog = EVENTS) -> tuple[int, int]:
    """Numbers of events that are sealed, and that there are."""
    query = f"select coalesce((select max(size) from {log.schema}.checkpoints), 0), coalesce(({log.end}), 0)"
    ((sealed, end),) = _rows(conn, query)
    return sealed, end


def tiles(conn: Connection[Any], log: SealedLog = EVENTS) -> Tiles:
    """The tiles as they are stored, each read once."""
    read: dict[tuple[int, int], bytes] = {}

    def tile(level: int, index: int) -> bytes:
        if (level, index) not in read:
            rows = _rows(conn, f"select hashes from {log.schema}.tiles where level = %s and index = %s", level, index)
            read[level, index] = rows[0][0] if rows else b""
        return read[level, index]

    return tile


def edge(conn: Connection[Any], size: int, log: SealedLog = EVENTS) -> dict[int, bytes]:
    """The partial tile of each level of a tree of the size, as stored."""
    stored = tiles(conn, log)
    return {level: stored(level, index) for level, (index, width) in enumerate(expected_edge(size)) if width}


def node_stored(conn: Connection[Any]) -> Node:
    """The hashes of the tree as its tiles have them. Raises SealBroken for one that they do not reach."""
    found = node_in(tiles(conn))

    def node(height: int, index: int) -> bytes:
        try:
            return found(height, index)
        except IndexError:
            raise SealBroken((index << height) + 1, "træets gemte fliser mangler") from None

    return node


def tile_places(conn: Connection[Any]) -> list[tuple[int, int]]:
    """The level and number of each tile that is stored, in order."""
    return _rows(conn, "select level, index from seal.tiles order by level, index")  # pyright: ignore[reportReturnType] -- as the table has them


def log_key(conn: Connection[Any], log: SealedLog = EVENTS) -> VerifierKey | None:
    """The key that the log is signed with now, None before the first seal. Raises BadNote."""
    return next(reversed(keys(conn, "log", log)), None)


def keys(conn: Connection[Any], kind: str, log: SealedLog = EVENTS) -> list[VerifierKey]:
    """The public keys of the `log`, in the order that they took over, or of the `witness`es. Raises BadNote for one that is none."""
    return [key_of(vkey) for vkey in vkeys(conn, kind, log)]


def vkeys(conn: Connection[Any], kind: str, log: SealedLog = EVENTS) -> list[str]:
    """Verifier keys as they are stored."""
    query = f"select vkey from {log.schema}.keys where kind = %s order by number, since, vkey"
    return [vkey for (vkey,) in _rows(conn, query, kind)]


def handover_notes(conn: Connection[Any], log: SealedLog = EVENTS) -> list[str]:
    """The roots at which the log's key was handed over, as they are stored, oldest first."""
    return [note for (note,) in _rows(conn, f"select note from {log.schema}.handovers order by number")]


_SIGNED = f"""
select c.size, c.root, c.extension,
    c.signature || array(select w.signature from {{schema}}.cosignatures w where w.size = c.size order by w.at, w.name),
    {_calendar("c.at")}
from {{schema}}.checkpoints c {{where}} order by c.size
"""


def newest(
    conn: Connection[Any], upto: int | None = None, log: SealedLog = EVENTS, *, witnessed: bool = False
) -> StoredRoot | None:
    """The last signed root, or the last of at most so many events, or the last that a witness has signed; None where there is none."""
    among = f"{log.schema}.cosignatures" if witnessed else f"{log.schema}.checkpoints"
    last = f"where c.size = (select max(size) from {among} where size <= %s)"
    return next(_signed(conn, last, 2**63 - 1 if upto is None else upto, log), None)


def first_covering(conn: Connection[Any], position: int) -> StoredRoot | None:
    """The first signed root that a position is under, None while it is not sealed."""
    return next(_signed(conn, "where c.size = (select min(size) from seal.checkpoints where size >= %s)", position), None)


def all_signed(conn: Connection[Any], upto: int = 2**63 - 1, log: SealedLog = EVENTS) -> Iterator[StoredRoot]:
    """Every signed root of at most so many events, smallest first."""
    yield from _signed(conn, "where c.size <= %s", upto, log)


def last_signed(conn: Connection[Any], count: int) -> list[StoredRoot]:
    """The newest signed roots, newest first."""
    newest_of = "where c.size in (select size from seal.checkpoints order by size desc limit %s)"
    return list(_signed(conn, newest_of, count))[::-1]


def last_checks(conn: Connection[Any], count: int) -> list[tuple[Any, ...]]:
    """The newest checks, newest first: moment, how far the log was sealed, roots, copies, seconds, fault, its position and words."""
    query = f"select {_calendar('at')}, sealed, checkpoints, copies, seconds, fault, fault_position, said"
    return _rows(conn, f"{query} from seal.verifications order by id desc limit %s", count)


def without_root(conn: Connection[Any]) -> list[int]:
    """The sizes that a witness's signature is kept for and no signed root is."""
    query = "select size from seal.cosignatures w where not exists (select from seal.checkpoints c where c.size = w.size) order by size"
    return [size for (size,) in _rows(conn, query)]


def _signed(conn: Connection[Any], where: str, value: int, log: SealedLog = EVENTS) -> Iterator[StoredRoot]:
    origin = next(iter(vkeys(conn, "log", log)), "").partition("+")[0]
    for size, root, extension, lines, at in _rows(conn, _SIGNED.format(schema=log.schema, where=where), value):
        yield StoredRoot(Checkpoint(origin, size, root, extension), tuple(lines), at)


def _sealed(row: tuple[Any, ...]) -> SealedEvent:
    position, stream, version, topic, state, known_at = row
    return SealedEvent(position, entry(position, stream, version, topic, state, known_at), state, known_at)


def _rows(conn: Connection[Any], query: str, *values: object) -> list[tuple[Any, ...]]:
    return conn.cursor(row_factory=tuple_row, binary=True).execute(query.encode(), values).fetchall()
