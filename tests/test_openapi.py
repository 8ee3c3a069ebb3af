"""The API is what it says it is: schemathesis asks every operation, well and badly, and finds no server error and no undocumented answer."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings

from api.app import create_app
from api.guard import LOOPBACK
from api.logs import logger
from api.served import served
from journey.sample import sample_register
from tests.conftest import Database, fresh_database
from tests.registers import load, register_on


@pytest.fixture(scope="module")
def described(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[schemathesis.BaseSchema]:
    with fresh_database(server, template.name) as database:
        register = register_on(database, tmp_path_factory.mktemp("keys"))
        load(register, sample_register())
        with served(register.settings) as opened:
            app = create_app(register.settings, register=opened, hosts=(*LOOPBACK, "testserver"), log=logger(io.StringIO()))
            yield schemathesis.openapi.from_asgi("/api/openapi.json", app)


schema = schemathesis.pytest.from_fixture("described")


@schema.parametrize()
@settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_every_operation_answers_as_it_is_described(case: schemathesis.Case) -> None:
    case.call_and_validate()
