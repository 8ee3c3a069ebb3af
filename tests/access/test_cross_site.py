"""No page of another site has a browser change anything: a grid over every route that does, by what a browser sends and leaves out."""

from __future__ import annotations

import pytest
from starlette.responses import Response

from api.web import guard as guard_module
from api.web.access.access import LocalAccess
from api.web.same_origin import SAFE
from tests.access.test_every_route import PORT, TOKEN, addresses, app_with, bearer, statuses

FORGED = [
    [("Origin", "https://evil.example")],
    [("Origin", "null")],
    [("Origin", "http://[")],
    [("Origin", "")],
    [("Origin", "http://localhost")],
    [("Origin", f"http://localhost:{PORT}.evil.example")],
    [("Sec-Fetch-Site", "cross-site")],
    [("Sec-Fetch-Site", "same-site")],
    [("Sec-Fetch-Site", "none")],
    [("Sec-Fetch-Site", "")],
    [("Sec-Fetch-Site", "cross-site"), ("Origin", f"http://localhost:{PORT}")],
    [],
]
"""What a browser can be brought to send beside its cookie; the last: no word of where it comes from."""


APP = app_with(ACCESS := LocalAccess(TOKEN, PORT))
CHANGING = sorted({(method, filled) for method, _, filled in addresses(APP) if method not in SAFE})


def asked_with(headers: list[tuple[str, str]]) -> set[int]:
    """The statuses of every changing route, asked with these headers."""
    return {each.status_code for each in statuses(APP, [(*route, headers) for route in CHANGING], says_site=False)}


@pytest.fixture(scope="module")
def cookie() -> tuple[str, str]:
    """The cookie of an open session."""
    answer = Response()
    ACCESS.open_session(answer)
    return "Cookie", answer.headers["set-cookie"].split(";")[0]


def test_the_grid_has_every_route_that_changes_something() -> None:
    assert len(CHANGING) >= 12


@pytest.mark.parametrize("forged", FORGED, ids=str)
def test_nothing_is_changed_for_another_site_even_with_a_session(
    cookie: tuple[str, str], forged: list[tuple[str, str]]
) -> None:
    assert asked_with([cookie, *forged]) == {403}


@pytest.mark.parametrize("own", [[("Sec-Fetch-Site", "same-origin")], [("Origin", f"http://localhost:{PORT}")]], ids=str)
def test_our_own_pages_get_past(cookie: tuple[str, str], own: list[tuple[str, str]]) -> None:
    assert 403 not in asked_with([cookie, *own])


def test_a_program_with_the_token_gets_past_with_a_cookie_too() -> None:
    assert 403 not in asked_with([bearer(TOKEN)]) | asked_with([bearer(TOKEN), ("Cookie", "a=b")])


def test_a_cookie_of_any_name_counts_as_a_browser_s() -> None:
    """A proxy's login has a cookie of its own, which a browser sends along whatever page asks."""
    assert asked_with([("Cookie", "proxy-login=x")]) == {403}


# --- the checks bite ----------------------------------------------------------------------------------------------------


def test_twin_without_the_check_they_are_not_refused(monkeypatch: pytest.MonkeyPatch, cookie: tuple[str, str]) -> None:
    monkeypatch.setattr(guard_module, "may_be_forged", lambda headers: False)

    assert 403 not in asked_with([cookie, *FORGED[0]])
