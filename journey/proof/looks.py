"""The seal of the log of looks: a tree and signed roots of its own, which stay when looks that are too old are dropped."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import tuple_row

from journey.proof.checkpoint import BadNote, VerifierKey, is_valid
from journey.proof.merkle import leaf_hash
from journey.proof.reading import PAGE, SealedEvent, SealedLog, all_signed, log_key, tiles, waiting
from journey.proof.stored_roots import StoredRoot
from journey.proof.tiles import WIDTH, GrowingTree, split_hashes

FORM = "journey-look/1"
"""What an entry begins with. The request's id, 122 random bits, makes that nobody finds a dropped entry by trying."""
_COLUMNS = "number, at, request, person, client, units, role, purpose, action, case_id, term, hits"
_encode = json.JSONEncoder(separators=(",", ":")).encode


def look_entry(row: tuple[Any, ...]) -> bytes:
    """The entry of a look, a row of the table in its order: what its leaf commits to."""
    number, at, *rest, term, hits = row
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    return _encode([FORM, number, moment, *rest, None if term is None else term.hex(), hits]).encode()


def _entries(conn: Connection[Any], after: int, upto: int) -> Iterator[SealedEvent]:
    query = f"select {_COLUMNS} from access.looks where number > %s and number <= %s order by number limit {PAGE}"  # noqa: S608 -- a constant of our own
    cursor = conn.cursor(row_factory=tuple_row, binary=True)
    while rows := cursor.execute(query.encode(), (after, upto)).fetchall():
        yield from (SealedEvent(row[0], look_entry(row), b"", row[1]) for row in rows)
        after = rows[-1][0]


def _seed(key: bytes) -> bytes:
    return hmac.digest(key, b"journey looks seal\0", "sha256")


LOOKS = SealedLog("seal_looks", "sagsforloeb-opslag", "select max(number) from access.looks", _entries, _seed)
"""The log of looks, signed by a key that is made of the one in `looks.key`."""
SEALS_LOOKS = 7220131
"""The advisory lock of whoever seals the looks and drops the old ones."""


class LooksCheck(Struct, frozen=True):
    """The log of looks held against its roots: how many rows there are, up to which number they were dropped when they were too old, how
    many are sealed, how many roots there are, and the first fault with its number."""

    rows: int
    dropped: int
    sealed: int
    roots: int
    fault: str | None = None
    number: int | None = None


class _Fault(Exception):
    def __init__(self, number: int, why: str) -> None:
        self.number, self.why = number, why


def check_looks(conn: Connection[Any]) -> LooksCheck:
    """Hold every look against its leaf, the leaves against every signed root, and the numbers against holes.

    A look may lack only where a later one says that those up to its number were dropped. In one moment of the database.
    """
    sealed, _ = waiting(conn, LOOKS)
    query = "select count(*), (select coalesce(max(hits), 0) from access.looks where action = 'retention') from access.looks"
    ((rows, dropped),) = conn.cursor(row_factory=tuple_row).execute(query).fetchall()
    try:
        _check_rows(conn, sealed, dropped)
        roots = _check_roots(conn, sealed)
    except _Fault as fault:
        return LooksCheck(rows, dropped, sealed, 0, fault.why, fault.number)
    return LooksCheck(rows, dropped, sealed, roots)


def _check_rows(conn: Connection[Any], sealed: int, dropped: int) -> None:
    """Raise _Fault for the first look that is not as its leaf, or is gone without having been dropped."""
    stored, number = tiles(conn, LOOKS), 0
    for look in _entries(conn, 0, 2**62):
        if look.position != number + 1 and look.position > max(dropped, number) + 1:
            raise _Fault(max(dropped, number) + 1, "opslaget er væk, og ingen frist har slettet det")
        number = look.position
        if number <= sealed:
            level, at = divmod(number - 1, WIDTH)
            leaf = split_hashes(stored(0, level))[at : at + 1]
            if leaf != [leaf_hash(look.entry)]:
                raise _Fault(number, "opslaget er ikke, som det er forseglet")
    if number < sealed:
        raise _Fault(number + 1, "opslaget er væk, og ingen frist har slettet det")


def _check_roots(conn: Connection[Any], sealed: int) -> int:
    """The number of roots. Raises _Fault for the first that is not of the leaves, or not signed by the log's key."""
    try:
        key = log_key(conn, LOOKS)
    except BadNote:
        key = None
    stored, growing, roots = tiles(conn, LOOKS), GrowingTree(0, {}), 0
    for root in all_signed(conn, log=LOOKS):
        size = root.checkpoint.size
        while growing.size < size:
            leaves = split_hashes(stored(0, growing.size // WIDTH))
            for leaf in leaves[growing.size % WIDTH : size - growing.size // WIDTH * WIDTH]:
                growing.append(leaf)
            if growing.size < size and growing.size % WIDTH:
                raise _Fault(growing.size + 1, "træets gemte fliser mangler")
        if growing.root() != root.checkpoint.root or not _is_signed(root, key):
            raise _Fault(size, "roden er ikke den, der blev underskrevet")
        roots += 1
    for (level, index), hashes in growing.written().items():
        if stored(level, index) != hashes:
            raise _Fault(max(sealed, 1), "træets gemte fliser er ændret")
    return roots


def _is_signed(root: StoredRoot, key: VerifierKey | None) -> bool:
    try:
        [signature] = root.note.signatures
    except (BadNote, ValueError):
        return False
    return (
        key is not None and (signature.name, signature.id) == (key.name, key.id) and is_valid(root.checkpoint, signature, key)
    )
