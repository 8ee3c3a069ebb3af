"""The program as a process: ended readers, a full disk, broken off, and many at once."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api import entry
from tests.cli.asking import PINNED, PROGRAM, Journey, Said, head_of, sample_file
from tests.conftest import Database
from tests.support.waiting import PATIENCE


def _start(*words: object, **options: Any) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*PROGRAM, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", **options
    )


def _ended(process: subprocess.Popen[str]) -> Said:
    out, err = process.communicate(timeout=PATIENCE)
    return Said(process.returncode, out, err)


def test_the_program_runs_from_nothing_to_the_demo_and_leaves_no_server(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNEY_DATABASE_URL", raising=False)
    monkeypatch.setenv("JOURNEY_DATA", str(folder / "data"))

    shown = _ended(_start("demo", *PINNED))

    assert (shown.code, shown.err) == (0, "")
    assert "Talt af 19.108 syntetiske hændelser" in shown.out
    assert _ended(_start("figure", "nope")).code == 2
    assert _ended(_start("replay", "nope")).code == 1
    assert not (folder / "data/postgres/cluster/postmaster.pid").exists()


@pytest.mark.parametrize("words", [("export",), ("published", "--json"), ("figures",)])
def test_a_reader_that_has_seen_enough_is_no_error(sample_data: Path, words: tuple[str, ...]) -> None:
    process = _start(*words, env={**os.environ, "JOURNEY_DATA": str(sample_data)})
    assert process.stdout is not None
    assert process.stderr is not None

    assert process.stdout.readline()
    process.stdout.close()

    assert process.stderr.read() == ""
    process.wait(PATIENCE)
    process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full disk here")
@pytest.mark.parametrize("words", [("status",), ("figures", "--json"), ("export",)])
def test_a_full_disk_is_said(sample_data: Path, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        process = subprocess.run(
            [*PROGRAM, *words],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env={**os.environ, "JOURNEY_DATA": str(sample_data)},
            timeout=PATIENCE,
        )

    assert process.returncode == 3
    assert (
        process.stderr == "Kan ikke læse eller skrive: disken er fuld.\nGør: Ret det, og prøv igen; intet er skrevet halvt.\n"
    )


@pytest.mark.parametrize(("ending", "later"), [(signal.SIGINT, 0.0), pytest.param(signal.SIGTERM, 0.6, marks=pytest.mark.long)])
def test_an_import_that_is_broken_off_leaves_nothing_half_written(
    empty: Journey, database: Database, tmp_path: Path, ending: signal.Signals, later: float
) -> None:
    file = sample_file(tmp_path / "sample.jsonl")
    process = _start("import", file)
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        copying = "SELECT 1 FROM pg_stat_activity WHERE datname = %s AND query ILIKE 'copy %%'"
        while process.poll() is None and conn.execute(copying, (database.name,)).fetchone() is None:
            time.sleep(0.01)
    time.sleep(later)
    process.send_signal(ending)

    ended = _ended(process)

    taken = head_of(empty)
    if taken == 0:
        assert ended == Said(3, "", "\nAfbrudt; intet er skrevet halvt.\n")
    assert taken in (0, 19108)
    assert empty("import", file).code == 0
    assert head_of(empty) == 19108


class _BrokenOff:
    """A program that someone presses Ctrl-C at while it is loaded."""

    @property
    def main(self) -> None:
        raise KeyboardInterrupt


def test_who_breaks_off_before_the_program_is_loaded_sees_no_stack_trace(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "api.cli.main", _BrokenOff())

    with pytest.raises(SystemExit) as left:
        entry.main()

    assert (left.value.code, capsys.readouterr().err) == (3, "Afbrudt; intet er skrevet halvt.\n")


@pytest.mark.long
def test_many_commands_beside_an_import_and_one_killed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JOURNEY_DATABASE_URL", raising=False)
    monkeypatch.setenv("JOURNEY_DATA", str(folder / "data"))
    file = sample_file(folder / "sample.jsonl", 3000)
    question = ("figure", "caseload", "--valid-at", "2022-07-01", "--unit", "ui", "--json")

    taking = _start("import", file)
    killed = _start("import", file)
    asking = [_start(*(question if nth % 2 else ("status", "--json"))) for nth in range(8)]
    while killed.poll() is None and not (folder / "data/postgres/cluster/postmaster.pid").exists():
        time.sleep(0.01)
    killed.kill()
    killed.communicate(timeout=PATIENCE)
    answers = [_ended(process) for process in asking]

    assert _ended(taking).code == 0
    last = json.loads(_ended(_start(*question)).out)
    assert last["known_at"]["position"] == 3000
    assert last["cells"][0]["value"] > 0
    for nth, answer in enumerate(answers):
        assert (answer.code, answer.err) == (0, "")
        if nth % 2:
            found = json.loads(answer.out)
            assert found == last or (found["known_at"]["position"], found["cells"][0]["value"]) == (0, 0)
    assert not (folder / "data/postgres/cluster/postmaster.pid").exists()


def test_a_command_does_not_wait_for_the_web_server_to_load() -> None:
    loaded = "import api.cli.main, sys; print(sorted({'fastapi', 'uvicorn'} & set(sys.modules)))"

    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout == "[]\n"
