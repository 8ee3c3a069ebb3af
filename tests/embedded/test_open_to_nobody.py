"""What is open to whom: passwords, the network, the environment, and the server's log."""

import os
import socket
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from journey.postgres import Embedded, embedded, ensure_running
from journey.postgres.binaries import PACKAGE
from journey.postgres.cluster import Cluster
from journey.postgres.creation import ADMIN
from journey.postgres.folders import base_folder
from tests.embedded.visiting import VISIT, answer, crash_while_asked, log_of, postmaster, run_python, visitor


def test_a_wrong_password_is_refused(looked_at: Embedded) -> None:
    for url in (looked_at.owner_url, looked_at.app_url, looked_at.admin_url):
        for password, answered in (("guess", "password authentication failed"), ("", "no password supplied")):
            with pytest.raises(psycopg.OperationalError, match=answered):
                psycopg.connect(make_conninfo(url, password=password, passfile=os.devnull))


def test_no_way_in_is_without_a_password(looked_at: Embedded) -> None:
    with psycopg.connect(looked_at.admin_url) as connection:
        methods = connection.execute("select distinct auth_method from pg_hba_file_rules").fetchall()
        verifiers = connection.execute("select left(rolpassword, 14) from pg_authid where rolcanlogin").fetchall()

    assert methods == [("scram-sha-256",)]
    assert verifiers == [("SCRAM-SHA-256$",)] * 3


def test_nothing_listens_on_the_network(looked_at: Embedded) -> None:
    running = postmaster(looked_at.data)

    assert running
    assert not running.net_connections("inet")
    assert answer(looked_at.admin_url, "select current_setting('listen_addresses')") == ""


def test_loopback_in_place_of_a_socket_listens_there_only(data: Path) -> None:
    """Windows has no other way; the way itself is the same on every system."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    cluster = Cluster(base_folder(data), None, port)
    cluster.run()
    try:
        running = postmaster(data)
        assert running
        assert {line.laddr[:2] for line in running.net_connections("inet")} == {("127.0.0.1", port)}
        assert cluster.ready()
        assert answer(cluster.url(ADMIN, ADMIN)) == "postgres"
    finally:
        cluster.stop()
    assert not cluster.ready()


def test_the_server_learns_nothing_from_the_environment(data: Path) -> None:
    with visitor(data, PGDATABASE="elsewhere", PGUSER="someone", JOURNEY_SECRET="hush"):
        running = postmaster(data)

        assert running
        assert {"PGDATABASE", "PGUSER", "JOURNEY_SECRET"}.isdisjoint(running.environ())


def test_no_personal_data_reach_the_servers_log(data: Path) -> None:
    secret = "0101701234"
    with embedded(data) as server, psycopg.connect(server.owner_url, autocommit=True) as connection:
        connection.execute("create table people (cpr text primary key)")
        connection.execute("insert into people values (%s)", [secret])
        for statement in (
            f"insert into people values ('{secret}')",
            f"select '{secret}'::date",
            f"select nonsense from people where cpr = '{secret}'",
            f"do $$ begin raise warning '{secret}'; raise log '{secret[:5]}'; end $$; select {secret}/0",
        ):
            with pytest.raises(psycopg.Error):
                connection.execute(statement.encode())
        with pytest.raises(psycopg.Error):
            connection.execute("select %s::int / 0, %s::text", [secret, secret])
        crash_while_asked(server, f"select '{secret}', pg_sleep(60)")
        ensure_running(server.data)

    assert "terminated by signal" in log_of(data)
    assert secret not in log_of(data)


def test_the_wheels_own_code_is_never_run(data: Path) -> None:
    code = VISIT.replace("print(server.admin_url, flush=True)", f"print({PACKAGE!r} in sys.modules)")

    out, err = run_python(code, data).communicate("leave\n")

    assert out == "False\n", err
