"""The folders that the server lives in: reachable, private, and never anyone else's."""

import os
import shutil
import socket
import stat
from pathlib import Path

import psycopg
import pytest

from journey.postgres import CannotStart, Embedded, default_data, embedded
from journey.postgres.accounts import account_for
from journey.postgres.folders import make_private, socket_folder
from tests.embedded.visiting import AS_ROOT, answer, postmaster, rights
from tests.support.waiting import until


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
        sockets.mkdir(0o700)
        sockets.chmod(0o755 if trap == "open" else 0o700)  # whatever the umask
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
        until(lambda: answer(looked_at.app_url) == "")

    hba.write_text(kept)
    answer(looked_at.admin_url.replace("scram-sha-256", "none"), "select pg_reload_conf()")


def test_a_path_of_awkward_letters_works(home: Path) -> None:
    with embedded(home / "a 'b' \"c\" $d `e` æ, f\\g %41") as server:
        assert answer(server.app_url) == "journey_app"


def test_a_callers_umask_keeps_nothing_from_the_server(home: Path) -> None:
    before = os.umask(0o077)
    try:
        with embedded(home / "data") as server:
            assert answer(server.app_url) == "journey_app"
    finally:
        os.umask(before)


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


def test_the_default_folder_is_not_in_roots_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)

    assert default_data().name == "journey"
    assert default_data().is_relative_to(Path.home()) != AS_ROOT


def test_a_private_folder_that_is_there_is_left_as_it_is(home: Path) -> None:
    account = account_for(home / "none")
    make_private(home / "private", account)
    (home / "private" / "file").touch()

    make_private(home / "private", account)

    assert (home / "private" / "file").exists()
