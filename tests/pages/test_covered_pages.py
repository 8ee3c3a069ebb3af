"""The days covered as a visitor meets them: what a page without a day opens on, what is not known, and each source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from html import unescape

import pytest

from api.clock import today
from dashboards import site as pages
from dashboards.words.danish import day as in_words
from tests.conftest import Database, Sample
from tests.support.page_reader import Read
from tests.support.serving import Running, running_sample, running_with

FIRST, LAST = "2021-09-06", "2025-12-29"
"""The days that the sample is covered."""
LAST_DAY = date.fromisoformat(LAST)
DASHBOARDS = ("/", "/sager", "/sagsbehandlere", "/forloeb", "/klager", "/opfoelgning", "/oplevelse", "/datakvalitet")
OPENED = 'id="sidste-dag"'


@pytest.fixture(scope="module")
def site(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_sample(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        yield made


def shown(site: Running, address: str, **given: str) -> str:
    return unescape(site.client.get(address, params=given or None).raise_for_status().text)


def test_every_answer_says_the_days_covered_at_its_position(site: Running) -> None:
    answer = site.client.get("/api/figures/caseload").json()
    assert answer["covered"] == {"from": FIRST, "to": LAST}
    early = site.client.get("/api/figures/stock_flow", params={"known_at": "300"}).json()["covered"]
    assert early["from"] <= early["to"] < LAST


@pytest.mark.parametrize("address", ["/datakvalitet", pages.figure_page("caseload"), "/sag/N-2022-0001"])
def test_a_page_without_a_day_opens_on_the_last_covered_one_and_says_so(site: Running, address: str) -> None:
    html = shown(site, address)
    assert OPENED in html
    assert f"Vist er den sidste dag, registret er dækket: {in_words(LAST_DAY)}." in html
    link = re.search(rf'{OPENED}>[^<]*<a href="([^"]+)">', html)
    assert link
    assert f"valid_at={today()}" in link[1]
    assert OPENED not in shown(site, link[1])


def test_no_page_of_a_day_before_the_first_covered_one_shows_a_number(site: Running) -> None:
    for address in DASHBOARDS:
        html = shown(site, address, valid_at="2021-06-30")
        assert "ikke kendt" in html
        assert Read(html).tables == {}
    assert Read(shown(site, "/", valid_at=FIRST)).tables


@pytest.mark.long
@pytest.mark.parametrize("valid_at", [FIRST, "2022-03-01", "2026-11-29", "2027-03-01"])
def test_every_page_can_be_made_at_the_ends_of_what_is_covered(site: Running, valid_at: str) -> None:
    for address in DASHBOARDS:
        html = shown(site, address, valid_at=valid_at)
        if valid_at > LAST:
            assert f"som kendt den {in_words(LAST_DAY)}" in html, address
            assert not re.search(r"samme tid sidste år: [^i]", html), address


def test_each_source_has_its_newest_moment_and_its_silence(site: Running) -> None:
    html = shown(site, "/datakvalitet")
    [table] = [rows for caption, rows in Read(html).tables.items() if caption.startswith("Kilderne pr.")]
    assert {row[0] for row in table[1:]} == {
        f"proevedata-{name}" for name in ("fagsystem-a", "fagsystem-b", "fagsystem-c", "fagsystem-d", "samarbejdsplatform")
    }
    assert all(row[-1].strip() == "tavs for længe" for row in table[1:])
    then = Read(shown(site, "/datakvalitet", known_at=LAST))
    [table] = [rows for caption, rows in then.tables.items() if caption.startswith("Kilderne pr.")]
    assert {row[0]: row[-1].strip() for row in table[1:]}["proevedata-samarbejdsplatform"] == "–"


@pytest.fixture(scope="module")
def foreseen(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A register that knows a referral of a day to come, and nothing else: no day is covered yet."""
    referral = {
        "case": "N-1",
        "kind": "referred",
        "valid_at": "2025-03-10",
        "known_at": "2025-03-01T12:00:00+01:00",
        "source": "fs",
        "source_id": "1",
        "data": {"unit": "ungeindsatsen", "citizen": "b-1"},
    }
    with running_with(server, template, tmp_path_factory.mktemp("keys"), [referral]) as made:
        yield made


EARLY_AND_LATE = [
    *(
        (day, known)
        for day in ("1990-01-01", "2021-09-06", "2023-06-21", "2026-01-05", "2031-12-31")
        for known in ("1", "40", "900")
    ),
    ("2021-01-01", "19108"),
    ("2031-12-31", "19108"),
]
"""Days and positions between which nothing, a little or all is known of what a page shows."""


@pytest.mark.long
@pytest.mark.parametrize("address", [*DASHBOARDS, "/rapport", "/offentliggjort", pages.figure_page("caseload")])
def test_a_page_answers_whatever_is_known_of_its_days(site: Running, address: str) -> None:
    for day, known in EARLY_AND_LATE:
        for more in ({}, {"from": "2022-01-01"}):
            given = {"valid_at": day, "known_at": known, **more}
            answer = site.client.get(address, params=given)
            assert answer.status_code in (200, 400), (address, given, answer.text[:400])


@pytest.mark.long
@pytest.mark.parametrize("day", ["2025-02-15", "2025-03-10", "2025-03-20", "2025-04-20", "2026-03-20"])
def test_a_page_answers_where_no_day_is_covered(foreseen: Running, day: str) -> None:
    for address in (*DASHBOARDS, "/rapport", pages.figure_page("caseload")):
        assert foreseen.client.get(address, params={"valid_at": day}).status_code == 200, address
