"""The addresses of a server's database: which of several hosts a session goes to, whatever the address or the environment says."""

from __future__ import annotations

import ast
import json
import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus

from api.cli.main import run
from api.register.figure_functions import bring_up_to_date
from api.settings import settings
from journey.log import login
from journey.log.login import DatabaseSession, as_role, through_pooler
from journey.log.migrate import APPEND, PROJECT, READ, ROLES
from journey.log.starting import check_start
from journey.postgres.accounts import account_for
from journey.refusals import Refused
from projections.engine.identity import LogIdentity, identity_of
from tests.house.source import FILES, nodes
from tests.support.serving import referred, running
from tests.support.standby import Pair, free_port, primary_and_copy
from tests.support.waiting import until

PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")
ADDRESS = "postgresql://journey_app:p@a:5432,b:5433/journey"


@pytest.mark.parametrize(
    "words", ["", "?target_session_attrs=any", "?target_session_attrs=read-write", "?target_session_attrs=primary"]
)
def test_every_session_goes_to_the_primary(words: str) -> None:
    """With `read-write` a reader that is told to read only is refused by every host, the primary too."""
    for role in ROLES:
        given = conninfo_to_dict(as_role(ADDRESS + words, role, default_transaction_read_only="on"))
        assert given["target_session_attrs"] == "primary"
        assert (given["host"], given["port"]) == ("a,b", "5432,5433")


def test_readers_alone_go_to_a_copy() -> None:
    places = {
        role: conninfo_to_dict(as_role(f"{ADDRESS}?target_session_attrs=prefer-standby", role))["target_session_attrs"]
        for role in ROLES
    }

    assert places.pop(READ) == "prefer-standby"
    assert set(places.values()) == {"primary"}


@pytest.mark.parametrize("setting", ["JOURNEY_DATABASE_URL", "JOURNEY_OWNER_URL"])
@pytest.mark.parametrize("session", ["standby", "read-only"])
def test_an_address_that_leads_to_a_copy_only_is_refused(setting: str, session: str) -> None:
    with pytest.raises(Refused) as refused:
        settings({setting: f"{ADDRESS}?target_session_attrs={session}"})

    assert (refused.value.code, refused.value.place) == ("wrong_start", setting)
    assert "primary" in refused.value.remedy


# --- on a primary and a copy of it ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pair() -> Iterator[Pair]:
    with primary_and_copy() as made:
        yield made


@pytest.fixture
def waited_for(pair: Pair) -> Iterator[Pair]:
    pair.wait_for_copy(True)
    yield pair
    pair.wait_for_copy(False)


def served(address: str, case: str, tmp_path: Path) -> int:
    """The port that a register at the address reads from, after it has taken a command and answered sixty questions."""
    with running(settings({"JOURNEY_DATABASE_URL": address, "JOURNEY_DATA": str(tmp_path)})) as app:
        taken = app.post(case, case, referred(case))
        assert taken.status_code == 201, taken.text
        position = taken.json()["positions"][-1]
        for _ in range(30):
            found = app.client.get(f"/api/cases/{case}"), app.client.get(f"/api/figures/caseload?known_at={position}")
            assert [answer.status_code for answer in found] == [200, 200]
        assert app.client.get("/health").json()["position"] == position
        with app.register.connected(READ) as conn:
            return conn.info.port


FORMS = {
    "one host": lambda pair: pair.address(),
    "the copy first": lambda pair: pair.address(pair.copy, pair.primary),
    "read-write": lambda pair: pair.address(pair.copy, pair.primary, words="target_session_attrs=read-write"),
    "one host, read-write": lambda pair: pair.address(words="target_session_attrs=read-write"),
    "primary": lambda pair: pair.address(pair.copy, pair.primary, words="target_session_attrs=primary"),
    "any": lambda pair: pair.address(pair.copy, pair.primary, words="target_session_attrs=any"),
    "balanced": lambda pair: pair.address(pair.copy, pair.primary, words="load_balance_hosts=random"),
    "a socket": lambda pair: pair.by_socket("target_session_attrs=read-write"),
}


@pytest.mark.long
@pytest.mark.parametrize("form", FORMS)
def test_a_form_of_address_is_written_on_and_read_from_at_the_primary(pair: Pair, form: str, tmp_path: Path) -> None:
    assert served(FORMS[form](pair), f"form-{[*FORMS].index(form)}", tmp_path) == pair.primary


@pytest.mark.long
def test_a_service_and_an_environment_lead_to_the_primary_too(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = tmp_path / "services"
    service.write_text(
        f"[journey]\nhost=127.0.0.1,127.0.0.1\nport={pair.copy},{pair.primary}\ndbname=journey\nuser=journey_app\n"
        f"password={pair.password}\ntarget_session_attrs=read-write\n"
    )
    monkeypatch.setenv("PGSERVICEFILE", str(service))
    assert served("service=journey", "service-1", tmp_path) == pair.primary

    monkeypatch.setenv("PGTARGETSESSIONATTRS", "read-write")
    assert served(pair.address(pair.copy, pair.primary), "environment-1", tmp_path) == pair.primary


@pytest.mark.long
def test_readers_read_from_a_copy_that_the_primary_waits_for(waited_for: Pair, tmp_path: Path) -> None:
    address = waited_for.address(waited_for.primary, waited_for.copy, words="target_session_attrs=prefer-standby")

    assert served(address, "copy-1", tmp_path) == waited_for.copy


@pytest.mark.long
def test_a_reader_of_a_copy_is_answered_while_the_follower_moves_on(
    waited_for: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy's server began at another moment, so that its log is told by the mark of an event."""
    address = waited_for.address(waited_for.primary, waited_for.copy, words="target_session_attrs=prefer-standby")
    with running(settings({"JOURNEY_DATABASE_URL": address, "JOURNEY_DATA": str(tmp_path)})) as app:
        moves = count()

        def moved_on(conn: psycopg.Connection[Any], position: int) -> LogIdentity:
            found, case = identity_of(conn, position), f"moves-{next(moves)}"
            app.post(case, case, referred(case))
            until(lambda: app.register.follower.position > position)
            return found

        app.post("moves", "moves", referred())
        monkeypatch.setattr("api.register.follower.identity_of", moved_on)
        for _ in range(3):
            with app.register.connected(READ) as conn:
                assert conn.info.port == waited_for.copy


@pytest.mark.long
def test_readers_of_a_copy_that_nobody_waits_for_are_refused_at_start(pair: Pair) -> None:
    with pytest.raises(Refused) as refused:
        check_start(pair.address(pair.primary, pair.copy, words="target_session_attrs=prefer-standby"), READ)

    assert "remote_apply" in refused.value.message


@pytest.mark.long
def test_the_owner_migrates_the_primary(pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path))
    monkeypatch.setenv("JOURNEY_OWNER_URL", pair.address(pair.copy, pair.primary, login="journey_owner"))

    assert run(["migrate"]) == 0


needs_pgbouncer = pytest.mark.skipif(PGBOUNCER is None, reason="pgbouncer is not here (Debian: apt-get install pgbouncer)")


@pytest.mark.long
@needs_pgbouncer
def test_a_pooler_that_keeps_sessions_is_written_on_and_read_through(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are rebuilt by several processes, each with a session of its own."""
    lines = [{"case": f"pooled-{i}", **referred(), "source": "fs", "source_id": f"pooled-{i}"} for i in range(3)]
    (tmp_path / "lines.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    monkeypatch.setattr("projections.engine.sharing.MUCH", 1)
    monkeypatch.setattr("api.sealing.sealer.LONGEST", 0.5)
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path))
    with psycopg.connect(pair.address(login="postgres"), autocommit=True) as conn:
        conn.execute("create database pooled owner journey_owner")
    bring_up_to_date(pair.address(login="journey_owner", database="pooled"))
    with pooled(pair, "session") as address:
        address = make_conninfo(address, dbname="pooled")
        monkeypatch.setenv("JOURNEY_DATABASE_URL", address)
        assert str(served(address, "pooled-first-1", tmp_path)) in address

        assert run(["import", str(tmp_path / "lines.jsonl")]) == 0
        assert run(["rebuild"]) == 0
        assert run(["seal"]) == 0
        with running(settings({"JOURNEY_DATABASE_URL": address, "JOURNEY_DATA": str(tmp_path)})) as app:
            for case in ("pooled-cut-1", "pooled-after-1"):
                assert app.post(case, case, referred(case)).status_code == 201
                until(lambda: app.register.sealer.health().sealed == app.register.head()[0])
                until(lambda: app.client.get("/health").json()["position"] == app.register.head()[0])
                with psycopg.connect(pair.address(login="postgres"), autocommit=True) as conn:
                    conn.execute("select pg_terminate_backend(pid) from pg_stat_activity where usename = 'journey_app'")
                until(lambda case=case: app.client.get(f"/api/cases/{case}").status_code == 200)
        assert run(["verify"]) == 0


@pytest.mark.long
@needs_pgbouncer
@pytest.mark.parametrize(
    ("mode", "words", "remedy"),
    [
        ("transaction", "", "pool_mode = session"),
        ("transaction", "server_round_robin = 1\nmin_pool_size = 2\n", "pool_mode = session"),
        ("statement", "", "pool_mode = session"),
        ("session", "server_reset_query =\n", "server_reset_query = DISCARD ALL"),
    ],
)
def test_a_pooler_that_moves_sessions_or_hands_on_what_one_left_is_refused_at_start(
    pair: Pair, mode: str, words: str, remedy: str
) -> None:
    with pooled(pair, mode, words) as address, pytest.raises(Refused) as refused:
        check_start(address, READ)

    assert refused.value.code == "wrong_start"
    assert remedy in refused.value.message


@pytest.mark.long
@needs_pgbouncer
@pytest.mark.parametrize("words", ["", "ignore_startup_parameters = options, extra_float_digits\n"])
def test_a_session_through_a_pooler_has_its_role_and_settings_and_hands_on_none(pair: Pair, words: str) -> None:
    with pooled(pair, "session", f"default_pool_size = 2\n{words}") as address:
        through = check_start(address, READ)
        for role in (READ, APPEND):
            taken = as_role(through, role, statement_timeout="7s", default_transaction_read_only="on")
            with DatabaseSession.connect(taken) as conn:
                conn.rollback()  # what was taken on is no part of the first transaction
                assert told(conn) == (role, role, "7s", "on", "UTC", "read committed")
                assert conn.info.transaction_status == TransactionStatus.INTRANS
                conn.execute("select pg_advisory_lock(1)")
                process = conn.execute("select pg_backend_pid()").fetchone()
            with psycopg.connect(address) as conn:
                assert conn.execute("select pg_backend_pid()").fetchone() == process
                assert told(conn)[:4] == ("journey_app", "none", "0", "off")
                assert conn.execute("select count(*) from pg_locks where locktype = 'advisory'").fetchone() == (0,)


@pytest.mark.long
def test_straight_to_the_database_a_session_costs_no_statement(pair: Pair) -> None:
    address = check_start(pair.address(), READ)
    with DatabaseSession.connect(as_role(address, READ)) as conn, psycopg.connect(pair.address(login="postgres")) as looking:
        query = "select query from pg_stat_activity where pid = %s"
        assert looking.execute(query, (conn.info.backend_pid,)).fetchone() == ("",)
        assert told(conn)[:2] == (READ, READ)


@pytest.mark.long
@needs_pgbouncer
def test_a_session_that_has_not_taken_on_its_role_reads_nothing(pair: Pair) -> None:
    """The twin: the options alone are dropped by the pooler, and a role that cannot be had closes the session."""
    with pooled(pair, "session", "ignore_startup_parameters = options\n") as address:
        with psycopg.connect(as_role(address, READ)) as conn:
            assert told(conn)[:2] == ("journey_app", "none")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                conn.execute("select from log.events")

        for role in ("journey_owner", "journey_nobody"):
            with pytest.raises(psycopg.OperationalError, match="role"):
                DatabaseSession.connect(as_role(through_pooler(address), role))


def told(conn: psycopg.Connection[Any]) -> tuple[str, ...]:
    """What the session's database says of it."""
    row = conn.execute(
        "select current_user::text, current_setting('role'), current_setting('statement_timeout'),"
        " current_setting('transaction_read_only'), current_setting('TimeZone'), current_setting('transaction_isolation')"
    ).fetchone()
    return row or ()


def test_options_of_an_address_are_read_as_the_server_reads_them() -> None:
    given = r"-c a.b=1 -ca.c=x\ y --a.d=back\\slash -c a.b=2 -c a.e= "

    assert login._settings(given) == {"a.b": "2", "a.c": "x y", "a.d": "back\\slash", "a.e": ""}
    for wrong in ("-B 4", "-c a", "x=1", "-c a=1 b"):
        with pytest.raises(Refused):
            login._settings(wrong)


def test_only_an_owner_connects_without_taking_on_a_role() -> None:
    """Else a session through a pooler would have none."""
    calls = {
        path: [ast.unparse(node) for node in nodes(source) if isinstance(node, ast.Call) and "onnect" in ast.dump(node.func)]
        for path, source in FILES.items()
        if re.search(r"\bconnect\(|ConnectionPool", source)
    }
    opening = re.compile(r"(psycopg\.|(psycopg\.)?Connection\.|)connect\(")
    connecting = {path for path, found in calls.items() if any(map(opening.match, found))}
    pools = [call for found in calls.values() for call in found if call.startswith("ConnectionPool")]

    assert connecting == {
        "journey/log/migrate.py",
        "journey/postgres/creation.py",
        "api/cli/keys.py",
        "api/register/figure_functions.py",
    }
    assert len(pools) == 4  # of the vault, of readers, of the log of looks, of sessions
    assert all("connection_class=DatabaseSession" in pool for pool in pools)


@contextmanager
def pooled(pair: Pair, mode: str, words: str = "") -> Iterator[str]:
    """The address of a pgbouncer before the primary."""
    folder = Path(tempfile.mkdtemp(prefix="pool-", dir=pair.folder))
    account, port = account_for(folder / "none"), free_port()
    (folder / "users").write_text(f'"journey_app" "{pair.password}"\n')
    (folder / "pool.ini").write_text(
        f"[databases]\n* = host=127.0.0.1 port={pair.primary}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {folder}/users\npool_mode = {mode}\n{words}"
    )
    folder.chmod(0o755)
    with subprocess.Popen(
        [PGBOUNCER or "", "-q", folder / "pool.ini"],
        stderr=subprocess.DEVNULL,
        user=account and account.uid,
        group=account and account.gid,
    ) as pool:
        try:
            until(lambda: _listens(port))
            yield pair.address(port)
        finally:
            pool.kill()


def _listens(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.long
def test_a_copy_alone_is_refused_at_start(pair: Pair) -> None:
    with pytest.raises(Refused) as refused:
        check_start(pair.address(pair.copy), READ)

    assert refused.value.code == "wrong_start"


@pytest.mark.long
def test_a_copy_that_lags_and_an_address_that_is_not_translated_are_seen(pair: Pair) -> None:
    """The twins: what the checks keep away happens without them."""
    untranslated = make_conninfo(
        pair.address(words="target_session_attrs=read-write"), options="-c default_transaction_read_only=on"
    )
    with pytest.raises(psycopg.OperationalError, match="read-only"):
        psycopg.connect(untranslated)

    with psycopg.connect(pair.address(pair.copy, login="postgres"), autocommit=True) as copy:
        copy.execute("select pg_wal_replay_pause()")
        with psycopg.connect(pair.address(login="postgres"), autocommit=True) as primary:
            primary.execute("create table late (at int)")
            assert copy.execute("select to_regclass('late')").fetchone() == (None,)
            copy.execute("select pg_wal_replay_resume()")
            until(lambda: copy.execute("select to_regclass('late')").fetchone() == ("late",))
            primary.execute("drop table late")


@pytest.mark.long
def test_a_database_whose_sessions_are_made_read_only_is_written_on(pair: Pair) -> None:
    with psycopg.connect(pair.address(login="postgres"), autocommit=True) as conn:
        conn.execute("alter database journey set default_transaction_read_only = on")
        try:
            for role in (APPEND, PROJECT):
                with psycopg.connect(as_role(pair.address(), role)) as session:
                    assert session.execute("show transaction_read_only").fetchone() == ("off",)
        finally:
            conn.execute("set default_transaction_read_only = off")
            conn.execute("alter database journey reset default_transaction_read_only")


def test_what_is_translated_is_what_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin of the first: kept as it was given, the address would be held against the reader's own setting."""
    monkeypatch.setattr(login, "PRIMARY", "read-write")

    assert conninfo_to_dict(as_role(ADDRESS, READ))["target_session_attrs"] == "read-write"
