"""The roots kept outside the database, and the guard that lets nothing be signed that disagrees with them."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from psycopg import Connection

from api.sealing.anchors import NotAnchored, read_copies, read_copy, witness_copies
from api.settings import Anchors
from journey.proof.checkpoint import SignedNote, VerifierKey
from journey.proof.last_signed import LastSigned
from journey.proof.restores import Copy, Restore, declared, is_own, refuse_fork, restores_of
from journey.refusals import Refused

LONGEST_WAIT = 600.0
"""Seconds that nothing is signed for want of the witness, where nothing else tells whether the log was put back."""
ASK_AGAIN = 30.0
"""Seconds between two requests to a witness that does not answer."""


class WitnessAwaited(Refused):
    """The witness does not answer, and there is no copy of a signed root here to hold the log against."""

    def __init__(self, why: str) -> None:
        super().__init__(
            "not_sealed", f"Vidnet kan ikke spørges ({why}), og her er ingen underskrevet rod at holde loggen op imod."
        )
        self.remedy = "Start vidnet, og prøv igen; journey serve forsegler uden det efter ti minutter."


class RootCopies:
    """The roots kept outside the database: the last that the key signed, the folder of copies, and the witness's last."""

    def __init__(self, last: LastSigned, anchors: Anchors) -> None:
        self.last, self.anchors = last, anchors

    def newest(self, known: Collection[Restore]) -> list[Copy]:
        """The last root signed here, and the newest in the folder that no restore declares lost. Raises Refused."""
        folder = self.anchors.checkpoints
        copies = [] if folder is None else _newest_in(folder, known)
        return [*self.last.copies(), *copies]

    def all(self, conn: Connection[Any]) -> list[Copy]:
        """Every root that is kept. Raises Refused, and NotAnchored for a witness that does not answer."""
        folder = self.anchors.checkpoints
        copies = list(read_copies(folder)) if folder is not None and folder.is_dir() else []
        return [*self.last.copies(), *copies, *witness_copies(conn, self.anchors)]


class ForkGuard:
    """The guard of one session that seals: before the first signature everything kept is held against the log, later the last signed.

    A witness that does not answer is asked again until it does. Meanwhile there are signatures where a root kept here agrees, or the key
    is new, or the witness has been waited for.
    """

    def __init__(self, copies: RootCopies, *, waited_since: float | None = None) -> None:
        self._copies = copies
        self._waited_since = time.monotonic() if waited_since is None else waited_since
        self._seen_all = self._asked = False
        self._ask_at = 0.0

    @property
    def is_due(self) -> bool:
        """Whether what is kept has yet to be held against the log."""
        return not self._seen_all

    def check(self, conn: Connection[Any], by: VerifierKey, *, new_key: bool) -> None:
        """Raise PutBack where the log does not lead to a kept root that no restore declares lost, and WitnessAwaited."""
        local = self._copies.last.copies() if self._seen_all else self._copies.newest(restores_of(conn, [by]))
        refuse_fork(conn, local, by)
        if not self._asked and time.monotonic() >= self._ask_at:
            self._ask(conn, by, go_on=new_key or any(is_own(copy.note, [by]) for copy in local))
        self._seen_all = True

    def keep(self, note: SignedNote) -> None:
        """Keep the root about to be stored. Raises OSError."""
        self._copies.last.write(note)

    def doubt(self) -> None:
        """Hold everything against the log again before the next signature."""
        self._seen_all, self._asked, self._ask_at = False, False, 0.0

    def _ask(self, conn: Connection[Any], by: VerifierKey, *, go_on: bool) -> None:
        try:
            refuse_fork(conn, witness_copies(conn, self._copies.anchors), by)
            self._asked = True
        except NotAnchored as error:
            if not go_on and time.monotonic() - self._waited_since < LONGEST_WAIT:
                raise WitnessAwaited(str(error)) from None
            self._ask_at = time.monotonic() + ASK_AGAIN


def _newest_in(folder: Path, known: Collection[Restore]) -> list[Copy]:
    """The newest root of the folder that no restore declares lost; those of a day are looked through before those of the day before."""
    try:
        days = sorted((place for place in folder.iterdir() if place.is_dir()), reverse=True)
        copies = (copy for day in days for copy in _latest_first(day))
        newest = next((copy for copy in copies if not declared(known, copy.note.checkpoint)), None)
    except OSError:  # a share that is away stops no sealing: that copies cannot be written there is said of its own
        return []
    return [newest] if newest else []


def _latest_first(day: Path) -> Iterator[Copy]:
    for file in sorted(day.glob("[0-9]*.txt"), reverse=True):
        with suppress(Refused):  # journey verify tells of a copy that cannot be read
            yield read_copy(file)
