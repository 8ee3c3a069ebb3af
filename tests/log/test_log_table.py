"""The log's table keeps its own promises, whoever writes to it: order, moments, no holes, and nothing changed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from journey.log.login import as_role
from journey.log.migrate import APPEND, IDENTITY, IMPORT, OF_ACCESS, OF_LOOKS, PROJECT, READ, ROLES, SEAL, migrate
from tests.conftest import Database
from tests.support.readers import reading_all
from tests.support.waiting import until, until_waiting_for_the_lock

INSERT = "insert into log.events (originator_id, originator_version, topic, state) values (%s, %s, 'kind', '{}')"
BLOCKED = "select cardinality(pg_blocking_pids(%s)) > 0"
CLAIM = "insert into log.events (originator_id, originator_version, topic, state, claimed_at) values (%s, %s, 'kind', '{}', %s)"

INSERT_ONLY = ["events", "event_ids", "commands", "codes_used", "imports", "migrations"]
ERASABLE = {"case_keys": "wrapped", "notes": "sealed"}
CHANGES = {"update": "update log.{} set {} = {}", "delete": "delete from log.{}", "truncate": "truncate log.{}"}


@pytest.fixture
def superuser(database: Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        yield conn


def connected(database: Database, role: str = APPEND) -> psycopg.Connection[Any]:
    return psycopg.connect(reading_all(database.app_url) if role == READ else as_role(database.app_url, role), autocommit=True)


def positions(conn: psycopg.Connection[Any]) -> list[int]:
    return [row[0] for row in conn.execute("select notification_id from log.events order by 1")]


def moments(conn: psycopg.Connection[Any]) -> list[datetime]:
    return [row[0] for row in conn.execute("select known_at from log.events order by notification_id")]


# Positions


def test_what_is_rolled_back_burns_no_position(database: Database) -> None:
    with connected(database) as conn:
        conn.execute(INSERT, ("N-1", 1))
        with conn.transaction(force_rollback=True):
            conn.execute(INSERT, ("N-1", 2))
        with pytest.raises(psycopg.errors.UniqueViolation):
            conn.execute(INSERT, ("N-1", 1))
        conn.execute(INSERT, ("N-1", 2))

        assert positions(conn) == [1, 2]


def test_the_order_of_positions_is_the_order_of_commits(database: Database) -> None:
    with connected(database) as first, connected(database) as second, connected(database, READ) as reader:
        inserted = threading.Thread(target=second.execute, args=(INSERT, ("N-2", 1)))
        with first.transaction():
            first.execute(INSERT, ("N-1", 1))
            inserted.start()
            until_waiting_for_the_lock(database)
            assert positions(reader) == [], "the second writer waits"
        inserted.join()

        assert positions(reader) == [1, 2]


def test_with_a_sequence_and_no_lock_a_reader_misses_an_event(database: Database, superuser: psycopg.Connection[Any]) -> None:
    """The twin of the test above: this is what the lock is for."""
    superuser.execute("drop trigger take_append_lock on log.events; drop trigger place_event on log.events")
    superuser.execute("create sequence log.positions; grant usage on sequence log.positions to journey_append")
    superuser.execute("alter table log.events alter notification_id set default nextval('log.positions')")
    superuser.execute("alter table log.events alter known_at set default now()")
    seen: list[int] = []
    with connected(database) as first, connected(database) as second, connected(database, READ) as reader:
        with first.transaction():
            first.execute(INSERT, ("N-1", 1))
            second.execute(INSERT, ("N-2", 1))
            seen += positions(reader)
        seen += [position for position in positions(reader) if position > seen[-1]]

    assert seen == [2]


def test_without_the_lock_the_second_writer_fails_and_nothing_is_missed(
    database: Database, superuser: psycopg.Connection[Any]
) -> None:
    superuser.execute("drop trigger take_append_lock on log.events")
    failed: list[Exception] = []

    def insert(conn: psycopg.Connection[Any]) -> None:
        try:
            conn.execute(INSERT, ("N-2", 1))
        except psycopg.errors.UniqueViolation as error:
            failed.append(error)

    with connected(database) as first, connected(database) as second, connected(database, READ) as reader:
        inserted = threading.Thread(target=insert, args=(second,))
        with first.transaction():
            first.execute(INSERT, ("N-1", 1))
            inserted.start()
            until(lambda: reader.execute(BLOCKED, (second.info.backend_pid,)).fetchone() == (True,))
        inserted.join()

        assert len(failed) == 1
        assert positions(reader) == [1]


def test_a_version_that_leaves_a_hole_in_its_stream_is_refused(database: Database) -> None:
    with connected(database) as conn:
        conn.execute(INSERT, ("N-1", 1))

        for version in (-1, 3, 4):
            with pytest.raises(psycopg.errors.CheckViolation):
                conn.execute(INSERT, ("N-1", version))
        with pytest.raises(psycopg.errors.CheckViolation):
            conn.execute(INSERT, ("N-2", 2))
        conn.execute(INSERT, ("N-1", 2))

        assert positions(conn) == [1, 2]


def test_a_copy_that_leaves_a_hole_is_refused_whole(superuser: psycopg.Connection[Any]) -> None:
    columns = "(originator_id, originator_version, topic, state)"
    for versions, taken in (((1, 2, 4), False), ((1, 2, 3), True)):
        try:
            with superuser.cursor().copy(f"copy log.events {columns} from stdin") as copy:
                for version in versions:
                    copy.write_row(("N-1", version, "kind", b"{}"))
        except psycopg.errors.CheckViolation:
            assert not taken
    assert positions(superuser) == [1, 2, 3]


# Moments


def test_all_events_of_a_transaction_have_one_moment(database: Database) -> None:
    with connected(database) as conn:
        with conn.transaction():
            conn.execute(INSERT, ("N-1", 1))
            conn.execute("select pg_sleep(0.02)")
            conn.execute(INSERT, ("N-1", 2))
        conn.execute(INSERT, ("N-1", 3))

        one, two, three = moments(conn)
        assert one == two < three


def test_a_moment_is_when_the_lock_was_had_and_not_when_it_was_asked_for(database: Database) -> None:
    with connected(database) as conn, connected(database) as other:
        with other.transaction():
            other.execute("select pg_advisory_xact_lock(7220115)")
            appending = threading.Thread(target=conn.execute, args=(INSERT, ("N-1", 1)))
            appending.start()
            until_waiting_for_the_lock(database)
            released = other.execute("select clock_timestamp()").fetchone()
        appending.join()

        assert released is not None
        assert moments(conn)[0] > released[0]


def test_readers_are_notified_of_whatever_is_inserted_once_it_is_committed(database: Database) -> None:
    with psycopg.connect(database.app_url, autocommit=True) as listener, connected(database) as conn:
        listener.execute("listen events")
        with conn.transaction():
            conn.execute(INSERT, ("N-1", 1))
            conn.execute(INSERT, ("N-1", 2))
            assert list(listener.notifies(timeout=0)) == []

        assert [notice.channel for notice in listener.notifies(timeout=5, stop_after=1)] == ["events"]


def test_a_claimed_moment_is_the_events_own(database: Database) -> None:
    told = [datetime(2023, 1, 1, tzinfo=UTC), datetime(2023, 1, 1, tzinfo=UTC), datetime(2024, 5, 6, 7, 8, 9, 10, tzinfo=UTC)]
    with connected(database, IMPORT) as conn:
        with conn.transaction():
            for version, moment in enumerate(told, 1):
                conn.execute(CLAIM, ("N-1", version, moment))
            conn.execute(INSERT, ("N-1", 4))

        assert moments(conn)[:3] == told
        assert datetime.now(UTC) - moments(conn)[3] < timedelta(minutes=1)


def test_moments_never_run_backwards(database: Database) -> None:
    with connected(database, IMPORT) as conn:
        conn.execute(INSERT, ("N-1", 1))
        conn.execute(CLAIM, ("N-1", 2, datetime(2023, 1, 1, tzinfo=UTC)))

        one, two = moments(conn)
        assert one == two


def test_moments_do_not_run_backwards_with_the_clock(database: Database, superuser: psycopg.Connection[Any]) -> None:
    """As if the clock had been an hour ahead, and was put right."""
    superuser.execute("alter table log.events disable trigger check_positions")
    columns = "(originator_id, originator_version, topic, state, notification_id, known_at)"
    superuser.execute(f"insert into log.events {columns} values ('N-1', 1, 'kind', '{{}}', 1, now() + interval '1 hour')")
    superuser.execute("alter table log.events enable trigger check_positions")

    with connected(database) as conn:
        conn.execute(INSERT, ("N-1", 2))

        one, two = moments(conn)
        assert one == two


def test_a_moment_that_has_not_come_cannot_be_claimed(database: Database) -> None:
    with connected(database, IMPORT) as conn:
        with pytest.raises(psycopg.errors.CheckViolation):
            conn.execute(CLAIM, ("N-1", 1, datetime.now(UTC) + timedelta(minutes=1)))
        assert positions(conn) == []


FALSE_CLOCK = """
create function rows.clock_timestamp() returns timestamptz language sql as $$ select '2001-01-01'::timestamptz $$
"""


def test_a_role_cannot_slip_its_own_clock_into_the_trigger(database: Database) -> None:
    with connected(database, PROJECT) as conn:
        conn.execute(FALSE_CLOCK)
    with connected(database) as conn:
        conn.execute("set search_path = rows, pg_catalog")
        conn.execute(INSERT, ("N-1", 1))

        assert moments(conn)[0].year > 2001


def test_with_the_callers_search_path_it_could(database: Database, superuser: psycopg.Connection[Any]) -> None:
    """The twin of the test above."""
    superuser.execute("alter function log.place_event() reset search_path")
    with connected(database, PROJECT) as conn:
        conn.execute(FALSE_CLOCK)
    with connected(database) as conn:
        conn.execute("set search_path = rows, pg_catalog")
        conn.execute(INSERT, ("N-1", 1))

        assert moments(conn)[0].year == 2001


# Nothing is changed


@pytest.fixture
def filled(superuser: psycopg.Connection[Any]) -> psycopg.Connection[Any]:
    """A row in each table, so that a change would change something."""
    superuser.execute(INSERT, ("N-1", 1))
    superuser.execute("insert into log.event_ids values ('s', '1', 1, 'N-1', 'kind', '')")
    superuser.execute("insert into log.commands (command_id, request, result) values ('c', '', '{}')")
    superuser.execute("insert into log.codes_used (list, code) values ('units', 'social')")
    superuser.execute("insert into log.imports (sha256, lines, taken, known, not_cpr) values ('', 1, 1, 0, false)")
    superuser.execute("insert into log.case_keys (stream, wrapped) values ('N-1', 'key')")
    superuser.execute("insert into log.notes (stream, text_hash, sealed) values ('N-1', 'hash', 'sealed')")
    return superuser


COLUMNS = {
    "events": "topic",
    "event_ids": "kind",
    "commands": "result",
    "codes_used": "code",
    "imports": "lines",
    "migrations": "name",
}
COLUMNS |= {"case_keys": "at", "notes": "text_hash"}


def change(conn: psycopg.Connection[Any], how: str, name: str) -> None:
    column = Identifier(COLUMNS[name])
    conn.execute(SQL(CHANGES[how]).format(Identifier(name), column, column))


@pytest.mark.parametrize("how", CHANGES)
@pytest.mark.parametrize("name", [*INSERT_ONLY, *ERASABLE])
def test_not_even_the_superuser_changes_what_is_recorded(filled: psycopg.Connection[Any], name: str, how: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"never changed|may be erased"):
        change(filled, how, name)


@pytest.mark.parametrize("how", CHANGES)
def test_nor_does_who_pretends_to_be_a_replica(filled: psycopg.Connection[Any], database: Database, how: str) -> None:
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        conn.execute("set session_replication_role = replica")
        for name in (*INSERT_ONLY, *ERASABLE):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match=r"never changed|may be erased"):
                change(conn, how, name)


@pytest.mark.parametrize("name", INSERT_ONLY)
def test_without_the_triggers_the_superuser_could(filled: psycopg.Connection[Any], name: str) -> None:
    """The twin of the tests above."""
    filled.execute(SQL("alter table log.{} disable trigger user").format(Identifier(name)))

    for how in CHANGES:
        change(filled, how, name)


@pytest.mark.parametrize("how", CHANGES)
@pytest.mark.parametrize("role", ROLES)
def test_no_role_has_the_right_to_change_anything(
    filled: psycopg.Connection[Any], database: Database, role: str, how: str
) -> None:
    with psycopg.connect(as_role(database.app_url, role), autocommit=True) as conn:
        for name in (*INSERT_ONLY, *ERASABLE):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="permission denied"):
                change(conn, how, name)


@pytest.mark.parametrize(("name", "column"), ERASABLE.items())
def test_a_key_or_a_note_may_be_destroyed_and_not_replaced(filled: psycopg.Connection[Any], name: str, column: str) -> None:
    replaced = SQL("update log.{} set {} = 'other'").format(Identifier(name), Identifier(column))
    renamed = SQL("update log.{} set {} = null, stream = 'N-2'").format(Identifier(name), Identifier(column))
    for refused in (replaced, renamed):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="may be erased"):
            filled.execute(refused)

    filled.execute(SQL("update log.{} set {} = null").format(Identifier(name), Identifier(column)))

    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="may be erased"):
        filled.execute(replaced)


# Rights


def may(database: Database, role: str, statement: str) -> bool:
    with psycopg.connect(as_role(database.app_url, role)) as conn:
        try:
            conn.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            return False
        finally:
            conn.rollback()
    return True


EVENT = "insert into log.events (originator_id, originator_version, topic, state{}) values ('N-1', 1, 'kind', '{{}}'{})"


@pytest.mark.parametrize(
    ("statement", "roles"),
    [
        (EVENT.format("", ""), {APPEND, IMPORT}),
        (EVENT.format(", claimed_at", ", now()"), {IMPORT}),
        (EVENT.format(", known_at", ", statement_timestamp()"), {IMPORT}),
        (EVENT.format(", notification_id, known_at", ", 1, statement_timestamp()"), {IMPORT}),
        ("select from log.events", set(ROLES) - {IDENTITY, *OF_ACCESS, *OF_LOOKS}),
        ("select from log.event_ids", set(ROLES) - {SEAL, IDENTITY, *OF_ACCESS, *OF_LOOKS}),
        ("select from log.notes", {READ, SEAL}),
        ("select from log.case_keys", {APPEND, IMPORT, READ}),
        ("select from log.commands", {APPEND, IMPORT}),
        ("insert into log.imports (sha256, lines, taken, known, not_cpr) values ('', 1, 1, 0, false)", {IMPORT}),
        ("select from identity.numbers", {IDENTITY}),
        ("insert into identity.numbers (pseudonym, number_index, sealed) values ('c-1', sha256(''), '')", {IMPORT}),
        ("insert into identity.numbers values ('c-1', sha256(''), '', now())", set()),
        ("select from identity.key", {IMPORT, IDENTITY}),
        ("insert into identity.key (id) values ('12345678')", {IMPORT}),
        ("update identity.numbers set sealed = null", set()),
        ("delete from identity.numbers", set()),
        ("insert into log.migrations values (9, 'x', '')", set()),
        ("create table rows.stays (case_id text)", {PROJECT}),
        ("create table log.mine ()", set()),
        ("alter table log.events disable trigger place_event", set()),
        ("alter table log.events disable trigger check_positions", set()),
        ("set role journey_owner", set()),
    ],
)
def test_each_role_may_do_this_and_no_other(database: Database, statement: str, roles: set[str]) -> None:
    assert {role for role in ROLES if may(database, role, statement)} == roles


def test_who_stages_may_do_so_where_not_everybody_may(empty_database: Database) -> None:
    migrate(empty_database.owner_url)
    with psycopg.connect(empty_database.owner_url) as conn:
        conn.execute(SQL("revoke temporary on database {} from public").format(Identifier(empty_database.name)))

    assert {role for role in ROLES if may(empty_database, role, "create temporary table staged ()")} == {IMPORT, PROJECT}


def test_a_login_without_a_role_may_not_even_read(database: Database) -> None:
    with psycopg.connect(database.app_url) as conn, pytest.raises(psycopg.errors.InsufficientPrivilege):
        conn.execute("select from log.events")


def test_rows_the_projector_makes_are_there_for_those_who_show_them(database: Database) -> None:
    with connected(database, PROJECT) as conn:
        conn.execute("create table rows.stays (case_id text)")

    assert may(database, READ, "select from rows.stays")
    assert not may(database, READ, "insert into rows.stays values ('N-1')")
