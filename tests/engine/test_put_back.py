"""A database put back from a backup under a running program: whoever followed the log stops, says so, and begins again."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from api.cli.main import run
from api.register.follower import Follower
from api.register.register import Register
from journey.log.login import as_role
from journey.log.migrate import PROJECT
from projections.engine.follow import standing
from projections.engine.replay import differences, replay
from tests.conftest import Database, fresh_database
from tests.support.put_back import register_of
from tests.support.registers import register_on
from tests.support.serving import Running, closed, referred, running
from tests.support.waiting import PATIENCE, until

CASELOAD = {"valid_at": "2025-03-01", "unit": "ungeindsatsen"}


def cells(app: Running, **asked: str) -> Any:
    return app.client.get("/api/figures/caseload", params={**CASELOAD, **asked}).json()


def caseload(app: Running) -> Any:
    return cells(app)["cells"][0]["value"]


def record(app: Running, name: str, first: int, count: int) -> None:
    for nth in range(first, first + count):
        until(lambda nth=nth: app.post(f"{name}-{nth}", f"{name}-{nth}", [referred(f"b-{name}-{nth}")]).status_code == 201)


def equal_to_a_fresh_replay(register: Register) -> bool:
    with psycopg.connect(as_role(register.url, PROJECT), autocommit=True) as conn:
        position = standing(conn).position
        replay(conn, register.codes.classes, position)
        return position == register.head()[0] and differences(conn, position) == {}


@contextmanager
def alone_with(server: Database, name: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection of the administrator, with nobody left in the database and nobody let in."""
    with psycopg.connect(server.admin_url, autocommit=True) as admin:
        admin.execute(SQL("alter database {} allow_connections false").format(Identifier(name)))
        admin.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", (name,))
        until(lambda: admin.execute("select from pg_stat_activity where datname = %s", (name,)).fetchone() is None)
        yield admin


def swap(server: Database, database: Database, backup: Database) -> None:
    """Put the backup in the database's place, as a new database of its name."""
    with alone_with(server, database.name) as admin:
        admin.execute(SQL("drop database {} with (force)").format(Identifier(database.name)))
        create = "create database {} owner journey_owner template {}"
        admin.execute(SQL(create).format(Identifier(database.name), Identifier(backup.name)))


def without_rows(server: Database, database: Database, backup: Database) -> None:
    """The same with the rows left out of the backup."""
    with psycopg.connect(backup.admin_url, autocommit=True) as admin:
        for (table,) in admin.execute("select tablename from pg_tables where schemaname = 'rows'").fetchall():
            admin.execute(SQL("drop table rows.{}").format(Identifier(table)))
    swap(server, database, backup)


def log_alone(server: Database, database: Database, backup: Database) -> None:
    """Put the log back in place, by an administrator who leaves the rows, the seal and every connection as they are."""
    with psycopg.connect(backup.admin_url) as source, psycopg.connect(database.admin_url) as target:
        target.execute("set session_replication_role = replica")
        for table in ("events", "event_ids", "commands", "codes_used"):
            target.execute(SQL("alter table log.{} disable trigger all").format(Identifier(table)))
            target.execute(SQL("delete from log.{}").format(Identifier(table)))
            with (
                source.cursor().copy(SQL("copy log.{} to stdout").format(Identifier(table))) as out,
                target.cursor().copy(SQL("copy log.{} from stdin").format(Identifier(table))) as into,
            ):
                for block in out:
                    into.write(block)
            target.execute(SQL("alter table log.{} enable trigger all").format(Identifier(table)))
        for trigger in ("take_append_lock", "place_event", "check_versions", "check_positions"):
            target.execute(SQL("alter table log.events enable trigger {}").format(Identifier(trigger)))


WAYS: list[Callable[[Database, Database, Database], None]] = [swap, without_rows, log_alone]


@pytest.mark.parametrize("grown", [False, True], ids=["shorter", "grown past with others"])
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.long
def test_whoever_follows_begins_again(
    server: Database, database: Database, tmp_path: Path, way: Callable[..., None], grown: bool
) -> None:
    register = register_on(database, tmp_path)
    register.believe()
    with running(register.settings) as app:
        record(app, "before", 0, 8)
        until(lambda: caseload(app) == 8)
        with fresh_copy(server, database) as backup:
            record(app, "lost", 0, 6)
            until(lambda: caseload(app) == 14)
            for nth in range(6):
                app.post(f"lost-{nth}", f"closed-{nth}", closed("2025-02-01"))
            until(lambda: caseload(app) == 8)
            old = app.client.get("/api/figures/caseload", params=CASELOAD)
            assert old.json()["known_at"]["position"] == 20

            follower = app.register.follower
            if grown:
                grow(backup, tmp_path, 12)
            way(server, database, backup)

            until(lambda: follower.restarts == 1 and follower.ready)
            expected, end = (20, 20) if grown else (8, 8)
            assert (caseload(app), cells(app)["known_at"]["position"]) == (expected, end)
            tag = old.headers["etag"]
            asked = app.client.get(
                "/api/figures/caseload", params={**CASELOAD, "known_at": str(end)}, headers={"If-None-Match": tag}
            )
            assert (asked.status_code, asked.json()["cells"][0]["value"]) == (200, expected)
            health = app.client.get("/health").json()
            assert (health["position"], health["log_position"], health["error"]) == (end, end, None)
            assert "loggen er fulgt til position 20" in health["put_back"]
            assert [line for line in app.log_lines() if line["event"] == "put_back"]

            record(app, "after", 0, 2)
            until(lambda: caseload(app) == expected + 2)
    assert equal_to_a_fresh_replay(register)


class fresh_copy(fresh_database):  # noqa: N801 -- as what it is
    """A backup: a database made from another that is in use, its connections ended for a moment."""

    def __init__(self, server: Database, database: Database) -> None:
        super().__init__(server, database.name)
        self._of = database

    def __enter__(self) -> Database:
        with alone_with(self._server, self._of.name) as admin:
            made = super().__enter__()
            admin.execute(SQL("alter database {} allow_connections true").format(Identifier(self._of.name)))
            return made


def grow(backup: Database, home: Path, count: int, after: int = 8) -> None:
    """Record other events in the backup, as another program would before this one looks."""
    register = register_on(backup, home / "other")
    with running(register.settings) as app:
        record(app, "other", 0, count)
        until(lambda: app.register.follower.position == after + count)


def test_rebuilt_rows_are_ready_only_with_their_own_generation(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An answer of the rows before is cached under their generation, and the rows that are made anew may reach the same position."""
    register = register_on(database, tmp_path)
    register.believe()
    note, ready_with = Follower._note, list[tuple[str, str]]()

    def noted(follower: Follower, *args: Any, **kwargs: Any) -> None:
        note(follower, *args, **kwargs)
        if follower.ready:
            with psycopg.connect(as_role(register.url, PROJECT)) as conn:
                made = conn.execute("select to_regclass('rows.spans')::oid::text").fetchone()
            assert made
            ready_with.append((follower.generation.rpartition(".")[2], made[0]))

    with running(register.settings) as app:
        record(app, "before", 0, 2)
        until(lambda: caseload(app) == 2)
        monkeypatch.setattr(Follower, "_note", noted)
        with psycopg.connect(database.admin_url, autocommit=True) as conn:
            conn.execute("update rows.progress set mark = position || ':another'")
        until(lambda: app.register.follower.restarts == 1 and app.register.follower.ready)
        assert caseload(app) == 2
    assert ready_with
    assert [held for held in ready_with if held[0] != held[1]] == []


@pytest.mark.long
def test_without_the_marks_the_figures_stay_wrong(
    server: Database, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: a position that the log has again tells nothing of the events that are there."""
    monkeypatch.setattr(Follower, "_hold", lambda *_: None)
    monkeypatch.setattr("api.register.follower.is_of_this_log", lambda *_: True)
    register = register_on(database, tmp_path)
    register.believe()
    with running(register.settings) as app:
        record(app, "before", 0, 2)
        with fresh_copy(server, database) as backup:
            record(app, "lost", 0, 1)
            app.post("lost-0", "closed", closed("2025-02-01"))
            until(lambda: cells(app)["known_at"]["position"] == 4)
            grow(backup, tmp_path, 2, after=2)
            log_alone(server, database, backup)
            time.sleep(2)
            assert (caseload(app), app.register.follower.restarts) == (2, 0)
    assert not equal_to_a_fresh_replay(register)


@pytest.mark.long
def test_a_backup_is_put_back_under_load(
    server: Database, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.sealing.sealer.LONGEST", 0.5)
    register = register_of(database, tmp_path)
    register.believe()
    answers, stop = Counter[tuple[str, int]](), threading.Event()
    with running(register.settings) as app:
        record(app, "before", 0, 10)
        until(lambda: app.register.sealer.health().sealed >= 10 and app.register.follower.position >= 10)
        with fresh_copy(server, database) as backup:
            threads = [threading.Thread(target=load, args=(app, nth, stop, answers)) for nth in range(4)]
            for thread in threads:
                thread.start()
            try:
                until(lambda: app.register.sealer.health().sealed >= 30)

                swap(server, database, backup)

                until(lambda: app.register.follower.restarts == 1 and app.register.follower.ready)
                until(lambda: app.client.get("/api/seal").json()["health"]["broken"])
                broken = app.client.get("/health")
                page = app.client.get("/ubrudt").text
                assert broken.status_code == 503
                assert "journey restore declare" in broken.json()["seal"]["error"]
                assert "journey restore declare" in page
                assert declare(register, monkeypatch) == 0
                until(lambda: not app.client.get("/api/seal").json()["health"]["broken"])
                until(lambda: app.client.get("/api/seal").json()["health"]["sealed"] > 10)
            finally:
                stop.set()
                for thread in threads:
                    thread.join()
            until(lambda: app.client.get("/health").status_code == 200)
            until(lambda: app.register.follower.position == app.register.head()[0])
            until(lambda: app.register.sealer.health().sealed == app.register.head()[0])
            assert "genoprettelse erklæret: det tabte er fra position 11 til" in app.client.get("/ubrudt").text
    assert {status for _, status in answers} <= {200, 201, 503}
    assert answers["read", 200] > 0
    assert answers["write", 201] > 0
    assert equal_to_a_fresh_replay(register)
    assert run(["verify"]) == 0


def test_a_command_recorded_in_a_log_that_is_gone_since_is_answered_so(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the recording and the reading of what came of it another database has come."""
    with running(register_on(database, tmp_path).settings) as app:
        assert app.post("N-1", "k1", [referred("N-1")]).status_code == 201
        monkeypatch.setattr("api.answers.commands.history", lambda *_: [])
        answer = app.post("N-2", "k2", [referred("N-2")])

    assert (answer.status_code, answer.json()["code"]) == (503, "put_back_below")


def load(app: Running, nth: int, stop: threading.Event, answers: Counter[tuple[str, int]]) -> None:
    """Two writers and two readers, who take whatever answer they are given."""
    with httpx.Client(base_url=app.url, headers=app.client.headers, timeout=PATIENCE) as client:
        for count in itertools.count():
            if stop.is_set():
                return
            if nth < 2:
                name = f"load-{nth}-{count}"
                said = client.post(f"/api/cases/{name}/events", json=[referred(name)], headers={"Idempotency-Key": name})
                answers["write", said.status_code] += 1
            else:
                answers["read", client.get("/api/figures/caseload", params=CASELOAD).status_code] += 1
            time.sleep(0.02)


def declare(register: Register, monkeypatch: pytest.MonkeyPatch) -> int:
    anchors = register.settings.anchors
    monkeypatch.setenv("JOURNEY_DATABASE_URL", register.url)
    monkeypatch.setenv("JOURNEY_DATA", str(register.settings.data))
    monkeypatch.setenv("JOURNEY_CHECKPOINTS", str(anchors.checkpoints))
    monkeypatch.setenv("JOURNEY_WITNESS", str(anchors.witness))
    return run(["restore", "declare", "--by", "Åse", "--by", "Bo", "--why", "øvelse", "--yes"])


@pytest.mark.long
def test_the_stream_of_changes_says_that_the_position_went_back(server: Database, database: Database, tmp_path: Path) -> None:
    register = register_on(database, tmp_path)
    register.believe()
    with running(register.settings) as app:
        record(app, "before", 0, 2)
        with fresh_copy(server, database) as backup:
            record(app, "lost", 0, 3)
            until(lambda: app.register.follower.position == 5)
            with app.client.stream("GET", "/api/changes", params={"after": 5, "seconds": 60}) as stream:
                lines = stream.iter_lines()
                assert next(lines) == "retry: 1000"
                swap(server, database, backup)
                data = next(line for line in lines if line.startswith("data: "))
            assert json.loads(data[6:]) == {"position": 2, "restored": True}
            with app.client.stream("GET", "/api/changes", params={"after": 5, "seconds": 60}) as stream:
                data = next(line for line in stream.iter_lines() if line.startswith("data: "))
            assert json.loads(data[6:]) == {"position": 2, "restored": True}


@pytest.mark.parametrize("grown", [0, 6])
@pytest.mark.long
def test_a_command_makes_the_rows_of_another_log_anew(server: Database, database: Database, tmp_path: Path, grown: int) -> None:
    """A program that starts after the log was put back, and finds rows of the one that was there."""
    register = register_on(database, tmp_path)
    register.believe()
    with running(register.settings) as app:
        record(app, "before", 0, 2)
    with fresh_copy(server, database) as backup:
        with running(register.settings) as app:
            record(app, "lost", 0, 3)
            until(lambda: app.register.follower.position == 5)
        if grown:
            grow(backup, tmp_path, grown, after=2)
        log_alone(server, database, backup)
    assert not equal_to_a_fresh_replay(register)

    assert register.believe() == 2 + grown

    assert equal_to_a_fresh_replay(register)
