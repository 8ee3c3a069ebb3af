"""The witness's folder: its key, the logs it knows, and the last root it signed of each."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

import fasteners  # pyright: ignore[reportMissingTypeStubs] -- it has none

from journey.log.outer_keys import outer_key
from journey.postgres.folders import sync_folder
from journey.proof.checkpoint import COSIGNS, BadNote, Checkpoint, SignedNote, Signer, VerifierKey, key_of, note_of, public_of
from journey.proof.handovers import Handover
from journey.proof.witness import WitnessResponse, origin_hash, respond
from journey.refusals import Refused

Responder = Callable[[str, Collection[VerifierKey], Callable[[str], Checkpoint | None], Signer, int], WitnessResponse]
"""The answer to a request by its body, the logs known, the root last seen of each, the witness's signer and the second it is."""
KEY_FILE, LOGS_FILE = "witness.key", "logs.txt"
HANDED_OVER = "handed-over "
"""The word before a key in the file of the logs' keys that another has taken over from."""


class Witness:
    """A witness with its folder, whose key is made on first use. Requests are answered one at a time, across processes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        seed = outer_key(folder / KEY_FILE)
        public = public_of(seed)
        self.signer = Signer(f"vidne/{VerifierKey('', COSIGNS, public).id.hex()}{public[:8].hex()}", COSIGNS, seed)
        self._lock = threading.Lock()
        self._process_lock = fasteners.InterProcessLock(str(folder / ".lock"))

    def know(self, vkey: str) -> None:
        """Witness this log too, by its public key. Raises Refused (`bad_parameter`) for text that is no key."""
        try:
            key = key_of(vkey.strip())
        except BadNote:
            raise Refused(
                "bad_parameter", "Det er ikke et registers offentlige nøgle, som siden /ubrudt viser den.", place="--log"
            ) from None
        with self._lock, self._process_lock:
            known = self._log_lines()
            if not {key.vkey, f"{HANDED_OVER}{key.vkey}"} & {*known}:
                self._write_logs([*known, key.vkey])

    def logs(self) -> list[VerifierKey]:
        """The public keys of the logs it knows, those left out that were handed over. Raises ValueError for a damaged file."""
        return [key_of(line) for line in self._log_lines() if not line.startswith(HANDED_OVER)]

    def _log_lines(self) -> list[str]:
        file = self._folder / LOGS_FILE
        return file.read_text("utf-8").splitlines() if file.exists() else []

    def _write_logs(self, lines: Iterable[str]) -> None:
        write_durably(self._folder / LOGS_FILE, "".join(f"{line}\n" for line in lines))

    def _write_handover(self, handed: Handover) -> None:
        """Know the new key in the old one's place; the old one is never known again."""
        old, new = handed.old.vkey, handed.new.vkey
        others = [line for line in self._log_lines() if line not in (old, new, f"{HANDED_OVER}{old}")]
        self._write_logs([*others, f"{HANDED_OVER}{old}", new])

    def answer(self, body: str, at: int, respond: Responder = respond) -> WitnessResponse:
        """Answer add-checkpoint, or another request, at this second; a signed root is on the disk before its signature is given."""
        with self._lock, self._process_lock:
            try:
                answer = respond(body, self.logs(), self._last_checkpoint, self.signer, at)
            except ValueError:
                return WitnessResponse(500, "what was kept cannot be read\n")
            if answer.to_store is not None and answer.declared is not None:
                self._write_restore(answer.to_store.checkpoint.origin, answer.declared)
            if answer.handed is not None:
                self._write_handover(answer.handed)
            if answer.to_store is not None:
                self._write(answer.to_store)
            return answer

    def last(self, hashed: str) -> SignedNote | None:
        """The last root it signed of the log whose name has this hash. Raises ValueError for a damaged file."""
        file = self._folder / f"{hashed}.checkpoint"
        return note_of(file.read_text("utf-8")) if file.exists() else None

    def restores(self, hashed: str) -> str:
        """The acts by which the log whose name has this hash was let go on from another root, a line each."""
        file = self._folder / f"{hashed}.restores"
        return file.read_text("utf-8") if file.exists() else ""

    def _write_restore(self, origin: str, line: str) -> None:
        hashed = origin_hash(origin)
        known = self.restores(hashed)
        if f"{line}\n" not in known.splitlines(keepends=True):
            write_durably(self._folder / f"{hashed}.restores", f"{known}{line}\n")

    def _last_checkpoint(self, origin: str) -> Checkpoint | None:
        last = self.last(origin_hash(origin))
        return last and last.checkpoint

    def _write(self, note: SignedNote) -> None:
        write_durably(self._folder / f"{origin_hash(note.checkpoint.origin)}.checkpoint", note.text)


def write_durably(file: Path, text: str) -> None:
    """Replace the file's text whole or not at all; once it returns, a loss of power does not undo it."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    with part.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    sync_folder(file.parent)
