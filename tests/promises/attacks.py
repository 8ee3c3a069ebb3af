"""Fifty ways to change what is sealed, as the database's superuser with the triggers off, some with the tree or the seal made over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import psycopg

from journey.proof.checkpoint import SIGNS, Checkpoint, Signer
from journey.proof.merkle import leaf_hash
from journey.proof.reading import entries
from journey.proof.sealing import origin_of
from journey.proof.tiles import GrowingTree
from tests.support.sealed import STEP

TABLES = ("log.events", "log.notes", "seal.tiles", "seal.checkpoints", "seal.cosignatures", "seal.keys")

Conn = psycopg.Connection[Any]


class Attack(NamedTuple):
    """What is done, the first position that it changes, and what it takes to see it.

    `near`: the position is named to within
    the two signed roots around it, since the tree was made over to fit. `takes`: `root` is the newest signed root of the export alone,
    `kept` a root that the auditor kept or the witness's signature, `live` the register itself (what the export does not have).
    """

    name: str
    do: Callable[[Conn, bytes], None]
    first: int | None
    near: bool = False
    takes: str = "root"


def disarm(conn: Conn) -> None:
    """As only a superuser may."""
    for table in TABLES:
        conn.execute(f"alter table {table} disable trigger user".encode())
    conn.execute("alter table log.events drop constraint events_position")


def run(conn: Conn, statements: str, **values: object) -> None:
    for statement in filter(str.strip, statements.split(";")):
        conn.execute(statement.encode(), values)


def retile(conn: Conn) -> bytes:
    """Make the tree over, to fit what stands in the log; gives its root."""
    count = conn.execute("select max(notification_id) from log.events").fetchone()
    growing = GrowingTree(0, {})
    for one in entries(conn, 0, count[0] if count else 0):
        growing.append(leaf_hash(one.entry))
    conn.execute("delete from seal.tiles")
    for (level, index), hashes in growing.written().items():
        conn.execute("insert into seal.tiles values (%s, %s, %s)", (level, index, hashes))
    return growing.root()


def reseal(conn: Conn, seed: bytes, *, keep_until: int = 0) -> None:
    """Make the tree and the roots over, with a key in hand; the roots of at most so many events are left as they are."""
    signer = Signer(origin_of(public(seed)), SIGNS, seed)
    root = retile(conn)
    conn.execute("delete from seal.cosignatures where size > %s", (keep_until,))
    sizes = [size for (size,) in conn.execute("select size from seal.checkpoints where size > %s order by 1", (keep_until,))]
    conn.execute("delete from seal.checkpoints where size > %s", (keep_until,))
    count = conn.execute("select max(notification_id) from log.events").fetchone()
    end = count[0] if count else 0
    growing = GrowingTree(0, {})
    for one in entries(conn, 0, end):
        growing.append(leaf_hash(one.entry))
        if growing.size in sizes or growing.size == end:
            checkpoint = Checkpoint(signer.key.name, growing.size, growing.root())
            line = signer.sign(checkpoint).line
            insert = "insert into seal.checkpoints (size, root, signature) values (%s, %s, %s) on conflict do nothing"
            conn.execute(insert, (growing.size, growing.root(), line))
    assert growing.root() == root


def public(seed: bytes) -> bytes:
    return Signer("x", SIGNS, seed).key.public


EDIT = """
update log.events set state = convert_to(replace(convert_from(state, 'UTF8'), '"source":"proof"', '"source":"prooF"'), 'UTF8')
where notification_id = %(p)s
"""
GONE = "delete from log.events where notification_id = %(p)s"
RENUMBERED = """
update log.events set originator_version = originator_version - 1, notification_id = notification_id
where originator_id = %(stream)s and originator_version > %(version)s;
update log.events set notification_id = notification_id - 1 where notification_id > %(p)s
"""
INSERTED = """
update log.events set notification_id = notification_id + 1 where notification_id >= %(p)s;
insert into log.events select 'N-9', 1, topic, state, %(p)s, known_at from log.events where notification_id = %(p)s - 1
"""
SWAPPED_STATES = """
update log.events a set state = b.state from log.events b
where (a.notification_id, b.notification_id) in ((%(p)s, %(p)s + 3), (%(p)s + 3, %(p)s))
"""
SWAPPED_PLACES = """
update log.events set notification_id = -1 where notification_id = %(p)s;
update log.events set notification_id = %(p)s where notification_id = %(p)s + 1;
update log.events set notification_id = %(p)s + 1 where notification_id = -1
"""
REORDERED = """
update log.events set notification_id = case notification_id when %(p)s then %(p)s + 2 else notification_id - 1 end
where notification_id between %(p)s and %(p)s + 2
"""
CUT = "delete from log.events where notification_id >= %(p)s"
CUT_SEAL = (
    CUT
    + ";"
    + """
delete from seal.cosignatures where size >= %(p)s;
delete from seal.checkpoints where size >= %(p)s
"""
)


NOTE_TEXT = """
update log.notes n set sealed = sealed || '\\x00' from log.events e
where n.stream = e.originator_id and n.text_hash = convert_from(e.state, 'UTF8')::jsonb -> 'data' ->> 'text_hash'
    and e.topic = 'note_added' and e.notification_id = %(p)s
"""


def sql(statements: str, p: int) -> Callable[[Conn, bytes], None]:
    return lambda conn, _seed: run(conn, statements, p=p)


def taken_out(conn: Conn, p: int) -> None:
    """Delete the event, and move all after it up, in the log and in its case, so that no hole is left."""
    row = conn.execute("select originator_id, originator_version from log.events where notification_id = %s", (p,)).fetchone()
    assert row is not None
    run(conn, GONE, p=p)
    of_case = "select notification_id from log.events where originator_id = %s and originator_version > %s order by 1"
    for (later,) in conn.execute(of_case, row).fetchall():
        run(conn, "update log.events set originator_version = originator_version - 1 where notification_id = %(p)s", p=later)
    run(conn, "update log.events set notification_id = notification_id - 1 where notification_id > %(p)s", p=p)


def retiled(before: Callable[[Conn, bytes], None]) -> Callable[[Conn, bytes], None]:
    def do(conn: Conn, seed: bytes) -> None:
        before(conn, seed)
        retile(conn)

    return do


def forged(conn: Conn, p: int, seed: bytes, keep_until: int = 0) -> None:
    run(conn, EDIT, p=p)
    reseal(conn, seed, keep_until=keep_until)


def anothers_key(conn: Conn, p: int) -> None:
    """A whole seal of the forger's own."""
    own = bytes([7]) * 32
    conn.execute("delete from seal.keys")
    conn.execute("insert into seal.keys values (%s, 'log')", (Signer(origin_of(public(own)), SIGNS, own).key.vkey,))
    forged(conn, p, own)


def restored_and_gone_on(conn: Conn, p: int, seed: bytes) -> None:
    """An older copy of the database is put back, other events are recorded after it, and the real key seals them."""
    lost = conn.execute("select * from log.events where notification_id >= %s order by notification_id", (p,)).fetchall()
    run(conn, CUT, p=p)
    for row in lost:
        row = (*row[:3], row[3].replace(b'"proof"', b'"other"'), *row[4:])
        conn.execute("insert into log.events values (%s, %s, %s, %s, %s, %s, %s)", row)
    reseal(conn, seed)


def attacks(size: int, notes: list[int]) -> Iterator[Attack]:
    """Each at two places of a log of the size; `notes` are the positions of notes."""
    for p, q in ((4, 2 * STEP + 5), (STEP, size - STEP)):
        yield Attack("edit the content", sql(EDIT, p), p)
        yield Attack(
            "edit the moment",
            sql("update log.events set known_at = known_at + interval '1 second' where notification_id = %(p)s", q),
            q,
        )
        yield Attack("edit the kind", sql("update log.events set topic = 'reopened' where notification_id = %(p)s", p), p)
        yield Attack(
            "edit the position's case",
            sql("update log.events set originator_id = 'N-9', originator_version = 1 where notification_id = %(p)s", q),
            q,
        )
        yield Attack("delete, and leave a hole", sql(GONE, q), q)
        yield Attack("delete, and close the hole", lambda conn, _, q=q: taken_out(conn, q), q)
        yield Attack("insert", sql(INSERTED, q), q)
        yield Attack("swap two events' contents", sql(SWAPPED_STATES, p), p)
        yield Attack("swap two events", sql(SWAPPED_PLACES, q), q)
        yield Attack("reorder three", sql(REORDERED, p), p)
        yield Attack("cut the tail", sql(CUT, q), q)
        yield Attack("cut the tail's seal too", sql(CUT_SEAL, q), None, takes="kept")
        yield Attack("edit, and make the tree over", retiled(sql(EDIT, q)), q, near=True)
        yield Attack("swap, and make the tree over", retiled(sql(SWAPPED_PLACES, p)), p, near=True)
        yield Attack("delete, close, and make the tree over", retiled(lambda conn, _, p=p: taken_out(conn, p)), p, near=True)
        yield Attack("edit, and seal with a key of one's own", lambda conn, _, q=q: anothers_key(conn, q), None)
        yield Attack(
            "fork: edit, and seal all over with the register's key",
            lambda conn, seed, p=p: forged(conn, p, seed),
            None,
            takes="kept",
        )
        yield Attack(
            "fork: the same, but the first root", lambda conn, seed, q=q: forged(conn, q, seed, STEP), None, takes="kept"
        )
        yield Attack(
            "put an older copy back, and go on", lambda conn, seed, q=q: restored_and_gone_on(conn, q, seed), None, takes="kept"
        )
        yield Attack(
            "edit a root", sql("update seal.checkpoints set root = sha256('') where size = %(p)s - %(p)s %% 10", q), None
        )
        yield Attack(
            "edit a signature",
            sql("update seal.checkpoints set signature = translate(signature, 'ABCDabcd', 'BADCbadc') where size >= %(p)s", q),
            None,
        )
        yield Attack(
            "edit the newest root", sql("update seal.checkpoints set root = sha256('') where size > %(p)s - 10", size), None
        )
        yield Attack(
            "edit a leaf of the tree",
            sql(
                "update seal.tiles set hashes = overlay(hashes placing sha256('') from (%(p)s - 1) * 32 + 1) where level = 0", q
            ),
            q,
        )
        yield Attack(
            "take a witness's signature away", sql("delete from seal.cosignatures where size > %(p)s", q), None, takes="kept"
        )
        yield Attack(
            "edit a note's encrypted text",
            sql(
                NOTE_TEXT,
                notes[p % len(notes)],
            ),
            notes[p % len(notes)],
            takes="live",
        )
