"""Records events in the log, each command once, on top of the `eventsourcing` library that nothing else imports."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, NamedTuple, Self, cast

import psycopg
from eventsourcing.persistence import IntegrityError, InterfaceError, JSONTranscoder, Mapper, OperationalError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from eventsourcing.utils import strtobool
from msgspec import Struct
from psycopg import Connection, Cursor
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, dict_row, tuple_row

from journey.codes import CodeLists, CodesUsed, CodeUsed
from journey.history import Recorded
from journey.log import reading
from journey.log.login import as_role
from journey.log.migrate import APPEND
from journey.log.receipts import (
    CODES_USED,
    Command,
    Receipt,
    id_of,
    known_ids,
    read_stream,
    receipt_of,
    sealed_entries,
    told_to_the_log,
)
from journey.log.starting import check_start
from journey.log.stored import Entry, decoded, readable
from journey.log.vault import Vault
from journey.refusals import Refused, StreamMoved
from journey.system_words import database_error_reason

CHANNEL = "events"
"""The channel that the table's own trigger notifies of every append."""

APPEND_LOCK = 7220115
"""The key of the advisory lock that an append holds to its end; the table's own trigger takes the same."""

PATIENCE = 5
"""Seconds that an append waits for a lock before it gives up."""

_DB_FUNCTIONS = "POSTGRES_ENABLE_DB_FUNCTIONS taber hændelser for den, der læser med. Fjern indstillingen."

_LOCK = f"select pg_advisory_xact_lock({APPEND_LOCK})".encode()

_NOTES = b"""
insert into log.notes (stream, text_hash, sealed) select %s, * from unnest(%s::text[], %s::bytea[]) on conflict do nothing
"""

_RECORD = b"""
with written as (
    insert into log.events (originator_id, originator_version, topic, state)
    select %(stream)s, %(version)s + nth, kind, state
    from unnest(%(kinds)s::text[], %(states)s::bytea[]) with ordinality event (kind, state, nth)
    returning originator_version, topic, notification_id, known_at
), ids as (
    insert into log.event_ids (source, source_id, position, stream, kind, content)
    select source, source_id, notification_id, %(stream)s, topic, content
    from unnest(%(sources)s::text[], %(source_ids)s::text[], %(contents)s::bytea[])
        with ordinality event (source, source_id, content, nth)
    join written on originator_version = %(version)s + nth
)
insert into log.commands (command_id, request, position, result)
select %(command_id)s, %(request)s, last, %(result)s::jsonb || jsonb_build_object(
    'known_at', known_at, 'positions', array(select generate_series(last - %(new)s + 1, last))
)
from (select max(notification_id), max(known_at) from written) of (last, known_at) returning result::text
"""


class Found(NamedTuple):
    """Where the log holds an event that a source sent."""

    position: int
    stream: str
    kind: str


class Busy(Exception):
    """The log could not be written just now; the same command may be sent again, and is recorded once."""


class Placed(Struct, frozen=True):
    """An event with its version in its stream."""

    originator_id: str
    originator_version: int
    entry: Entry


class KindMapper(Mapper[str]):
    """Stores an event under the plain name of its kind, never that of a module, as JSON without the names of classes."""

    def to_stored_event(self, domain_event: Placed) -> StoredEvent:  # pyright: ignore[reportIncompatibleMethodOverride] -- ours has fields, not keyword arguments
        entry = domain_event.entry
        return StoredEvent(entry.stream, domain_event.originator_version, entry.kind, readable(entry))

    def to_domain_event(self, stored_event: StoredEvent) -> Placed:  # pyright: ignore[reportIncompatibleMethodOverride] -- as above
        stream, version, nowhere = (
            str(stored_event.originator_id),
            stored_event.originator_version,
            datetime.min.replace(tzinfo=UTC),
        )
        told = decoded(stored_event.topic, stored_event.state, 0, version, nowhere, nowhere.date())
        entry = Entry(
            stream, told.valid_at, told.source, told.source_id, told.event, told.source_known_at, told.by, told.source_case
        )
        return Placed(stream, version, entry)


class Recorder(PostgresApplicationRecorder):
    """The library's recorder on `log.events`: one append at a time, by an advisory lock that an insert-only role may take."""

    def __init__(self, datastore: PostgresDatastore) -> None:
        if datastore.enable_db_functions:
            raise Refused("wrong_start", _DB_FUNCTIONS)
        super().__init__(datastore, events_table_name="events")
        self.channel_name = CHANNEL
        self.lock_table_statements = []  # the table's own trigger takes the lock, and notifies

    def create_table(self) -> None:
        """Does nothing: the table comes with the migrations."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Sequence[int] | None:
        """Records the events and gives their positions. Not retried here: who retries must know whether it was recorded.

        Raises Busy when the lock is not had in time, and the library's IntegrityError for a version that is taken.
        """
        if not stored_events:
            return None
        with self.datastore.get_connection() as conn:
            with _in_turn():
                cursor = conn.cursor()
                self._insert_stored_events(cursor, stored_events)
            return self._fetch_ids_after_insert_events(cursor, stored_events, **kwargs)

    def insert_command(
        self, conn: Connection[DictRow], told: dict[str, object], notes: dict[str, bytes], codes: Sequence[CodeUsed] = ()
    ) -> str:
        """Records a command with its events, their ids and its notes, and gives its receipt as JSON. Raises as above."""
        cursor = conn.cursor(row_factory=tuple_row)
        # What is more than one statement goes in one round trip, as one transaction of its own if none was begun before. Only the first
        # is prepared: where it fails the server never gets to the others, and the library would take them for prepared ever after.
        with _in_turn(), conn.pipeline() if notes or codes else nullcontext():
            cursor.execute(_RECORD, told, prepare=True)
            if notes:
                conn.execute(_NOTES, (told["stream"], [*notes], [*notes.values()]), prepare=False)
            for code in codes:
                conn.execute(CODES_USED, code, prepare=False)
        return cast(tuple[str], cursor.fetchone())[0]

    def _notify_channel(self, curs: Cursor[DictRow]) -> None:
        """Does nothing: the table's own trigger notifies."""


@contextmanager
def _in_turn() -> Generator[None]:
    """What is executed inside may wait for the append lock, but not for ever."""
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise Busy(f"Der skrives i registret; ventede {PATIENCE} sekunder. Prøv igen.") from error


def lock_appends(conn: Connection[Any]) -> None:
    """Takes the append lock until the transaction ends. Raises Busy when it is not had in the connection's `lock_timeout`."""
    with _in_turn():
        conn.execute(_LOCK)


class Log:
    """The log as the program writes and reads it; a context manager, safe to share between threads.

    Raises Refused (`wrong_start`) on entry for a database or a login that could lose events or change them.
    """

    def __init__(self, url: str, *, role: str = APPEND, size: int = 8, codes: CodeLists | None = None) -> None:
        self._url, self._role, self._size, self._codes = url, role, size, codes
        self._used: set[tuple[str, str]] = set()

    def __enter__(self) -> Self:
        if strtobool(os.environ.get("POSTGRES_ENABLE_DB_FUNCTIONS") or "no"):
            raise Refused("wrong_start", _DB_FUNCTIONS)
        check_start(self._url, self._role)
        # The same few statements over and over: planning them once is a sixth of the time.
        settings = {
            "plan_cache_mode": "force_generic_plan",
            "lock_timeout": f"{PATIENCE}s",
        }
        self._datastore = datastore(as_role(self._url, self._role, **settings), self._size)
        self._recorder = Recorder(self._datastore)
        self._mapper = KindMapper(JSONTranscoder())
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._datastore.close()

    @contextmanager
    def connection(self) -> Generator[Connection[DictRow]]:
        """Gives a connection of the pool, in autocommit."""
        with self._datastore.get_connection() as conn:
            yield conn

    def head(self) -> tuple[int, datetime | None]:
        """Gives the log's last position and its moment; 0 and None for an empty log."""
        with self.connection() as conn:
            return reading.head(conn)

    def position_at(self, moment: datetime) -> int:
        """Gives the last position recorded at or before the moment, 0 if there is none."""
        with self.connection() as conn:
            return reading.position_at(conn, moment)

    def moment_of(self, position: int) -> datetime | None:
        """Gives the moment at which the position was recorded, None if the log has not got there."""
        with self.connection() as conn:
            return reading.moment_of(conn, position)

    def history(self, stream: str, upto: int | None = None) -> list[Recorded]:
        """Gives the stream's events known at the position, or all of them, in the order they were recorded."""
        with self.connection() as conn:
            return reading.history(conn, stream, upto)

    def find(self, source: str, source_id: str) -> Found | None:
        """Gives the place of the event that has the source and the id there."""
        query = "select position, stream, kind from log.event_ids where source = %s and source_id = %s"
        with self.connection() as conn:
            row = conn.cursor(row_factory=tuple_row).execute(query, (source, source_id)).fetchone()
        return Found(*row) if row else None

    def record(
        self,
        command_id: str,
        stream: str,
        request: bytes,
        decide: Callable[[list[Recorded]], Sequence[Entry]],
        expected_version: int | None = None,
        vault: Vault | None = None,
    ) -> Receipt:
        """Reads the stream, decides, and records what was decided, once for each command id; `decide` may be called again.

        A retry of the same request is given the first receipt, also when the first reply was lost. Raises what `decide` raises,
        with nothing written; Refused (`command_reused`, `different_content`); StreamMoved when the stream is not at the version
        expected; Busy when the log cannot be written, in which case the command may be sent again.
        """
        command = Command(command_id, stream, request, decide, expected_version, vault)
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
                self._used.clear()  # what a transaction noted that did not end is noted again
                if time.monotonic() > give_up:
                    raise Busy(f"Registret svarer ikke: {database_error_reason(error)}. Prøv igen.") from error
                time.sleep(0.1)
                self._datastore.pool.check()
            # Someone came first, or the reply was lost. With the lock held from the reading on nobody comes first, and an attempt
            # of our own that the server was still at has ended.
            locked = True

    def _attempt(self, conn: Connection[DictRow], command: Command) -> Receipt:
        locked = conn.info.transaction_status != TransactionStatus.IDLE
        history, receipt = read_stream(conn, command)
        if receipt is not None:
            return receipt
        version = history[-1].version if history else 0
        if command.expected_version is not None and command.expected_version != version:
            raise StreamMoved(command.stream, command.expected_version, version)
        entries, request, notes = sealed_entries(command, command.decide(history))
        # Ids that are known already are looked for once they have been in the way: commands have ids of their own.
        known = known_ids(conn, entries) if locked else {}
        new = [entry for entry in entries if id_of(entry) not in known]
        stored = [
            self._mapper.to_stored_event(Placed(command.stream, nth, entry)) for nth, entry in enumerate(new, version + 1)
        ]
        kinds, states = [event.topic for event in stored], [event.state for event in stored]
        told = told_to_the_log(command, request, version, new, kinds, states, known.values())
        used = self._not_used_before(new)
        receipt = receipt_of(self._recorder.insert_command(conn, told, notes, [*used.values()]))
        if not locked:  # else it is not committed yet
            self._used |= used.keys()
        return receipt

    def _not_used_before(self, entries: Sequence[Entry]) -> dict[tuple[str, str], CodeUsed]:
        """The codes that this log has not noted as used before: from now on they keep their class and group."""
        if self._codes is None:
            return {}
        seen = CodesUsed(self._codes, set())
        for entry in entries:
            seen.see(entry.event)
        return {row[:2]: row for row in seen.rows() if row[:2] not in self._used}


def datastore(url: str, size: int) -> PostgresDatastore:
    """Gives the library's pool of at most so many connections to the address."""
    made = PostgresDatastore("", "", "", "", "", pool_size=1, max_overflow=size - 1, schema="log", originator_id_type="text")
    # The library knows of host, port and password only; the address may say more.
    made.pool.conninfo = url
    made.pool.kwargs = {"row_factory": dict_row}
    return made
