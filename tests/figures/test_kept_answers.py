"""What is kept of answers given: never an answer that the register would not give now."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.web.pages import drilldown, report
from api.web.pages.report import Papers
from dashboards.pack.paper import StatusPaper
from journey.log.login import as_role
from journey.log.migrate import PROJECT
from tests.conftest import Database
from tests.pack.small import paper, published
from tests.support.registers import register_on
from tests.support.serving import Running, referred, running
from tests.support.waiting import until

ASKED = {"valid_at": "2025-03-01", "unit": "ungeindsatsen"}
CELL = "unit=ungeindsatsen&valid_at=2025-03-01&cell.unit=ungeindsatsen&cell.valid_at=2025-03-01"


@pytest.fixture
def app(database: Database, tmp_path: Path) -> Iterator[Running]:
    with running(register_on(database, tmp_path).settings) as made:
        made.post("N-1", "k1", referred())
        until(lambda: made.register.follower.position == 1)
        yield made


def asked(app: Running, **more: str) -> Any:
    return app.client.get("/api/figures/caseload", params={**ASKED, **more})


def test_rows_made_anew_are_counted_anew_at_the_same_position(app: Running) -> None:
    """As the auditor's page says to do about rows that somebody has changed."""
    with psycopg.connect(as_role(app.register.url, PROJECT), autocommit=True) as conn:
        conn.execute("UPDATE rows.spans SET unit = 'social'")
    wrong = asked(app, known_at="1")
    assert wrong.json()["cells"][0]["value"] == 0

    app.register.rebuild()

    until(lambda: asked(app, known_at="1").json()["cells"][0]["value"] == 1)
    had = {"If-None-Match": wrong.headers["etag"]}
    assert app.client.get("/api/figures/caseload", params={**ASKED, "known_at": "1"}, headers=had).status_code == 200


def test_a_list_longer_than_a_file_is_taken_in_several_and_turned_over_at_one_moment(
    app: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.post("N-2", "k2", referred("b-2"))
    until(lambda: app.register.follower.position == 2)
    monkeypatch.setattr(drilldown, "LONGEST_PAGE", 1)
    monkeypatch.setattr(drilldown, "PAGE", 1)
    page = app.client.get(f"/figur/caseload/sager?{CELL}")
    every = app.client.get(f"/api/figures/caseload/cases?{CELL}").json()
    files = re.findall(r'href="([^"]*)" download>CSV (\d+–\d+)<', unescape(page.text))
    lines = [app.client.get(address).text.splitlines() for address, _ in files]

    assert [one["case"] for one in every["cases"]] == ["N-1", "N-2"]
    assert [cases for _, cases in files] == ["1–1", "2–2"]
    assert [line.split(";")[0] for _, line in lines] == [one["case"] for one in every["cases"]]
    after = re.search(r'rel="next" href="([^"]*)"', unescape(page.text))
    assert after
    assert "known_at=2" in after[1]
    assert "N-2" in app.client.get(after[1]).text


def test_a_paper_is_drawn_anew_when_something_in_it_is_another(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has been published since stands in it too, at whatever position it is of."""
    monkeypatch.setattr(report, "checked", lambda one: one)
    monkeypatch.setattr(report, "with_pictures", lambda one: drawn.append(one) or one)
    drawn: list[StatusPaper] = []
    kept = Papers()
    before, after = paper(), paper(ledger=[published("ui-2025", 96)])

    assert [kept.drawn(one) for one in (before, paper(), after, after)] == [before, before, after, after]
    assert drawn == [before, after]
