"""Data and programs that no server is started on, each with its remedy."""

import os
import shutil
from pathlib import Path

import pytest

from journey.postgres import CannotStart, embedded
from journey.postgres.binaries import MAJOR, PACKAGE, installed_package
from tests.embedded.visiting import only_root, postmaster, rights, visitor


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
