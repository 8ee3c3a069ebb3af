"""The figures that a promise is held to, kept in one results file, and a server of a test's own that may be killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.promises.killing import Killable, killable_below

RESULTS = Path(__file__).parents[2] / "results" / "promises.jsonl"
SAID = pytest.StashKey[list[str]]()
BEGAN = datetime.now(UTC).isoformat(timespec="seconds")

ROOM, SMALL = 2**30, 2**28
"""Bytes: enough to be killed in as often as one likes, and room for little more than an empty server."""

Figures = Callable[..., None]


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Prints a line of figures about a promise, and adds it to the results file."""

    def told(promise: str, **found: object) -> None:
        size = "soak" if os.environ.get("JOURNEY_SOAK") else "ordinary"
        line = {"run": BEGAN, "promise": promise, "test": request.node.name, "size": size, **found}
        RESULTS.parent.mkdir(exist_ok=True)
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found.items())
        request.config.stash.setdefault(SAID, []).append(f"{promise} {request.node.name}: {words}")
        print(request.config.stash[SAID][-1])  # noqa: T201 -- the line of figures is what the test is to print

    return told


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Every line of figures once more at the end, where it is seen also when the tests pass."""
    for nth, line in enumerate(config.stash.get(SAID, [])):
        if nth == 0:
            terminalreporter.section("promises")
        terminalreporter.write_line(line)


def _quick_place() -> Path | None:
    """Memory, where there is enough: a killed process loses nothing that is in a file, on whatever disk."""
    memory = Path("/dev/shm")
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > ROOM else None


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the account of an embedded server can reach."""
    folder = Path(tempfile.mkdtemp(prefix="journey-promise-", dir=_quick_place())).resolve()
    folder.chmod(0o711)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def killable(home: Path) -> Iterator[Killable]:
    """A migrated embedded server of the test's own."""
    if os.environ.get("JOURNEY_TEST_ADMIN_URL"):
        pytest.skip("kills an embedded server of its own; the server given is not ours to kill")
    with killable_below(home) as server:
        yield server


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of the test's own that is soon full."""
    if os.environ.get("JOURNEY_TEST_ADMIN_URL"):
        pytest.skip("fills the disk of an embedded server of its own; the server given is not ours to fill")
    folder = Path(tempfile.mkdtemp(prefix="journey-disk-")).resolve()
    try:
        mounted = ["mount", "-t", "tmpfs", "-o", f"size={SMALL},mode=711", "tmpfs", str(folder)]
        if shutil.which("mount") is None or subprocess.run(mounted, capture_output=True).returncode != 0:
            pytest.skip("a small disk cannot be mounted here: it takes root, on Linux")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
    finally:
        folder.rmdir()
