"""The embedded server: it runs while someone uses it, comes back from any death, and opens nothing to anyone."""

import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import psycopg
import pytest
from psycopg.conninfo import make_conninfo

from journey.postgres import CannotStart, Embedded, default_data, embedded
from journey.postgres.accounts import account_for
from journey.postgres.binaries import MAJOR, PACKAGE, installed_package
from journey.postgres.cluster import Cluster
from journey.postgres.creation import ADMIN
from journey.postgres.folders import base_folder, make_private, socket_folder

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the deaths tested here are POSIX signals")

AS_ROOT = sys.platform != "win32" and os.geteuid() == 0
only_root = pytest.mark.skipif(not AS_ROOT, reason="only root hands the server to another account")

VISIT = """
import sys
from pathlib import Path
from journey.postgres import embedded
with embedded(Path(sys.argv[1])) as server:
    print(server.admin_url, flush=True)
    sys.stdin.readline()
"""


@contextmanager
def reachable_folder() -> Iterator[Path]:
    """A folder the server's account can reach, which pytest's own, being private, is not for root."""
    folder = Path(tempfile.mkdtemp(prefix="journey-test-")).resolve()
    folder.chmod(0o711)
    yield folder
    for process in psutil.process_iter():
        # What a failed test left running would be found by nobody once its folder is gone.
        if str(folder) in " ".join(_cmdline(process)):
            process.kill()
    shutil.rmtree(folder)


@pytest.fixture
def home() -> Iterator[Path]:
    with reachable_folder() as folder:
        yield folder


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """Data that were made and left once, for the tests that are not about the making."""
    with reachable_folder() as folder:
        with embedded(folder / "data"):
            pass
        yield folder / "data"


@pytest.fixture(scope="module")
def looked_at(made: Path) -> Iterator[Embedded]:
    """A running server for the tests that change nothing."""
    with reachable_folder() as folder, embedded(copied(made, folder)) as server:
        yield server


@pytest.fixture
def data(made: Path) -> Iterator[Path]:
    """Data that a test leaves as good as it finds them."""
    yield made
    if left := postmaster(made):
        kill(left)
        pytest.fail("the test left a server running")


@pytest.fixture
def copy(made: Path, home: Path) -> Path:
    """Data that a test may spoil."""
    return copied(made, home)


def copied(made: Path, home: Path) -> Path:
    subprocess.run(["cp", "-a", made, home], check=True)  # With owners and rights, which shutil leaves out.
    return home / made.name


def _cmdline(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


def run_python(code: str, data: Path, **variables: str) -> subprocess.Popen[str]:
    root = str(Path(__file__).parents[1])
    path = os.pathsep.join([variables.pop("PYTHONPATH", ""), root, os.environ.get("PYTHONPATH", "")])
    return subprocess.Popen(
        [sys.executable, "-B", "-c", code, str(data)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": path} | variables,
    )


@contextmanager
def visitor(data: Path, **variables: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that is inside until the block ends, or until it is killed."""
    process = run_python(VISIT, data, **variables)
    assert process.stdout
    assert process.stderr
    assert process.stdout.readline().startswith("postgresql://"), process.stderr.read()
    yield process
    process.communicate("leave\n" if process.poll() is None else None)


def postmaster(data: Path) -> psutil.Process | None:
    """The living server of the data, as its own file tells."""
    try:
        pid = int((data / "postgres/cluster/postmaster.pid").read_text().split("\n")[0])
        process = psutil.Process(pid)
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None
    return None if process.status() == psutil.STATUS_ZOMBIE else process


def kill(process: psutil.Process) -> None:
    """Kills a process that is not our child, and waits until it is dead, buried or not."""
    process.kill()
    wait_until(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


def wait_until(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not happened():
        assert time.monotonic() < deadline, "waited 10 seconds in vain"
        time.sleep(0.01)


def fail(url: str, question: str) -> None:
    """Asks what will not be answered, because the server dies meanwhile."""
    with pytest.raises(psycopg.Error):
        answer(url, question)


def log_of(data: Path) -> str:
    return "".join(file.read_text() for file in data.glob("postgres/log/*"))


@contextmanager
def asking(server: Embedded, question: str) -> Iterator[psutil.Process]:
    """The server's process that works on a question, and is to die in the block."""
    thread = threading.Thread(target=fail, args=(server.admin_url, question))
    thread.start()
    quoted = question.replace("'", "''")
    working = f"select coalesce(max(pid), 0) from pg_stat_activity where query = '{quoted}'"
    wait_until(lambda: answer(server.admin_url, working) != "0")
    yield psutil.Process(int(answer(server.admin_url, working)))
    thread.join()


def crash_while_asked(server: Embedded, question: str) -> None:
    """Kills the process that works on a question, upon which the server restarts all of its processes."""
    before = log_of(server.data).count("terminated by signal")
    with asking(server, question) as backend:
        backend.kill()
    wait_until(lambda: log_of(server.data).count("terminated by signal") > before)


def answer(url: str, question: str = "select current_user") -> str:
    with psycopg.connect(url) as connection:
        row = connection.execute(question.encode()).fetchone()
        assert row
        return str(row[0])


def rights(folder: Path) -> tuple[int, int, int]:
    found = folder.stat()
    return found.st_mode, found.st_uid, found.st_gid


# Coming and going


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


def test_a_second_entrance_is_quick(looked_at: Embedded) -> None:
    began = time.perf_counter()

    with embedded(looked_at.data):
        pass

    assert time.perf_counter() - began < 0.5  # About 2 ms: the bound only tells an entrance from a start.


# Deaths


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

            server.ensure_running()

        assert answer(server.app_url) == "journey_app"
    assert postmaster(data) is None


def test_a_server_whose_socket_was_removed_is_started_again(data: Path) -> None:
    with embedded(data) as server:
        first = postmaster(data)
        (data / "postgres/socket/.s.PGSQL.5432").unlink()

        server.ensure_running()

        assert answer(server.app_url) == "journey_app"
        assert postmaster(data) != first


def test_a_server_that_recovers_is_waited_for(data: Path) -> None:
    with embedded(data) as server:
        first = postmaster(data)
        crash_while_asked(server, "select pg_sleep(60)")

        server.ensure_running()

        assert answer(server.app_url) == "journey_app"
        assert postmaster(data) == first


def test_a_server_that_recovers_is_stopped_all_the_same(data: Path) -> None:
    """A fast stop of such a server never ends (PostgreSQL 18.4)."""
    began = time.monotonic()

    with embedded(data) as server:
        crash_while_asked(server, "select pg_sleep(60)")

    assert postmaster(data) is None
    assert time.monotonic() - began < 20


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

        server.ensure_running()

        assert answer(server.app_url) == "journey_app"
        assert [process for process in psutil.process_iter() if str(copy) in " ".join(_cmdline(process))] == [first]
        kill(first)


def test_a_cluster_whose_making_was_killed_is_made_again(home: Path) -> None:
    data = home / "data"
    process = run_python(VISIT, data)
    wait_until(lambda: any(data.glob("postgres/making-*/data/base")))
    process.kill()
    process.communicate()

    with embedded(data) as server:
        assert answer(server.app_url) == "journey_app"
    # The orphaned initdb may have written on while the first start cleared away.
    wait_until(lambda: not any("making-" in " ".join(_cmdline(process)) for process in psutil.process_iter()))
    with embedded(data):
        assert not list(data.glob("postgres/making-*"))


def test_roles_whose_making_was_killed_are_made_again(data: Path) -> None:
    with embedded(data) as server:
        with psycopg.connect(server.admin_url, autocommit=True) as connection:
            connection.execute("drop database journey")
            connection.execute("drop role journey_app")
        (data / "postgres/roles.made").unlink()

        server.ensure_running()

        assert answer(server.owner_url) == "journey_owner"
        assert answer(server.app_url) == "journey_app"


# Places


def test_a_long_path_gets_a_short_private_socket_folder(home: Path) -> None:
    data = home / ("long" * 25)
    sockets = socket_folder(data / "postgres")

    with embedded(data) as server:
        assert len(str(sockets)) < 40
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        assert sockets.stat().st_uid == (data / "postgres/cluster").stat().st_uid
        assert answer(server.app_url) == "journey_app"

    assert not sockets.exists()


@pytest.mark.parametrize(("length", "short"), [(99, False), (100, False), (101, True)])
def test_a_socket_path_may_be_100_bytes_long(length: int, short: bool) -> None:
    base = Path("/" + "x" * (length - len("//socket/.s.PGSQL.5432")))

    assert (socket_folder(base).parent == Path("/tmp")) == short


@pytest.mark.parametrize("trap", ["open", "a file", "a link", "someone else's"])
def test_a_short_socket_folder_that_someone_prepared_is_refused(copy: Path, home: Path, trap: str) -> None:
    if trap == "someone else's" and not AS_ROOT:
        pytest.skip("only root can give a folder away")
    data = copy.rename(home / ("long" * 25))
    sockets = socket_folder(data / "postgres")
    owner = account_for(data / "postgres/cluster")
    if trap == "a file":
        sockets.touch(0o700)
    elif trap == "a link":
        make_private(home / "private", owner)
        sockets.symlink_to(home / "private")
    else:
        sockets.mkdir(0o755 if trap == "open" else 0o700)
    if AS_ROOT and owner:
        os.chown(sockets, 12345 if trap == "someone else's" else owner.uid, -1, follow_symlinks=False)
    before = sockets.lstat()

    with socket.socket(socket.AF_UNIX) as impostor:
        if trap != "a file":
            impostor.bind(str(sockets / ".s.PGSQL.5432"))
            impostor.listen()
        with pytest.raises(CannotStart, match="en anden kan have lagt den der"), embedded(data):
            pass

    assert sockets.lstat()[:3] == before[:3]
    sockets.unlink() if trap in {"a file", "a link"} else shutil.rmtree(sockets)


def test_a_server_that_does_not_prove_itself_is_not_believed(looked_at: Embedded) -> None:
    """One that asks for no password could be anyone's, and would be told everything."""
    hba = looked_at.data / "postgres/cluster/pg_hba.conf"
    kept = hba.read_text()
    hba.write_text("local all all trust\n")
    answer(looked_at.admin_url, "select pg_reload_conf()")

    with pytest.raises(psycopg.OperationalError, match=r"require_auth|authentication method"):
        wait_until(lambda: answer(looked_at.app_url) == "")

    hba.write_text(kept)
    answer(looked_at.admin_url.replace("scram-sha-256", "none"), "select pg_reload_conf()")


def test_a_path_of_awkward_letters_works(home: Path) -> None:
    with embedded(home / "a 'b' \"c\" $d `e` æ, f\\g %41") as server:
        assert answer(server.app_url) == "journey_app"


def test_the_rights_of_folders_that_were_there_never_change(home: Path) -> None:
    data = home / "a" / "b" / "c"
    data.mkdir(parents=True)
    for folder, mode in zip((data, *data.parents), (0o755, 0o1777, 0o711), strict=False):
        folder.chmod(mode)
    folders = [data, *data.parents]
    before = [rights(folder) for folder in folders]

    with embedded(data):
        assert [rights(folder) for folder in folders] == before

    assert [rights(folder) for folder in folders] == before


def test_folders_we_make_are_closed_to_others(home: Path) -> None:
    data = home / "new" / "data"

    with embedded(data):
        for folder in (home / "new", data, data / "postgres"):
            assert stat.S_IMODE(folder.stat().st_mode) == (0o710 if AS_ROOT else 0o700)
            assert folder.stat().st_uid == os.geteuid()
        for name in ("cluster", "log", "socket"):
            assert stat.S_IMODE((data / "postgres" / name).stat().st_mode) == 0o700


def test_the_passwords_are_the_callers_alone(looked_at: Embedded) -> None:
    files = list(looked_at.data.glob("postgres/*.password"))

    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert {file.stat().st_uid for file in files} == {os.geteuid()}
    assert not [file for file in files if file.read_text() in repr(looked_at)]


def test_the_clusters_folder_belongs_to_an_account_that_is_not_root(looked_at: Embedded) -> None:
    running = postmaster(looked_at.data)

    assert running
    assert running.uids().effective == (looked_at.data / "postgres/cluster").stat().st_uid != 0


@only_root
def test_a_folder_the_servers_account_cannot_reach_is_refused_with_the_remedy(home: Path) -> None:
    closed = home / "closed"
    closed.mkdir(0o700)
    before = rights(closed)

    with pytest.raises(CannotStart) as refused, embedded(closed / "deep" / "data"):
        pass

    assert refused.value.place == str(closed)
    assert "må ikke gå ind" in refused.value.reason
    assert "JOURNEY_DATA" in refused.value.remedy
    assert rights(closed) == before
    assert not list(closed.iterdir())


@only_root
def test_a_folder_closed_after_the_first_start_is_refused_too(copy: Path) -> None:
    copy.chmod(0o700)

    with pytest.raises(CannotStart, match="må ikke gå ind"), embedded(copy):
        pass


@only_root
def test_programs_the_servers_account_cannot_reach_are_copied_once(home: Path, copy: Path) -> None:
    site = home / "site"
    site.mkdir(0o700)
    package = installed_package()
    for part in (package.with_name(f"{PACKAGE}.libs"), *package.parent.glob(f"{PACKAGE}-*.dist-info")):
        shutil.copytree(part, site / part.name)
    shutil.copytree(package / f"pginstall{MAJOR}", site / PACKAGE / f"pginstall{MAJOR}")
    (site / PACKAGE / "__init__.py").write_text("raise AssertionError('the wheel is for its programs only')")

    with visitor(copy, PYTHONPATH=str(site)) as process:
        running = postmaster(copy)
        (programs,) = copy.glob("postgres/binaries-*")
        made = programs.stat().st_ino
        assert running
        assert Path(running.exe()).is_relative_to(programs)
        process.communicate("leave\n")
    with visitor(copy, PYTHONPATH=str(site)):
        assert programs.stat().st_ino == made

    with embedded(copy):
        running = postmaster(copy)
        assert running
        assert Path(running.exe()).is_relative_to(package)


@only_root
def test_a_folder_of_another_account_is_refused(home: Path) -> None:
    data = home / "data"
    folder = data / "postgres"
    folder.mkdir(parents=True)
    os.chown(folder, 12345, -1)

    with pytest.raises(CannotStart, match="tilhører en anden konto"), embedded(data):
        pass


def test_a_folder_with_contents_that_are_not_ours_is_refused_and_left(home: Path) -> None:
    data = home / "data"
    thesis = data / "postgres" / "thesis.txt"
    thesis.parent.mkdir(parents=True)
    thesis.write_text("years of work")

    with pytest.raises(CannotStart, match="andet end vores"), embedded(data):
        pass

    assert list(thesis.parent.iterdir()) == [thesis]


def test_a_cluster_folder_without_a_cluster_is_refused_and_left(copy: Path) -> None:
    cluster = copy / "postgres" / "cluster"
    shutil.rmtree(cluster)
    cluster.mkdir()
    (cluster / "thesis.txt").write_text("years of work")

    with pytest.raises(CannotStart, match="ikke en PostgreSQL-database"), embedded(copy):
        pass

    assert [file.name for file in cluster.iterdir()] == ["thesis.txt"]


def test_a_cluster_of_another_version_is_refused_with_the_remedy(copy: Path) -> None:
    (copy / "postgres/cluster/PG_VERSION").write_text("17\n")

    with pytest.raises(CannotStart, match=r"oprettet af PostgreSQL 17.*er PostgreSQL 18.*importér"), embedded(copy):
        pass


def test_a_cluster_without_its_passwords_is_refused_with_the_remedy(copy: Path) -> None:
    (copy / "postgres/journey_app.password").unlink()

    with pytest.raises(CannotStart, match=r"journey_app.password.*sikkerhedskopi"), embedded(copy):
        pass

    assert postmaster(copy) is None


def test_the_default_folder_is_not_in_roots_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)

    assert default_data().name == "journey"
    assert default_data().is_relative_to(Path.home()) != AS_ROOT


# Refusals of the server itself


@pytest.mark.parametrize("broken", ["before its log opens", "after its log opens"])
def test_a_server_that_does_not_start_says_why(copy: Path, broken: str) -> None:
    cluster = copy / "postgres/cluster"
    if broken == "before its log opens":
        with (cluster / "postgresql.auto.conf").open("a") as settings:
            settings.write("max_connections = 'many'\n")
        reason = 'invalid value for parameter "max_connections"'
    else:
        shutil.rmtree(cluster / "pg_wal")
        reason = "pg_wal"

    with pytest.raises(CannotStart, match=reason) as refused, embedded(copy):
        pass

    assert refused.value.place == str(cluster)
    assert postmaster(copy) is None


def test_after_a_refusal_the_lock_is_free(copy: Path) -> None:
    settings = copy / "postgres/cluster/postgresql.auto.conf"
    good = settings.read_text()
    settings.write_text(good + "max_connections = 'many'\n")
    with pytest.raises(CannotStart), embedded(copy):
        pass
    settings.write_text(good)

    with visitor(copy):
        pass

    assert postmaster(copy) is None


# What is open to whom


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
    cluster = Cluster(base_folder(data), None, 54399)
    cluster.run()
    try:
        running = postmaster(data)
        assert running
        assert {line.laddr[:2] for line in running.net_connections("inet")} == {("127.0.0.1", 54399)}
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
        server.ensure_running()

    assert "terminated by signal" in log_of(data)
    assert secret not in log_of(data)


def test_the_wheels_own_code_is_never_run(data: Path) -> None:
    code = VISIT.replace("print(server.admin_url, flush=True)", f"print({PACKAGE!r} in sys.modules)")

    out, err = run_python(code, data).communicate("leave\n")

    assert out == "False\n", err


def test_a_private_folder_that_is_there_is_left_as_it_is(home: Path) -> None:
    account = account_for(home / "none")
    make_private(home / "private", account)
    (home / "private" / "file").touch()

    make_private(home / "private", account)

    assert (home / "private" / "file").exists()
