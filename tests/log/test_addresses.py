"""The addresses of a server's database: which of several hosts a session goes to, whatever the address or the environment says."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from api.cli.main import run
from api.settings import settings
from journey.log import login
from journey.log.login import as_role
from journey.log.migrate import APPEND, PROJECT, READ, ROLES
from journey.log.starting import check_start
from journey.postgres.accounts import account_for
from journey.refusals import Refused
from tests.support.serving import referred, running
from tests.support.standby import Pair, free_port, primary_and_copy
from tests.support.waiting import until

PGBOUNCER = shutil.which("pgbouncer")
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
def test_readers_of_a_copy_that_nobody_waits_for_are_refused_at_start(pair: Pair) -> None:
    with pytest.raises(Refused) as refused:
        check_start(pair.address(pair.primary, pair.copy, words="target_session_attrs=prefer-standby"), READ)

    assert "remote_apply" in refused.value.message


@pytest.mark.long
def test_the_owner_migrates_the_primary(pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path))
    monkeypatch.setenv("JOURNEY_OWNER_URL", pair.address(pair.copy, pair.primary, login="journey_owner"))

    assert run(["migrate"]) == 0


@pytest.mark.long
@pytest.mark.skipif(PGBOUNCER is None, reason="pgbouncer is not here (Debian: apt-get install pgbouncer)")
@pytest.mark.parametrize("mode", ["session", "transaction"])
def test_a_pooler_is_refused_at_start_in_every_mode(pair: Pair, mode: str) -> None:
    """In session mode it would keep locks and messages apart, but it drops the options by which a session takes on its role."""
    with pooled(pair, mode) as address:
        with pytest.raises(Refused) as refused:
            check_start(address, READ)
        assert "pooler" in refused.value.message

        with psycopg.connect(as_role(address, READ)) as conn:
            assert conn.execute("select current_user::text, current_setting('role')").fetchone() == ("journey_app", "none")


@contextmanager
def pooled(pair: Pair, mode: str) -> Iterator[str]:
    """The address of a pgbouncer before the primary."""
    folder = Path(tempfile.mkdtemp(prefix="pool-", dir=pair.folder))
    account, port = account_for(folder / "none"), free_port()
    (folder / "users").write_text(f'"journey_app" "{pair.password}"\n')
    (folder / "pool.ini").write_text(
        f"[databases]\njourney = host=127.0.0.1 port={pair.primary}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n"
        f"unix_socket_dir =\nauth_type = scram-sha-256\nauth_file = {folder}/users\npool_mode = {mode}\n"
        "ignore_startup_parameters = options, extra_float_digits\n"
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
