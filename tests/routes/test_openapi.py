"""The API is what it says it is: schemathesis asks every operation, well and badly, for a server error or an undocumented answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from fastapi.routing import APIRoute
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import ignored_auth, negative_data_rejection, positive_data_acceptance
from starlette.requests import Request

from api.settings import settings as settings_of
from api.web.access.access import ProxyAccess, is_open
from api.web.access.caller import Caller
from api.web.app import create_app, routers
from api.web.dependencies import Requires
from api.web.rate_limits import A_MINUTE
from journey.access.rules import WHOLE
from journey.codes import standard
from tests.conftest import Database, Sample
from tests.support.serving import Running, by_token, running, running_sample
from tests.support.waiting import PATIENCE

PROMISE = "the API gives no answer that its description does not know"

app = create_app(settings_of({"JOURNEY_DATA": str(Path.cwd())}), ProxyAccess(""))
schema = schemathesis.openapi.from_dict(app.openapi())
_rejecting = schema.config.checks.negative_data_rejection
_rejecting.expected_statuses = [*_rejecting.expected_statuses, "414"]  # a query of too many words


ACTIONS = {
    route.path_format: next(each.call.action for each in route.dependant.dependencies if isinstance(each.call, Requires))
    for router in routers(standard())
    for route in router.routes
    if isinstance(route, APIRoute)
}
"""What each path does, by the table of rules; None for one that is open to all."""


@pytest.fixture(scope="module")
def api(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_sample(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        yield made


class InRoles(ProxyAccess):
    """An access that lets in whoever names a person of ours, in that person's role."""

    async def caller(self, request: Request) -> Caller | None:
        return PEOPLE.get(request.headers.get("x-person", ""))


asked: Counter[str] = Counter()
EACH_OF_THE_FIRST = 15
PEOPLE = {
    "caseworker": Caller("p-1", "caseworker", ("ungeindsatsen",), "a-session"),
    "auditor": Caller("p-2", "auditor", WHOLE, "another-session"),
}


@pytest.fixture(scope="module")
def in_roles(api: Running) -> Iterator[Running]:
    """The app once more over the same database, with its people, and limits that no test of ours comes up to."""
    with running(api.register.settings, InRoles("")) as made:
        made.app.state.limits._a_minute = dict.fromkeys(A_MINUTE, 1_000_000)
        yield made


@schema.parametrize()
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@pytest.mark.long
def test_every_operation_answers_as_it_is_described(case: schemathesis.Case, api: Running, in_roles: Running) -> None:
    """Asked by the person of this machine, and the same by people in roles and by a stranger.

    What a rule refuses (a period that ends before it begins, a case that is closed) no schema can say.
    """
    if case.path == "/api/changes":
        case.query = {**(case.query or {}), "seconds": 0}  # else it lasts as long as it was asked to

    unsaid = [positive_data_acceptance, ignored_auth]
    case.call_and_validate(base_url=api.url, headers=by_token(api.token), excluded_checks=unsaid, timeout=PATIENCE)
    nth = asked[case.operation.label] = asked[case.operation.label] + 1
    if nth > EACH_OF_THE_FIRST and nth % 25:
        return  # of an operation with hundreds of shapes each is no other question to the rules
    for person in (*PEOPLE, "nobody"):
        answer = case.call(base_url=in_roles.url, headers={"X-Person": person}, timeout=PATIENCE)
        # To whoever may not do it the route is one that there is not, whatever was wrong with what was asked.
        case.validate_response(answer, excluded_checks=[*unsaid, negative_data_rejection])
        assert is_answered_by_right(case.path, PEOPLE.get(person), answer.status_code), (person, answer.status_code)


def is_answered_by_right(path: str, caller: Caller | None, status: int) -> bool:
    """Whether the status is one for this caller: 401 for a stranger, and no success where the table of rules has no right."""
    action = ACTIONS[path]
    if caller is None:
        return is_open(path) or status in (400, 401, 414)
    return action is None or caller.may(action) or status in (400, 404, 405, 414)


def test_twin_a_right_that_nobody_has_is_seen() -> None:
    auditor = PEOPLE["auditor"]

    assert is_answered_by_right("/api/cases/{case}", auditor, 200)
    assert not is_answered_by_right("/api/cases/{case}/events", auditor, 201)
    assert not is_answered_by_right("/metrics", auditor, 200)
    assert not is_answered_by_right("/api/cases/{case}", None, 200)


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
