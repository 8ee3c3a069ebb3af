"""A signed root as the register has stored it, whether that can still be read or not, and what is wrong with it."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from journey.proof.checkpoint import BadNote, Checkpoint, SignedNote, is_valid, note_of
from journey.proof.handovers import Keys

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


def wrong_with(signed: StoredRoot, keys: Keys) -> str | None:
    """The fault of a stored root, in Danish: each line under it is to be the true signature of a key, first the log's at its size."""
    size = signed.checkpoint.size
    signer = keys.signer_at(size)
    try:
        note = signed.note
    except BadNote:
        return f"roden ved {size} eller en underskrift under den kan ikke læses"
    for nth, signature in enumerate(note.signatures):
        key = next((key for key in keys.all if (key.name, key.id) == (signature.name, signature.id)), None)
        if key is None or (key != signer if nth == 0 else key in keys.log):
            return f"under roden ved {size} står en underskrift, der ikke er en kendt nøgles"
        if not is_valid(signed.checkpoint, signature, key):
            return f"en underskrift under roden ved {size} er falsk"
    return None
