"""The figures that a promise is held to, kept in one results file, and a server of a test's own that may be killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.conftest import BEGAN, FIGURES
from tests.promises.killing import Killable, killable_below
from tests.support.sizes import SIZE

RESULTS = Path(__file__).parents[2] / "results" / "promises.jsonl"
SMALL = 2**28
"""Bytes: room for little more than an empty server."""

Figures = Callable[..., None]


@pytest.fixture
def figures(request: pytest.FixtureRequest) -> Figures:
    """Add a line of figures about a promise to the results file, and to the lines printed when the run ends."""

    def told(promise: str, **found: object) -> None:
        line = {"run": BEGAN, "promise": promise, "test": request.node.name, "size": SIZE, **found}
        RESULTS.parent.mkdir(exist_ok=True)
        with RESULTS.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
        words = ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in found.items())
        request.node.user_properties.append((FIGURES, f"{promise} {request.node.name}: {words}"))

    return told


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the account of an embedded server can reach."""
    folder = Path(tempfile.mkdtemp(prefix="journey-promise-")).resolve()
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
