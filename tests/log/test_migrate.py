"""Migrations: each once, in order, whoever else is at it, by an owner who is no superuser."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from journey.log.login import as_role
from journey.log.migrate import ROLES, migrate, migrations, missing
from journey.postgres import embedded
from journey.refusals import Refused
from tests.conftest import Database, fresh_database
from tests.support.readers import reading_all

NAMES = [migration.name for migration in migrations()]


@pytest.fixture
def untouched() -> Iterator[Database]:
    """A server of the test's own, on which the roles have never been made."""
    folder = Path(tempfile.mkdtemp(prefix="journey-test-")).resolve()
    folder.chmod(0o711)
    try:
        with embedded(folder / "data") as running:
            yield Database("journey", running.owner_url, running.app_url, running.admin_url)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def done(database: Database) -> list[Any]:
    with psycopg.connect(database.owner_url) as conn:
        return conn.execute("select number, name, sha256 from log.migrations order by number").fetchall()


def test_the_numbers_ascend() -> None:
    numbers = [migration.number for migration in migrations()]
    assert numbers == sorted(set(numbers))


def test_a_migration_runs_once(empty_database: Database) -> None:
    assert migrate(empty_database.owner_url) == NAMES
    assert migrate(empty_database.owner_url) == []
    assert done(empty_database) == [(one.number, one.name, one.sha256) for one in migrations()]


def test_of_many_who_start_at_once_one_runs_each(empty_database: Database) -> None:
    with ThreadPoolExecutor(6) as pool:
        ran = list(pool.map(lambda _: migrate(empty_database.owner_url), range(6)))

    assert sorted(name for names in ran for name in names) == NAMES


def test_databases_of_one_server_may_be_migrated_at_once(untouched: Database) -> None:
    """The roles belong to the server: eight come to make them, and none fails because another did."""
    made = [fresh_database(untouched, "template1") for _ in range(8)]
    databases = [one.__enter__() for one in made]

    with ThreadPoolExecutor(8) as pool:
        ran = list(pool.map(lambda database: migrate(database.owner_url), databases))

    assert ran == [NAMES] * 8
    for one in made:
        one.__exit__()


def test_the_owner_is_no_superuser(server: Database) -> None:
    with psycopg.connect(server.owner_url) as conn:
        row = conn.execute("select rolsuper, rolcreaterole from pg_roles where rolname = current_user").fetchone()
    assert row == (False, True)


def test_the_login_takes_on_a_role_and_inherits_none(database: Database) -> None:
    for role in ROLES:
        with psycopg.connect(as_role(database.app_url, role)) as conn:
            assert conn.execute("select current_user::text, session_user::text").fetchone() == (role, "journey_app")
    with psycopg.connect(database.app_url) as conn:
        for role in ROLES:
            assert conn.execute("select pg_has_role(%s, 'usage')", (role,)).fetchone() == (False,)


def test_what_is_missing_is_named_until_it_has_run(empty_database: Database) -> None:
    with psycopg.connect(empty_database.owner_url, autocommit=True) as conn:
        assert missing(conn) == NAMES
        migrate(empty_database.owner_url)
        assert missing(conn) == []


def refusal(owner_url: str, login: str = "journey_app") -> str:
    with pytest.raises(Refused) as refused:
        migrate(owner_url, login)
    assert refused.value.code == "wrong_start"
    return refused.value.message


def test_a_login_that_is_not_there_is_refused_with_how_to_make_it(empty_database: Database) -> None:
    assert "CREATE ROLE nobody_there LOGIN NOINHERIT" in refusal(empty_database.owner_url, "nobody_there")


def test_a_migration_edited_after_it_ran_is_refused(database: Database) -> None:
    with psycopg.connect(database.owner_url) as conn:
        conn.execute("alter table log.migrations disable trigger user")
        conn.execute("update log.migrations set sha256 = 'other' where number = 1")

    assert NAMES[0] in refusal(database.owner_url)


def test_an_owner_who_may_not_make_roles_is_told_what_is_missing(untouched: Database) -> None:
    with psycopg.connect(untouched.admin_url) as conn:
        conn.execute("alter role journey_owner nocreaterole")

    assert "ALTER ROLE journey_owner CREATEROLE" in refusal(untouched.owner_url)


def test_a_migration_that_fails_leaves_nothing_behind_and_may_be_run_again(empty_database: Database) -> None:
    with psycopg.connect(empty_database.owner_url, autocommit=True) as conn:
        conn.execute("create schema rows")  # in the way of the last thing the migration makes
        with pytest.raises(psycopg.errors.DuplicateSchema):
            migrate(empty_database.owner_url)
        assert missing(conn) == NAMES
        assert conn.execute("select to_regclass('log.events')").fetchone() == (None,)
        conn.execute("drop schema rows")

    assert migrate(empty_database.owner_url) == NAMES


def test_another_login_may_be_given_the_roles(empty_database: Database) -> None:
    with psycopg.connect(empty_database.admin_url, autocommit=True) as conn:
        conn.execute("create role other_app login noinherit password 'not-a-secret'")
    try:
        migrate(empty_database.owner_url, "other_app")

        url = make_conninfo(empty_database.app_url, user="other_app", password="not-a-secret")
        with psycopg.connect(reading_all(url)) as conn:
            assert conn.execute("select count(*) from log.events").fetchone() == (0,)
    finally:
        with psycopg.connect(empty_database.admin_url, autocommit=True) as conn:
            conn.execute("drop role other_app")
