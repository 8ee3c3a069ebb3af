"""Health and metrics for those who look after it, and that no personal data leave by them or by a bug."""

from __future__ import annotations

import io
import json
import logging
import re

import pytest

from api.logs import logger, where
from api.web.server import _quiet
from tests.routes.refusal import NOTE, NUMBER, refused
from tests.support.serving import Running, granted, referred
from tests.support.waiting import until


def test_it_says_that_it_is_well(api: Running) -> None:
    assert api.client.get("/health/live").json() == {"ok": True}
    assert api.client.get("/health/ready").json() == {"ok": True}
    until(lambda: api.client.get("/health").status_code == 200)
    health = api.client.get("/health").json()
    assert health["position"] == health["log_position"] == api.register.head()[0]
    assert (health["lag_events"], health["leading"], health["error"], health["frozen"]) == (0, True, None, False)


def test_metrics_count_without_naming(api: Running) -> None:
    before = _metric(api, "journey_events_appended_total")
    api.post("measured", "measured", [referred(), granted()])
    api.post("measured", "measured", [referred(), granted()])
    refused(api.post("measured", "measured-2", referred()), "already_open")

    text = api.client.get("/metrics").text

    assert _metric(api, "journey_events_appended_total") == before + 2
    assert 'journey_refused_total{code="already_open"}' in text
    assert 'route="/api/cases/{case}/events"' in text
    assert "measured" not in text
    until(lambda: _metric(api, "journey_rows_position") > 0, 60)


def _metric(api: Running, name: str) -> float:
    found = re.search(rf"^{name} (\S+)$", api.client.get("/metrics").text, re.MULTILINE)
    assert found
    return float(found[1])


def test_every_answer_carries_the_headers_that_keep_it_in(api: Running) -> None:
    for answer in (api.client.get("/api/codes"), api.client.get("/nobody"), api.client.get("/api/cases/nobody")):
        assert "script-src 'self';" in answer.headers["content-security-policy"]
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["cache-control"] == "no-store"
    assert api.client.get("/api/figures/caseload").headers["cache-control"] == "private, no-cache"


def test_what_is_got_may_be_asked_for_by_its_head_alone(api: Running) -> None:
    for address in ("/", "/health/live", "/api/codes", "/nobody"):
        whole, head = api.client.get(address), api.client.head(address)

        assert (head.status_code, head.content) == (whole.status_code, b"")
        assert head.headers["content-type"] == whole.headers["content-type"]
    assert api.client.head("/api/publications").status_code == 405


def test_a_bug_is_answered_without_detail_and_logged_without_data(api: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ValueError(f"{NUMBER} {NOTE}")

    monkeypatch.setattr("api.web.rest.cases.replay", broken)

    answer = api.client.get("/api/cases/Kirsten")

    problem = refused(answer, "unexpected")
    assert "detail" not in problem
    line = next(
        line for line in api.log_lines() if line["event"] == "unexpected" and line["request_id"] == problem["request_id"]
    )
    assert line["error"] == "ValueError"
    assert any("rest/cases.py" in frame for frame in line["where"])


def test_what_others_code_says_by_itself_is_a_line_without_what_it_was_filled_with(monkeypatch: pytest.MonkeyPatch) -> None:
    loud = {name: logging.getLogger(name) for name in ("uvicorn.error", "asyncio", "psycopg.pool")}
    for one in (logging.getLogger(name.partition(".")[0]) for name in loud):
        monkeypatch.setattr(one, "handlers", one.handlers)
        monkeypatch.setattr(one, "propagate", one.propagate)
        monkeypatch.setattr(one, "level", one.level)
    monkeypatch.setattr(loud["psycopg.pool"], "level", logging.NOTSET)
    out = io.StringIO()

    _quiet(logger(out))
    for one in loud.values():
        one.error("gik galt: %s", NOTE, exc_info=ValueError(f"{NUMBER} {NOTE}"))

    said = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(line["said"], line["error"]) for line in said] == [("gik galt: %s", "ValueError")] * 3


def test_a_bug_in_code_without_a_file_is_placed_all_the_same() -> None:
    with pytest.raises(ZeroDivisionError) as bug:
        exec("1 / 0")

    assert where(bug.value)[-1] == "<string>:1"


def test_no_personal_data_leaves_by_a_log_an_error_or_a_metric(api: Running) -> None:
    planted = (NUMBER, "0101901234", NOTE, "Kirsten")
    note = {"kind": "note_added", "valid_at": "2025-01-01", "data": {"text": f"{NOTE} {NUMBER}"}}
    answers = [
        api.post("Kirsten", "planted-1", [referred("Kirsten-1"), note]),
        api.post("Kirsten", "planted-2", {**note, "by": NUMBER}),
        api.post("Kirsten", "planted-3", {"kind": "note_added", "valid_at": "2025-01-01", "data": {"text": NOTE, NUMBER: 1}}),
        api.post("Kirsten", "planted-4", {"kind": "note_added", "valid_at": NUMBER, "data": {"text": NOTE + "\x00"}}),
        api.post(NUMBER, "planted-5", referred()),
        api.post("Kirsten", NUMBER, referred()),
        api.client.get(f"/api/cases/{NUMBER}"),
        api.client.get(f"/api/figures/caseload?known_at={NUMBER}"),
        api.client.get(f"/api/figures/caseload?unit={NUMBER}&{NUMBER}=1"),
        api.client.get(f"/api/figures/caseload?valid_at={NUMBER}"),
        api.client.get(f"/{NUMBER}"),
        api.client.get(f"/api/problems/{NUMBER}"),
        api.client.get("/metrics"),
    ]

    assert answers[0].status_code == 201
    for answer in answers[1:]:
        assert not [one for one in planted[:3] if one in answer.text], answer.text
    logged = api.logged.getvalue()
    assert not [one for one in (*planted, "planted", "caseload?", "own-write") if one in logged]
    assert {"method", "route", "status", "ms", "request_id"} <= set(api.log_lines()[0])
