"""A witness (C2SP tlog-witness): it cosigns a signed root only when that continues the one it saw before."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from hashlib import sha256
from typing import NamedTuple

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
from journey.proof.merkle import EMPTY, is_consistent

PLAIN, SIZE = "text/plain; charset=utf-8", "text/x.tlog.size"
MOST_STEPS = 63


class WitnessResponse(NamedTuple):
    """An HTTP response; `to_store` is the note that the witness must have stored before it is sent."""

    status: int
    body: str
    media_type: str = PLAIN
    to_store: SignedNote | None = None


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
    keys = [key for key in logs if key.name == new.origin]
    if not keys:
        return WitnessResponse(404, "unknown log\n")
    trusted = _trusted(note, keys)
    if trusted is None:
        return WitnessResponse(403, "no signature of the log\n")
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
    return WitnessResponse(200, cosigned.line, to_store=SignedNote(new, (trusted, cosigned)))


def origin_hash(origin: str) -> str:
    """The log's name in the address at which its witnessed root is read."""
    return sha256(origin.encode()).hexdigest()


def _trusted(note: SignedNote, keys: Collection[VerifierKey]) -> Signature | None:
    try:
        return next((found for key in keys if (found := signed_by(note, key))), None)
    except BadNote:
        return None


def _read(body: str) -> tuple[int, list[bytes], SignedNote]:
    head, _, text = body.partition("\n\n")
    first, *lines = head.split("\n")
    old = re.fullmatch(r"old (0|[1-9][0-9]{0,17})", first)
    if old is None or len(lines) > MOST_STEPS:
        raise BadNote("not a request")
    return int(old[1]), [hash_of(line) for line in lines], note_of(text)
