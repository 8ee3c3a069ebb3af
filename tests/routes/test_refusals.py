"""Each refusal of a command, of a question and of a name, and the catalogue that they stand in."""

from __future__ import annotations

import json
from urllib.parse import quote

import pytest
from starlette.routing import Route

from api.web.app import routers
from api.web.problem_types import PROBLEMS
from api.web.same_origin import SAFE
from journey.codes import standard
from tests.routes.refusal import NUMBER, refused
from tests.support.serving import Running, closed, referred


@pytest.mark.parametrize(
    ("code", "content", "headers"),
    [
        ("no_key", "{}", {}),
        ("bad_header", "{}", {"Idempotency-Key": "x" * 201}),
        ("personal_number", "{}", {"Idempotency-Key": NUMBER}),
        ("bad_header", "{}", {"Idempotency-Key": "k", "If-Match": "7"}),
        ("not_json", "{}", {"Idempotency-Key": "k", "Content-Type": "text/plain"}),
        ("bad_json", "{", {"Idempotency-Key": "k"}),
        ("bad_json", "", {"Idempotency-Key": "k"}),
        ("bad_json", b'"\xff"', {"Idempotency-Key": "k"}),
        ("bad_json", "[" * 100_000, {"Idempotency-Key": "k"}),
        (
            "bad_json",
            '{"kind":"note_added","valid_at":"2025-01-01","data":{"text":' + "[" * 900 + "]" * 900 + "}}",
            {"Idempotency-Key": "k"},
        ),
        ("bad_events", "[]", {"Idempotency-Key": "k"}),
        ("bad_value", "3", {"Idempotency-Key": "k"}),
        ("bad_events", "{}", {"Idempotency-Key": "k"}),
        ("too_large", json.dumps([referred()] * 101), {"Idempotency-Key": "k"}),
        ("too_large", " " * 4_000_001, {"Idempotency-Key": "k"}),
        ("not_open", json.dumps(closed()), {"Idempotency-Key": "k"}),
        ("too_early", json.dumps(referred(day="1899-12-31")), {"Idempotency-Key": "k"}),
        ("too_late", json.dumps(referred(day="2199-01-01")), {"Idempotency-Key": "k"}),
        ("not_a_case_event", json.dumps({"kind": "survey_recorded", "valid_at": "2025-01-01"}), {"Idempotency-Key": "k"}),
        ("bad_parameter", "{}", {"Idempotency-Key": "k", "query": "?unit=x"}),
    ],
)
def test_a_command_is_refused(api: Running, code: str, content: str | bytes, headers: dict[str, str]) -> None:
    query = headers.pop("query", "") if "query" in headers else ""
    told = {"Content-Type": "application/json", **headers}

    answer = api.client.post(f"/api/cases/refused/events{query}", content=content, headers=told)

    if code == "not_a_case_event":
        assert code in answer.text
    else:
        refused(answer, code)
    assert api.client.get("/api/cases/refused").status_code == 404


def test_a_limit_of_ours_is_said_whole(api: Running) -> None:
    frame = {"kind": "frame_agreed", "valid_at": "2025-01-01", "data": {"amount": 10**15}}

    assert "1.000.000.000.000" in refused(api.post("refused", "limit", frame), "bad_value")["detail"]
    assert "(skjult)" not in refused(api.client.get("/api/findings?after=x"), "bad_parameter")["detail"]


@pytest.mark.parametrize("case", ["N-\u202e1", "N-\u200b1", "\ufeffN-1"])
def test_no_case_is_recorded_that_cannot_be_seen(api: Running, case: str) -> None:
    refused(api.post(case, f"unseen {ord(max(case))}", referred()), "bad_value")


@pytest.mark.parametrize("letter", ["%E6", "%E5", "%FF", "%ED%A0%80", "%C0%AF"])
def test_an_address_that_is_not_utf_8_is_refused_and_not_read_as_another(api: Running, letter: str) -> None:
    """Read on, N%E6stved and N%E5stved would be one case: two citizens' events in one history."""
    answer = api.post(f"N{letter}stved", f"latin {letter}", referred())

    assert "UTF-8" in refused(answer, "bad_request")["detail"]
    for path in (
        f"/api/cases/N{letter}stved",
        f"/sag/N{letter}stved",
        f"/sag?sag=N{letter}",
        f"/api/figures/caseload?unit={letter}",
    ):
        refused(api.client.get(path), "bad_request")
    assert api.client.get(f"/api/cases/N{quote(chr(0xFFFD))}stved").status_code == 404


def test_what_can_be_recorded_can_be_looked_up(api: Running) -> None:
    for case in ("N\u00a01", "<b>1</b>", "a/b?c=%41#d"):
        assert api.post(quote(case, safe=""), f"seen {case.encode().hex()}", referred()).status_code == 201
        for address in ("/api/cases/", "/sag/"):
            assert api.client.get(address + quote(case, safe="")).status_code == 200


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("unknown_case", "/api/cases/nobody"),
        ("unknown_case", "/api/cases/nobody%00"),
        ("no_page", "/api/figures/nobody"),
        ("no_page", "/api/problems/nobody"),
        ("no_page", "/nobody"),
        ("no_page", "/api/figures/"),
        ("position_unknown", "/api/figures/caseload?known_at=99999999"),
        ("bad_parameter", "/api/figures/caseload?known_at=i+morgen"),
        ("bad_parameter", "/api/figures/caseload?known_at="),
        ("bad_parameter", "/api/figures/caseload?valid_at=2025-02-30"),
        ("bad_parameter", "/api/figures/caseload?from=2025-01-01"),
        ("bad_parameter", "/api/figures/caseload?unit=nowhere"),
        ("bad_parameter", "/api/figures/caseload?count=cases&count=citizens"),
        ("bad_parameter", "/api/figures/caseload?format=xlsx"),
        ("bad_parameter", "/api/figures/survey?wave=%00"),
        ("bad_parameter", "/api/figures/caseload?" + "valid_at=2025-01-01&" * 401),
        ("too_long", "/api/figures/caseload?" + "&".join(f"{nth:x}" for nth in range(12_500))),
        ("too_long", "/figurer/caseload?" + "&" * 1_000),
        ("too_long", "/sag/nobody?lang=" + "x" * 32_000),
        ("bad_parameter", "/api/cases/nobody?valid_at=yesterday"),
        ("bad_parameter", "/api/findings?limit=many"),
        ("bad_parameter", "/api/changes?seconds=99999"),
        ("bad_parameter", "/health?x=1"),
    ],
)
def test_a_question_is_refused(api: Running, code: str, path: str) -> None:
    refused(api.client.get(path), code)


def test_an_address_is_asked_in_its_own_way_only(api: Running) -> None:
    answer = api.client.delete("/api/figures/caseload")

    refused(answer, "method_not_allowed")
    assert answer.headers["allow"] == "GET"


OTHER_SITES = [
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://["},
    {"Origin": "http://127.0.0.1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
]


@pytest.mark.parametrize("headers", OTHER_SITES, ids=str)
def test_what_changes_anything_is_not_taken_from_a_page_of_another_site(api: Running, headers: dict[str, str]) -> None:
    routes = [
        (method, route.path.replace("{case:path}", "other"))
        for router in routers(standard())
        for route in router.routes
        if isinstance(route, Route)
        for method in route.methods or ()
        if method not in SAFE
    ]
    assert len(routes) >= 3
    for method, path in routes:
        refused(api.client.request(method, path, content="{}", headers=headers), "other_site")

    assert api.post("other", f"other {headers}", referred(), **headers).status_code == 403
    assert api.client.get("/api/cases/other").status_code == 404
    assert api.client.get("/api/codes", headers=headers).status_code == 200


@pytest.mark.parametrize("own", [{"Sec-Fetch-Site": "same-origin"}, {"Origin": ""}, {}], ids=str)
def test_it_is_from_our_own_pages_and_from_programs(api: Running, own: dict[str, str]) -> None:
    headers = {name: value or api.url for name, value in own.items()}

    assert api.post("own", f"own {len(own)} {[*own]}", referred(), **headers).status_code in (201, 409)


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost.", "", "192.168.1.2:8000"])
def test_another_name_than_this_machine_s_own_is_refused(api: Running, host: str) -> None:
    refused(api.client.get("/api/codes", headers={"Host": host}), "bad_host")


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1", "[::1]:8000", "[::1]"])
def test_this_machine_s_own_names_are_answered(api: Running, host: str) -> None:
    assert api.client.get("/health/live", headers={"Host": host}).status_code == 200


def test_the_catalogue_has_every_code_and_the_address_that_a_problem_names(api: Running) -> None:
    catalogue = api.client.get("/api/problems").json()

    assert {entry["code"] for entry in catalogue} == set(PROBLEMS)
    for entry in catalogue:
        assert api.client.get(entry["type"]).json() == entry
