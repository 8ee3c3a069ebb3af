"""A known time that is not past yet stands for a position that can move: every answer to it says so, and no other does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.clock import now, today
from api.register.answer import caution_of
from api.web.app import routers
from dashboards import site
from dashboards.figures.table import CAUTION
from journey.codes import standard
from tests.support.serving import Running

LATER = ["2100-01-01", "9999-12-31", "2100-01-01T12:00:00", "2100-01-01T12:00:00+01:00"]
PAST = ["2020-05-01", "2", "0", "2020-05-01T12:00:00Z", None]
CELL = "unit=ungeindsatsen&valid_at=2020-05-01&cell.unit=ungeindsatsen&cell.valid_at=2020-05-01"
ANSWERS = {
    "/api/figures/{figure}/cases": f"/api/figures/caseload/cases?{CELL}&",
    "/api/figures/{figure}/why": "/api/figures/caseload/why?known_from=0&",
    "/api/findings": "/api/findings?",
    "/api/cases/{case:path}": "/api/cases/counted?",
    **{f"/api/figures/{name}": f"/api/figures/{name}?" for name in ("caseload", "transfers")},
}
PAGES = [
    f"{site.FIGURE_PAGES}caseload?",
    f"{site.WHY.address}?figure=caseload&known_from=0&",
    "/sag/counted?",
    f"{site.REPORT.address}?",
]


def asked(path: str, known_at: str | None) -> str:
    return path if known_at is None else f"{path}known_at={known_at.replace('+', '%2B')}"


def test_every_route_that_takes_a_known_time_is_looked_at() -> None:
    described = {
        route.path
        for router in routers(standard())
        for route in router.routes
        if isinstance(route, APIRoute)
        and any(parameter.get("name") == "known_at" for parameter in (route.openapi_extra or {}).get("parameters", []))
    }

    assert {path for path in described if not path.startswith("/api/figures/") or "{" in path} == {
        path for path in ANSWERS if "{" in path or path == "/api/findings"
    }


@pytest.mark.parametrize("path", ANSWERS.values())
def test_an_answer_to_a_time_that_is_not_past_says_so(api: Running, counted: list[Any], path: str) -> None:
    for known_at in [*LATER, today().isoformat(), (now() + timedelta(hours=1)).isoformat()]:
        answer = api.client.get(asked(path, known_at))
        assert answer.json()["known_at"]["caution"] == CAUTION, answer.text
    for known_at in PAST:
        assert "caution" not in api.client.get(asked(path, known_at)).text
    assert counted


def test_an_answer_kept_is_not_shown_for_a_question_that_gets_a_caution(api: Running, counted: list[Any]) -> None:
    known = counted[-1]["positions"][-1]
    plain = api.client.get("/api/figures/caseload")
    again = api.client.get("/api/figures/caseload?known_at=2100-01-01", headers={"If-None-Match": plain.headers["etag"]})

    assert again.status_code == 200
    assert again.json()["known_at"]["position"] >= known


def test_both_times_of_a_difference_can_be_later(api: Running, counted: list[Any]) -> None:
    answer = api.client.get("/api/figures/caseload/why?known_from=2100-01-01").json()

    assert (answer["known_from"]["caution"], "caution" in answer["known_at"]) == (CAUTION, False)
    assert counted


@pytest.mark.parametrize("path", PAGES)
def test_a_page_of_it_says_so_too(api: Running, counted: list[Any], path: str) -> None:
    shown, hidden = 'id="caution" role="note">', 'id="caution" role="note" hidden>'
    page = api.client.get(asked(path, today().isoformat())).text
    assert shown in page
    assert CAUTION in page
    page = api.client.get(asked(path, "2")).text
    assert hidden in page
    assert CAUTION not in page
    assert counted


def test_it_is_said_in_english_too(api: Running) -> None:
    assert "has not passed yet" in api.client.get("/sag?lang=en&known_at=2100-01-01").text


@pytest.mark.parametrize("known_at", ["", "i morgen", "2100-13-01", "0", "1.234", None])
def test_what_is_no_moment_gets_none(known_at: str | None) -> None:
    assert caution_of(known_at) is None
