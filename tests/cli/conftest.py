"""The command line on the sample register, which no test changes, and on an empty one of the test's own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from api.cli.main import run
from journey.postgres import embedded
from tests.cli.asking import Journey, journey_of, reachable_folder
from tests.conftest import Database


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the account of the server reaches, also where the tests run as root."""
    with reachable_folder() as made:
        yield made


@pytest.fixture(scope="package")
def sample_data() -> Iterator[Path]:
    """The data folder of an embedded register with the sample; its server runs as long as these tests do."""
    with reachable_folder() as made, pytest.MonkeyPatch.context() as patch, ExitStack() as running:
        patch.delenv("JOURNEY_DATABASE_URL", raising=False)
        patch.setenv("JOURNEY_DATA", str(made / "data"))
        assert run(["sample", "--until", "2025-12-30"]) == 0
        running.enter_context(embedded(made / "data"))
        yield made / "data"


@pytest.fixture
def sample(sample_data: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Journey:
    """The command line on the sample register, which no test changes."""
    monkeypatch.setenv("JOURNEY_DATA", str(sample_data))
    return journey_of(capsys)


@pytest.fixture
def empty(database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Journey:
    """The command line on an empty register of the test's own, on a server."""
    monkeypatch.setenv("JOURNEY_DATABASE_URL", database.app_url)
    monkeypatch.setenv("JOURNEY_DATA", str(tmp_path / "keys"))
    monkeypatch.chdir(tmp_path)
    return journey_of(capsys)
