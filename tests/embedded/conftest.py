"""Data of an embedded server: made once, left as found, or to be spoiled."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from journey.postgres import Embedded, embedded
from tests.embedded.visiting import copied, kill, postmaster, reachable_folder

collect_ignore_glob = ["test_*.py"] if sys.platform == "win32" else []
"""The deaths tested here are POSIX signals."""


@pytest.fixture
def home() -> Iterator[Path]:
    with reachable_folder() as folder:
        yield folder


@pytest.fixture(scope="package")
def made() -> Iterator[Path]:
    """Data that were made and left once, for the tests that are not about the making."""
    with reachable_folder() as folder:
        with embedded(folder / "data"):
            pass
        yield folder / "data"


@pytest.fixture(scope="package")
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
