"""The tour, walked: every command of the shell blocks of README and docs/tour.md is run in order, as it stands, on one register.

Three words are read for the reader: `make demo` is the line that the Makefile has for it, to the end of 2025 (the virtual environment
is there already), `journey serve` takes any free port, and a web address is then that port's. A new command in a block is run without a
word here; a `journey` or `make` command in running text must be one of those, or stand in ELSEWHERE with the test that runs it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from journey.postgres import embedded
from tests.house.test_docs import PRESENT, README, ROOT
from tests.support.waiting import PATIENCE

PROMISE = "the commands of the README and of the tour do what is written, in their order"

ELSEWHERE = {
    "journey access": "tests/promises/test_a7_command_line.py",
    "make test": ".ci/run",
    "make promises": ".ci/run",
    "make unit": ".ci/run",
    "make lint": ".ci/run",
    "make types": ".ci/run",
    "make test-server": "tests/support/server_postgresql.py",
    "make mutants": "pyproject.toml",
    "make docs": "tests/house/test_docs.py",
    "make soak": "tests/promises/conftest.py",
    "make bench": "tests/bench/__main__.py",
    "make lock": "tests/house/test_release.py",
    "make sbom": "tests/house/test_release.py",
    "make advisories": "tests/house/test_release.py",
    "make release": "tests/house/test_release.py",
    "journey acts": "tests/cli/test_roles.py",
    "journey looks": "tests/promises/test_a7_command_line.py",
    "journey deliveries": "tests/cli/test_deliveries.py",
    "journey emergency": "tests/access/test_login.py",
    "journey open": "tests/access/test_start.py",
    "journey rebuild": "tests/cli/test_known_at.py",
    "journey identity": "tests/cli/test_identity.py",
    "journey keys": "tests/cli/test_keys.py",
    "journey mapping": "tests/cli/test_mapping.py",
    "journey status": "tests/cli/test_sealing.py",
    "journey roles": "tests/cli/test_roles.py",
    "journey sample": "tests/cli/test_sample.py",
    "journey migrate": "tests/log/test_migrate.py",
    "journey proofs": "tests/cli/test_sealing.py",
    "journey restore": "tests/proof/test_restores.py",
    "journey seal": "tests/cli/test_sealing.py",
    "journey verify": "tests/cli/test_sealing.py",
    "journey witness": "tests/proof/test_seal_served.py",
}
"""What the running text names and the tour leaves out, and where it is run."""

Looks = Callable[[str], bool]


def _rows(*said: str) -> Looks:
    """Whether some line of the output holds all of this."""
    return lambda out: any(all(word in line for word in said) for line in out.splitlines())


def _json(holds: Callable[[Any], bool]) -> Looks:
    return lambda out: holds(json.loads(out))


OWN, THREE = "JOURNEY_DATA=own .venv/bin/journey", "docs/mappings/three-sheets"

EXPECTED: dict[str, tuple[Looks, ...]] = {
    "make demo": (
        _rows("Tabel 1."),
        _rows("24. januar 2023", "156"),
        _rows("2. februar 2024", "117"),
        _rows("1. februar 2025", "96"),
        _rows("Tabel 2."),
        _rows("Sager i Ungeindsatsen efter støtte"),
        _rows("Sagsbehandlerskift i Ungeindsatsen"),
        _rows("Talt af 19.108 syntetiske hændelser"),
    ),
    f"{OWN} import --mapping {THREE}/mapping.toml {THREE}/2026-10-01 --dry-run": (
        _rows("sager", "4"),
        _rows("13 nye", "13 hændelser ville blive registreret"),
        _rows("Tabel 1: sager i Ungeindsatsen"),
    ),
    f"{OWN} import --mapping {THREE}/mapping.toml {THREE}": (
        _rows("13 nye", "position 1–13"),
        _rows("7 nye", "2 rettet", "position 14–24"),
    ),
    f"{OWN} figure caseload_by_support --valid-at 2026-11-02 --unit ungeindsatsen": (
        _rows("Bostøtte", "2"),
        _rows("Venter", "1"),
    ),
    ".venv/bin/journey figures": (_rows("caseload", "--valid-at"), _rows("caseworker_changes", "--role")),
    ".venv/bin/journey figure caseload --valid-at 2025-02-01": (
        _rows("Ungeindsatsen", "1. februar 2025", "96"),
        _rows("Arbejdsmarkedsafdelingen", "26"),
    ),
    ".venv/bin/journey figure caseload --valid-at 2025-02-01 --known-at 2025-01-15": (
        _rows("Ungeindsatsen", "1. februar 2025", "93"),
        _rows("som registret vidste det 15. januar 2025"),
    ),
    ".venv/bin/journey figure caseworker_changes --from 2025-01-01 --to 2026-01-01 --unit ungeindsatsen": (
        _rows("Uden omorganisering og vikar", "37"),
    ),
    ".venv/bin/journey published --check": (_rows("1. februar 2025", "96", "✓ stemmer"), _rows("intet afviger")),
    ".venv/bin/journey findings": (_rows("N-2022-0120", "handlingsramme"), _rows("5 fund")),
    ".venv/bin/journey replay N-2022-0042": (_rows("Sag N-2022-0042"), _rows("henvist / ansøgning modtaget")),
    ".venv/bin/journey audit --moments 3": (_rows("Genspil og rækker er enige", "4 tidspunkter"),),
    ".venv/bin/journey casefile N-2022-0042 -o case.zip": (_rows("Sagsmappen er skrevet til case.zip"),),
    ".venv/bin/journey export --format ocel --case N-2022-0042 case.json": (_rows("hændelser skrevet til case.json"),),
    ".venv/bin/journey export events.jsonl": (_rows("19.108 hændelser skrevet til events.jsonl"),),
    ".venv/bin/journey serve --open": (_rows("Registret er på http://127.0.0.1:"),),
    ".venv/bin/journey import mine.jsonl --dry-run": (_rows("1 linje læst", "1 hændelse ville blive registreret"),),
    ".venv/bin/journey import mine.jsonl": (_rows("1 linje læst", "1 hændelse registreret", "position 19.109"),),
    ".venv/bin/journey import events.jsonl": (
        _rows("19.108 linjer læst", "0 hændelser registreret", "19.108 kendt i forvejen"),
    ),
    ".venv/bin/journey token | curl -H @- 'localhost:8000/api/figures/caseload?valid_at=2025-02-01'": (
        _json(lambda answer: {"unit": "ungeindsatsen", "valid_at": "2025-02-01", "value": 96} in answer["cells"]),
    ),
}
"""What an answer must show; every other command of the blocks must end well and say something."""


class Step(NamedTuple):
    """A command as the README has it, and what its answer must show."""

    command: str
    shows: tuple[Looks, ...]


def steps() -> list[Step]:
    """Every command of the blocks that have no language of their own, in order; a line ending in a backslash goes on."""
    found: list[Step] = []
    for language, block in _blocks():
        if language:
            continue
        for line in block.replace("\\\n", " ").splitlines():
            command = re.sub(r"\s+#\s.*$", "", line).strip()
            if re.match(r"(JOURNEY_DATA=\w+ )?(make|curl|\S*journey)\s", command):
                found.append(Step(command, EXPECTED.get(command, (bool,))))
    return found


class Reader:
    """Someone who does what the README says, in an empty folder with a virtual environment beside it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = ""
        self._serving: subprocess.Popen[str] | None = None
        (folder / ".venv" / "bin").mkdir(parents=True)
        (folder / "docs").symlink_to(ROOT / "docs")
        _program(folder / ".venv" / "bin" / "journey", f'exec "{sys.executable}" -m api "$@"')
        (folder / ".curlrc").write_text("silent\nfail-with-body\n")
        given = {name: value for name, value in os.environ.items() if not name.startswith("JOURNEY_")}
        self._environment = given | {
            "JOURNEY_DATA": str(folder / "data"),
            "PYTHONPATH": str(ROOT),
            "CURL_HOME": str(folder),
            "BROWSER": str(_program(folder / "browser", f'echo "$1" >"{folder}/opened"')),
        }

    def does(self, command: str) -> str:
        """What the command says. Fails where it does not end well."""
        if command == "make demo":
            command = f"{_recipe('demo')} --until 2025-12-30"
        if "journey serve" in command:
            return self._serves(command)
        done = subprocess.run(
            command.replace("localhost:8000", f"localhost:{self.port}"),
            shell=True,
            cwd=self.folder,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=3 * PATIENCE,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr

    def _serves(self, command: str) -> str:
        """Leaves it running, as the README does; gives its first line."""
        self._serving = subprocess.Popen(
            [*command.split(), "--port", "0"], cwd=self.folder, env=self._environment, stdout=subprocess.PIPE, text=True
        )
        watch = threading.Timer(PATIENCE, self._serving.kill)
        watch.start()
        assert self._serving.stdout
        said = self._serving.stdout.readline()
        watch.cancel()
        address = re.search(r"http://127\.0\.0\.1:(\d+)/", said)
        assert address, f"{command}: {said}"
        self.port = address[1]
        return said

    def leaves(self) -> None:
        if self._serving:
            self._serving.terminate()
            self._serving.wait(PATIENCE)


def _program(path: Path, does: str) -> Path:
    path.write_text(f"#!/bin/sh\n{does}\n")
    path.chmod(0o755)
    return path


def _recipe(target: str) -> str:
    """The one line that the Makefile has for a target."""
    found = re.search(rf"^{target}:.*\n\t(.*)\n\n", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert found, target
    return found[1].replace("$(BIN)", ".venv/bin")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    folder = Path(tempfile.mkdtemp(prefix="journey-tour-")).resolve()
    folder.chmod(0o711)  # as root the server runs as another account, which must reach its data
    one = Reader(folder)
    try:
        with embedded(folder / "data"):  # so that no command waits for the server to start
            yield one
    finally:
        one.leaves()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the tour asks the API with curl, which is not there")
@pytest.mark.long
def test_the_tour_can_be_walked(reader: Reader) -> None:
    (reader.folder / "mine.jsonl").write_text(_example())

    said = {step.command: reader.does(step.command) for step in steps()}

    for step in steps():
        for nth, shown in enumerate(step.shows):
            assert shown(said[step.command]), f"{step.command}: {nth} is not so of\n{said[step.command]}"
    shown = Path(urlsplit((reader.folder / "opened").read_text().strip()).path)
    assert f"http://127.0.0.1:{reader.port}/log-ind?kode=" in shown.read_text("utf-8")
    assert shown.stat().st_mode & 0o777 == 0o600
    again = next(step.command for step in steps() if "Idempotency-Key" in step.command)
    assert reader.does(again) == said[again], "the same key is answered the same"


def test_what_is_expected_is_in_the_tour() -> None:
    assert set(EXPECTED) <= {step.command for step in steps()}


def test_every_command_in_running_text_is_walked_or_run_elsewhere() -> None:
    walked = {_named(step.command) for step in steps()}

    text = "\n".join(path.read_text("utf-8") for path in PRESENT)
    for command in re.findall(r"`((?:make|journey) [a-z][^`\n]*)`", text):
        named = _named(command)
        assert named in walked or named in ELSEWHERE, f"{command} is neither in a shell block nor in ELSEWHERE"
    for where in ELSEWHERE.values():
        assert (ROOT / where).exists(), where


def _named(command: str) -> str:
    """The program and its first word: `journey import`, `make demo`."""
    program, word = command.split()[:2]
    return f"{Path(program).name} {word}"


def _example() -> str:
    """The README's event, on one line."""
    return json.dumps(json.loads(dict(_blocks())["json"])) + "\n"


def _blocks() -> list[tuple[str, str]]:
    """Each fenced block of the README, then of the tour: its language, and its lines."""
    texts = [path.read_text("utf-8") for path in (README, ROOT / "docs" / "tour.md")]
    return [block for text in texts for block in re.findall(r"^```(\w*)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]
