"""The sample register's papers, asked once for all tests of the pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from api.answers.pack import packed
from api.register.register import Register
from dashboards.pack.paper import StatusPaper
from tests.conftest import Database, Sample
from tests.support.registers import TODAY, sampled_register

YEARS = (2023, 2024, 2025)


@pytest.fixture(scope="session")
def sampled(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register with the sample in it."""
    with sampled_register(server, sample_template, tmp_path_factory.mktemp("keys")) as register:
        yield register


@pytest.fixture(scope="session")
def papers(sampled: Register) -> Mapping[int, StatusPaper]:
    """The three published years' status, as the register knows them at its end."""
    return {year: packed(sampled, year, None, None, TODAY) for year in YEARS}
