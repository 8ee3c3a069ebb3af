"""An import gives its events their positions and moments; the log takes only those that it would have given itself."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest

from journey.log.login import as_role
from journey.log.migrate import APPEND, IMPORT
from tests.conftest import Database

PROMISE = "an import's positions and moments are those that the log would have given, and nobody else may give any"

NEWEST = datetime(2024, 1, 10, tzinfo=UTC)
"""The moment of the event at position 2, which the import's events come after."""
EARLIER, LATER = NEWEST - timedelta(days=1), NEWEST + timedelta(days=1)
FUTURE = datetime.now(UTC) + timedelta(days=2)
NOW = "statement_timestamp()"

Given = tuple[int | None, datetime | None, datetime | str | None]
"""The position, the moment claimed by the source, and the moment given."""

RIGHT: dict[str, list[Given]] = {
    "the next position and its claimed moment": [(3, LATER, LATER)],
    "a claimed moment that is the newest": [(3, NEWEST, NEWEST)],
    "a claimed moment behind the newest, which then counts": [(3, EARLIER, NEWEST)],
    "nothing claimed: now": [(3, None, NOW)],
    "several": [(3, LATER, LATER), (4, LATER, LATER), (5, None, NOW), (6, None, NOW)],
    "several, the last first": [(4, None, NOW), (3, LATER, LATER)],
    "one without a position": [(None, LATER, None)],
    "a moment without a position is not looked at": [(None, None, FUTURE)],
}
WRONG: dict[str, list[Given]] = {
    "a position past the next": [(4, LATER, LATER)],
    "a position that is taken": [(2, LATER, LATER)],
    "position nought": [(0, LATER, LATER)],
    "a position below nought": [(-1, LATER, LATER)],
    "a hole": [(3, LATER, LATER), (5, LATER, LATER)],
    "the same position twice": [(3, LATER, LATER), (3, LATER, LATER)],
    "no moment": [(3, LATER, None)],
    "a moment behind the newest": [(3, EARLIER, EARLIER)],
    "a moment that is not the one claimed": [(3, LATER, LATER + timedelta(days=1))],
    "a moment before the one claimed": [(3, LATER, NEWEST)],
    "a moment in the past where nothing is claimed": [(3, None, LATER)],
    "the newest moment where nothing is claimed": [(3, None, NEWEST)],
    "a moment that has not come": [(3, None, FUTURE)],
    "a claim that has not come": [(3, FUTURE, FUTURE)],
    "moments that run backwards": [(3, LATER, LATER), (4, NEWEST, NEWEST)],
    "a right one with a wrong one after it": [(3, LATER, LATER), (4, None, LATER)],
}


@pytest.fixture
def importer(database: Database) -> Any:
    """The import role, with two events in the log."""
    with psycopg.connect(as_role(database.app_url, IMPORT), autocommit=True) as conn:
        given(conn, [(1, EARLIER, EARLIER), (2, NEWEST, NEWEST)], "N-0")
        yield conn


def given(conn: psycopg.Connection[Any], events: Sequence[Given], case: str = "N-1") -> None:
    rows = ", ".join(
        f"('{case}', {version}, 'kind', '{{}}', {_sql(position)}, {_sql(claimed)}, {_sql(known)})"
        for version, (position, claimed, known) in enumerate(events, 1)
    )
    columns = "originator_id, originator_version, topic, state, notification_id, claimed_at, known_at"
    conn.execute(f"insert into log.events ({columns}) values {rows}")


def _sql(value: object) -> str:
    return "null" if value is None else str(value) if value == NOW or isinstance(value, int) else f"'{value}'::timestamptz"


def log(conn: psycopg.Connection[Any]) -> list[tuple[int, datetime]]:
    return conn.execute("select notification_id, known_at from log.events order by notification_id").fetchall()


@pytest.mark.parametrize("name", RIGHT)
def test_the_log_takes(importer: psycopg.Connection[Any], name: str) -> None:
    given(importer, RIGHT[name])

    found = log(importer)
    assert [position for position, _ in found] == [*range(1, 3 + len(RIGHT[name]))]
    assert [moment for _, moment in found] == sorted(moment for _, moment in found)
    assert found[-1][1] < FUTURE


@pytest.mark.parametrize("name", WRONG)
def test_the_log_refuses(importer: psycopg.Connection[Any], name: str) -> None:
    with pytest.raises(psycopg.errors.IntegrityError):
        given(importer, WRONG[name])

    assert log(importer) == [(1, EARLIER), (2, NEWEST)]


def test_without_the_check_it_would_take_most_of_them(importer: psycopg.Connection[Any], database: Database) -> None:
    """The twin of the test above; what is refused all the same is a position that is taken, and a moment that is missing."""
    with psycopg.connect(database.owner_url, autocommit=True) as owner:
        owner.execute("alter table log.events disable trigger check_positions")
    taken: list[str] = []
    for name, events in WRONG.items():
        try:
            with importer.transaction(force_rollback=True):
                given(importer, events)
                taken.append(name)
        except psycopg.errors.IntegrityError:
            continue

    assert set(WRONG) - set(taken) == {"a position that is taken", "the same position twice", "no moment"}


def test_the_appender_may_give_neither(database: Database) -> None:
    with psycopg.connect(as_role(database.app_url, APPEND), autocommit=True) as conn:
        for column, value in {"notification_id": "1", "known_at": "now()", "claimed_at": "now()"}.items():
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute(
                    f"insert into log.events (originator_id, originator_version, topic, state, {column})"
                    f" values ('N-1', 1, 'kind', '{{}}', {value})".encode()
                )


def test_a_position_that_someone_else_takes_meanwhile_is_refused(importer: psycopg.Connection[Any], database: Database) -> None:
    """The import waits for the append that holds the lock; what it had counted on is then another's."""
    refused: list[psycopg.errors.IntegrityError] = []

    def late() -> None:
        try:
            given(importer, [(3, LATER, LATER)])
        except psycopg.errors.IntegrityError as error:
            refused.append(error)

    with psycopg.connect(as_role(database.app_url, APPEND), autocommit=True) as appender:
        thread = threading.Thread(target=late)
        with appender.transaction():
            appender.execute(
                "insert into log.events (originator_id, originator_version, topic, state) values ('N-2', 1, 'kind', '{}')"
            )
            thread.start()
        thread.join()

        assert len(refused) == 1
        assert [position for position, _ in log(appender)] == [1, 2, 3]


@pytest.mark.parametrize("position", [3, 5])
@pytest.mark.parametrize("isolation", ["read committed", "repeatable read", "serializable"])
def test_nor_from_an_old_view_of_the_log(
    importer: psycopg.Connection[Any], database: Database, isolation: str, position: int
) -> None:
    """Whoever looked before another's commit may give neither the next position that it saw nor one past the next."""
    importer.execute(f"set default_transaction_isolation = '{isolation}'".encode())
    with psycopg.connect(as_role(database.app_url, APPEND), autocommit=True) as appender:
        importer.execute("begin")
        assert len(log(importer)) == 2
        appender.execute(
            "insert into log.events (originator_id, originator_version, topic, state) values ('N-2', 1, 'kind', '{}')"
        )
        with pytest.raises((psycopg.errors.IntegrityError, psycopg.errors.SerializationFailure)):
            given(importer, [(position, LATER, LATER)])
        importer.execute("rollback")

        assert [at for at, _ in log(appender)] == [1, 2, 3]


def test_a_copy_is_held_to_the_same(importer: psycopg.Connection[Any], database: Database) -> None:
    """Of whom row security lets copy at all."""
    into = "copy log.events (originator_id, originator_version, topic, state, notification_id, claimed_at, known_at) from stdin"
    for position, fits in ((4, False), (3, True)):
        try:
            with psycopg.connect(database.admin_url) as admin, admin.cursor().copy(into) as copy:
                copy.write_row(("N-1", 1, "kind", b"{}", position, LATER, LATER))
            assert fits
        except psycopg.errors.CheckViolation:
            assert not fits

    assert [position for position, _ in log(importer)] == [1, 2, 3]
