"""The last root that a key has signed, in a file beside the key: so that one key in one place never signs two roots of one size."""

from __future__ import annotations

from pathlib import Path

from journey.postgres.folders import write_durably
from journey.proof.checkpoint import BadNote, SignedNote, note_of
from journey.proof.restores import Copy
from journey.refusals import Refused

LAST_FILE = "seal.last"


class LastSigned:
    """The file of the last signed root; it is on the disk before the root is stored in the register, or anywhere else."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def copies(self) -> list[Copy]:
        """The root, none before the first. Raises Refused (`wrong_start`) for a file that cannot be read."""
        try:
            return [Copy(str(self.file), note_of(self.file.read_text("utf-8")), here=True)]
        except FileNotFoundError:
            return []
        except (BadNote, UnicodeDecodeError, OSError):
            why = f"Filen {self.file} med den sidst underskrevne rod kan ikke læses. Kør journey verify, og slet den, når alt passer."
            raise Refused("wrong_start", why) from None

    def write(self, note: SignedNote) -> None:
        """Replace the root. Raises OSError."""
        write_durably(self.file, note.text)
