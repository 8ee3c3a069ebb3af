"""A check of the live register against its own tree, its signed roots, and the copies of them outside it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct
from psycopg import Connection

from journey.log.acts import Act, BrokenActs, acts
from journey.proof.checkpoint import BadNote, Checkpoint, signed_by
from journey.proof.fault import SealFault
from journey.proof.handovers import Keys, keys_of
from journey.proof.notes import changed_note
from journey.proof.reading import (
    SealBroken,
    all_signed,
    entries,
    handover_notes,
    tile_places,
    tiles,
    vkeys,
    waiting,
    without_root,
)
from journey.proof.restores import Copy, Restore, declared, restores, restores_of
from journey.proof.stored_roots import KEYS_CHANGED, StoredRoot, wrong_with
from journey.proof.tiles import all_tiles
from journey.proof.walk import ExpectedRoots, Progress, tree_changed, walk

ACTS_CHANGED = "registrets handlinger (register_acts) er andre end dem, der er forseglet"
"""The fault of acts that the signed roots do not fit."""


class Verification(Struct, frozen=True, rename={"sentence": "said"}):
    """A check of the whole log: how far it and its seal reached, how much was held against it, and the first fault."""

    position: int
    sealed: int
    checkpoints: int
    copies: int
    fault: str | None = None
    fault_position: int | None = None
    sentence: str | None = None

    @property
    def ok(self) -> bool:
        return self.fault is None


def check(conn: Connection[Any], copies: Iterable[Copy], progress: Progress | None = None) -> Verification:
    """Hold every sealed event against the tree, the roots and the copies; the events after the last root are not sealed yet.

    Whatever stands in the tables of the log and the seal, it is a fault or it is none: nothing is raised for it.
    """
    copies, signed = list(copies), list(all_signed(conn))
    sealed, end = waiting(conn)
    try:
        if signed:
            _check_sealed(conn, signed, copies, end, progress)
        else:
            _check_unsealed(conn, copies)
    except SealFault as fault:
        place = min(max(fault.position, 1), end + 1)
        return Verification(end, sealed, len(signed), len(copies), fault.kind, place, fault.sentence)
    return Verification(end, sealed, len(signed), len(copies))


def store_verification(conn: Connection[Any], found: Verification, seconds: float) -> None:
    """Store what a check has found, for the page that shows it."""
    conn.execute(
        "insert into seal.verifications (position, sealed, checkpoints, copies, seconds, fault, fault_position, said)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s)",
        (
            found.position,
            found.sealed,
            found.checkpoints,
            found.copies,
            seconds,
            found.fault,
            found.fault_position,
            found.sentence,
        ),
    )


def _check_unsealed(conn: Connection[Any], copies: list[Copy]) -> None:
    try:
        known = restores_of(conn)
    except SealBroken:
        raise SealFault(1, "acts", ACTS_CHANGED) from None
    copies = [copy for copy in copies if not declared(known, copy.note.checkpoint)]
    if copies:
        raise SealFault(1, "consistency", f"{copies[0].place} har en underskrevet rod, men registret har intet segl")
    if tile_places(conn):
        raise SealFault(1, "root", "registret har et forseglet træ, men ingen underskrevet rod")


def _check_sealed(
    conn: Connection[Any], signed: list[StoredRoot], copies: list[Copy], end: int, progress: Progress | None
) -> None:
    first, sealed = signed[0].checkpoint.size, signed[-1].checkpoint.size
    try:
        keys = keys_of(vkeys(conn, "log"), vkeys(conn, "witness"), handover_notes(conn))
    except BadNote:
        raise SealFault(first, "signature", KEYS_CHANGED) from None
    for root in signed:
        problem = wrong_with(root, keys)
        if problem is not None:
            raise SealFault(root.checkpoint.size, "signature", f"{problem} (registret)")
    known = restores(_held_acts(conn, signed), keys.log)
    for size in without_root(conn):
        raise SealFault(size, "signature", f"et vidne har underskrevet en rod ved {size}, der ikke er i registret")
    for copy in copies:
        _check_copy(copy, keys)
    copies = [copy for copy in copies if not declared(known, copy.note.checkpoint)]
    for copy in copies:
        if copy.note.checkpoint.size > sealed:
            sentence = f"{copy.place} har en underskrevet rod ved {copy.note.checkpoint.size}: registret er fra før den, eller afkortet"
            raise SealFault(sealed + 1, "consistency", sentence)
    walk(entries(conn, 0, sealed), tiles(conn), _expected_roots(signed, copies, known), sealed, progress)
    if set(tile_places(conn)) != {(tile.level, tile.number) for tile in all_tiles(sealed)}:
        raise tree_changed(min(sealed, end))
    note = changed_note(conn, sealed)
    if note is not None:
        raise SealFault(note, "hash", "notatets krypterede tekst er en anden end den, der er forseglet")


def _held_acts(conn: Connection[Any], signed: list[StoredRoot]) -> list[Act]:
    """The register's acts, held against what each root says of them: they only grow."""
    try:
        known = acts(conn)
    except BrokenActs:
        raise SealFault(signed[0].checkpoint.size, "acts", ACTS_CHANGED) from None
    before = 0
    for root in signed:
        number, hashed = root.checkpoint.acts or (0, b"")
        if number < before or number > len(known) or (number and known[number - 1].hash != hashed):
            raise SealFault(root.checkpoint.size, "acts", ACTS_CHANGED)
        before = number
    return known


def _check_copy(copy: Copy, keys: Keys) -> None:
    place, note = copy.place, copy.note
    size = note.checkpoint.size
    try:
        missing = keys.signers_of(note) - {key for key in keys.all if signed_by(note, key)}
    except BadNote:
        raise SealFault(size, "signature", f"en underskrift under roden ved {size} er falsk ({place})") from None
    if missing or note.checkpoint.origin != keys.log[0].name:
        raise SealFault(size, "signature", f"registrets nøgle har ikke underskrevet roden ved {size} ({place})")


def _expected_roots(signed: list[StoredRoot], copies: list[Copy], known: list[Restore]) -> ExpectedRoots:
    expected: dict[int, list[tuple[str, Checkpoint]]] = {}
    for at, checkpoint in [
        *(("registret", root.checkpoint) for root in signed),
        *((copy.place, copy.note.checkpoint) for copy in copies),
        *(("genoprettelsen", Checkpoint("", restore.size, restore.root)) for restore in known if restore.size),
    ]:
        expected.setdefault(checkpoint.size, []).append((at, checkpoint))
    return expected
