"""The uploads of a server: held for some minutes at most, each with what has come of it, and worked on one at a time."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from copy import copy
from typing import Literal

import psycopg
from msgspec import Struct
from psycopg_pool import PoolTimeout

from api.answers.deliveries import DeliveryOrder, ReportBefore
from api.register.request_rejected import RequestRejected
from api.web.problems import HttpProblem
from api.web.uploads.form_stream import UploadedFile
from journey.exchange.deliveries.report import DeliveryReport
from journey.refusals import Refused

MINUTES = 30
"""How long an upload is held after it was last looked at."""
MOST_UPLOADS = 6
"""How many are held at once."""
MOST_RECEIVED = 3
"""How many forms are read at once."""
MOST_BYTES_HELD = 1024**3
"""Bytes of all the files that are held, at most."""

Step = Literal["waiting", "reporting", "report", "taking", "done", "refused"]
"""The step of an upload: not begun, its report being made, reported, being taken in, taken in, refused."""
AT_WORK: frozenset[Step] = frozenset({"reporting", "taking"})

Moved = Callable[[str, int, int], None]
"""Gets the phase of long work, how far it is and how far it goes."""


class WorkStopped(Exception):
    """Work that was told to stop: the upload was thrown away, or the server is closing."""


class Phase(Struct, frozen=True):
    """The phase of long work in words, how far it is and how far it goes; 0 where that is not known."""

    name: str = ""
    done: int = 0
    of: int = 0


class Upload(Struct, eq=False):
    """An upload: its files, the mapping file's text, the fields of its form, and what has come of it."""

    id: str
    files: Sequence[UploadedFile]
    mapping: str
    fields: Mapping[str, str]
    used: float
    step: Step = "waiting"
    phase: Phase = Phase()
    order: DeliveryOrder | None = None
    """The order that was reported on, and that is taken in."""
    undoes: int | None = None
    """The delivery that would be undone; the upload then has no files."""
    before: ReportBefore | None = None
    after: DeliveryReport | None = None
    """The report before, and of what happened."""
    refused: Exception | None = None
    chosen: int = 0
    """How many codes were chosen for unknown words."""
    is_stopped: bool = False

    @property
    def size(self) -> int:
        """Bytes of its files."""
        return sum(file.size for file in self.files)

    @property
    def may_take(self) -> bool:
        """Whether what was reported on can be taken in: bad rows stand in the way, unless they are to be skipped."""
        if self.step != "report" or self.before is None:
            return False
        return not self.before.report.bad_rows or (self.order is not None and self.order.options.skip_bad)


class Uploads:
    """The uploads that are held, found by an id that nobody guesses."""

    def __init__(self, failed: Callable[[Exception], object], clock: Callable[[], float] = time.monotonic) -> None:
        self._failed, self._clock = failed, clock
        self._held: dict[str, Upload] = {}
        self._lock, self._turn = threading.Lock(), threading.Lock()
        self._sweeper: threading.Timer | None = None
        self._is_closed = False
        self._received = 0

    def add(
        self,
        files: Sequence[UploadedFile],
        mapping: str,
        fields: Mapping[str, str],
        *,
        undoes: int | None = None,
    ) -> Upload:
        """Hold the files; beyond the limits in place of the upload that was looked at longest ago.

        Raises HttpProblem (`too_many_uploads`) where all are being worked on.
        """
        upload = Upload(secrets.token_urlsafe(32), files, mapping, fields, self._clock(), undoes=undoes)
        with self._lock:
            self._sweep()
            while self._is_closed or not self._has_room(upload.size):
                idle = [each for each in self._held.values() if each.step not in AT_WORK]
                if not idle or self._is_closed:
                    raise HttpProblem("too_many_uploads")
                self._drop(min(idle, key=lambda each: each.used))
            self._held[upload.id] = upload
        self._sweep_later()
        return upload

    def _has_room(self, size: int) -> bool:
        held = sum(each.size for each in self._held.values() if each.step != "done")
        return len(self._held) < MOST_UPLOADS and held + size <= MOST_BYTES_HELD

    @contextmanager
    def receiving(self) -> Generator[None]:
        """The reading of a form, of which there are a few at once. Raises HttpProblem (`too_many_uploads`) beyond them."""
        with self._lock:
            if self._received >= MOST_RECEIVED:
                raise HttpProblem("too_many_uploads")
            self._received += 1
        try:
            yield
        finally:
            with self._lock:
                self._received -= 1

    def find(self, upload_id: str) -> Upload | None:
        """The upload with the id, which is held on."""
        with self._lock:
            self._sweep()
            upload = self._held.get(upload_id)
            if upload is not None:
                upload.used = self._clock()
            return upload

    def seen(self, upload_id: str) -> Upload | None:
        """The upload with the id as it is at this moment, whatever its work changes meanwhile."""
        found = self.find(upload_id)
        with self._lock:
            return copy(found)

    def remove(self, upload: Upload) -> None:
        """Throw an upload away; work on it is stopped, but for that which takes it in."""
        with self._lock:
            if upload.step == "taking":
                return
            upload.is_stopped = True
            self._drop(upload)

    @property
    def at_work(self) -> Upload | None:
        """The upload that is being taken in, as it is at this moment; else one that is reported on."""
        with self._lock:
            found = [copy(each) for each in self._held.values() if each.step in AT_WORK]
        return min(found, key=lambda each: each.step != "taking", default=None)

    def begin_report(self, upload: Upload, work: Callable[[Moved], ReportBefore]) -> None:
        """Begin the report of an upload in a thread of its own; nothing where it is being worked on, or done."""

        def report(moved: Moved) -> None:
            upload.before = work(moved)

        with self._lock:
            if upload.step not in (*AT_WORK, "done"):
                self._begin(upload, "reporting", report)

    def begin_taking(self, upload: Upload, work: Callable[[Moved], DeliveryReport]) -> None:
        """Begin to take in what was reported on; nothing where that is not the step it is at, as when the button was pressed twice.

        Raises HttpProblem (`delivery_under_way`) where another is being taken in.
        """

        def take(moved: Moved) -> None:
            upload.after = work(moved)

        with self._lock:
            if upload.step == "report":
                if any(each.step == "taking" for each in self._held.values()):
                    raise HttpProblem("delivery_under_way")
                self._begin(upload, "taking", take)

    def refuse(self, upload: Upload, error: Refused) -> None:
        """Note why no report of the upload can be begun."""
        with self._lock:
            if upload.step not in AT_WORK:
                upload.step, upload.refused = "refused", error

    def close(self) -> None:
        """Stop all work, and be rid of every upload."""
        with self._lock:
            self._is_closed = True
            if self._sweeper is not None:
                self._sweeper.cancel()
            for upload in [*self._held.values()]:
                upload.is_stopped = True
                if upload.step not in AT_WORK:
                    self._drop(upload)

    def _begin(self, upload: Upload, step: Step, work: Callable[[Moved], None]) -> None:
        if self._is_closed:
            raise HttpProblem("too_many_uploads")
        upload.step, upload.phase, upload.refused = step, Phase(), None
        threading.Thread(target=self._work, args=(upload, work), name="uploads", daemon=True).start()

    def _work(self, upload: Upload, work: Callable[[Moved], None]) -> None:
        def moved(name: str, done: int, of: int) -> None:
            if upload.is_stopped:
                raise WorkStopped
            upload.phase, upload.used = Phase(name, done, of), self._clock()

        after: Step = "done" if upload.step == "taking" else "report"
        try:
            with self._turn:
                moved("", 0, 0)
                work(moved)
        except WorkStopped:
            after = "refused"
        except (Refused, HttpProblem, RequestRejected, PoolTimeout, psycopg.OperationalError) as error:
            upload.refused, after = error, "refused"
        except Exception as error:  # noqa: BLE001 -- no error ends the server; what went wrong is logged without its data
            self._failed(error)
            upload.refused, after = _unexpected(), "refused"
        with self._lock:
            upload.step, upload.used = after, self._clock()
            if after == "done":
                self._close_files(upload)
            if upload.is_stopped:
                self._drop(upload)

    def _sweep(self) -> None:
        """Drop what has not been looked at for so long; the lock is held."""
        old = self._clock() - 60 * MINUTES
        for upload in [each for each in self._held.values() if each.used <= old and each.step not in AT_WORK]:
            self._drop(upload)

    def _sweep_later(self) -> None:
        """Sweep in a while, and again as long as anything is held, so that nothing stays because nobody asks."""
        with self._lock:
            if self._sweeper is not None:
                return
            self._sweeper = threading.Timer(60, self._swept)
            self._sweeper.daemon = True
            self._sweeper.start()

    def _swept(self) -> None:
        with self._lock:
            self._sweep()
            self._sweeper, is_empty = None, not self._held
        if not is_empty:
            self._sweep_later()

    def _drop(self, upload: Upload) -> None:
        self._held.pop(upload.id, None)
        if upload.step not in AT_WORK:
            self._close_files(upload)

    @staticmethod
    def _close_files(upload: Upload) -> None:
        for file in upload.files:
            file.content.close()


def _unexpected() -> Refused:
    refused = Refused("bad_file", "Der er en fejl i programmet; intet er indlæst.", place="leverancen")
    refused.remedy = "Prøv igen; bliver det ved, så meld fejlen. Loggen siger, hvor i programmet den er, uden indholdet."
    return refused
