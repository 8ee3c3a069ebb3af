"""Nothing is committed that others made and a tool fetches: packages, environments, what a build or a run leaves."""

from __future__ import annotations

import subprocess
from pathlib import Path, PurePosixPath

import pytest

ROOT = Path(__file__).parents[2]
FETCHED = {"node_modules", ".venv", "venv", "site-packages", "__pycache__", "dist", "build", ".pytest_cache", ".hypothesis"}
SUFFIXES = {".pyc", ".whl", ".so", ".tgz", ".egg-info"}


def fetched(paths: list[str]) -> set[str]:
    """The first folder or file of each that a tool has fetched or made."""
    found = set[str]()
    for path in map(PurePosixPath, paths):
        folders = [nth for nth, part in enumerate(path.parts) if part in FETCHED]
        if folders or path.suffix in SUFFIXES:
            found.add("/".join(path.parts[: folders[0] + 1]) if folders else str(path))
    return found


def test_nothing_that_a_tool_fetches_is_committed() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no clone")
    tracked = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files"], check=True, capture_output=True, text=True
    ).stdout.splitlines()

    assert len(tracked) > 500
    assert fetched(tracked) == set()


@pytest.mark.parametrize("path", ["tests/x/node_modules/y/index.js", "tests/__pycache__/x.pyc", "a/b.whl", ".venv/bin/python"])
def test_twin_what_is_fetched_is_seen(path: str) -> None:
    assert fetched(["README.md", path])
