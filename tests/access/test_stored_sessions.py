"""Sessions in the database: known by a hash, ended by time, by their person and by the login, and by no other role to be seen."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256

import psycopg
import pytest

from api.web.access.oidc.stored_sessions import (
    FORGOTTEN_DAYS,
    LONGEST_EMERGENCY,
    SIGN_IN_SECONDS,
    PendingSignIn,
    StoredSessions,
    hashed,
)
from api.web.access.sessions import IDLE, LONGEST
from journey.log.login import as_role
from journey.log.migrate import ROLES, SESSION
from tests.conftest import Database

CLAIMS = {"groups": ["caseworkers"], "unit": "ungeindsatsen"}
PENDING = PendingSignIn("nonce", "verifier", "/sag?id=7")


class Clock:
    """A clock that is set."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sessions(database: Database, clock: Clock) -> Iterator[StoredSessions]:
    made = StoredSessions(database.app_url, clock)
    yield made
    made.close()


def opened(sessions: StoredSessions, *, subject: str = "p-1", sid: str | None = "s-1", issued: float = 1_800_000_000.0) -> str:
    found = sessions.open(subject, "p-1", CLAIMS, sid=sid, role="caseworker", id_token="token", issued=issued)
    assert found
    return found


def rows(database: Database, query: str) -> list[tuple[object, ...]]:
    with psycopg.connect(as_role(database.app_url, SESSION)) as conn:
        return conn.execute(query.encode()).fetchall()


def test_a_session_is_found_by_its_id_and_stands_as_its_hash(sessions: StoredSessions, database: Database) -> None:
    one, other = opened(sessions), opened(sessions)

    found = sessions.find(one)

    assert found
    assert (found.person, found.role, found.claims, found.id) == ("p-1", "caseworker", CLAIMS, sha256(one.encode()).digest())
    assert sessions.find(one + "x") is sessions.find("") is None
    assert one != other
    [text] = rows(database, "select string_agg(s::text, ' ') from access.sessions s")
    assert one not in str(text)


def test_a_session_ends_after_an_idle_time_and_after_a_working_day(sessions: StoredSessions, clock: Clock) -> None:
    idle, used = opened(sessions), opened(sessions)
    for _ in range(LONGEST // (IDLE - 1)):
        clock.now += IDLE - 1
        assert sessions.find(used)
        sessions.find(idle, is_used=False)
    assert sessions.find(idle) is None

    clock.now = 1_800_000_000.0 + LONGEST - 1
    assert sessions.find(used)
    clock.now += 1
    assert sessions.find(used) is None
    clock.now -= LONGEST
    assert sessions.find(used) is None, "a clock that is set back opens nothing again"


def test_a_session_of_the_emergency_account_lasts_four_hours(
    sessions: StoredSessions, database: Database, clock: Clock
) -> None:
    with psycopg.connect(as_role(database.app_url, SESSION), autocommit=True) as conn:
        session_id = sessions.open_emergency(conn, "emergency:1", "local", "pair 1")
    for _ in range(3):
        clock.now += LONGEST_EMERGENCY / 4
        assert sessions.find(session_id)
    clock.now += LONGEST_EMERGENCY / 4
    assert sessions.find(session_id) is None


def test_signing_out_ends_it_at_once_and_gives_the_token_once(sessions: StoredSessions, database: Database) -> None:
    one, other = opened(sessions), opened(sessions)
    before = sessions.ends

    assert sessions.end(hashed(one), "signed_out") == "token"
    assert sessions.end(hashed(one), "signed_out") is None

    assert sessions.find(one) is None
    assert sessions.find(other)
    assert sessions.ends > before
    assert rows(database, "select why, id_token from access.sessions where ended is not null") == [("signed_out", None)]


@pytest.mark.parametrize(
    ("subject", "sid", "gone"),
    [
        ("p-1", "s-1", {0}),
        (None, "s-1", {0}),
        ("p-1", None, {0, 1}),
        ("p-2", None, {2}),
        ("p-1", "s-9", set()),
        (None, "S-1", set()),
    ],
)
def test_the_login_ends_a_session_or_all_of_a_person(
    sessions: StoredSessions, subject: str | None, sid: str | None, gone: set[int]
) -> None:
    ids = [opened(sessions), opened(sessions, sid="s-2"), opened(sessions, subject="p-2", sid="s-3")]

    assert sessions.end_of_login("j-1", 1_800_000_001, subject=subject, sid=sid)

    assert {nth for nth, each in enumerate(ids) if sessions.find(each) is None} == gone
    assert not sessions.end_of_login("j-1", 1_800_000_001, subject=subject, sid=sid), "a logout token is good once"


def test_a_sign_in_that_comes_after_its_logout_opens_nothing(sessions: StoredSessions) -> None:
    sessions.end_of_login("j-1", 1_800_000_001, subject="p-1", sid="s-1")
    sessions.end_of_login("j-2", 1_800_000_001, subject="p-3", sid=None)

    assert sessions.open("p-1", "p-1", {}, sid="s-1", issued=1_800_000_009) is None
    assert sessions.open("p-3", "p-3", {}, sid="s-7", issued=1_800_000_000) is None
    assert sessions.open("p-1", "p-1", {}, sid="s-2", issued=1_800_000_000)
    assert sessions.open("p-3", "p-3", {}, sid="s-8", issued=1_800_000_002), "signed in anew"


def test_a_sign_in_is_answered_once_in_the_browser_that_began_it(sessions: StoredSessions, clock: Clock) -> None:
    sessions.begin("browser", "state", PENDING)

    assert sessions.take("another", "state") is None
    assert sessions.take("browser", "other") is None
    with ThreadPoolExecutor(4) as pool:
        answers = [*pool.map(lambda _: sessions.take("browser", "state"), range(8))]
    assert [each for each in answers if each] == [PENDING]

    sessions.begin("browser", "late", PENDING)
    clock.now += SIGN_IN_SECONDS + 1
    assert sessions.take("browser", "late") is None


def test_what_is_over_is_forgotten(sessions: StoredSessions, database: Database, clock: Clock) -> None:
    opened(sessions)
    sessions.begin("browser", "state", PENDING)
    sessions.end_of_login("j-1", clock.now, subject="p-9", sid=None)
    clock.now += (FORGOTTEN_DAYS + 1) * 86_400
    opened(sessions, sid="s-2", issued=clock.now)
    sessions.begin("browser", "other", PENDING)

    for table in ("sessions", "sign_ins"):
        assert rows(database, f"select count(*) from access.{table}") == [(1,)]
    assert rows(database, "select count(*) from access.logouts") == [(0,)]


def test_no_other_role_sees_a_session(database: Database) -> None:
    query = """
    select distinct role from unnest(%s::text[]) as role, pg_class t join pg_namespace n on n.oid = t.relnamespace
    where n.nspname = 'access' and t.relname = any(%s) and has_table_privilege(role, t.oid, 'select, insert, update, delete')
    """
    tables = ["sessions", "sign_ins", "logouts", "emergency_halves"]
    with psycopg.connect(database.app_url) as conn:
        assert conn.execute(query, ([*ROLES], tables)).fetchall() == [(SESSION,)]
