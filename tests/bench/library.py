"""The event-sourcing library as it comes, to be measured against: its recorder, and its way of projecting."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice

import psycopg
from eventsourcing.application import Application
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from journey.log.recorder import VersionedEntry
from journey.log.stored import encoded
from tests.bench.courses import courses
from tests.conftest import Database

SCHEMA = "library"
PATIENCE = 600.0


def _environment(url: str) -> dict[str, str]:
    said = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": str(said["dbname"]),
        "POSTGRES_HOST": str(said["host"]),
        "POSTGRES_PORT": str(said["port"]),
        "POSTGRES_USER": str(said["user"]),
        "POSTGRES_PASSWORD": str(said["password"]),
        "POSTGRES_SCHEMA": SCHEMA,
        "ORIGINATOR_ID_TYPE": "text",
        "MAPPER_TOPIC": "journey.log.recorder:KindMapper",
    }


def _make_schema(database: Database) -> None:
    with psycopg.connect(database.owner_url, autocommit=True) as conn:
        conn.execute(f"create schema if not exists {SCHEMA}".encode())


@contextmanager
def recorder(database: Database, size: int) -> Iterator[PostgresApplicationRecorder]:
    """The library's own recorder, on a table of its own in the database."""
    _make_schema(database)
    said = conninfo_to_dict(database.owner_url)
    host, port, user, password = (str(said[name]) for name in ("host", "port", "user", "password"))
    # One connection for each writer, as ours has.
    store = PostgresDatastore(
        database.name, host, port, user, password, pool_size=size, max_overflow=0, schema=SCHEMA, originator_id_type="text"
    )
    try:
        made = PostgresApplicationRecorder(store, events_table_name="recorded")
        made.create_table()
        yield made
    finally:
        store.close()


def _stored(seed: int, cases: int, length: int) -> Iterator[StoredEvent]:
    """The courses as the library stores them."""
    versions: dict[str, int] = {}
    for entry in courses(seed, cases, length):
        versions[entry.stream] = versions.get(entry.stream, 0) + 1
        yield StoredEvent(entry.stream, versions[entry.stream], entry.kind, encoded(entry, claimed=True))


def batched(database: Database, size: int, *of_courses: int) -> float:
    """Events of the courses a second, in inserts of so many."""
    every = _stored(*of_courses)
    batches = list(iter(lambda: list(islice(every, size)), []))
    with recorder(database, 1) as library:
        begun = time.perf_counter()
        for batch in batches:
            library.insert_events(batch)
        return sum(map(len, batches)) / (time.perf_counter() - begun)


class Casework(Application[str]):
    """The library's application; its events are read as the register's are."""


class CountsView(PostgresTrackingRecorder):
    """How many events each case has."""

    def __init__(self, datastore: PostgresDatastore, **named: object) -> None:
        super().__init__(datastore, **named)  # pyright: ignore[reportArgumentType] -- whatever the library gives it
        self.sql_create_statements.append(
            SQL("create table if not exists {}.counts (case_id text primary key, events bigint, last date)").format(
                Identifier(SCHEMA)
            )
        )

    def count(self, event: VersionedEntry, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(_UPSERT, (event.originator_id, event.entry.valid_at), prepare=True)


_UPSERT = f"""
insert into {SCHEMA}.counts values (%s, 1, %s)
on conflict (case_id) do update set events = counts.events + 1, last = excluded.last
""".encode()


class Counts(Projection[CountsView]):
    """One upsert per event."""

    name = "counts"

    def process_event(self, domain_event: VersionedEntry, tracking: Tracking) -> None:  # pyright: ignore[reportIncompatibleMethodOverride, reportIncompatibleVariableOverride] -- the application's own events
        self.view.count(domain_event, tracking)


def projected(database: Database, *of_courses: int) -> float:
    """Events of the courses a second that the library's ProjectionRunner takes, one upsert and one commit for each."""
    _make_schema(database)
    environment = _environment(database.owner_url)
    application = Casework(environment)
    every = list(_stored(*of_courses))
    for first in range(0, len(every), 1_000):
        application.recorder.insert_events(every[first : first + 1_000])
    last = application.recorder.max_notification_id()
    application.close()
    begun = time.perf_counter()
    with ProjectionRunner(
        application_class=Casework, projection_class=Counts, view_class=CountsView, env=environment
    ) as runner:
        # Its own wait looks five times a second, which is too coarse for a short run.
        while (runner.view.max_tracking_id(runner.app.name) or 0) < (last or 0):
            if time.perf_counter() - begun > PATIENCE:
                raise TimeoutError("the library's projection")
            time.sleep(0.02)
        return len(every) / (time.perf_counter() - begun)
