"""The follower under fire: what is lost, killed or broken, and what those who ask and those who look after it then see."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace

from api.connections import SERVER_KEEPALIVES
from api.register.follower import AT_WORK, FROZEN, POLL, Follower
from api.register.leading import Leader
from api.register.register import Register
from journey.codes import parse_code_lists, standard_text
from journey.log.login import as_role
from journey.log.migrate import IMPORT, PROJECT, READ
from projections.engine.follow import LEAD, SMALL, FoldFailed, definition, prepare, rebuild, standing
from projections.engine.replay import differences, replay
from tests.conftest import Database
from tests.support.proxy import Proxy
from tests.support.registers import load, register_on
from tests.support.serving import Running, closed, granted, referred, running
from tests.support.waiting import PATIENCE, until

PROMISE = (
    "a lost notification, a killed listener or leader, an event that breaks a fold: the rows come through, or stop "
    "with the event named"
)

SILENT = "databasen svarer ikke: der er ingen forbindelse til databasen"
CASELOAD = {"valid_at": "2025-03-01", "unit": "ungeindsatsen"}
NEW_CODE = '[supports.ny_stoette]\nda = "Ny støtte"\nen = "New support"\nclass = "main"\ngroup = "bostoette"\n'


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    return register_on(database, tmp_path)


def insert(register: Register, case: str, version: int, kind: str, data: Any, day: str = "2025-02-01") -> int:
    """An event written by hand, without a word to anybody; gives its position."""
    state = {"valid_at": day, "source": "by hand", "source_id": f"{case}-{version}", "data": data}
    with psycopg.connect(as_role(register.url, IMPORT), autocommit=True) as conn:
        row = conn.execute(
            "insert into log.events (originator_id, originator_version, topic, state) values (%s, %s, %s, %s)"
            " returning notification_id",
            (case, version, kind, json.dumps(state).encode()),
        ).fetchone()
    assert row
    return row[0]


def terminate(database: Database, which: str) -> int:
    """End the connections of the program that the condition finds, as an administrator; gives how many."""
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        query = f"select count(pg_terminate_backend(pid)) from pg_stat_activity where datname = %s and {which}"
        row = conn.execute(query.encode(), (database.name,)).fetchone()
    return row[0] if row else 0


LISTENING = "query = 'LISTEN rows'"
LEADING = f"pid in (select pid from pg_locks where locktype = 'advisory' and objid = {LEAD})"


def cells(app: Running, **asked: str) -> Any:
    return app.client.get("/api/figures/caseload", params={**CASELOAD, **asked}).json()["cells"][0]["value"]


def replayed_alike(register: Register) -> bool:
    """Whether the rows are those that a fold of the whole log gives."""
    with psycopg.connect(as_role(register.url, PROJECT), autocommit=True) as conn:
        position = standing(conn).position
        replay(conn, register.codes.classes, position)
        return position == register.head()[0] and differences(conn, position) == {}


def test_an_event_that_nobody_was_told_of_is_found(register: Register) -> None:
    with running(register.settings) as app:
        insert(register, "quiet", 1, "referred", {"unit": "ungeindsatsen", "citizen": "c"})

        until(lambda: cells(app) == 1)


@pytest.mark.parametrize("which", [LISTENING, LEADING, "application_name = 'journey'"])
def test_a_killed_connection_is_made_again(register: Register, database: Database, which: str) -> None:
    with running(register.settings) as app:
        until(lambda: app.register.follower.health().leading)
        app.post("before", "before", referred())

        assert terminate(database, which) > 0

        until(lambda: app.post("after", "after", referred()).status_code == 201)
        until(lambda: app.client.get("/health").status_code == 200)
        until(lambda: cells(app) == 2)
    assert replayed_alike(register)


@pytest.mark.long
def test_a_killed_leader_is_followed_by_another(register: Register) -> None:
    with _process(register) as leader:
        until(lambda: _somebody_leads(register))
        with running(register.settings) as app:
            app.post("first", "first", referred())
            until(lambda: cells(app) == 1)
            assert not app.register.follower.health().leading

            leader.send_signal(signal.SIGKILL)
            app.post("second", "second", referred())

            until(lambda: cells(app) == 2)
            assert app.register.follower.health().leading
    assert replayed_alike(register)


def test_a_lead_that_is_lost_without_a_word_is_free_and_taken_within_ten_seconds() -> None:
    """A machine that is gone says nothing: the server ends its connection by these, and the others look each POLL."""
    server = {name.removeprefix("tcp_keepalives_"): int(value) for name, value in SERVER_KEEPALIVES.items()}

    assert server["idle"] + server["interval"] * server["count"] + POLL < 10


@contextmanager
def _process(register: Register) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "JOURNEY_DATABASE_URL": register.url, "JOURNEY_DATA": str(register.settings.data)}
    words = [sys.executable, "-c", "from api.cli.main import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            process.kill()


def _somebody_leads(register: Register) -> bool:
    with register.connected(READ) as conn:
        query = "select count(*) from pg_locks l join pg_database d on d.oid = l.database where datname = current_database()"
        row = conn.execute(f"{query} and locktype = 'advisory' and objid = {LEAD}".encode()).fetchone()
    return bool(row and row[0])


def test_serve_stops_in_good_order_when_told_to(register: Register) -> None:
    with _process(register) as process:
        until(lambda: _somebody_leads(register))
        assert process.stdout is not None
        assert "http://127.0.0.1:" in process.stdout.readline().decode()

        process.send_signal(signal.SIGTERM)

        assert process.wait(PATIENCE) == 0
        assert "Registret er lukket" in process.stdout.read().decode()
    assert not _somebody_leads(register)


def test_an_event_that_breaks_a_fold_stops_the_rows_right_before_it(register: Register) -> None:
    with running(register.settings) as app:
        app.post("good", "good-1", referred())
        insert(register, "broken", 1, "referred", {"unit": "ungeindsatsen", "citizen": "c"})
        bad = insert(register, "broken", 2, "support_granted", {"grant": "g", "support": "ny_stoette"})
        taken = app.post("good", "good-2", closed())
        until(lambda: app.register.follower.health().stopped and app.register.follower.health().lag_events == 2)

        health = app.client.get("/health")

        assert health.status_code == 503
        said = health.json()
        assert (said["position"], said["error"], said["stopped"]) == (bad - 1, f"position {bad}: KeyError", True)
        assert said["lag_events"] == 2
        assert "ny_stoette" not in health.text
        assert app.client.get("/health/ready").status_code == 200
        assert app.client.get("/health/live").status_code == 200
        assert "journey_follower_stopped 1.0" in app.client.get("/metrics").text
        assert taken.status_code == 201
        assert app.client.get("/api/figures/caseload", params=CASELOAD).json()["known_at"]["position"] == bad - 1
        assert cells(app) == 2
        refusal = app.client.get("/api/figures/caseload", params={"known_at": str(bad)})
        assert (refusal.status_code, refusal.json()["code"]) == (503, "rows_stopped")
        with register.connected(READ) as conn:
            assert standing(conn).error == f"position {bad}: KeyError"


def test_stopped_rows_go_on_by_themselves_once_they_can(register: Register) -> None:
    newer = replace(register, settings=replace(register.settings, codes=parse_code_lists(standard_text(), NEW_CODE)))
    with running(register.settings) as app:
        insert(register, "broken", 1, "referred", {"unit": "ungeindsatsen", "citizen": "c"})
        insert(register, "broken", 2, "support_granted", {"grant": "g", "support": "ny_stoette"})
        until(lambda: app.register.follower.health().stopped)

        newer.rebuild()

        until(lambda: app.client.get("/health").status_code == 200)
        app.post("good", "good", referred())
        until(lambda: app.register.follower.position == 3)
        insert(register, "broken", 3, "closed", {"reason": "moved"})
        until(lambda: app.register.follower.health().stopped)
    with running(newer.settings) as app:
        until(lambda: app.client.get("/health").status_code == 200)
    assert replayed_alike(newer)


@pytest.mark.parametrize(("kind", "data"), [("nonsense", {}), ("referred", {"unit": 7}), ("closed", {})])
def test_an_event_that_cannot_be_read_is_named_too(register: Register, kind: str, data: Any) -> None:
    with running(register.settings) as app:
        app.post("good", "good", referred())
        bad = insert(register, "unreadable", 1, kind, data)

        until(lambda: app.register.follower.health().stopped)

        error = app.register.follower.health().error or ""
        assert error.startswith(f"position {bad}: ")
        assert cells(app) == 1


@pytest.mark.long
def test_a_database_that_goes_away_is_waited_for(database: Database, tmp_path: Path) -> None:
    with Proxy(database.app_url) as proxy:
        behind = Database(database.name, database.owner_url, proxy.url, database.admin_url)
        with running(register_on(behind, tmp_path).settings) as app:
            app.post("before", "before", referred())
            proxy.refuse = True
            terminate(database, "application_name = 'journey'")

            away = app.client.get("/api/figures/caseload?valid_at=2025-03-02&known_at=2025-01-01")

            assert (away.status_code, away.json()["code"]) == (503, "no_database")
            assert away.headers["retry-after"]
            assert app.client.get("/health/ready").status_code == 503
            assert app.client.get("/health/live").status_code == 200
            until(lambda: app.client.get("/health").json()["error"] == SILENT)
            assert app.client.get("/").status_code == 503

            proxy.refuse = False

            until(lambda: app.client.get("/health").status_code == 200)
            until(lambda: app.post("after", "after", referred()).status_code == 201)
            until(lambda: cells(app) == 2)


def test_rows_of_another_version_are_neither_read_nor_written(register: Register) -> None:
    with running(register.settings) as app:
        app.post("ours", "ours", referred())
        until(lambda: cells(app) == 1)
        with psycopg.connect(as_role(register.url, PROJECT), autocommit=True) as conn:
            conn.execute("UPDATE rows.progress SET definition = 'a newer one'")
            until(lambda: not app.register.follower.ready)

            app.post("theirs", "theirs", referred())

            answer = app.client.get("/api/figures/caseload")
            assert (answer.status_code, answer.json()["code"]) == (503, "rows_behind")
            assert app.client.get("/health/ready").status_code == 503
            until(lambda: "anden udgave" in app.client.get("/health").json()["error"])
            time.sleep(1)
            assert standing(conn).position == 1
    with running(register.settings) as app:
        until(lambda: cells(app) == 2)
    assert replayed_alike(register)


def test_a_large_batch_is_taken_at_once_and_followed_by_small_ones(register: Register) -> None:
    lines = [
        {
            "case": f"c-{n}",
            **referred(f"b-{n}"),
            "source": "file",
            "source_id": str(n),
        }  # more than are remembered between batches
        for n in range(2_500)
    ]
    with running(register.settings) as app:
        load(register, lines)
        until(lambda: cells(app) == 2_500)

        app.post("c-7", "closing", closed("2025-02-01"))

        until(lambda: cells(app) == 2_499)
        assert cells(app, known_at="2500") == 2_500
    assert replayed_alike(register)


def test_what_is_remembered_of_a_case_is_forgotten_when_others_moved_the_rows(register: Register) -> None:
    classes = register.codes.classes
    with psycopg.connect(as_role(register.url, PROJECT), autocommit=True) as conn:
        prepare(conn)
        leader = Leader(classes, lambda _done, _of: None)
        insert(register, "case", 1, "referred", {"unit": "ungeindsatsen", "citizen": "c"})
        leader.step(conn)
        insert(register, "case", 2, "support_granted", {"grant": "g", "support": "bostoette_85"})
        rebuild(conn, classes)
        insert(register, "case", 3, "support_ended", {"grant": "g"}, "2025-03-01")

        assert leader.step(conn) == 3

    assert replayed_alike(register)


def test_the_first_of_several_bad_events_is_the_one_that_is_named(register: Register) -> None:
    for nth in range(6):
        insert(register, f"z-{9 - nth}", 1, "referred", {"unit": "ungeindsatsen", "citizen": "c"})
        if nth in (2, 4):
            insert(register, f"z-{9 - nth}", 2, "support_granted", {"grant": "g", "support": "ny_stoette"})
    with psycopg.connect(as_role(register.url, PROJECT), autocommit=True) as conn:
        prepare(conn)

        with pytest.raises(FoldFailed) as failed:
            Leader(register.codes.classes, lambda _done, _of: None).step(conn)

        assert failed.value.position == 4
        assert standing(conn).position == 3
        assert conn.execute("SELECT definition FROM rows.progress").fetchone() == (definition(),)


def test_nothing_moving_for_long_is_called_frozen(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.register.follower.FROZEN", 2)
    with running(register.settings) as app:
        until(lambda: not app.client.get("/health").json()["frozen"])
        with psycopg.connect(as_role(register.url, PROJECT)) as conn:
            conn.execute("SELECT 1 FROM rows.progress FOR UPDATE")
            app.post("case", "case", granted() | referred())

            until(lambda: app.client.get("/health").json()["frozen"])

            until(lambda: app.client.get("/health/live").status_code == 503)
        until(lambda: app.client.get("/health").status_code == 200)


def test_who_waits_for_a_leader_at_work_does_not_call_it_frozen(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """A standby sees nothing of a batch before all of it is written; it hears of it on the way, and when it no longer does, says so."""
    clock = SimpleNamespace(monotonic=lambda: clock.now, now=1_000.0)
    monkeypatch.setattr("api.register.follower.time", clock)
    standby = Follower(register.url, register.codes.classes)
    standby._note(0, 50_000)

    frozen: list[bool] = []
    for channel in ("at_work", "at_work", "events"):
        clock.now += FROZEN - 1
        standby._tick()
        standby._notified(channel)
        frozen.append(standby.health().frozen)
    clock.now += 2
    standby._tick()

    assert (frozen, standby.health().frozen) == ([False, False, False], True)


def test_a_leader_gives_word_of_a_large_batch(register: Register) -> None:
    with psycopg.connect(as_role(register.url, IMPORT), autocommit=True) as conn:
        conn.execute(
            "insert into log.events (originator_id, originator_version, topic, state)"
            " select 'N-1', nth, 'activity_recorded', convert_to(json_build_object('valid_at', '2025-02-01', 'source', 'by hand',"
            " 'source_id', nth::text, 'data', json_build_object('activity', 'moede'))::text, 'UTF8')"
            " from generate_series(1, %s) nth",
            (SMALL + 1,),
        )
        conn.execute(f"LISTEN {AT_WORK}")
        with Follower(register.url, register.codes.classes) as follower:
            assert follower.wait(SMALL + 1, 60)
        assert [word.channel for word in conn.notifies(timeout=PATIENCE, stop_after=1)] == [AT_WORK]
