"""The live register held against its own tree, its signed roots, and the copies of them that are kept elsewhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import tuple_row

from journey.proof.checkpoint import BadNote, Checkpoint, Key, Note, signed_by
from journey.proof.merkle import Peaks, leaf_hash, root
from journey.proof.reading import Sealed, all_signed, entries, keys, log_key, newest, tiles
from journey.proof.tiles import HASH, WIDTH, node_in
from journey.reading import head

Told = Callable[[int, int], None]
"""Told how many events of how many have been looked at."""


class Copy(NamedTuple):
    """A signed root as it is kept elsewhere."""

    place: str
    note: Note


class Fault(Exception):
    """What is wrong: `what` as verify.py calls it, and the first position."""

    def __init__(self, position: int, what: str, said: str) -> None:
        self.position, self.what, self.said = position, what, said
        super().__init__(f"position {position}: {what}: {said}")


class Verification(Struct, frozen=True):
    """A check of the whole log: how far it and its seal reached, how much was held against it, and the first fault."""

    position: int
    sealed: int
    checkpoints: int
    copies: int
    fault: str | None = None
    fault_position: int | None = None
    said: str | None = None

    @property
    def ok(self) -> bool:
        return self.fault is None


_NOTES = """
select e.notification_id from log.events e join log.notes n on n.stream = e.originator_id
    and n.text_hash = convert_from(e.state, 'UTF8')::jsonb -> 'data' ->> 'text_hash'
where e.topic = 'note_added' and e.notification_id <= %s and n.sealed is not null
    and encode(sha256(n.sealed), 'hex') is distinct from convert_from(e.state, 'UTF8')::jsonb -> 'data' ->> 'cipher_hash'
order by e.notification_id limit 1
"""


def check(conn: Connection[Any], copies: Iterable[Copy], told: Told | None = None) -> Verification:
    """Hold every sealed event against the tree, the roots and the copies; the events after the last root are not sealed yet."""
    copies = list(copies)
    last, end = newest(conn), head(conn)[0]
    sealed = last.note.checkpoint.size if last else 0
    signed = [one.note for one in all_signed(conn, sealed)]
    try:
        key = log_key(conn)
        if key is None:
            _check_unsealed(copies)
        else:
            known = [key, *keys(conn, "witness")]
            _check_signatures(signed, copies, key, known)
            _check_end(copies, sealed)
            _check_events(conn, sealed, _due(signed, copies), told)
            _check_notes(conn, sealed)
    except Fault as fault:
        return Verification(end, sealed, len(signed), len(copies), fault.what, fault.position, fault.said)
    return Verification(end, sealed, len(signed), len(copies))


def keep(conn: Connection[Any], found: Verification, seconds: float) -> None:
    """Keep what a check has found, for the page that tells of it."""
    conn.execute(
        "insert into seal.verifications (position, sealed, checkpoints, copies, seconds, fault, fault_position, said)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (found.position, found.sealed, found.checkpoints, found.copies, seconds, found.fault, found.fault_position, found.said),
    )


def _check_unsealed(copies: list[Copy]) -> None:
    if copies:
        raise Fault(1, "consistency", f"{copies[0].place} har en underskrevet rod, men registret har intet segl")


def _check_signatures(signed: list[Note], copies: list[Copy], key: Key, known: list[Key]) -> None:
    for place, note in [*(("registret", note) for note in signed), *copies]:
        size = note.checkpoint.size
        try:
            found = [one for one in known if signed_by(note, one)]
        except BadNote:
            raise Fault(size, "signature", f"en underskrift under roden ved {size} er falsk ({place})") from None
        if key not in found or note.checkpoint.origin != key.name:
            raise Fault(size, "signature", f"registrets nøgle har ikke underskrevet roden ved {size} ({place})")


def _check_end(copies: list[Copy], sealed: int) -> None:
    for place, note in copies:
        if note.checkpoint.size > sealed:
            said = f"{place} har en underskrevet rod ved {note.checkpoint.size}: registret er fra før den, eller afkortet"
            raise Fault(sealed + 1, "consistency", said)


def _due(signed: list[Note], copies: list[Copy]) -> dict[int, list[tuple[str, Checkpoint]]]:
    due: dict[int, list[tuple[str, Checkpoint]]] = {}
    for place, note in [*(("registret", note) for note in signed), *copies]:
        due.setdefault(note.checkpoint.size, []).append((place, note.checkpoint))
    return due


def _check_events(conn: Connection[Any], sealed: int, due: dict[int, list[tuple[str, Checkpoint]]], told: Told | None) -> None:
    """The first that is not as sealed is named by its own tile, where the tiles have the signed root; else by the roots around it."""
    stored, peaks, good, unlike = tiles(conn), Peaks(), 0, 0
    versions: dict[str, int] = {}
    fault: Fault | None = None
    for one in entries(conn, 0, sealed):
        at, place = one.position - 1, peaks.size + 1
        fault = _out_of_order(one, place, versions)
        if fault is not None:
            break
        leaf = leaf_hash(one.entry)
        if not unlike and stored(0, at // WIDTH)[at % WIDTH * HASH : (at % WIDTH + 1) * HASH] != leaf:
            unlike = place
        peaks.append(leaf)
        wrong = [where for where, checkpoint in due.get(place, ()) if checkpoint.root != peaks.root()]
        if wrong:
            what = "root" if place == sealed and wrong == ["registret"] else "consistency"
            fault = Fault(
                good + 1, what, f"roden ved {place} ({wrong[0]}) passer ikke; fejlen er i position {good + 1}–{place}"
            )
            break
        good = place if place in due else good
        if told is not None and place % 4096 == 0:
            told(place, sealed)
    if fault is None and peaks.size < sealed:
        fault = Fault(peaks.size + 1, "hole", f"position {peaks.size + 1} mangler")
    if (
        unlike > good
        and (fault is None or unlike < fault.position or fault.what in ("root", "consistency"))
        and _whole(stored, due, sealed)
    ):
        raise Fault(unlike, "hash", f"position {unlike} er ikke den, der er forseglet")
    if fault is not None:
        raise fault
    if unlike or not _whole(stored, due, sealed):
        raise Fault(unlike or 1, "hash", "træets gemte fliser er ændret; hændelserne selv er, som de er forseglet")


def _out_of_order(one: Sealed, place: int, versions: dict[str, int]) -> Fault | None:
    if one.position != place:
        return Fault(place, "hole", f"position {place} mangler")
    _, _, stream, version, *_ = json.loads(one.entry)
    before = versions.get(stream, 0)
    versions[stream] = version
    return None if version == before + 1 else Fault(place, "version", f"{stream} har version {version} efter {before}")


def _whole(stored: Callable[[int, int], bytes], due: dict[int, list[tuple[str, Checkpoint]]], sealed: int) -> bool:
    """Whether the tiles lead to the register's last root, from their leaves up, layer by layer."""
    try:
        peaks = Peaks()
        for first in range(0, sealed, WIDTH):
            tile = stored(0, first // WIDTH)
            for at in range(0, len(tile), HASH):
                peaks.append(tile[at : at + HASH])
        return not sealed or {root(node_in(stored), sealed), peaks.root()} == {due[sealed][0][1].root}
    except IndexError:
        return False


def _check_notes(conn: Connection[Any], sealed: int) -> None:
    row = conn.cursor(row_factory=tuple_row).execute(_NOTES, (sealed,)).fetchone()
    if row is not None:
        raise Fault(row[0], "hash", "notatets krypterede tekst er en anden end den, der er forseglet")
