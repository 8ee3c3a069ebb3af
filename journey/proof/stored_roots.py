"""A signed root as the register has stored it, whether that can still be read or not, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from journey.proof.checkpoint import COSIGNS, SIGNS, BadNote, Checkpoint, SignedNote, VerifierKey, is_valid, key_of, note_of

KEYS_CHANGED = "de nøgler, der er gemt i registret, er ændret eller taget ud"
"""The fault where `keys_of` raises."""


class StoredRoot(NamedTuple):
    """A signed root as it is stored: the log's line under it and then those of witnesses, and when it was signed.

    `at` is None for a moment that no calendar has. What is damaged is told as it stands, so that whoever verifies it finds it.
    """

    checkpoint: Checkpoint
    lines: tuple[str, ...]
    at: datetime | None

    @property
    def text(self) -> str:
        """The root and the lines, in the form of a signed note if nothing is wrong with them."""
        return self.checkpoint.body + "\n" + "".join(self.lines)

    @property
    def note(self) -> SignedNote:
        """The signed note that it is. Raises BadNote."""
        note = note_of(self.text)
        if tuple(signature.line for signature in note.signatures) != self.lines:
            raise BadNote("not a signature a line")
        return note


def keys_of(log: Sequence[str], witnesses: Sequence[str]) -> list[VerifierKey]:
    """The keys that are stored, the log's first. Raises BadNote for what is no key, or not of its kind, or a second key of the log."""
    found = [key_of(vkey) for vkey in (*log, *witnesses)]
    if [key.kind for key in found] != [SIGNS] + [COSIGNS] * len(witnesses):
        raise BadNote("not one key of the log and those of witnesses")
    return found


def wrong_with(signed: StoredRoot, keys: Sequence[VerifierKey]) -> str | None:
    """The fault of a stored root, in Danish: each line under it is to be the true signature of a key, the log's first."""
    size = signed.checkpoint.size
    try:
        note = signed.note
    except BadNote:
        return f"roden ved {size} eller en underskrift under den kan ikke læses"
    for nth, signature in enumerate(note.signatures):
        key = next((key for key in keys if (key.name, key.id) == (signature.name, signature.id)), None)
        if key is None or (nth == 0) != (key is keys[0]):
            return f"under roden ved {size} står en underskrift, der ikke er en kendt nøgles"
        if not is_valid(signed.checkpoint, signature, key):
            return f"en underskrift under roden ved {size} er falsk"
    return None
