"""An app that answers, for all tests of its routes, and three commands that it has taken."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Database, fresh_database
from tests.support.registers import register_on
from tests.support.serving import Running, closed, granted, referred, running
from tests.support.waiting import until


@pytest.fixture(scope="package")
def api(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with fresh_database(server, template.name) as database:
        register = register_on(database, tmp_path_factory.mktemp("keys"))
        with running(register.settings) as made:
            yield made


@pytest.fixture(scope="package")
def counted(api: Running) -> list[dict[str, Any]]:
    """Three commands, each later than the one before."""
    taken = [
        api.post("counted", "counted-1", referred("c-1", "2020-03-01")).json(),
        api.post("counted", "counted-2", granted("g1", "2020-04-01", yearly_amount=1000)).json(),
        api.post("counted", "counted-3", closed("2020-05-01")).json(),
    ]
    until(lambda: api.register.follower.position >= taken[-1]["positions"][-1])
    return taken
