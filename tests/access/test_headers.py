"""The security headers: on every answer of every route, whatever its status, and with nothing in the policy that lets others in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from api.settings import settings
from api.web.access.access import LocalAccess
from api.web.app import create_app
from api.web.headers import POLICY, UNUSED, security_headers
from tests.access.test_every_route import PORT, TOKEN, _Silent, addresses, app_with, bearer, statuses

APP = app_with(LocalAccess(TOKEN, PORT))
ALLOWED = {"'none'", "'self'", "data:", "blob:"}


def loose(policy: dict[str, str]) -> set[str]:
    """What of a policy lets in others than our own files: a source that is none of ours, a directive that is missing."""
    fetched = {"script-src", "style-src", "connect-src", "frame-src", "object-src", "default-src"}
    wrong = {f"{name} {source}" for name, text in policy.items() for source in text.split() if source not in ALLOWED}
    wrong |= {f"{name} data" for name in fetched if re.search("data:|blob:", policy.get(name, ""))}
    return wrong | {name for name in (*fetched, "base-uri", "form-action", "frame-ancestors") if name not in policy}


def test_the_policy_lets_nobody_else_in_and_nothing_inline() -> None:
    assert loose({**POLICY}) == set()
    assert (POLICY["default-src"], POLICY["object-src"], POLICY["base-uri"]) == ("'none'",) * 3
    assert len(UNUSED) == len({*UNUSED}) > 20


@pytest.mark.parametrize("shown", [[], [bearer(TOKEN)], [("Host", "evil.example")]], ids=["nobody", "let in", "another host"])
def test_every_answer_has_them(shown: list[tuple[str, str]]) -> None:
    expected, found = security_headers(secure=False), [*addresses(APP)][:: 1 if shown == [] else 6]

    for (method, path, _), answer in zip(found, statuses(APP, [(each[0], each[2], shown) for each in found]), strict=True):
        assert {name: answer.headers.get(name) for name in expected} == expected, (method, path)
        assert {"strict-transport-security", "access-control-allow-origin", "server"} & {*answer.headers} == set()
        assert answer.headers["x-request-id"]
        for_ever = path.startswith(("/static/", "/plotly")) and answer.status_code == 200
        assert answer.headers["cache-control"].startswith("public" if for_ever else ("no-store", "private, no-cache")), path


@pytest.mark.parametrize("method", ["TRACE", "OPTIONS", "PUT", "PATCH", "DELETE", "QUERY"])
def test_no_route_takes_a_method_that_it_does_not_have(method: str) -> None:
    asked = [(method, filled, [bearer(TOKEN)]) for _, _, filled in [*addresses(APP)][::5]]

    assert {answer.status_code for answer in statuses(APP, asked)} <= {404, 405}


def test_over_https_a_browser_is_told_to_come_by_nothing_else() -> None:
    told = security_headers(secure=True)["Strict-Transport-Security"]

    assert int(told.split(";")[0].removeprefix("max-age=")) >= 31_536_000
    assert "includeSubDomains" in told


def test_a_site_of_https_says_so_on_every_answer(tmp_path: Path) -> None:
    names = ("JOURNEY_OIDC_ISSUER", "JOURNEY_OIDC_CLIENT_ID", "JOURNEY_OIDC_CLIENT_SECRET_FILE", "JOURNEY_PUBLIC_URL")
    given = dict(zip(names, ("https://login.example", "journey", str(tmp_path), "https://journey.example"), strict=True))
    app = create_app(
        settings({"JOURNEY_DATA": str(tmp_path), **given}), LocalAccess(TOKEN, PORT), register=_any(), log=_Silent()
    )

    for answer in statuses(app, [("GET", path, []) for path in ("/sager", "/api/figures", "/nowhere", "/api/problems")]):
        assert answer.headers["strict-transport-security"] == security_headers(secure=True)["Strict-Transport-Security"]


def _any() -> Any:
    return object()


# --- the checks bite ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("directive", "sources"),
    [
        ("script-src", "'self' 'unsafe-inline'"),
        ("style-src", "'self' 'unsafe-hashes'"),
        ("script-src", "'self' 'unsafe-eval'"),
        ("connect-src", "*"),
        ("script-src", "'self' data:"),
        ("img-src", "'self' https:"),
    ],
)
def test_twin_a_looser_policy_is_seen(directive: str, sources: str) -> None:
    assert loose({**POLICY, directive: sources})
    assert loose({name: text for name, text in POLICY.items() if name != "frame-ancestors"}) == {"frame-ancestors"}
