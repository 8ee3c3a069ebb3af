"""Days on which the database is there and will not do as it is asked: what those who look after the register see, and that it goes on."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from api.register.register import Register
from journey.log import login
from journey.log.login import as_role
from journey.log.migrate import ROLES
from tests.conftest import Database
from tests.engine.test_follower import cells, replayed_alike, terminate
from tests.support.registers import load, register_on
from tests.support.serving import Running, referred, running
from tests.support.waiting import until

LIMITS = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout", "idle_session_timeout")
FULL = "databasen svarer ikke: databasen har ikke flere forbindelser"
OURS = "usename = 'journey_app'"


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    return register_on(database, tmp_path)


def by_admin(database: Database, statement: str) -> None:
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        conn.execute(statement.format(database.name).encode())


def limits(database: Database, role: str) -> set[str]:
    with psycopg.connect(as_role(database.app_url, role)) as conn:
        return {conn.execute(f"show {name}".encode()).fetchone()[0] for name in LIMITS}  # type: ignore[index] -- a setting has a value


@pytest.fixture
def limited(database: Database) -> Database:
    for name in LIMITS:
        by_admin(database, f"alter role journey_app in database {{}} set {name} = '9s'")
    return database


@pytest.mark.parametrize("role", ROLES)
def test_no_limit_that_the_database_was_told_cuts_our_work_off(limited: Database, role: str) -> None:
    assert limits(limited, role) == {"0"}


def test_twin_an_address_without_our_own_has_the_databases_limits(limited: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(login, "NO_LIMITS", {})

    assert limits(limited, ROLES[0]) == {"9s"}


@pytest.fixture
def of_other_habits(database: Database) -> Database:
    for setting in ("default_transaction_isolation = 'serializable'", "datestyle = 'german, mdy'"):
        by_admin(database, f"alter role journey_app in database {{}} set {setting}")
    return database


def test_what_a_database_does_for_others_is_not_done_to_us(of_other_habits: Database, tmp_path: Path) -> None:
    """A transaction that saw nothing but its beginning would not see, with the lock in hand, what others wrote before."""
    register = register_on(of_other_habits, tmp_path)
    for role in ROLES:
        with psycopg.connect(as_role(register.url, role)) as conn:
            said = [conn.execute(f"show {name}".encode()).fetchone() for name in ("transaction_isolation", "datestyle")]
            assert said == [("read committed",), ("ISO, MDY",)], role
    with running(register.settings) as app:
        app.post("before", "before", referred())
        load(register, [{"case": "file", **referred("b-2"), "source": "s", "source_id": "1"}])
        until(lambda: cells(app) == 2)
        assert app.client.get("/api/cases/file").json()["known_at"]["moment"]


@pytest.mark.long
def test_a_database_without_a_connection_left_is_named_as_such_and_gone_on_with(register: Register, database: Database) -> None:
    with running(register.settings) as app:
        app.post("before", "before", referred())
        by_admin(database, "alter database {} connection limit 0")
        terminate(database, OURS)

        until(lambda: app.client.get("/health").json()["error"] == FULL)
        until(lambda: app.client.get("/health").json()["seal"]["error"] == FULL)
        assert app.client.get("/health/live").status_code == 200
        refused = app.client.get("/api/cases/before")
        assert refused.status_code == 503
        assert refused.json()["code"] in ("no_database", "look_not_logged")  # neither the case nor its look can be had

        by_admin(database, "alter database {} connection limit -1")

        until(lambda: app.client.get("/health").status_code == 200)
        goes_on(app)
        until(lambda: app.client.get("/health").json()["seal"]["error"] is None)
    assert replayed_alike(register)


def goes_on(app: Running) -> None:
    until(lambda: app.post("after", "after", referred()).status_code == 201)
    until(lambda: cells(app) == 2)


@pytest.mark.long
def test_a_storm_of_ended_connections_loses_nothing(register: Register, database: Database) -> None:
    with running(register.settings) as app:
        for nth in range(8):
            terminate(database, OURS)
            until(lambda nth=nth: app.post(f"c-{nth}", f"c-{nth}", referred(f"b-{nth}")).status_code == 201)

        until(lambda: cells(app) == 8)
        until(lambda: app.client.get("/health").status_code == 200)
    assert register.head()[0] == 8
    assert replayed_alike(register)


def test_a_clock_set_back_a_year_is_told_of_and_stops_nothing(register: Register, database: Database) -> None:
    with running(register.settings) as app:
        app.post("before", "before", referred())
        assert app.client.get("/health").json()["clock_behind_seconds"] < 60
        by_admin(
            database,
            "alter table log.events disable trigger user; update log.events set known_at = known_at + interval '365 days';"
            " alter table log.events enable trigger user",
        )

        goes_on(app)

        assert app.client.get("/health").json()["clock_behind_seconds"] > 360 * 24 * 60 * 60
    with register.connected(ROLES[0]) as conn:
        assert conn.execute("select count(distinct known_at) from log.events").fetchone() == (1,)
