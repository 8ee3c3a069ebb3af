"""The live register held against its own tree, its signed roots, and the copies of them that are kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from msgspec import Struct
from psycopg import Connection

from journey.proof.checkpoint import BadNote, Checkpoint, Key, Note, signed_by
from journey.proof.fault import Fault
from journey.proof.noting import changed_note
from journey.proof.reading import all_signed, entries, tile_places, tiles, vkeys, waiting, without_root
from journey.proof.signed import KEYS_CHANGED, Signed, keys_of, wrong_with
from journey.proof.tiles import all_tiles
from journey.proof.walking import Due, Told, tree_changed, walk


class Copy(NamedTuple):
    """A signed root as it is kept elsewhere."""

    place: str
    note: Note


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


def check(conn: Connection[Any], copies: Iterable[Copy], told: Told | None = None) -> Verification:
    """Hold every sealed event against the tree, the roots and the copies; the events after the last root are not sealed yet.

    Whatever stands in the tables of the log and the seal, it is a fault or it is none: nothing is raised for it.
    """
    copies, signed = list(copies), list(all_signed(conn))
    sealed, end = waiting(conn)
    try:
        if signed:
            _check_sealed(conn, signed, copies, end, told)
        else:
            _check_unsealed(conn, copies)
    except Fault as fault:
        place = min(max(fault.position, 1), end + 1)
        return Verification(end, sealed, len(signed), len(copies), fault.what, place, fault.said)
    return Verification(end, sealed, len(signed), len(copies))


def keep(conn: Connection[Any], found: Verification, seconds: float) -> None:
    """Keep what a check has found, for the page that tells of it."""
    conn.execute(
        "insert into seal.verifications (position, sealed, checkpoints, copies, seconds, fault, fault_position, said)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (found.position, found.sealed, found.checkpoints, found.copies, seconds, found.fault, found.fault_position, found.said),
    )


def _check_unsealed(conn: Connection[Any], copies: list[Copy]) -> None:
    if copies:
        raise Fault(1, "consistency", f"{copies[0].place} har en underskrevet rod, men registret har intet segl")
    if tile_places(conn):
        raise Fault(1, "root", "registret har et forseglet træ, men ingen underskrevet rod")


def _check_sealed(conn: Connection[Any], signed: list[Signed], copies: list[Copy], end: int, told: Told | None) -> None:
    first, sealed = signed[0].checkpoint.size, signed[-1].checkpoint.size
    try:
        keys = keys_of(vkeys(conn, "log"), vkeys(conn, "witness"))
    except BadNote:
        raise Fault(first, "signature", KEYS_CHANGED) from None
    for one in signed:
        said = wrong_with(one, keys)
        if said is not None:
            raise Fault(one.checkpoint.size, "signature", f"{said} (registret)")
    for size in without_root(conn):
        raise Fault(size, "signature", f"et vidne har underskrevet en rod ved {size}, der ikke er i registret")
    for copy in copies:
        _check_copy(copy, keys)
        if copy.note.checkpoint.size > sealed:
            said = f"{copy.place} har en underskrevet rod ved {copy.note.checkpoint.size}: registret er fra før den, eller afkortet"
            raise Fault(sealed + 1, "consistency", said)
    walk(entries(conn, 0, sealed), tiles(conn), _due(signed, copies), sealed, told)
    if set(tile_places(conn)) != {(one.level, one.number) for one in all_tiles(sealed)}:
        raise tree_changed(min(sealed, end))
    note = changed_note(conn, sealed)
    if note is not None:
        raise Fault(note, "hash", "notatets krypterede tekst er en anden end den, der er forseglet")


def _check_copy(copy: Copy, keys: list[Key]) -> None:
    place, note = copy
    size = note.checkpoint.size
    try:
        found = [one for one in keys if signed_by(note, one)]
    except BadNote:
        raise Fault(size, "signature", f"en underskrift under roden ved {size} er falsk ({place})") from None
    if keys[0] not in found or note.checkpoint.origin != keys[0].name:
        raise Fault(size, "signature", f"registrets nøgle har ikke underskrevet roden ved {size} ({place})")


def _due(signed: list[Signed], copies: list[Copy]) -> Due:
    due: dict[int, list[tuple[str, Checkpoint]]] = {}
    for place, checkpoint in [
        *(("registret", one.checkpoint) for one in signed),
        *((at, one.checkpoint) for at, one in copies),
    ]:
        due.setdefault(checkpoint.size, []).append((place, checkpoint))
    return due
