"""A rule about rights has one place: every route has one mark, and what the app keeps comes to it by `Depends`."""

from __future__ import annotations

import ast
import asyncio
import inspect
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from api.settings import settings
from api.web.access.access import LocalAccess
from api.web.access.caller import Caller
from api.web.app import create_app, routers
from api.web.dependencies import PUBLIC, Requires, current_caller, may
from journey.access.rules import Mark
from journey.codes import standard
from tests.support.serving import by_token

NO_COMMANDS = {
    "/log-ind",
    "/log-ind/rolle",
    "/log-ind/noedadgang",
    "/log-ud",
    "/log-ud/fra-login",
    "/offentliggoer",
    "/vedtagelser",
    "/api/publications",
    "/api/adoptions",
}
"""What a form is sent to without changing a case: a sign-in, and what is published and adopted."""
WEB = Path(__file__).parents[2] / "api" / "web"
ROUTES = [route for router in routers(standard()) for route in router.routes if isinstance(route, APIRoute)]


def marks(route: APIRoute) -> list[Mark]:
    return [each.call.mark for each in route.dependant.dependencies if isinstance(each.call, Requires)]


def wrongly_marked(routes: list[APIRoute]) -> list[str]:
    """The routes with no mark or several, and those of single cases without the mark of a case."""
    return [
        route.path
        for route in routes
        if len(marks(route)) != 1
        or (marks(route)[0] not in ("case", "command") and any(word in route.path for word in ("{case", "cases", "sag/")))
        or (marks(route)[0] in ("public", "aggregate") and (route.methods or set()) - {"GET"} and route.path not in NO_COMMANDS)
    ]


def dependencies(of: Dependant) -> Iterator[Callable[..., Any]]:
    for each in of.dependencies:
        if each.call:
            yield each.call
        yield from dependencies(each)


def readers_of_app_state(source: str) -> list[str]:
    """The functions of a file in which `….app.state` is read."""
    return [
        function.name
        for function in ast.walk(ast.parse(source))
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        and any(
            isinstance(node, ast.Attribute)
            and node.attr == "state"
            and isinstance(node.value, ast.Attribute)
            and node.value.attr == "app"
            for node in ast.walk(function)
        )
    ]


def test_every_route_has_one_mark() -> None:
    assert len(ROUTES) > 60
    assert {mark for route in ROUTES for mark in marks(route)} == {"case", "command", "operate", "aggregate", "public"}
    assert wrongly_marked(ROUTES) == []


def test_a_route_takes_what_the_app_keeps_by_depends_only() -> None:
    given = {call for route in ROUTES for call in dependencies(route.dependant)}
    named = {(inspect.getsourcefile(call), call.__name__) for call in given if inspect.isfunction(call)}
    readers = {(str(path), name) for path in WEB.rglob("*.py") for name in readers_of_app_state(path.read_text("utf-8"))}

    assert readers
    assert readers - named == set()


@pytest.mark.parametrize(
    ("role", "address"),
    [("management", "/api/cases/N-1"), ("operator", "/api/figures"), ("caseworker", "/metrics"), ("secretary", "/indlaes")],
)
def test_a_caller_without_the_right_finds_nothing_there(role: str, address: str) -> None:
    app = create_app(settings({"JOURNEY_DATA": str(Path.cwd())}), LocalAccess("token", 80), register=_no_register())
    app.dependency_overrides[current_caller] = lambda: Caller("p-1", role, ("ui",))

    async def answers() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost", headers=by_token("token")) as client:
            return [await client.get(address), await client.get("/sag", headers={"Accept": "text/html"})]

    with ThreadPoolExecutor(1) as pool:  # a thread has no loop yet, whatever other tests of the process have left running
        refused, page = pool.submit(asyncio.run, answers()).result()

    assert (refused.status_code, refused.json()["code"]) == (404, "no_page")
    assert page.status_code == (200 if role == "caseworker" else 404)


def _no_register() -> Any:
    """No register but its code lists and a log of looks: a route that is refused asks it no more, a page whether it is a sample."""
    register = SimpleNamespace(codes=standard(), is_sample=lambda: False, look_log=SimpleNamespace(write=lambda *_: None))
    register.for_reader = lambda _: register
    return register


# --- the checks bite ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("own", [[], [may("read_case"), PUBLIC]])
def test_a_route_with_no_mark_or_two_is_seen(own: list[Any]) -> None:
    router = APIRouter()
    router.add_api_route("/x", lambda: None, dependencies=own)

    assert wrongly_marked([route for route in router.routes if isinstance(route, APIRoute)]) == ["/x"]


def test_a_route_of_a_case_with_another_mark_is_seen() -> None:
    router = APIRouter(dependencies=[may("read_figures")])
    router.add_api_route("/sag/{case}", lambda case: None)

    assert wrongly_marked([route for route in router.routes if isinstance(route, APIRoute)]) == ["/sag/{case}"]


def test_a_route_that_reads_the_app_itself_is_seen() -> None:
    assert readers_of_app_state("def route(request):\n    return request.app.state.register") == ["route"]


def test_a_dependency_of_a_dependency_is_seen() -> None:
    def inner(request: Request) -> Any:
        return request.app.state.register

    def outer(register: Any = Depends(inner)) -> Any:  # noqa: B008 -- as FastAPI has it
        return register

    router = APIRouter()
    router.add_api_route("/x", lambda register: None, dependencies=[Depends(outer)])
    [route] = [route for route in router.routes if isinstance(route, APIRoute)]

    assert {*dependencies(route.dependant)} == {outer, inner}
