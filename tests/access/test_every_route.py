"""No route but the open ones answers who has not been let in, whatever they show in place of a credential."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.oidc_settings import OidcSettings
from api.settings import settings
from api.web import app as app_module
from api.web.access.access import PROXY_HEADER, Access, LocalAccess, ProxyAccess
from api.web.access.caller import LOCAL_PERSON
from api.web.access.links import link
from api.web.access.oidc import stored_sessions
from api.web.access.oidc.oidc_access import OidcAccess
from api.web.access.oidc.provider import Connection
from api.web.access.oidc.roles_of_claims import RolesOfClaims
from api.web.access.oidc.stored_sessions import StoredSessions
from api.web.access.open_addresses import is_open
from api.web.app import create_app, routers
from api.web.dependencies import Requires
from journey.codes import standard

TOKEN, SECRET = "t" * 43, "s" * 64
PORT, OTHER_PORT = 8000, 8001
COOKIE, COOKIE_OF_ANOTHER_PORT = f"journey-session-{PORT}", f"journey-session-{OTHER_PORT}"
FILLED = {"case": "N-1", "figure": "caseload", "form": "csv", "name": "page.css", "part": "a", "year": "2025"}
OPEN = {"/health/live", "/health/ready", "/static/{name}", "/plotly", "/tilgaengelighed", "/was"}
BY_THEMSELVES = {
    *("/log-ind", "/log-ind/start", "/log-ind/svar", "/log-ind/noedadgang", "/log-ud", "/log-ud/fra-login"),
}
"""The pages that a person is let in and out by, which answer 401 or 404 by themselves."""

Headers = list[tuple[str, str]]
Asked = tuple[str, str, Headers]


def app_with(access: Access) -> FastAPI:
    """The app with no register: whoever gets past the check of the caller meets a fault, and not a 401."""
    return create_app(settings({"JOURNEY_DATA": str(Path.cwd())}), access, register=_no_register(), log=_Silent())


def _no_register() -> Any:
    """Nothing but a log of looks, so that what is refused is refused and not a fault."""
    return SimpleNamespace(look_log=SimpleNamespace(write=lambda *_: None))


class _Silent:
    def info(self, *_: object, **__: object) -> None: ...
    def error(self, *_: object, **__: object) -> None: ...
    def warning(self, *_: object, **__: object) -> None: ...


def addresses(app: FastAPI) -> Iterator[tuple[str, str, str]]:
    """Every method and path of the app's routes, the framework's own included, the path filled in; and paths of none."""
    own = [route for router in routers(standard()) for route in router.routes]
    for route in [*own, *(route for route in app.routes if getattr(route, "path", ""))]:
        path = filled = str(getattr(route, "path", ""))
        for name, value in FILLED.items():
            filled = filled.replace(f"{{{name}}}", value).replace(f"{{{name}:path}}", value)
        filled = filled.replace("{", "").replace("}", "")
        for method in sorted(getattr(route, "methods", None) or {"GET"}):
            yield method, path, filled
    yield from (("GET", path, path) for path in ("/nowhere", "/health/live/", "/static/a/b", "//health/live", "/LOG-IND"))


def statuses(app: FastAPI, asked: list[Asked], *, says_site: bool = True) -> list[httpx.Response]:
    """The answers; with a cookie a browser says where a request comes from, unless it is not to."""

    async def answers() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url=f"http://localhost:{PORT}") as client:
            return [await client.request(method, path, headers=sent(headers)) for method, path, headers in asked]

    def sent(headers: Headers) -> list[tuple[bytes, bytes]]:
        has_cookie = any(name == "Cookie" for name, _ in headers)
        said = [("Sec-Fetch-Site", "same-origin")] if says_site and has_cookie else []
        return [(name.encode(), value.encode("latin-1")) for name, value in [*headers, *said]]

    with ThreadPoolExecutor(1) as pool:  # a thread has no loop yet, whatever other tests of the process have left running
        return pool.submit(asyncio.run, answers()).result()


def answered(app: FastAPI, headers: Headers, every: int = 1) -> set[str]:
    """The paths, or each n-th of them, at which something else than a 401 comes to who sends these headers."""
    found = [*addresses(app)][::every]
    answers = statuses(app, [(method, filled, headers) for method, _, filled in found])
    return {path for (_, path, _), answer in zip(found, answers, strict=True) if answer.status_code != 401}


def wrongly_answered(app: FastAPI, headers: Headers, every: int = 1) -> set[str]:
    """The closed addresses that are answered all the same, and the open ones that are not."""
    looked_at = {path for _, path, _ in [*addresses(app)][::every]}
    opened = {path for path in looked_at if path in OPEN or path.startswith("/plotly-")}
    return (answered(app, headers, every) ^ opened) - BY_THEMSELVES


@pytest.fixture(scope="module")
def local() -> LocalAccess:
    return LocalAccess(TOKEN, PORT)


@pytest.fixture(scope="module")
def session(local: LocalAccess) -> str:
    answer = Response()
    local.open_session(answer)
    return answer.headers["set-cookie"].split(";")[0].partition("=")[2]


@pytest.fixture(scope="module")
def app(local: LocalAccess) -> FastAPI:
    return app_with(local)


@pytest.fixture(scope="module")
def behind_proxy() -> FastAPI:
    return app_with(ProxyAccess(SECRET))


def bearer(token: str) -> tuple[str, str]:
    return ("Authorization", f"Bearer {token}")


@pytest.mark.parametrize(
    "shown",
    {
        "nothing": [],
        "another token": [bearer("u" * 43)],
        "a part of the token": [bearer(TOKEN[:-1])],
        "no token": [("Authorization", "Bearer")],
        "the token alone": [("Authorization", TOKEN)],
        "the token as a password": [("Authorization", f"Basic {TOKEN}")],
        "the token twice": [bearer(TOKEN), bearer(TOKEN)],
        "letters of none": [("Authorization", "Bearer \xe6\xf8\xe5")],
        "the token as a cookie": [("Cookie", f"{COOKIE}={TOKEN}")],
        "another cookie": [("Cookie", f"{COOKIE}=aaaa")],
        "an empty cookie": [("Cookie", f"{COOKIE}=")],
        "a proxy's secret": [(PROXY_HEADER, SECRET)],
        "names of a proxy": [("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-User", "chef"), ("Remote-User", "chef")],
    }.items(),
    ids=lambda given: given[0],
)
def test_only_the_open_addresses_answer_who_has_not_been_let_in(app: FastAPI, shown: tuple[str, Headers]) -> None:
    assert len([*addresses(app)]) > 70
    every = 1 if shown[0] in ("nothing", "another token", "another cookie") else 7  # all are told apart in one place
    assert wrongly_answered(app, shown[1], every) == set()


def test_a_session_lets_nobody_in_under_another_port_twice_or_beside_a_wrong_token(app: FastAPI, session: str) -> None:
    for headers in (
        [("Cookie", f"{COOKIE_OF_ANOTHER_PORT}={session}")],
        [("Cookie", f"{COOKIE}={session}; {COOKIE}={session}")],
        [("Cookie", f"{COOKIE}={session}"), ("Cookie", f"{COOKIE}={session}")],
        [("Cookie", f"{COOKIE}={session}"), bearer("u" * 43)],
    ):
        assert wrongly_answered(app, headers, 5) == set()


def test_a_session_of_another_server_lets_nobody_in(session: str) -> None:
    assert wrongly_answered(app_with(LocalAccess(TOKEN, PORT)), [("Cookie", f"{COOKIE}={session}")], 5) == set()


def test_no_route_is_closed_to_whoever_has_been_let_in(app: FastAPI, session: str) -> None:
    all_of_them = [path for _, path, _ in addresses(app)]

    assert answered(app, [bearer(TOKEN)]) | BY_THEMSELVES == {*all_of_them}
    for headers in ([("authorization", f"bearer {TOKEN}")], [("Cookie", f"a=b; {COOKIE}={session}")]):
        assert answered(app, headers, 9) >= {*all_of_them[::9]} - BY_THEMSELVES


@pytest.mark.parametrize(
    "shown",
    [
        [],
        [(PROXY_HEADER, SECRET), (PROXY_HEADER, SECRET)],
        [(PROXY_HEADER, f"{SECRET}, {SECRET}")],
        [(PROXY_HEADER, SECRET[:-1])],
        [(PROXY_HEADER, "")],
        [bearer(TOKEN)],
        [bearer(SECRET)],
        [("Cookie", f"{COOKIE}={SECRET}")],
    ],
)
def test_behind_a_proxy_only_its_secret_lets_in(behind_proxy: FastAPI, shown: Headers) -> None:
    assert wrongly_answered(behind_proxy, shown, 7 if shown else 1) == set()


def test_behind_a_proxy_its_secret_does(behind_proxy: FastAPI) -> None:
    assert answered(behind_proxy, [(PROXY_HEADER.lower(), SECRET)], 5) == {
        path for _, path, _ in [*addresses(behind_proxy)][::5]
    }


@pytest.fixture(scope="module")
def with_login(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """The app by the municipality's login, which is down, as the database of its sessions is: who shows nothing good needs neither."""
    nowhere = OidcSettings("http://127.0.0.1:1", "journey", tmp_path_factory.mktemp("x"), "https://sager.example.dk")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stored_sessions, "_WAIT", 0.05)
        connection, sessions = Connection(nowhere, SECRET), StoredSessions("postgresql://nobody@127.0.0.1:1/nothing")
    yield app_with(OidcAccess(nowhere, connection, sessions, RolesOfClaims(_nothing, standard()["units"])))
    sessions.close()


def _nothing() -> Any:
    raise AssertionError


@pytest.mark.outside
@pytest.mark.parametrize(
    "shown",
    [
        [],
        [bearer(TOKEN)],
        [bearer("a.b.c")],
        [bearer(TOKEN), bearer(TOKEN)],
        [("Authorization", f"Basic {TOKEN}")],
        [(PROXY_HEADER, SECRET)],
        [("Cookie", f"{COOKIE}={SECRET}")],
        [("Cookie", f"__Host-journey={SECRET}; __Host-journey={SECRET}")],
        [("X-Journey-On-Behalf-Of", "az1")],
    ],
)
def test_under_the_municipality_s_login_nothing_else_lets_in(with_login: FastAPI, shown: Headers) -> None:
    assert wrongly_answered(with_login, shown, 7 if shown else 1) == set()


def test_a_database_or_a_login_that_is_down_lets_nobody_in_and_says_so(with_login: FastAPI) -> None:
    token = f"{'eyJhbGciOiJSUzI1NiIsInR5cCI6ImF0K2p3dCJ9'}.e30.AAAA"
    [program] = statuses(with_login, [("GET", "/api/figures/caseload", [bearer(token)])])

    assert (program.status_code, program.json()["code"]) == (503, "login_down")


def test_a_refusal_says_what_to_do_and_nothing_else(app: FastAPI) -> None:
    [program, person, post] = statuses(
        app,
        [
            ("GET", "/api/cases/N-2022-0042", []),
            ("GET", "/sag/N-2022-0042", [("Accept", "text/html")]),
            ("POST", "/offentliggoer", [("Accept", "text/html")]),
        ],
    )

    assert program.json()["code"] == "not_signed_in"
    assert "api.token" in program.json()["remedy"]
    assert program.headers["www-authenticate"].startswith("Bearer")
    assert f"journey open localhost:{PORT}" in person.text
    assert post.status_code == 401
    assert "journey open" in post.text
    for answer in (program, person, post):
        assert "N-2022-0042" not in answer.text.replace("/sag/N-2022-0042?lang=en", "")
        assert answer.headers["cache-control"] == "no-store"


def test_a_host_is_copied_into_a_command_only_where_it_is_this_machine_s(local: LocalAccess) -> None:
    anywhere = create_app(settings({}), local, register=_no_register(), hosts=None, log=_Silent())

    [answer] = statuses(anywhere, [("GET", "/", [("Accept", "text/html"), ("Host", "evil.example;reboot")])])

    assert "evil" not in answer.text
    assert f"journey open 127.0.0.1:{PORT}" in answer.text


def test_a_host_that_looks_like_an_open_address_opens_nothing(local: LocalAccess) -> None:
    """The path that is checked is the path that is answered, not one read from an address that the header Host is part of."""
    anywhere = create_app(settings({}), local, register=_no_register(), hosts=None, log=_Silent())

    answers = statuses(
        anywhere, [("GET", "/api/figures", [("Host", host)]) for host in ("x/health/live?", "x/static/a?", "/was#")]
    )

    assert {answer.status_code for answer in answers} == {401}


def test_what_is_open_has_nothing_that_is_the_registers_own(app: FastAPI) -> None:
    routes = [route for router in routers(standard()) for route in router.routes if isinstance(route, APIRoute)]
    marks = {
        route.path: each.call.mark
        for route in routes
        for each in route.dependant.dependencies
        if isinstance(each.call, Requires)
    }

    assert {marks[path] for _, path, filled in addresses(app) if path in marks and is_open(filled)} == {"public"}


def test_a_route_that_nobody_asked_about_finds_nobody(app: FastAPI) -> None:
    """Past the check, as a route would be that it forgot: the caller is nobody, who has no right to it."""
    unchecked = app_with(LocalAccess(TOKEN, PORT))
    unchecked.user_middleware = [each for each in unchecked.user_middleware if each.cls is not app_module.AccessCheck]

    cases, figures, codes = statuses(
        unchecked, [("GET", path, []) for path in ("/api/cases/N-1", "/api/figures/caseload", "/api/problems")]
    )

    assert (cases.status_code, figures.status_code, codes.status_code) == (404, 404, 200)


# --- the checks bite ----------------------------------------------------------------------------------------------------


class _LetsAllIn:
    """A check that looks at nobody."""

    def __init__(self, app: ASGIApp, **_: object) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope["caller"] = LOCAL_PERSON
        await self._app(scope, receive, send)


class _LooksAtTheBeginning(LocalAccess):
    """An access that takes what begins like the token."""

    _is_token: Callable[[str], bool] = staticmethod(lambda given: TOKEN.startswith(given.removeprefix("Bearer ")[:40]))  # pyright: ignore[reportIncompatibleMethodOverride] -- a mutant


def test_an_app_that_lets_everybody_in_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app_module, "AccessCheck", _LetsAllIn)
    app = app_with(LocalAccess(TOKEN, PORT))

    assert len(wrongly_answered(app, [], 9)) > 5


def test_an_access_that_compares_badly_is_seen() -> None:
    assert len(wrongly_answered(app_with(_LooksAtTheBeginning(TOKEN, PORT)), [bearer(TOKEN[:-1])], 9)) > 5


def test_no_app_is_made_without_an_access() -> None:
    with pytest.raises(TypeError):
        create_app(settings({}))  # pyright: ignore[reportCallIssue] -- that is what is tested


def test_a_web_socket_is_not_answered(app: FastAPI) -> None:
    sent: list[object] = []

    async def note(message: object) -> None:
        sent.append(message)

    async def nothing() -> dict[str, str]:
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/api/changes", "headers": [], "query_string": b""}
    asked: Awaitable[None] = app(scope, nothing, note)
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, asked).result()  # pyright: ignore[reportArgumentType] -- a coroutine it is

    assert sent == []


def test_a_link_is_made_for_a_port_and_a_page() -> None:
    made = httpx.URL(link(TOKEN, f"http://127.0.0.1:{PORT}", PORT, "/sag/N-1?lang=en"))

    assert (made.path, made.params["side"]) == ("/log-ind", "/sag/N-1?lang=en")
