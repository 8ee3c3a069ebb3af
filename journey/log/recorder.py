"""The recorder and the mapper of the `eventsourcing` library on the register's own tables."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, cast

import psycopg
from eventsourcing.persistence import Mapper, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from msgspec import Struct
from psycopg import Connection
from psycopg.rows import DictRow, dict_row, tuple_row

from journey.codes import CodeUsed
from journey.log.login import DatabaseSession
from journey.log.receipts import CODES_USED, CommandRow, NoteRow, content_hash, decoded_receipt, encoded_result
from journey.log.stored import Entry, decoded_entry, readable
from journey.refusals import Refused

CHANNEL = "events"
"""The channel that the table's own trigger notifies of every append."""

APPEND_LOCK = 7220115
"""The key of the advisory lock that an append holds to its end; the table's own trigger takes the same."""

PATIENCE = 5
"""Seconds that an append waits for a lock before it gives up."""

DB_FUNCTIONS = "POSTGRES_ENABLE_DB_FUNCTIONS taber hændelser for den, der læser med. Fjern indstillingen."
"""The refusal of the library's database functions: they insert without the lock, so that readers miss events."""

_LOCK = f"select pg_advisory_xact_lock({APPEND_LOCK})".encode()

_NOTE = b"insert into log.notes (stream, text_hash, sealed) values (%s, %s, %s) on conflict do nothing"

_INSERT_EVENTS = b"""
with written as (
    insert into log.events (originator_id, originator_version, topic, state)
    select * from unnest(%(streams)s::text[], %(versions)s::bigint[], %(kinds)s::text[], %(states)s::bytea[])
    returning originator_id, originator_version, topic, notification_id
), ids as (
    insert into log.event_ids (source, source_id, position, stream, kind, content)
    select source, source_id, notification_id, stream, topic, content
    from unnest(%(streams)s::text[], %(versions)s::bigint[], %(sources)s::text[], %(source_ids)s::text[], %(contents)s::bytea[])
        event (stream, version, source, source_id, content)
    join written on originator_id = stream and originator_version = version
)
select notification_id from written order by notification_id
"""

# The events of a command are of one stream and follow on each other, so that stream and version are given once.
_INSERT_COMMAND = b"""
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


class Busy(Exception):
    """The log could not be written just now; the same command may be sent again, and is recorded once."""


class VersionedEntry(Struct, frozen=True):
    """An entry with the version that it is to have in its stream: the domain event of the library's application."""

    entry: Entry
    originator_version: int

    @property
    def originator_id(self) -> str:
        """The stream."""
        return self.entry.stream


@dataclass(frozen=True)
class IdentifiedEvent(StoredEvent):
    """A stored event with what `log.event_ids` keeps of it."""

    source: str
    source_id: str
    content: bytes
    """The SHA-256 of what sameness is judged by."""


class KindMapper(Mapper[str]):
    """Mapper to the plain name of the event's kind as topic, and to JSON without the names of classes or modules."""

    def to_stored_event(self, domain_event: VersionedEntry) -> IdentifiedEvent:  # pyright: ignore[reportIncompatibleMethodOverride] -- the application has one class of domain events
        """The event as the recorder stores it. Raises ValueError for a note's clear text, and for what could not be read again."""
        entry = domain_event.entry
        if entry.text is not None:
            raise ValueError(f"{entry.stream}: the clear text of a note never enters the log")
        return IdentifiedEvent(
            entry.stream,
            domain_event.originator_version,
            entry.kind,
            readable(entry),
            entry.source,
            entry.source_id,
            content_hash(entry),
        )

    def to_domain_event(self, stored_event: StoredEvent) -> VersionedEntry:  # pyright: ignore[reportIncompatibleMethodOverride] -- as above
        """The entry that was stored, with its version."""
        entry = decoded_entry(str(stored_event.originator_id), stored_event.topic, stored_event.state)
        return VersionedEntry(entry, stored_event.originator_version)


class Recorder(PostgresApplicationRecorder):
    """Application recorder on `log.events`: one append at a time, by an advisory lock that an insert-only role may take.

    Reading, subscribing and the notification log are the library's own.
    """

    def __init__(self, datastore: PostgresDatastore) -> None:
        if datastore.enable_db_functions:
            raise Refused("wrong_start", DB_FUNCTIONS)
        super().__init__(datastore, events_table_name="events")
        self.channel_name = CHANNEL
        self.lock_table_statements = []  # the table's own trigger takes the lock, and notifies

    def create_table(self) -> None:
        """Do nothing: the table comes with the migrations."""

    def insert_events(
        self,
        stored_events: Sequence[StoredEvent],
        *,
        command: CommandRow | None = None,
        notes: Sequence[NoteRow] = (),
        codes: Sequence[CodeUsed] = (),
        connection: Connection[DictRow] | None = None,
        **_: Any,
    ) -> Sequence[int] | None:
        """Record the events with their ids, and the command, notes and codes that come with them; gives the events' positions.

        On the connection, where one is given, and in its transaction if one was begun. A command's `receipt` is set. Not retried
        here: who retries must know whether it was recorded. Raises Busy when the lock is not had in time, ValueError for an event
        that is not the register's or not of the command's stream, and the library's IntegrityError for a version or an id that the
        log has already, and for a version that does not follow on the one before.
        """
        if not stored_events and command is None:
            return None
        events = [self.identified(event) for event in stored_events]
        with nullcontext(connection) if connection else self.datastore.get_connection() as conn:
            return _insert(conn, events, command, notes, codes)

    def identified(self, stored_event: StoredEvent) -> IdentifiedEvent:
        """The event with its source and id, decoded from its state where the mapper has not put them beside it.

        Raises ValueError for an event that is not the register's: it would stop every reader of the log.
        """
        if isinstance(stored_event, IdentifiedEvent):
            return stored_event
        stream, version = str(stored_event.originator_id), stored_event.originator_version
        entry = decoded_entry(stream, stored_event.topic, stored_event.state)
        return IdentifiedEvent(
            stream, version, stored_event.topic, stored_event.state, entry.source, entry.source_id, content_hash(entry)
        )


def _insert(
    conn: Connection[DictRow],
    events: Sequence[IdentifiedEvent],
    command: CommandRow | None,
    notes: Sequence[NoteRow],
    codes: Sequence[CodeUsed],
) -> Sequence[int]:
    cursor = conn.cursor(row_factory=tuple_row)
    if command is None:
        statement, parameters = _INSERT_EVENTS, _placed_parameters(events)
    else:
        statement, parameters = _INSERT_COMMAND, _command_parameters(events, command)
    # What is more than one statement goes in one round trip, as one transaction of its own if none was begun before. Only the first
    # is prepared: where it fails the server never gets to the others, and the library would take them for prepared ever after.
    with _busy_when_locked(), conn.pipeline() if notes or codes else nullcontext():
        cursor.execute(statement, parameters, prepare=True)
        for note in notes:
            conn.execute(_NOTE, note, prepare=False)
        for code in codes:
            conn.execute(CODES_USED, code, prepare=False)
    if command is None:
        return [position for (position,) in cursor.fetchall()]
    command.receipt = decoded_receipt(cast(tuple[str], cursor.fetchone())[0])
    return command.receipt.positions


def _event_parameters(events: Sequence[IdentifiedEvent]) -> dict[str, object]:
    return {
        "kinds": [event.topic for event in events],
        "states": [event.state for event in events],
        "sources": [event.source for event in events],
        "source_ids": [event.source_id for event in events],
        "contents": [event.content for event in events],
    }


def _placed_parameters(events: Sequence[IdentifiedEvent]) -> dict[str, object]:
    return {
        "streams": [event.originator_id for event in events],
        "versions": [event.originator_version for event in events],
        **_event_parameters(events),
    }


def _command_parameters(events: Sequence[IdentifiedEvent], command: CommandRow) -> dict[str, object]:
    first = events[0].originator_version if events else 1
    versions = range(first, first + len(events))
    if [(event.originator_id, event.originator_version) for event in events] != [(command.stream, v) for v in versions]:
        raise ValueError(f"the events of {command.command_id} do not follow on each other in {command.stream}")
    return {
        "command_id": command.command_id,
        "request": command.request,
        "result": encoded_result(command, versions),
        "stream": command.stream,
        "version": first - 1,
        "new": len(events),
        **_event_parameters(events),
    }


@contextmanager
def _busy_when_locked() -> Generator[None]:
    """Turn a lock that was not had in time into Busy."""
    try:
        yield
    except psycopg.errors.LockNotAvailable as error:
        raise Busy(f"Der skrives i registret; ventede {PATIENCE} sekunder. Prøv igen.") from error


def lock_appends(conn: Connection[Any]) -> None:
    """Take the append lock until the transaction ends. Raises Busy when it is not had in the connection's `lock_timeout`."""
    with _busy_when_locked():
        conn.execute(_LOCK)


def datastore(url: str, size: int) -> PostgresDatastore:
    """The library's datastore: a pool of at most `size` connections to the address."""
    store = PostgresDatastore("", "", "", "", "", pool_size=1, max_overflow=size - 1, schema="log", originator_id_type="text")
    # The library knows of host, port and password only; the address may say more.
    store.pool.conninfo, store.pool.connection_class = url, DatabaseSession[DictRow]
    store.pool.kwargs = {"row_factory": dict_row}
    return store
