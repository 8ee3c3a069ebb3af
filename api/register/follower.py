"""The follower that `journey serve` runs: a background thread that keeps the rows at the log's end."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import psycopg
from msgspec import Struct

from api.background import BackgroundThread, Backoff
from api.connections import SERVER_KEEPALIVES, with_keepalives
from api.register.leading import Leader, OtherRows
from journey.log.login import DatabaseSession, as_role
from journey.log.migrate import PROJECT
from journey.log.reading import head, is_sample
from journey.log.recorder import CHANNEL
from journey.postgres import CannotStart
from journey.system_words import database_unavailable
from projections.engine.follow import FoldFailed, LeadLost, definition, lead, prepare, rebuild, standing, stopped
from projections.engine.identity import PLACE, STARTED, LogIdentity, identity_of, is_of_this_log, mark_of

POLL = 0.5
"""Seconds between two looks at the log where nothing was notified."""
FROZEN = 30.0
"""Seconds without movement, or without a look at the log, after which the follower counts as frozen."""
AT_WORK, AT_WORK_INTERVAL = "at_work", 5.0
"""The channel on which the leading process notifies while a long batch is under way, and the seconds between two notifications."""
FIRST_PAUSE, LONGEST_PAUSE, LONGEST_STOP = 0.1, 5.0, 60.0
"""Seconds before the next try: the first, the longest after a lost connection, and the longest after an event that broke a fold."""

_PROGRESS = (
    "SELECT definition, position, error, coalesce((SELECT max(notification_id) FROM log.events), 0),"
    f" to_regclass('rows.spans')::oid::bigint, to_jsonb(p) ->> 'mark', {mark_of('p.position')}, {mark_of('%s')},"
    f" {PLACE}, {STARTED} FROM rows.progress p"
)


class Health(Struct, frozen=True):
    """The follower's state: how far the rows are, how far behind the log, and the last error if nothing has succeeded since."""

    position: int
    log_position: int
    lag_events: int
    lag_seconds: float
    """Since the log was first seen ahead of the rows."""
    leading: bool
    ready: bool
    """Whether the rows are of this version of the program, so that they can be queried."""
    stopped: bool
    """Whether an event broke a fold: the rows stay right before it until it can be folded."""
    error: str | None
    frozen: bool
    put_back: str | None
    """Why the follower last began again, where the log had been put back from a backup under it."""


class PutBackBelow(Exception):
    """The log is no longer the one that was followed; the message is the reason in Danish."""


class Follower(BackgroundThread):
    """The thread that brings the rows to the log's end; `position` is how far they are known to be, and moves only forward, but
    where the log was put back from a backup: then the follower begins again.
    """

    def __init__(
        self,
        url: str,
        classes: Mapping[str, str],
        wake: Callable[[], object] = lambda: None,
        began_again: Callable[[str], object] = lambda _reason: None,
    ) -> None:
        """`wake` is called before each connecting, since an embedded database may have died; `began_again` with the reason."""
        super().__init__("follower", Backoff(FIRST_PAUSE, LONGEST_PAUSE))
        self._wake = wake
        self._url = with_keepalives(as_role(url, PROJECT, **SERVER_KEEPALIVES))
        self._classes = classes
        self._definition = definition()
        self._moved = threading.Condition()
        self.position = self._log_position = 0
        self.generation = ""
        """The log's place, its server's beginning, and the rows' tables: another after a rebuild, or where the log is another."""
        self.restarts = 0
        """The number of times that the log was found to be another."""
        self.is_sample = False
        """Whether the log has events of the sample register; once it has, it keeps them."""
        self.put_back: str | None = None
        """Why it was, until the rows are of this log again."""
        self._began_again, self._last_reason = began_again, ""
        self._identity: LogIdentity | None = None
        self._looked_at = -FROZEN
        self._wanted: int | None = None
        """The end that a log put back had when it was first seen: the rows are ready once they have reached it."""
        self.ready = self._leading = self._owned = False
        self._at_work_to: psycopg.Connection[Any] | None = None
        self._error: str | None = None
        self._halted: str | None = None
        self._retry_at, self._retry_pause, self._stopped_at = 0.0, Backoff(FIRST_PAUSE, LONGEST_STOP), -1
        self._ticked = self._moved_at = time.monotonic()
        self._at_work_at = 0.0
        self._log_seen: deque[tuple[int, float]] = deque(maxlen=10_000)
        """Each end of the log that was seen ahead of the rows, and when it was."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopping.set()
        with self._moved:
            self._moved.notify_all()
        super().__exit__(kind, error, trace)

    @property
    def alive(self) -> bool:
        """Whether the thread has made a round lately, successful or not."""
        return self._thread.is_alive() and time.monotonic() - self._ticked <= FROZEN

    def wait(self, position: int, seconds: float) -> bool:
        """Wait until the rows are of this version and at the position; gives whether they are."""
        with self._moved:
            self._moved.wait_for(lambda: self.stopping or (self.ready and self.position >= position), seconds)
            return self.ready and self.position >= position

    def health(self) -> Health:
        with self._moved:
            now, lag = time.monotonic(), self._log_position - self.position
            stuck = lag > 0 and now - max(self._moved_at, self._log_seen[0][1] if self._log_seen else now) > FROZEN
            return Health(
                self.position,
                self._log_position,
                max(lag, 0),
                round(now - self._log_seen[0][1], 3) if self._log_seen and lag > 0 else 0.0,
                self._leading,
                self.ready,
                self._halted is not None,
                self._halted or self._error,
                stuck or now - self._ticked > FROZEN,
                self._last_reason or None,
            )

    def follows_log_of(self, conn: psycopg.Connection[Any]) -> bool:
        """Whether the connection's log is the one that is followed; if not, nothing is ready till it is seen."""
        while (followed := self._identity) is not None:
            found = identity_of(conn, followed.position)
            if found[:2] == followed[:2]:
                return True
            if found.place == followed.place and found.mark == followed.mark:
                return True  # the server was begun again, or is a copy
            if followed == self._identity:
                with self._moved:
                    self.ready = False
                return False
        return True

    def is_beyond(self, position: int, since: float) -> bool:
        """Whether a position that somebody has seen is past the log's end, by a look at the log since then."""
        return self.ready and self._looked_at > since and position > self._log_position

    def _work(self) -> None:
        self._tick()
        self._wake()
        with self._connections() as (listener, writer):
            self._at_work_to = listener
            leader = Leader(self._classes, self._at_work)
            while not self.stopping:
                self._look(writer, leader)
                self._backoff.reset()
                for notification in listener.notifies(timeout=POLL, stop_after=1):
                    self._notified(notification.channel)

    def _failed(self, error: Exception) -> None:
        self._leading = False
        if isinstance(error, PutBackBelow):
            self._begin_again(str(error))
        self._error = _text_of(error)

    def _begin_again(self, reason: str) -> None:
        """Forget the log that was followed: the rows are ready again once they are seen to be of the log that is there."""
        with self._moved:
            self.ready = self._owned = False
            self.position = self._log_position = 0
            self.is_sample = False
            self._identity, self._halted, self._stopped_at, self._retry_at = None, None, -1, 0.0
            self._wanted = None
            self._log_seen.clear()
            repeated, self.put_back = self.put_back is not None, reason
        if not repeated:
            self.restarts += 1
            self._last_reason = reason
            self._began_again(reason)

    @contextmanager
    def _connections(self) -> Generator[tuple[psycopg.Connection[Any], psycopg.Connection[Any]]]:
        """A connection that listens, and one that writes and holds the lead; both are closed when one is lost."""
        try:
            with (
                DatabaseSession.connect(self._url, autocommit=True) as listener,
                DatabaseSession.connect(self._url, autocommit=True) as writer,
            ):
                listener.execute(f"LISTEN {CHANNEL}")
                listener.execute(f"LISTEN {AT_WORK}")
                listener.execute("LISTEN rows")
                yield listener, writer
        finally:
            self._leading = False

    def _look(self, conn: psycopg.Connection[Any], leader: Leader) -> None:
        """Read how far the log and the rows are, and advance the rows if this process leads."""
        self._tick()
        self._leading = self._leading or lead(conn)
        self.is_sample = self.is_sample or is_sample(conn)
        if not self.ready and not self._rows_exist(conn):
            return
        try:
            marked = self._identity.position if self._identity else 0
            row = conn.execute(_PROGRESS.encode(), (marked,)).fetchone()
        except psycopg.errors.UndefinedTable:
            raise PutBackBelow(f"loggen er fulgt til position {self.position}, men rækkerne findes ikke mere") from None
        if row is None or row[0] != self._definition:
            self._lose_rows()
            return
        _, position, error, end, rows, mark, mark_now, mark_seen, place, started = row
        self._hold(LogIdentity(place, started, mark_seen, marked), end)
        if not is_of_this_log(position, mark, end, mark_now):
            raise PutBackBelow(f"rækkerne er fulgt til position {position} i en anden log end den, der nu slutter ved {end}")
        self._owned = True
        self._identity = LogIdentity(place, started, mark_now, position)
        self.generation = f"{place}.{started}.{rows}"
        self._looked_at = time.monotonic()
        if self.put_back and self._wanted is None:
            self._wanted = end
        caught_up = position >= (self._wanted or 0)
        if caught_up:
            self.put_back = self._wanted = None
        self._note(position, end, ready=caught_up)
        if not self._leading or position == self._log_position:
            self._error, self._halted = None, error
        elif position != self._stopped_at or time.monotonic() >= self._retry_at:
            self._attempt(conn, leader)

    def _hold(self, found: LogIdentity, end: int) -> None:
        """Hold the log against the one that was followed. Raises PutBackBelow where it is another."""
        followed = self._identity
        if followed is None:
            return
        if end < self.position:
            raise PutBackBelow(f"loggen er fulgt til position {self.position}, men slutter nu ved {end}")
        if found.place != followed.place or (followed.position and found.mark != followed.mark):
            raise PutBackBelow(f"loggen er fulgt til position {self.position}, men er nu en anden, der slutter ved {end}")

    def _rows_exist(self, conn: psycopg.Connection[Any]) -> bool:
        """Whether there are rows; the leading process makes them, and rebuilds those of another version."""
        if not self._leading:
            exists = conn.execute("SELECT to_regclass('rows.progress') IS NOT NULL").fetchone()
            return bool(exists and exists[0])
        if not prepare(conn) and not self._owned:
            self._attempt(conn, None)
        return True

    def _lose_rows(self) -> None:
        """Note that the rows are another version's: a newer one has rebuilt them, or the leading process has yet to make them."""
        self.ready = False
        if self._leading and self._owned:
            raise OtherRows

    def _attempt(self, conn: psycopg.Connection[Any], leader: Leader | None) -> None:
        """Advance the rows one step, or rebuild them all where no leader is given."""
        if leader is None and time.monotonic() < self._retry_at:
            return
        try:
            reached = rebuild(conn, self._classes, self._at_work) if leader is None else leader.step(conn)
        except LeadLost:
            return
        except FoldFailed as failure:
            stopped(conn, failure)
            self._stopped_at = standing(conn).position
            self._note(self._stopped_at, head(conn)[0], ready=leader is not None)
            self._retry_at = time.monotonic() + self._retry_pause.next()
            self._halted = str(failure)
            return
        self._retry_pause.reset()
        self._stopped_at, self._error, self._halted = -1, None, None
        of_this_generation = leader is not None  # rebuilt rows are ready once the look that follows has their generation
        self._note(reached, max(reached, self._log_position), ready=of_this_generation and reached >= (self._wanted or 0))

    def _tick(self) -> None:
        self._ticked = time.monotonic()

    def _at_work(self, _done: int, _of: int) -> None:
        """Notify those who wait that a part of a long batch is written: its rows are seen only once all of it is."""
        self._tick()
        if self._at_work_to is not None and self._ticked - self._at_work_at >= AT_WORK_INTERVAL:
            self._at_work_at = self._ticked
            self._at_work_to.execute(f"NOTIFY {AT_WORK}")

    def _notified(self, channel: str) -> None:
        """Note that the leading process is at work: the rows do not move, and are not frozen."""
        if channel == AT_WORK:
            with self._moved:
                self._moved_at = time.monotonic()

    def _note(self, position: int, log_position: int, *, ready: bool = True) -> None:
        """Note where the rows and the log are, and wake those who wait."""
        with self._moved:
            now = time.monotonic()
            if position > self.position:
                self._moved_at = now
            self.position, self._log_position = max(position, self.position), log_position
            while self._log_seen and self._log_seen[0][0] <= self.position:
                self._log_seen.popleft()
            if log_position > self.position and (not self._log_seen or self._log_seen[-1][0] < log_position):
                self._log_seen.append((log_position, now))
            self.ready = ready
            self._moved.notify_all()


def _text_of(error: Exception) -> str:
    """The error in Danish for the register's operator, without the data it happened with."""
    if isinstance(error, CannotStart):
        return str(error)
    if isinstance(error, PutBackBelow):
        return f"databasen er sat tilbage fra en sikkerhedskopi: {error}; der begyndes forfra"
    if isinstance(error, OtherRows):
        return "rækkerne er af en anden udgave af programmet"
    if isinstance(error, psycopg.OperationalError):
        return database_unavailable(error)
    return type(error).__name__
