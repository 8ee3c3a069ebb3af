"""The API is what it says it is: schemathesis asks every operation, well and badly, for a server error or an undocumented answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from api.settings import settings as settings_of
from api.web.access.access import ProxyAccess
from api.web.app import create_app
from tests.conftest import Database, Sample
from tests.support.serving import Running, by_token, running_sample
from tests.support.waiting import PATIENCE

PROMISE = "the API gives no answer that its description does not know"

app = create_app(settings_of({"JOURNEY_DATA": str(Path.cwd())}), ProxyAccess(""))
schema = schemathesis.openapi.from_dict(app.openapi())
_rejecting = schema.config.checks.negative_data_rejection
_rejecting.expected_statuses = [*_rejecting.expected_statuses, "414"]  # a query of too many words


@pytest.fixture(scope="module")
def api(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_sample(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        yield made


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@pytest.mark.long
def test_every_operation_answers_as_it_is_described(case: schemathesis.Case, api: Running) -> None:
    if case.path == "/api/changes":
        case.query = {**(case.query or {}), "seconds": 0}  # else it lasts as long as it was asked to

    # What a rule refuses (a period that ends before it begins, a case that is closed) no schema can say.
    # That nobody is answered without being let in is held by tests/access/
    case.call_and_validate(
        base_url=api.url,
        headers=by_token(api.token),
        excluded_checks=[positive_data_acceptance, ignored_auth],
        timeout=PATIENCE,
    )


def test_every_operation_says_what_it_is_with_an_example_and_what_it_refuses() -> None:
    for path, methods in schema.raw_schema["paths"].items():
        for method, operation in methods.items():
            assert operation["summary"], path
            assert operation["description"], path
            assert {"400", "401", "429", "500", "503"} <= set(operation["responses"]), path
            assert method == "get" or "403" in operation["responses"], path
            assert operation.get("security") == [] or "404" in operation["responses"], path
            assert "Retry-After" in operation["responses"]["429"]["headers"], path
            for status, answer in operation["responses"].items():
                for media_type, content in answer.get("content", {}).items():
                    assert "schema" in content, (method, path, status)
                    assert media_type == "text/plain" or "example" in content or content["examples"], (method, path, status)
