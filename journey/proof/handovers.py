"""The seal's key handed over to a new one: a root signed by both, with a line that names both (`handover OLD NEW`).

The old key's signature is over the new key, so nobody else can take over; the new key's is over the old one, so nobody else can have been
before it. Roots up to that size are the old key's, those after it the new one's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from journey.proof.checkpoint import (
    COSIGNS,
    SIGNS,
    BadNote,
    Checkpoint,
    SignedNote,
    Signer,
    VerifierKey,
    key_of,
    note_of,
    signed_by,
)


class Handover(NamedTuple):
    """A handover: the root signed by both keys, and these."""

    note: SignedNote
    old: VerifierKey
    new: VerifierKey

    @property
    def size(self) -> int:
        return self.note.checkpoint.size


class Keys(NamedTuple):
    """The keys of a log in the order that they took over, the size that each but the last signed up to, and the keys of witnesses."""

    log: Sequence[VerifierKey]
    until: Sequence[int]
    witnesses: Sequence[VerifierKey]

    def signer_at(self, size: int) -> VerifierKey:
        """The log's key that signs a root of the size."""
        return self.log[sum(until < size for until in self.until)]

    def signers_of(self, note: SignedNote) -> set[VerifierKey]:
        """The log's keys that sign a root: one, or the two of a handover. Raises BadNote for a handover that not both have signed."""
        handed = handover_in(note)
        if handed is not None and (handed.old, handed.new) in zip(self.log[:-1], self.log[1:], strict=True):
            return {handed.old, handed.new}
        return {self.signer_at(note.checkpoint.size)}

    @property
    def all(self) -> list[VerifierKey]:
        return [*self.log, *self.witnesses]


def handed_over(old: Signer, new: Signer, size: int, root: bytes) -> SignedNote:
    """The root, signed by both."""
    checkpoint = Checkpoint(old.key.name, size, root, f"handover {old.key.vkey} {new.key.vkey}\n")
    return SignedNote(checkpoint, (old.sign(checkpoint), new.sign(checkpoint)))


def handover_in(note: SignedNote) -> Handover | None:
    """The handover that a signed root is, None where it says nothing of one. Raises BadNote for one that not both keys have signed."""
    match = re.fullmatch(r"handover (\S+) (\S+)\n", note.checkpoint.extension)
    if match is None:
        return None
    old, new = key_of(match[1]), key_of(match[2])
    if {(key.name, key.kind) for key in (old, new)} != {(note.checkpoint.origin, SIGNS)} or old == new:
        raise BadNote("not two keys of the log")
    if not (signed_by(note, old) and signed_by(note, new)):
        raise BadNote("not signed by both keys")
    return Handover(note, old, new)


def handover_of(text: str) -> Handover:
    """The handover that the text is. Raises BadNote."""
    found = handover_in(note_of(text))
    if found is None:
        raise BadNote("not a handover")
    return found


def keys_of(log: Sequence[str], witnesses: Sequence[str], handovers: Sequence[str]) -> Keys:
    """The keys that are stored. Raises BadNote for what is no key, or not of its kind, or a key of the log that was not handed over to."""
    found = Keys([key_of(vkey) for vkey in log], [], [key_of(vkey) for vkey in witnesses])
    if not found.log or [key.kind for key in found.all] != [SIGNS] * len(log) + [COSIGNS] * len(witnesses):
        raise BadNote("not keys of the log and of witnesses")
    changes = [handover_of(text) for text in handovers]
    if [(each.old, each.new) for each in changes] != list(zip(found.log[:-1], found.log[1:], strict=True)):
        raise BadNote("a key of the log was not handed over to")
    until = [each.size for each in changes]
    if until != sorted(until):
        raise BadNote("handed over in another order")
    return found._replace(until=until)
