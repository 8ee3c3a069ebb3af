"""The log as the program writes and reads it: events recorded once for each command, and read back."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from datetime import datetime
from types import TracebackType
from typing import NamedTuple, Self, cast

from eventsourcing.persistence import IntegrityError, InterfaceError, OperationalError
from psycopg import Connection
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, tuple_row

from journey.codes import CodeLists, CodesUsed, CodeUsed
from journey.history import Recorded
from journey.log import reading
from journey.log.application import LogApplication, LogFactory
from journey.log.migrate import APPEND
from journey.log.receipts import AppendCommand, CommandRow, Receipt, known_positions, read_stream, sealed_entries, source_key
from journey.log.recorder import PATIENCE, Busy, VersionedEntry, lock_appends
from journey.log.stored import Entry
from journey.log.vault import Vault
from journey.refusals import StreamMoved
from journey.system_words import database_error_reason


class EventLocation(NamedTuple):
    """The place of an event in the log."""

    position: int
    stream: str
    kind: str


class Log:
    """The log of a register, over the library's application; a context manager, safe to share between threads.

    Raises Refused (`wrong_start`) on entry for a database or a login that could lose events or change them.
    """

    def __init__(self, url: str, *, role: str = APPEND, size: int = 8, codes: CodeLists | None = None) -> None:
        self._url, self._role, self._size, self._codes = url, role, size, codes
        self._codes_noted: set[tuple[str, str]] = set()

    def __enter__(self) -> Self:
        settings = {LogFactory.URL: self._url, LogFactory.ROLE: self._role, LogFactory.POOL_SIZE: str(self._size)}
        self._application = LogApplication(settings)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._application.close()

    @contextmanager
    def connection(self) -> Generator[Connection[DictRow]]:
        """A connection of the pool, in autocommit."""
        with self._application.datastore.get_connection() as conn:
            yield conn

    def forget(self) -> None:
        """Forget what was noted in a database that was put back from a backup since."""
        self._codes_noted.clear()

    def head(self) -> tuple[int, datetime | None]:
        """The log's last position and its moment; 0 and None for an empty log."""
        with self.connection() as conn:
            return reading.head(conn)

    def position_at(self, moment: datetime) -> int:
        """The last position recorded at or before the moment, 0 if there is none."""
        with self.connection() as conn:
            return reading.position_at(conn, moment)

    def moment_of(self, position: int) -> datetime | None:
        """The moment at which the position was recorded, None if the log has not got there."""
        with self.connection() as conn:
            return reading.moment_of(conn, position)

    def history(self, stream: str, upto: int | None = None) -> list[Recorded]:
        """The stream's events known at the position, or all of them, in the order they were recorded."""
        with self.connection() as conn:
            return reading.history(conn, stream, upto)

    def find(self, source: str, source_id: str) -> EventLocation | None:
        """The place of the event that the source has under the id."""
        query = "select position, stream, kind from log.event_ids where source = %s and source_id = %s"
        with self.connection() as conn:
            row = conn.cursor(row_factory=tuple_row).execute(query, (source, source_id)).fetchone()
        return EventLocation(*row) if row else None

    def record(
        self,
        command_id: str,
        stream: str,
        request: bytes,
        decide: Callable[[list[Recorded]], Sequence[Entry]],
        expected_version: int | None = None,
        vault: Vault | None = None,
    ) -> Receipt:
        """Read the stream, decide, and record what was decided, once for each command id; `decide` may be called again.

        A retry of the same request is given the first receipt, also when the first reply was lost. Raises what `decide` raises,
        with nothing written; Refused (`command_reused`, `different_content`); StreamMoved when the stream is not at the version
        expected; Busy when the log cannot be written, in which case the command may be sent again.
        """
        command = AppendCommand(command_id, stream, request, decide, expected_version, vault)
        locked, give_up = False, time.monotonic() + 2 * PATIENCE
        while True:
            try:
                with self.connection() as conn:
                    if not locked:
                        return self._attempt(conn, command)
                    with conn.transaction():
                        lock_appends(conn)
                        receipt = self._attempt(conn, command)
                    if conn.closed:  # then the transaction was not ended, and psycopg says nothing of it
                        raise InterfaceError("the connection was closed before the commit")  # noqa: TRY301 -- handled as any other loss
                    return receipt
            except IntegrityError:
                if locked:
                    raise
            except (OperationalError, InterfaceError) as error:
                self._codes_noted.clear()  # what a transaction noted that did not end is noted again
                if time.monotonic() > give_up:
                    raise Busy(f"Registret svarer ikke: {database_error_reason(error)}. Prøv igen.") from error
                time.sleep(0.1)
                self._application.datastore.pool.check()
            # Someone came first, or the reply was lost. With the lock held from the reading on nobody comes first, and an attempt
            # of our own that the server was still at has ended.
            locked = True

    def _attempt(self, conn: Connection[DictRow], command: AppendCommand) -> Receipt:
        locked = conn.info.transaction_status != TransactionStatus.IDLE
        history, receipt = read_stream(conn, command)
        if receipt is not None:
            return receipt
        version = history[-1].version if history else 0
        if command.expected_version is not None and command.expected_version != version:
            raise StreamMoved(command.stream, command.expected_version, version)
        entries, request, notes = sealed_entries(command, command.decide(history))
        # Ids that are known already are looked for once they have been in the way: commands have ids of their own.
        known = known_positions(conn, entries) if locked else {}
        new = [entry for entry in entries if source_key(entry) not in known]
        to_stored_event = self._application.mapper.to_stored_event
        events = [to_stored_event(VersionedEntry(entry, number)) for number, entry in enumerate(new, version + 1)]
        row = CommandRow(command.command_id, command.stream, request, tuple(known.values()))
        codes = self._not_noted_before(new)
        self._application.recorder.insert_events(events, command=row, notes=notes, codes=[*codes.values()], connection=conn)
        if not locked:  # else it is not committed yet
            self._codes_noted |= codes.keys()
        return cast(Receipt, row.receipt)

    def _not_noted_before(self, entries: Sequence[Entry]) -> dict[tuple[str, str], CodeUsed]:
        """The codes that this log has not noted as used before: from now on they keep their class and group."""
        if self._codes is None:
            return {}
        used = CodesUsed(self._codes, set())
        for entry in entries:
            used.see(entry.event)
        return {row[:2]: row for row in used.rows() if row[:2] not in self._codes_noted}
