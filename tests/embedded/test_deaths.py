"""The server comes back from any death, its own or its user's."""

import os
import subprocess
import threading
import time
from pathlib import Path

import psutil
import psycopg
import pytest

from journey.postgres import embedded, ensure_running
from journey.postgres.accounts import account_for
from tests.embedded.visiting import (
    VISIT,
    _cmdline,
    answer,
    asking,
    crash_while_asked,
    kill,
    postmaster,
    run_python,
    visitor,
)
from tests.support.waiting import PATIENCE, until


def test_a_killed_user_does_not_keep_the_server_running(data: Path) -> None:
    with visitor(data) as process, embedded(data):
        process.kill()
        process.wait()

    assert postmaster(data) is None


def test_a_server_left_by_a_killed_user_is_used_and_then_stopped(data: Path) -> None:
    with visitor(data) as process:
        process.kill()
    left = postmaster(data)

    with embedded(data) as server:
        assert answer(server.app_url) == "journey_app"
        assert left
        assert postmaster(data) == left

    assert postmaster(data) is None


def test_a_killed_server_is_started_again_by_who_enters(data: Path) -> None:
    with visitor(data) as process:
        process.kill()
    first = postmaster(data)
    assert first
    kill(first)

    with embedded(data) as server:
        assert answer(server.app_url) == "journey_app"
        assert postmaster(data) != first


def test_a_killed_server_is_started_again_on_demand_at_the_same_address(data: Path) -> None:
    with embedded(data) as server:
        with asking(server, "select pg_sleep(60)") as backend:
            first = postmaster(data)
            assert first
            # One that notices late that its server is gone keeps a new one out meanwhile.
            backend.suspend()
            kill(first)
            threading.Timer(0.5, backend.resume).start()

            ensure_running(server.data)

        assert answer(server.app_url) == "journey_app"
    assert postmaster(data) is None


def test_a_server_whose_socket_was_removed_is_started_again(data: Path) -> None:
    with embedded(data) as server:
        first = postmaster(data)
        (data / "postgres/socket/.s.PGSQL.5432").unlink()

        ensure_running(server.data)

        assert answer(server.app_url) == "journey_app"
        assert postmaster(data) != first


def test_a_server_that_recovers_is_waited_for(data: Path) -> None:
    with embedded(data) as server:
        first = postmaster(data)
        crash_while_asked(server, "select pg_sleep(60)")

        ensure_running(server.data)

        assert answer(server.app_url) == "journey_app"
        assert postmaster(data) == first


def test_a_server_that_recovers_is_stopped_all_the_same(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fast stop of such a server never ends (PostgreSQL 18.4)."""
    monkeypatch.setattr("journey.postgres.cluster.PATIENCE_WITH_STOP", 2 * PATIENCE)
    began = time.monotonic()

    with embedded(data) as server:
        crash_while_asked(server, "select pg_sleep(60)")

    assert postmaster(data) is None
    assert time.monotonic() - began < PATIENCE


@pytest.mark.parametrize("left", ["dead", "reused", "cut short"])
def test_a_stale_pid_file_does_not_keep_the_server_from_starting(data: Path, left: str) -> None:
    noted = data / "postgres/cluster/postmaster.pid"
    with embedded(data):
        text = noted.read_text().split("\n")
    account = account_for(noted.parent)
    # A process of the server's account: the only kind whose number PostgreSQL takes for a server's.
    other = subprocess.Popen(["sleep", "60"], cwd="/", user=account and account.uid)
    pid = {"dead": "4194303", "reused": str(other.pid), "cut short": ""}[left]
    noted.write_text("\n".join([pid, *text[1:]]) if pid else "")
    if account:
        os.chown(noted, account.uid, account.gid)

    with embedded(data) as server:
        assert answer(server.app_url) == "journey_app"
        assert other.poll() is None

    other.kill()
    other.wait()


def test_a_server_that_listens_is_never_started_twice(copy: Path) -> None:
    """As from another container: it is paused, and there is no process of its number."""
    with embedded(copy) as server:
        first = postmaster(copy)
        assert first
        (copy / "postgres/cluster/postmaster.pid").unlink()
        first.suspend()
        threading.Timer(2.5, first.resume).start()

        ensure_running(server.data)

        assert answer(server.app_url) == "journey_app"
        assert [process for process in psutil.process_iter() if str(copy) in " ".join(_cmdline(process))] == [first]
        kill(first)


def test_a_cluster_whose_making_was_killed_is_made_again(home: Path) -> None:
    data = home / "data"
    process = run_python(VISIT, data)
    until(lambda: any(data.glob("postgres/making-*/data/base")))
    process.kill()
    process.communicate()

    with embedded(data) as server:
        assert answer(server.app_url) == "journey_app"
    # The orphaned initdb may have written on while the first start cleared away.
    until(lambda: not any(f"{data}/postgres/making-" in " ".join(_cmdline(one)) for one in psutil.process_iter()))
    with embedded(data):
        assert not list(data.glob("postgres/making-*"))


def test_roles_whose_making_was_killed_are_made_again(data: Path) -> None:
    with embedded(data) as server:
        with psycopg.connect(server.admin_url, autocommit=True) as connection:
            connection.execute("drop database journey")
            connection.execute("drop role journey_app")
        (data / "postgres/roles.made").unlink()

        ensure_running(server.data)

        assert answer(server.owner_url) == "journey_owner"
        assert answer(server.app_url) == "journey_app"
