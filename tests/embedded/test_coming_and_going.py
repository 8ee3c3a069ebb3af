"""The server runs while someone uses it, and not after."""

from pathlib import Path

import psycopg
import pytest

from journey.postgres import Embedded, embedded
from journey.postgres.cluster import Cluster
from tests.embedded.visiting import answer, postmaster, run_python, visitor


def test_the_server_runs_inside_and_not_after(home: Path) -> None:
    data = home / "data"
    with embedded(data) as server:
        assert answer(server.owner_url) == "journey_owner"
        assert answer(server.app_url) == "journey_app"
        assert answer(server.admin_url) == "postgres"
        assert answer(server.app_url, "select current_database()") == "journey"
        running = postmaster(data)

    assert running
    assert postmaster(data) is None


def test_what_was_written_is_there_after_a_new_start(data: Path) -> None:
    with embedded(data) as server, psycopg.connect(server.owner_url) as connection:
        connection.execute("create table kept as select 'Ærø' as word")

    with embedded(data) as server:
        assert answer(server.owner_url, "select upper(word) from kept") == "ÆRØ"


def test_the_roles_have_the_rights_they_need_and_no_more(looked_at: Embedded) -> None:
    with psycopg.connect(looked_at.admin_url) as connection:
        roles = connection.execute(
            "select rolname, rolsuper, rolcreaterole, rolcreatedb, rolinherit from pg_roles"
            " where rolname like 'journey%' order by rolname"
        ).fetchall()
        owner = connection.execute("select datdba::regrole::text from pg_database where datname = 'journey'").fetchone()

    assert roles == [("journey_app", False, False, False, False), ("journey_owner", False, True, False, True)]
    assert owner == ("journey_owner",)


def test_the_server_keeps_the_safe_defaults(looked_at: Embedded) -> None:
    names = ("fsync", "full_page_writes", "synchronous_commit", "data_checksums", "TimeZone", "server_encoding")

    settings = [answer(looked_at.app_url, f"select current_setting('{name}')") for name in names]

    assert settings == ["on", "on", "on", "on", "UTC", "UTF8"]


def test_the_last_of_two_processes_stops_the_server(data: Path) -> None:
    with visitor(data):
        running = postmaster(data)
        with embedded(data) as server:
            assert postmaster(data) == running
            assert answer(server.app_url) == "journey_app"
        assert running
        assert postmaster(data) == running

    assert postmaster(data) is None


def test_one_process_may_be_inside_twice(data: Path) -> None:
    with embedded(data) as outer:
        with embedded(data) as inner:
            assert inner == outer
        with visitor(data):
            pass

        assert answer(outer.app_url) == "journey_app"


def test_forked_children_neither_stop_nor_keep_their_parents_server(data: Path) -> None:
    code = """
import os, signal, sys, time
from pathlib import Path
from journey.postgres import embedded
noted = Path(sys.argv[1]) / "postgres/cluster/postmaster.pid"
with embedded(Path(sys.argv[1])) as server:
    before = noted.read_text()
    leaver = os.fork()
    if leaver == 0:
        sys.exit()
    assert os.waitpid(leaver, 0)[1] == 0
    with embedded(Path(sys.argv[1])):
        print(noted.read_text() == before)
    sleeper = os.fork()
    if sleeper == 0:
        time.sleep(60)
print(noted.exists())
os.kill(sleeper, signal.SIGKILL)
"""
    out, err = run_python(code, data).communicate()

    assert out == "True\nFalse\n", err


def test_eight_processes_coming_and_going_never_see_an_error(home: Path) -> None:
    data = home / "data"
    code = """
import random, sys, time
from pathlib import Path
import psycopg
from journey.postgres import embedded
end = time.monotonic() + 3
visits = 0
while visits < 2 or time.monotonic() < end:
    with embedded(Path(sys.argv[1])) as server:
        with psycopg.connect(server.app_url) as connection:
            connection.execute("select 1")
        time.sleep(random.random() / 20)
    visits += 1
    time.sleep(random.random() / 5)
print(visits)
"""
    ended = [process.communicate() for process in [run_python(code, data) for _ in range(8)]]

    assert [err for _, err in ended] == [""] * 8
    assert all(int(out) >= 2 for out, _ in ended)
    assert postmaster(data) is None
    assert not list(data.glob("postgres/making-*"))


def test_a_second_entrance_starts_nothing(looked_at: Embedded, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Cluster, "run", lambda _: pytest.fail("the server ran already"))

    with embedded(looked_at.data):
        pass
