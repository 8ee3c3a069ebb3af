"""The sample register's papers, asked once for all tests of the pack."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from api.answers.pack import packed
from api.register.register import Register
from dashboards.pack.paper import Paper
from journey.sample import sample_register
from tests.conftest import Database, fresh_database
from tests.support.registers import TODAY, load, register_on

YEARS = (2023, 2024, 2025)


@pytest.fixture(scope="session")
def sampled(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """A register with the sample in it."""
    with fresh_database(server, template.name) as database:
        register = register_on(database, tmp_path_factory.mktemp("keys"))
        load(register, sample_register())
        register.believe()
        yield register


@pytest.fixture(scope="session")
def papers(sampled: Register) -> Mapping[int, Paper]:
    """The three published years' status, as the register knows them at its end."""
    return {year: packed(sampled, year, None, None, TODAY) for year in YEARS}
