"""A witness (C2SP tlog-witness): it cosigns a signed root only when that continues the one it saw before."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from hashlib import sha256
from typing import NamedTuple

from journey.log.acts import BrokenActs, chained, head_of
from journey.proof.checkpoint import (
    BadNote,
    Checkpoint,
    Signature,
    SignedNote,
    Signer,
    VerifierKey,
    hash_of,
    note_of,
    proof_lines,
    signed_by,
)
from journey.proof.handovers import Handover, handover_in
from journey.proof.merkle import EMPTY, is_consistent
from journey.proof.restores import declared, restores

PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
MOST_STEPS = 63


class WitnessResponse(NamedTuple):
    """An HTTP response; `to_store` is the note that the witness must have stored before it is sent, and `declared` an act with it."""

    status: int
    body: str
    media_type: str = PLAIN
    to_store: SignedNote | None = None
    declared: str | None = None
    handed: Handover | None = None
    """The handover of the log's key that the witness must have stored with it: from then on it knows the new one alone."""


def request_body(old: int, path: Sequence[bytes], note: SignedNote) -> str:
    """The body of add-checkpoint: the size that the witness saw last, the proof from there, and the signed root."""
    return f"old {old}\n{proof_lines(path)}\n{note.text}"


def respond(
    body: str, logs: Collection[VerifierKey], seen: Callable[[str], Checkpoint | None], by: Signer, at: int
) -> WitnessResponse:
    """The response to add-checkpoint, by the logs that are known, the checkpoint last `seen` of each, and the second it is."""
    try:
        old, steps, note = _read(body)
    except BadNote as error:
        return WitnessResponse(400, f"{error}\n")
    new = note.checkpoint
    trusted = _trusted(note, _keys_of(new, logs))
    if not trusted:
        return _unknown(new, logs)
    if old > new.size:
        return WitnessResponse(400, "the old size is larger\n")
    last = seen(new.origin) or Checkpoint(new.origin, 0, EMPTY)
    if old != last.size:
        return WitnessResponse(409, f"{last.size}\n", SIZE)
    if 0 < old == new.size and not steps and new.root != last.root:
        return WitnessResponse(409, f"{last.size}\n", SIZE)
    if not is_consistent(old, last.root, new.size, new.root, steps) or (new.size == 0 and new.root != EMPTY):
        return WitnessResponse(422, "not consistent\n")
    cosigned = by.cosign(new, at)
    return WitnessResponse(200, cosigned.line, to_store=SignedNote(new, (*trusted, cosigned)), handed=handover_in(note))


def restored_body(size: int, path: Sequence[bytes], lines: Sequence[str], note: SignedNote) -> str:
    """The body of add-restored: the size that the tree goes on from, the proof from there, the register's acts, and the signed root."""
    acts = "".join(f"{line}\n" for line in lines)
    return f"restored {size}\n{proof_lines(path)}\n{acts}\n{note.text}"


def respond_restored(
    body: str, logs: Collection[VerifierKey], seen: Callable[[str], Checkpoint | None], by: Signer, at: int
) -> WitnessResponse:
    """The response to add-restored, an addition of ours to C2SP tlog-witness: the tree of a log that was put back goes on.

    It is signed only where the register's acts fit the signed root, an act signed by the log's key names the very root that was last seen
    as lost, and the new root continues the one that the act goes on from.
    """
    try:
        size, steps, lines, note = _read_restored(body)
        known = chained(lines)
    except (BadNote, BrokenActs) as error:
        return WitnessResponse(400, f"{error}\n")
    new, keys = note.checkpoint, _keys_of(note.checkpoint, logs)
    trusted = _trusted(note, keys)
    if not trusted:
        return _unknown(new, logs)
    head, last = head_of(known), seen(new.origin)
    if head is None or new.acts != head or last is None:
        return WitnessResponse(422, "the acts are not those of the root\n")
    restore = declared(restores(known, keys), last)
    if restore is None or restore.size != size:
        return WitnessResponse(422, "no act declares the root seen last to be lost\n")
    if not is_consistent(size, restore.root, new.size, new.root, steps):
        return WitnessResponse(422, "not consistent\n")
    cosigned = by.cosign(new, at)
    return WitnessResponse(200, cosigned.line, to_store=SignedNote(new, (*trusted, cosigned)), declared=restore.act.line)


def origin_hash(origin: str) -> str:
    """The log's name in the address at which its witnessed root is read."""
    return sha256(origin.encode()).hexdigest()


def _keys_of(checkpoint: Checkpoint, logs: Collection[VerifierKey]) -> list[VerifierKey]:
    return [key for key in logs if key.name == checkpoint.origin]


def _unknown(checkpoint: Checkpoint, logs: Collection[VerifierKey]) -> WitnessResponse:
    """The response to a root that no known key of its log has signed."""
    if not _keys_of(checkpoint, logs):
        return WitnessResponse(404, "unknown log\n")
    return WitnessResponse(403, "no signature of the log\n")


def _trusted(note: SignedNote, keys: Collection[VerifierKey]) -> list[Signature]:
    """The signatures of the log's keys that are known, and of both where one of these is handed over; none where there is none to trust."""
    try:
        found = [signature for key in keys if (signature := signed_by(note, key))]
        handed = handover_in(note)
    except BadNote:
        return []
    if handed is None:
        return found[:1]
    known = handed.old in keys or handed.new in keys
    return [signature for key in (handed.old, handed.new) if (signature := signed_by(note, key))] if known else []


def _read_restored(body: str) -> tuple[int, list[bytes], list[str], SignedNote]:
    head, _, rest = body.partition("\n\n")
    acts, blank, text = rest.partition("\n\n")
    first, *lines = head.split("\n")
    size = re.fullmatch(r"restored (0|[1-9][0-9]{0,17})", first)
    if size is None or len(lines) > MOST_STEPS or not blank:
        raise BadNote("not a request")
    return int(size[1]), [hash_of(line) for line in lines], acts.split("\n"), note_of(text)


def _read(body: str) -> tuple[int, list[bytes], SignedNote]:
    head, _, text = body.partition("\n\n")
    first, *lines = head.split("\n")
    old = re.fullmatch(r"old (0|[1-9][0-9]{0,17})", first)
    if old is None or len(lines) > MOST_STEPS:
        raise BadNote("not a request")
    return int(old[1]), [hash_of(line) for line in lines], note_of(text)
