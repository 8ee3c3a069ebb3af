"""The follower that `journey serve` runs beside the answers: a thread that keeps the rows at the log's end, and never gives up."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import psycopg
from msgspec import Struct
from psycopg.conninfo import make_conninfo

from api.register.leading import Leader, OtherRows
from journey.log.login import as_role
from journey.log.migrate import PROJECT
from journey.log.reading import head
from journey.log.store import CHANNEL
from journey.postgres import CannotStart
from journey.system_words import silence
from projections.engine.follow import FoldFailed, LeadLost, definition, lead, prepare, rebuild, standing, stopped

POLL = 0.5
"""Seconds between two looks at the log where nothing was notified."""
FROZEN = 30.0
"""Seconds without movement, or without a look at the log, after which the follower counts as frozen."""
AT_WORK, WORD = "at_work", 5.0
"""The channel on which whoever leads gives word while a long batch is under way, and the seconds between two words."""
FIRST_PAUSE, LONGEST_PAUSE, LONGEST_STOP = 0.1, 5.0, 60.0
"""Seconds before the next try, doubled each time: after a lost connection, and after an event that broke a fold."""

KEEPALIVES = {
    "keepalives_idle": 3,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 8_000,
    "connect_timeout": 5,
}
"""For our end of a connection; the server's end is asked for the same, so that the lead of a lost machine is free in time."""
SERVER_KEEPALIVES = {"tcp_keepalives_idle": "3", "tcp_keepalives_interval": "2", "tcp_keepalives_count": "2"}


def kept_alive(url: str) -> str:
    """The address, with a connection to it known to be lost within some seconds."""
    return make_conninfo(url, application_name="journey", **KEEPALIVES)


_SEEN = (
    "SELECT definition, position, error, (SELECT max(notification_id) FROM log.events), to_regclass('rows.spans')::oid::bigint"
    " FROM rows.progress"
)


class Health(Struct, frozen=True):
    """How the follower is: how far the rows are, how far behind, and what went wrong last if it has not gone right since."""

    position: int
    log_position: int
    lag_events: int
    lag_seconds: float
    """Since the log first was seen ahead of where the rows are."""
    leading: bool
    ready: bool
    """Whether the rows are of this version of the program, so that they can be asked."""
    stopped: bool
    """Whether an event broke a fold: the rows stand right before it until it can be folded."""
    error: str | None
    frozen: bool


class Follower:
    """A context manager; `position` is how far the rows are known to be, and moves only forward."""

    def __init__(self, url: str, classes: Mapping[str, str], wake: Callable[[], object] = lambda: None) -> None:
        """`wake` is done before a lost connection is made again, since a database of our own may have died."""
        self._wake = wake
        self._url = kept_alive(as_role(url, PROJECT, **SERVER_KEEPALIVES))
        self._classes = classes
        self._definition = definition()
        self._moved = threading.Condition()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._follow, name="follower", daemon=True)
        self.position = self._log_position = 0
        self.made = 0
        """Which tables the rows stand in: another number once they have been made anew."""
        self.ready = self._leading = self._owned = False
        self._word_to: psycopg.Connection[Any] | None = None
        self._error: str | None = None
        self._halted: str | None = None
        self._retry_at, self._pause, self._stopped_at = 0.0, FIRST_PAUSE, -1
        self._ticked = self._moved_at = time.monotonic()
        self._worded = 0.0
        self._seen: deque[tuple[int, float]] = deque(maxlen=10_000)
        """Where the log was seen ahead of the rows, and when."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopping.set()
        with self._moved:
            self._moved.notify_all()
        self._thread.join(timeout=10)

    @property
    def stopping(self) -> bool:
        return self._stopping.is_set()

    @property
    def alive(self) -> bool:
        """Whether the thread has been at it lately, with or without luck."""
        return self._thread.is_alive() and time.monotonic() - self._ticked <= FROZEN

    def wait(self, position: int, seconds: float) -> bool:
        """Wait until the rows are ours and at the position; gives whether they are."""
        with self._moved:
            self._moved.wait_for(lambda: self.stopping or (self.ready and self.position >= position), seconds)
            return self.ready and self.position >= position

    def health(self) -> Health:
        with self._moved:
            now, behind = time.monotonic(), self._log_position - self.position
            stuck = behind > 0 and now - max(self._moved_at, self._seen[0][1] if self._seen else now) > FROZEN
            return Health(
                self.position,
                self._log_position,
                max(behind, 0),
                round(now - self._seen[0][1], 3) if self._seen and behind > 0 else 0.0,
                self._leading,
                self.ready,
                self._halted is not None,
                self._halted or self._error,
                stuck or now - self._ticked > FROZEN,
            )

    def _follow(self) -> None:
        pause = FIRST_PAUSE
        while not self.stopping:
            self._tick()
            try:
                self._wake()
                with self._connections() as (listener, writer):
                    self._word_to = listener
                    leader = Leader(self._classes, self._at_work)
                    while not self.stopping:
                        self._look(writer, leader)
                        pause = FIRST_PAUSE
                        for word in listener.notifies(timeout=POLL, stop_after=1):
                            self._hear(word.channel)
            except Exception as error:  # noqa: BLE001 -- it must go on; what went wrong is on the health page, without its data
                self._leading = False
                self._error = _word(error)
            self._stopping.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

    @contextmanager
    def _connections(self) -> Iterator[tuple[psycopg.Connection[Any], psycopg.Connection[Any]]]:
        """One to hear on, and one that writes and holds the lead; both go when one goes."""
        try:
            with (
                psycopg.connect(self._url, autocommit=True) as listener,
                psycopg.connect(self._url, autocommit=True) as writer,
            ):
                listener.execute(f"LISTEN {CHANNEL}")
                listener.execute(f"LISTEN {AT_WORK}")
                listener.execute("LISTEN rows")
                yield listener, writer
        finally:
            self._leading = False

    def _look(self, conn: psycopg.Connection[Any], leader: Leader) -> None:
        """See how far the log and the rows are, and bring the rows on if that is ours to do."""
        self._tick()
        self._leading = self._leading or lead(conn)
        if not self.ready and not self._made(conn):
            return
        row = conn.execute(_SEEN).fetchone()
        if row is None or row[0] != self._definition:
            self._lose()
            return
        self._owned = True
        _, position, error, end, self.made = row
        self._see(position, end or 0)
        if not self._leading or position == self._log_position:
            self._error, self._halted = None, error
        elif position != self._stopped_at or time.monotonic() >= self._retry_at:
            self._attempt(conn, leader)

    def _made(self, conn: psycopg.Connection[Any]) -> bool:
        """Whether there are rows: who leads makes them, anew where they are another version's."""
        if not self._leading:
            there = conn.execute("SELECT to_regclass('rows.progress') IS NOT NULL").fetchone()
            return bool(there and there[0])
        if not prepare(conn) and not self._owned:
            self._attempt(conn, None)
        return True

    def _lose(self) -> None:
        """The rows are not ours: a newer version has made them anew, or whoever leads has yet to make them."""
        self.ready = False
        if self._leading and self._owned:
            raise OtherRows

    def _attempt(self, conn: psycopg.Connection[Any], leader: Leader | None) -> None:
        """Take a step, or make all rows anew where there is no leader for those there are."""
        if leader is None and time.monotonic() < self._retry_at:
            return
        try:
            reached = rebuild(conn, self._classes, self._at_work) if leader is None else leader.step(conn)
        except LeadLost:
            return
        except FoldFailed as failure:
            stopped(conn, failure)
            self._stopped_at = standing(conn).position
            self._see(self._stopped_at, head(conn)[0], ready=leader is not None)
            self._retry_at = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, LONGEST_STOP)
            self._halted = str(failure)
            return
        self._pause, self._stopped_at, self._error, self._halted = FIRST_PAUSE, -1, None, None
        self._see(reached, max(reached, self._log_position))

    def _tick(self) -> None:
        self._ticked = time.monotonic()

    def _at_work(self, _done: int, _of: int) -> None:
        """A part of a long batch is written, which nobody sees before all of it is: those who wait are given word."""
        self._tick()
        if self._word_to is not None and self._ticked - self._worded >= WORD:
            self._worded = self._ticked
            self._word_to.execute(f"NOTIFY {AT_WORK}")

    def _hear(self, channel: str) -> None:
        """Whoever leads is at work: the rows stand still, and are not frozen."""
        if channel == AT_WORK:
            with self._moved:
                self._moved_at = time.monotonic()

    def _see(self, position: int, log_position: int, *, ready: bool = True) -> None:
        with self._moved:
            now = time.monotonic()
            if position > self.position:
                self._moved_at = now
            self.position, self._log_position = max(position, self.position), log_position
            while self._seen and self._seen[0][0] <= self.position:
                self._seen.popleft()
            if log_position > self.position and (not self._seen or self._seen[-1][0] < log_position):
                self._seen.append((log_position, now))
            self.ready = ready
            self._moved.notify_all()


def _word(error: Exception) -> str:
    """What went wrong, for those who look after the register; never the data it went wrong with."""
    if isinstance(error, CannotStart):
        return str(error)
    if isinstance(error, OtherRows):
        return "rækkerne er af en anden udgave af programmet"
    if isinstance(error, psycopg.OperationalError):
        return silence(error)
    return type(error).__name__
