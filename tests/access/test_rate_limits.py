"""Rate limits: nobody sends more than their limit, whatever the order and the pace, nobody pays for another, and memory is bounded."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st

from api.settings import settings
from api.web.access.access import PROXY_HEADER, LocalAccess, ProxyAccess, WithoutEnds
from api.web.access.caller import LOCAL_PERSON, NOBODY, Caller
from api.web.app import create_app
from api.web.dependencies import Counts, current_caller
from api.web.problems import HttpProblem
from api.web.rate_limits import A_MINUTE, Limit, RateLimits, sender
from tests.access.test_every_route import SECRET, TOKEN, _Silent
from tests.routes.test_rights import ROUTES

CASEWORKER = Caller("p-1", "caseworker", ("ungeindsatsen",), "a-session")
FILES = {
    *("/figur/{figure}/sager.{form}", "/hent/{name:path}/{part}.{form}", "/sagsmappe/{case:path}"),
    *("/rapport/status-{year}.{form}", "/indlaes", "/indlaes/{upload}/{file}", "/leverancer.csv"),
}


class _Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def is_taken(limits: RateLimits, bucket: bytes = b"a", limit: Limit = "files") -> bool:
    try:
        limits.take(limit, bucket)
    except HttpProblem:
        return False
    return True


@given(st.lists(st.floats(0, 90), min_size=1, max_size=200), st.integers(1, 30))
def test_no_minute_has_more_than_twice_what_is_allowed_and_the_pace_is_always_free(pauses: list[float], allowed: int) -> None:
    """What a bucket holds, and what fills it meanwhile: so never more than `allowed + allowed * minutes` in any time."""
    clock = _Clock()
    limits, taken = RateLimits(clock, {"files": allowed}), list[float]()
    for pause in pauses:
        clock.now += pause / 10
        if is_taken(limits):
            taken.append(clock.now)
    for first, begin in enumerate(taken):
        for many, end in enumerate(taken[first:], 1):
            assert many <= allowed * (1 + (end - begin) / 60) + 1e-6 * allowed + 1e-3

    clock.now += 61
    for _ in range(50):
        clock.now += 60 / allowed + 1e-6
        assert is_taken(limits)


@given(st.integers(1, 700))
def test_who_comes_when_they_were_told_to_is_answered(allowed: int) -> None:
    clock = _Clock()
    limits = RateLimits(clock, {"files": allowed})
    assert [is_taken(limits) for _ in range(allowed + 1)] == [True] * allowed + [False]
    with pytest.raises(HttpProblem) as refused:
        limits.take("files", b"a")

    assert refused.value.code == "too_many_requests"
    clock.now += int(refused.value.headers["Retry-After"])
    assert is_taken(limits)


def test_nobody_pays_for_another_or_for_another_limit() -> None:
    limits = RateLimits(_Clock(), {"files": 2, "person": 2})

    assert [is_taken(limits, b"a") for _ in range(3)] == [True, True, False]
    assert is_taken(limits, b"b")
    assert is_taken(limits, b"a", "person")


def test_memory_is_bounded_and_who_has_sent_the_most_is_not_forgotten() -> None:
    clock = _Clock()
    limits = RateLimits(clock, {"files": 10}, most=1000)
    for _ in range(10):
        is_taken(limits, b"loud")

    for nth in range(20_000):
        is_taken(limits, nth.to_bytes(4))
        assert len(limits) <= 1000
    assert not is_taken(limits, b"loud")

    clock.now += 60
    for nth in range(1001):
        is_taken(limits, nth.to_bytes(4))
    assert len(limits) <= 1001 - 125


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("", "garbage", True),
    ],
)
def test_an_address_is_a_whole_connection_s(one: str, other: str, same: bool) -> None:
    first, second = (sender({"type": "http", "client": (address, 1)}, NOBODY) for address in (one, other))

    assert (first == second) is same
    assert first.limit == "stranger"


def test_a_session_is_counted_by_itself_wherever_it_comes_from_and_a_program_by_its_name() -> None:
    scopes = [{"type": "http", "client": (f"192.0.2.{nth}", 1)} for nth in (1, 2)]
    senders = [sender(scope, CASEWORKER) for scope in scopes]

    assert senders[0] == senders[1]
    assert senders[0].limit == "person"
    assert b"a-session" not in senders[0].bucket
    assert "a-session" not in senders[0].session
    assert sender(scopes[0], Caller("p-1", "caseworker")) != senders[0]
    assert sender(scopes[0], Caller("p-2", "caseworker")) != sender(scopes[0], Caller("p-1", "caseworker"))


# --- over HTTP ----------------------------------------------------------------------------------------------------------


class _Lets(WithoutEnds):
    """An access that lets in as one caller whoever shows the word `in`."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    async def caller(self, request: Any) -> Caller | None:
        if request.headers.get("x-word") == "forged":  # what an access looks at at length, and refuses itself
            raise HttpProblem("not_signed_in")
        return self._caller if request.headers.get("x-word") == "in" else None

    def refusal(self) -> HttpProblem:
        return HttpProblem("not_signed_in")


def answers(
    app: FastAPI, asked: list[tuple[str, str, dict[str, str]]], address: str = "192.0.2.1", content: str = ""
) -> list[httpx.Response]:
    async def ask() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app, client=(address, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return [await client.request(method, path, headers=headers, content=content) for method, path, headers in asked]

    with ThreadPoolExecutor(1) as pool:  # a thread has no loop yet, whatever other tests of the process have left running
        return pool.submit(asyncio.run, ask()).result()


def app_with(access: Any, limits: dict[Limit, int]) -> FastAPI:
    app = create_app(settings({"JOURNEY_DATA": str(Path.cwd())}), access, register=_no_register(), log=_Silent())
    app.state.limits._a_minute = {**A_MINUTE, **limits}
    return app


def _no_register() -> Any:
    """No register: whoever gets as far as the route meets a fault, and not a 429."""
    return SimpleNamespace(is_sample=lambda: False)


IN, PAGE = {"x-word": "in"}, {"Accept": "text/html"}


def test_a_session_that_sends_too_much_is_told_when_to_come_again_and_others_are_answered() -> None:
    app = app_with(_Lets(CASEWORKER), {"person": 3})
    found = answers(app, [("GET", "/api/problems", IN)] * 5 + [("GET", "/api/problems", {})])

    assert [answer.status_code for answer in found] == [200, 200, 200, 429, 429, 401]
    assert found[3].json()["code"] == "too_many_requests"
    assert int(found[3].headers["retry-after"]) in range(1, 21)
    assert f"Vent {found[3].headers['retry-after']} sekund" in found[3].json()["remedy"]
    [page] = answers(app, [("GET", "/sager", IN | PAGE)])
    assert page.status_code == 429
    assert f"Vent {page.headers['retry-after']} sekund" in page.text
    assert "Ret adressen" not in page.text


def test_a_stranger_is_counted_by_address_whatever_they_show() -> None:
    app = app_with(_Lets(CASEWORKER), {"stranger": 3})
    shown = [
        {"Cookie": "a=b", "x-word": "forged"},
        {"Authorization": "Bearer x"},
        {"X-Forwarded-For": "198.51.100.7"},
        {"x-word": "forged", "Forwarded": "for=198.51.100.8"},
    ]
    found = answers(app, [("GET", "/api/figures", each) for each in shown])

    assert [answer.status_code for answer in found] == [401, 401, 401, 429]
    assert [answer.status_code for answer in answers(app, [("GET", "/api/figures", {})], "192.0.2.9")] == [401]
    assert [answer.status_code for answer in answers(app, [("GET", "/api/problems", IN)])] == [200]


@pytest.mark.parametrize(
    ("access", "headers"),
    [(LocalAccess(TOKEN, 80), {"Authorization": f"Bearer {TOKEN}"}), (ProxyAccess(SECRET), {PROXY_HEADER: SECRET})],
)
def test_the_person_of_this_machine_and_who_comes_by_the_proxy_alone_are_not_counted(
    access: Any, headers: dict[str, str]
) -> None:
    app = create_app(settings({"JOURNEY_DATA": str(Path.cwd())}), access, register=_no_register(), log=_Silent())
    assert (app.state.limits is None) == isinstance(access, LocalAccess)
    if app.state.limits is not None:
        app.state.limits._a_minute = dict.fromkeys(A_MINUTE, 2)

    assert {answer.status_code for answer in answers(app, [("GET", "/api/problems", headers)] * 6)} == {200}


def test_the_routes_of_files_and_of_signing_in_have_a_narrower_limit() -> None:
    counted = {
        (each.call._limit, route.path)
        for route in ROUTES
        for each in route.dependant.dependencies
        if isinstance(each.call, Counts)
    }

    assert {path for limit, path in counted if limit == "files"} == FILES
    assert {path for limit, path in counted if limit == "sign_in"} >= {"/log-ind"}


def test_files_are_counted_once_more() -> None:
    app = app_with(_Lets(CASEWORKER), {"files": 2})
    app.dependency_overrides[current_caller] = lambda: LOCAL_PERSON
    found = answers(app, [("GET", "/sagsmappe/N-1", IN)] * 4 + [("GET", "/api/problems", IN)])

    assert [answer.status_code == 429 for answer in found] == [False, False, True, True, False]


# --- the checks bite ----------------------------------------------------------------------------------------------------


def test_twin_without_limits_everything_is_answered() -> None:
    app = app_with(_Lets(CASEWORKER), {"person": 3})
    for each in app.user_middleware:
        if "limits" in each.kwargs:
            each.kwargs["limits"] = None

    assert {answer.status_code for answer in answers(app, [("GET", "/api/problems", IN)] * 9)} == {200}
