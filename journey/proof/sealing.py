"""Sealing: the events since the last signed root made leaves of the tree, and the new root signed. Never in the way of an append."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

from journey.log.acts import BrokenActs, acts, head_of
from journey.log.outer_keys import existing_key, next_file, outer_key
from journey.proof.checkpoint import SIGNS, BadNote, Checkpoint, SignedNote, Signer, VerifierKey, acts_line, public_of
from journey.proof.handovers import handover_of
from journey.proof.merkle import leaf_hash
from journey.proof.reading import EVENTS, SealBroken, SealedLog, edge, handover_notes, log_key, newest, waiting
from journey.proof.stored_roots import StoredRoot
from journey.proof.tiles import WIDTH, GrowingTree, edge_root
from journey.refusals import Refused
from journey.system_words import os_error_reason

KEY_FILE = "seal.key"
"""The private key that the roots are signed with; in the data folder, never in the database."""

SEALS = 7220118
"""The advisory lock of whoever seals, held by the session that does it."""

SIGNING = 7220121
"""The advisory lock of a transaction that signs, or hands over the key."""

MOST = 65_536
"""How many events are sealed at a time."""
ENOUGH, LONGEST, SHORTEST = WIDTH, 5.0, 1.0
"""A root is signed when so many events wait, or when the first of them has waited so many seconds; never sooner than that after another."""


def log_signer(file: Path, conn: Connection[Any], log: SealedLog = EVENTS) -> Signer:
    """The log's signer, its key made on first use and noted in the register; the key beside it where that has taken over.

    Raises Refused (`wrong_start`) for a file that is gone or is another's: the roots of before could not be gone on from; and
    SealBroken where the key that is noted is gone or is none.
    """
    known = _noted(conn, log)
    if known is None:
        seed = log.seed(outer_key(file))
        signer = Signer(origin_of(public_of(seed), log), SIGNS, seed)
        query = f"insert into {log.schema}.keys (vkey, kind) values (%s, 'log') on conflict do nothing"  # noqa: S608 -- a constant of our own
        conn.execute(query.encode(), (signer.key.vkey,))
        known = log_key(conn, log)
    signer, problem = _signer(file, known, log)
    if signer is None:
        raise Refused("wrong_start", problem)
    return signer


def key_problem(file: Path, conn: Connection[Any], log: SealedLog = EVENTS) -> str | None:
    """The problem with the file of the seal's key, in Danish; None where there is none, and for a register without a seal."""
    try:
        known = log_key(conn, log)
    except BadNote:  # a damaged database, which a check of it names
        return None
    try:
        signer, problem = _signer(file, known, log)
    except Refused as refused:
        return refused.message
    except OSError as error:
        return f"Nøglefilen {file} kan ikke læses: {os_error_reason(error)}."
    return None if known is None or signer else problem


def _signer(file: Path, known: VerifierKey | None, log: SealedLog) -> tuple[Signer | None, str]:
    """The signer of this key by the file, or by the one beside it; or what is wrong."""
    found = False
    for place in (next_file(file), file):  # the first may go to the other's place at any moment
        with suppress(FileNotFoundError):
            seed = log.seed(existing_key(place))
            found = found or place == file
            if known is not None and known.public == public_of(seed):
                return Signer(known.name, SIGNS, seed), ""
    wrong = (
        "er ikke den, registret er forseglet med. Læg den rigtige tilbage."
        if found
        else "mangler. Læg den tilbage fra sikkerhedskopien."
    )
    return None, f"Nøglefilen {file} {wrong}"


def _noted(conn: Connection[Any], log: SealedLog) -> VerifierKey | None:
    sealed, _ = waiting(conn, log)
    try:
        known = log_key(conn, log)
    except BadNote:
        raise SealBroken(max(sealed, 1), "registrets nøgle, som den er gemt i databasen, kan ikke læses") from None
    if known is None and sealed:
        raise SealBroken(max(sealed, 1), "registrets nøgle er taget ud af databasen")
    return known


def origin_of(public: bytes, log: SealedLog = EVENTS) -> str:
    """The log's name: of its key, so that no two logs have the same."""
    return f"{log.origin}/{VerifierKey('', SIGNS, public).id.hex()}{public[:8].hex()}"


def lead(conn: Connection[Any]) -> bool:
    """Become the one who seals, for this session, if nobody is."""
    row = conn.cursor(row_factory=tuple_row).execute("select pg_try_advisory_lock(%s)", (SEALS,)).fetchone()
    return bool(row and row[0])


def seal(
    conn: Connection[Any],
    by: Signer,
    most: int = MOST,
    keep: Callable[[SignedNote], None] | None = None,
    log: SealedLog = EVENTS,
) -> SignedNote | None:
    """Seal the next events, and give the new signed root, which `keep` has kept before it is stored; None where there is nothing to seal.

    Takes time by the events that are new, however many there were. Raises SealBroken where the log is shorter than what was sealed,
    has a hole, or the stored tree does not have the root that was signed.
    """
    with conn.transaction():
        lock_signing(conn)
        if log_key(conn, log) != by.key:  # it was handed over meanwhile
            return None
        size, end = waiting(conn, log)
        if end < size:
            raise SealBroken(end + 1, f"loggen slutter ved {end}, men er forseglet til {size}")
        if end == size:
            return None
        growing = GrowingTree(size, trusted_edge(conn, by, size, log))
        for event in log.entries(conn, size, min(end, size + most)):
            if event.position != growing.size + 1:
                raise SealBroken(growing.size + 1, "positionen mangler i loggen")
            if event.known_at is None:
                raise SealBroken(event.position, "hændelsens tidspunkt kan ikke læses")
            growing.append(leaf_hash(event.entry))
        checkpoint = Checkpoint(
            by.key.name, growing.size, growing.root(), _extension(conn, growing.size) if log.has_acts else ""
        )
        note = SignedNote(checkpoint, (by.sign(checkpoint),))
        if keep is not None:
            keep(note)
        _write(conn, growing, note, log)
    return note


def lock_signing(conn: Connection[Any]) -> None:
    """Wait for whoever signs or hands over the key, and keep others waiting until the end of the transaction."""
    conn.execute("select pg_advisory_xact_lock(%s)", (SIGNING,))


def trusted_edge(conn: Connection[Any], by: Signer, size: int, log: SealedLog = EVENTS) -> dict[int, bytes]:
    """The tree's right edge as stored, held against the last root: a log must never sign what does not follow from it."""
    last = newest(conn, log=log)
    if last is not None and not _has_signed(conn, by, last, log):
        raise SealBroken(max(size, 1), "den sidste rod er ikke den, registret underskrev")
    found = edge(conn, size, log)
    try:
        fits = last is None or edge_root(size, found) == last.checkpoint.root
    except IndexError:
        fits = False
    if not fits:
        raise SealBroken(max(size, 1), "de gemte fliser passer ikke til den sidst underskrevne rod")
    return found


def _has_signed(conn: Connection[Any], by: Signer, last: StoredRoot, log: SealedLog) -> bool:
    """Whether the root is signed by the key, or the handover to it is of this very root."""
    try:
        handed = [handover_of(text) for text in handover_notes(conn, log)[-1:]]
    except BadNote:
        return False
    for each in handed:
        if (each.size, each.new) == (last.checkpoint.size, by.key):
            checkpoint = each.note.checkpoint
            return checkpoint.root == last.checkpoint.root and by.sign(checkpoint) in each.note.signatures
    return last.lines[0] == by.sign(last.checkpoint).line


def _extension(conn: Connection[Any], size: int) -> str:
    """The lines under the next root: the acts that it commits to."""
    try:
        head = head_of(acts(conn))
    except BrokenActs:
        raise SealBroken(size, "registrets handlinger (register_acts) er ændret") from None
    return acts_line(*head) if head else ""


def _write(conn: Connection[Any], growing: GrowingTree, note: SignedNote, log: SealedLog) -> None:
    upsert = (
        f"insert into {log.schema}.tiles (level, index, hashes) values (%s, %s, %s)"  # noqa: S608 -- a constant of our own
        " on conflict (level, index) do update set hashes = excluded.hashes"
    )
    with conn.cursor() as cursor:
        cursor.executemany(upsert.encode(), [(level, index, hashes) for (level, index), hashes in growing.written().items()])
    checkpoint = note.checkpoint
    insert = f"insert into {log.schema}.checkpoints (size, root, extension, signature) values (%s, %s, %s, %s)"  # noqa: S608 -- a constant of our own
    conn.execute(
        insert.encode(),
        (checkpoint.size, checkpoint.root, checkpoint.extension, note.signatures[0].line),
    )
