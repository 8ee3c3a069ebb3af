"""What the program refuses to start on: a database or a login that could lose events, or change them."""

from __future__ import annotations

from itertools import cycle

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from psycopg.sql import SQL, Identifier

from api.settings import settings
from journey.log import starting
from journey.log.migrate import migrate
from journey.log.recorder import Recorder, datastore
from journey.log.store import Log
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.proxy import Proxy
from tests.support.waiting import until


def refusal(url: str) -> str:
    with pytest.raises(Refused) as refused, Log(url):
        pass
    assert refused.value.code == "wrong_start"
    return refused.value.message


def test_a_migrated_database_and_the_programs_login_are_fine(database: Database) -> None:
    with Log(database.app_url) as log:
        assert log.head() == (0, None)


@pytest.mark.parametrize("whose", ["owner_url", "admin_url"])
def test_a_login_that_may_change_events_is_refused(database: Database, whose: str) -> None:
    assert "kan ændre registrerede hændelser" in refusal(getattr(database, whose))


@pytest.mark.parametrize(
    ("above", "back"),
    [
        ("alter role journey_app bypassrls", "alter role journey_app nobypassrls"),
        ("alter role journey_read bypassrls", "alter role journey_read nobypassrls"),
        ("grant journey_figures to journey_app", "revoke journey_figures from journey_app"),
    ],
)
def test_a_login_that_row_security_does_not_hold_is_refused(database: Database, above: str, back: str) -> None:
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute(above)
        try:
            assert "uden om databasens rækkesikkerhed" in refusal(database.app_url)
        finally:
            admin.execute(back)
    with Log(database.app_url):
        pass


@pytest.mark.parametrize("right", ["update", "update (topic)", "delete", "truncate", "trigger"])
def test_so_is_one_that_was_given_a_right_too_many(database: Database, right: str) -> None:
    with psycopg.connect(database.owner_url) as conn:
        conn.execute(f"grant {right} on log.events to journey_read")
    assert "som journey_read" in refusal(database.app_url)

    with psycopg.connect(database.owner_url) as conn:
        conn.execute(f"revoke {right} on log.events from journey_read")
    with Log(database.app_url):
        pass


def test_so_is_one_that_could_take_the_table_away_or_write_in_the_server_s_files(database: Database) -> None:
    with psycopg.connect(database.admin_url) as conn:
        owner = conn.execute("select nspowner::regrole::text from pg_namespace where nspname = 'log'").fetchone()
        assert owner is not None
        try:
            conn.execute("alter schema log owner to journey_read")
            conn.commit()
            assert "som journey_read" in refusal(database.app_url)
        finally:
            conn.execute(SQL("alter schema log owner to {}").format(Identifier(owner[0])))
            conn.commit()
    with Log(database.app_url):
        pass


@pytest.mark.parametrize("setting", ["fsync", "full_page_writes", "synchronous_commit"])
def test_a_database_that_may_lose_what_it_acknowledged_is_refused(database: Database, setting: str) -> None:
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        try:
            conn.execute(SQL("alter system set {} = off").format(Identifier(setting)))
            set_to(conn, setting, "off")
            assert setting in refusal(database.app_url)
        finally:
            conn.execute(SQL("alter system reset {}").format(Identifier(setting)))
            set_to(conn, setting, "on")
    with Log(database.app_url):
        pass


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_has_not_every_letter_is_refused(database: Database, encoding: str) -> None:
    name = Identifier(f"old_{encoding.lower()}")
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        made = "create database {} template template0 encoding {} lc_collate 'C' lc_ctype 'C' locale_provider libc"
        conn.execute(SQL(made).format(name, encoding))
        try:
            assert f"gemmer tekst som {encoding}" in refusal(make_conninfo(database.app_url, dbname=name.as_string()[1:-1]))
        finally:
            conn.execute(SQL("drop database {} with (force)").format(name))


def set_to(conn: psycopg.Connection[object], setting: str, value: str) -> None:
    conn.execute("select pg_reload_conf()")

    def is_set() -> bool:
        with psycopg.connect(conn.info.dsn, password=conn.info.password) as other:
            return other.execute("select current_setting(%s)", (setting,)).fetchone() == (value,)

    until(is_set)


MOVING = {"the last one freed": [1], "two in turn": [1, 2], "three in turn": [1, 2, 3]}


@pytest.mark.parametrize("free", MOVING)
def test_a_pooler_that_moves_sessions_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch, free: str) -> None:
    with Proxy(database.app_url) as proxy:
        with Log(proxy.url):
            pass  # what only forwards is fine

        proxy.as_pooler = True
        with Log(proxy.url) as log:
            assert log.head() == (0, None)  # so is what leaves a session where it is

        numbers = cycle(MOVING[free])
        monkeypatch.setattr(starting, "_number", lambda _conn: next(numbers))
        assert "pool_mode = session" in refusal(proxy.url)


@pytest.mark.parametrize("value", ["y", "1", "true"])
def test_the_librarys_database_functions_are_refused(database: Database, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", value)
    assert "POSTGRES_ENABLE_DB_FUNCTIONS" in refusal(database.app_url)

    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "n")
    with Log(database.app_url):
        pass


def test_so_are_they_by_the_recorder(database: Database) -> None:
    pool = datastore(database.app_url, 1)
    pool.enable_db_functions = True

    with pytest.raises(Refused):
        Recorder(pool)


def test_a_database_that_was_never_migrated_is_refused_until_it_is(empty_database: Database) -> None:
    assert "journey migrate" in refusal(empty_database.app_url)

    migrate(empty_database.owner_url)
    with Log(empty_database.app_url):
        pass


def test_a_database_newer_than_the_program_is_refused(database: Database) -> None:
    with psycopg.connect(database.owner_url) as conn:
        conn.execute("insert into log.migrations (number, name, sha256) values (9999, '9999_later.sql', '')")

    told = refusal(database.app_url)
    assert "nyere" in told
    with pytest.raises(Refused, match="nyere") as refused:
        migrate(database.owner_url)
    assert (str(refused.value), refused.value.code) == (told, "wrong_start")


def test_nothing_is_made_in_a_database_newer_than_the_program(empty_database: Database) -> None:
    with psycopg.connect(empty_database.owner_url) as conn:
        conn.execute("create schema log")
        conn.execute("create table log.migrations (number integer primary key, name text, sha256 bytea)")
        conn.execute("insert into log.migrations values (9999, '9999_later.sql', '')")

    with pytest.raises(Refused, match="nyere"):
        migrate(empty_database.owner_url)
    with psycopg.connect(empty_database.owner_url) as conn:
        assert conn.execute("select number from log.migrations").fetchall() == [(9999,)]
        assert conn.execute("select to_regclass('log.events')").fetchone() == (None,)


def test_a_database_that_does_not_answer_is_refused_without_its_password(database: Database) -> None:
    message = refusal(make_conninfo(database.app_url, host="/nowhere", password="hemmelig"))

    assert "svarer ikke" in message
    assert "hemmelig" not in message


@pytest.mark.parametrize("witness", ["ftp://vidne.dk", "https//vidne.dk", "vidne.dk//a"])
def test_a_witness_that_is_neither_an_address_nor_a_folder_is_refused_and_not_taken_for_a_folder(witness: str) -> None:
    with pytest.raises(Refused) as refused:
        settings({"JOURNEY_WITNESS": witness})

    assert (refused.value.code, refused.value.place) == ("wrong_start", "JOURNEY_WITNESS")


@pytest.mark.parametrize(
    "witness", ["http://localhost:8001", "https://vidne.dk/norddjurs", "/srv/vidne", "//srv/vidne", "vidne"]
)
def test_an_address_or_a_folder_is_a_witness(witness: str) -> None:
    assert settings({"JOURNEY_WITNESS": witness}).anchors.witness == witness
