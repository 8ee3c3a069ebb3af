"""From a number to its cases and back, why it has changed, and the ledger: in a browser, in both languages, without a finding by axe."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Visits
from tests.conftest import Database
from tests.support.registers import register_on
from tests.support.serving import Running, referred, running
from tests.support.waiting import until

CASELOAD = {"unit": "ungeindsatsen", "valid_at": "2025-02-01"}
CASES = f"/figur/caseload/sager?{urlencode({**CASELOAD, 'cell.unit': 'ungeindsatsen', 'cell.valid_at': '2025-02-01'})}"
WHY = f"/hvorfor?{urlencode({**CASELOAD, 'figure': 'caseload', 'known_from': '2024-12-31', 'known_at': '2025-05-15'})}"
PAGES = {
    "cases": CASES,
    "no_sum": "/figur/lead_times/sager?from=2024-01-01&to=2025-01-01&cell.to=visited&cell.measure=median",
    "why": WHY,
    "why_form": "/hvorfor",
    "between": f"/hvorfor?{urlencode({**CASELOAD, 'figure': 'caseload_by_support', 'valid_from': '2. februar 2024'})}",
    "between_steps": f"{WHY}&valid_from=2024-02-02",
    "between_wrong": f"{WHY}&valid_from=31.02.2024",
    "ledger": "/offentliggjort",
    "publish": "/offentliggoer?figure=caseload_by_support&valid_at=2025-02-01",
    "publish_which": "/offentliggoer",
    "adopt": "/vedtagelser?figure=caseworker_changes",
    "merge": "/sammenlaegning",
}


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.long if "between" in name or name == "merge" else ()) for name in PAGES]
)
def test_every_page_is_clean_in_both_languages_and_fits_a_phone(site: Running, visits: Visits, name: str, lang: str) -> None:
    visit = visits.to(site, PHONE if lang == "en" else DESK, dark=lang == "en")
    address = PAGES[name] + (("&" if "?" in PAGES[name] else "?") + "lang=en" if lang == "en" else "")

    page = visit.go(address, drawn=False)

    assert [(found["id"], found["nodes"][0]["html"]) for found in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    refused = "400 (Bad Request)" if name == "between_wrong" else None
    assert [error for error in visit.errors if not (refused and refused in error)] == []
    assert [url for url in visit.requests if not url.startswith(site.url)] == []


def _rows(page: Page) -> list[list[str]]:
    return [row.locator("th, td").all_inner_texts() for row in page.locator("tbody tr").all()]


@pytest.mark.long
def test_a_number_leads_to_its_cases_and_a_case_to_its_page(site: Running, visits: Visits) -> None:
    page = visits.to(site).go(drawn=False)
    page.locator("a.behind", has_text="96").first.focus()
    page.keyboard.press("Enter")

    expect(page.locator("#value")).to_have_text("96")
    first = _rows(page)
    page.get_by_role("link", name="De næste sager").click()
    expect(page.locator("caption")).to_have_text("Sag 51 til 96 af 96")
    every = [*first, *_rows(page)]
    assert sum(int(row[1]) for row in every) == len(every) == 96
    with page.expect_download() as taken:
        page.locator("#hent-sager").click()
    assert len(taken.value.path().read_text("utf-8-sig").splitlines()) == 97
    page.get_by_role("link", name=every[-1][0]).click()
    expect(page.locator("h1")).to_contain_text(every[-1][0])


def test_what_has_no_cases_says_so_and_a_cell_that_there_is_not_is_refused(site: Running) -> None:
    statement = site.register.ask("survey", {}, None).cells[0]["statement"]
    given = urlencode({"statement": statement, "cell.statement": statement, "cell.measure": "n"})

    none = site.client.get(f"/figur/survey/sager?{given}")
    wrong = site.client.get("/figur/caseload/sager?cell.unit=social")

    assert (none.status_code, wrong.status_code) == (200, 404)
    assert "ingen sager bag det" in none.text
    assert "Figurens svar har ikke den celle." in wrong.text


def test_the_events_that_moved_a_number_sum_to_the_difference(site: Running, visits: Visits) -> None:
    page = visits.to(site).go(WHY, drawn=False)

    heading = page.locator("#celle-1").inner_text()
    deltas = [int(row[-1].replace("−", "-")) for row in _rows(page)]

    assert heading.startswith("Ungeindsatsen, 1. februar 2025: ")
    assert heading.endswith(f"({sum(deltas):+d})")
    assert page.locator("tfoot td").inner_text() == f"{sum(deltas):+d}"


def test_the_ledger_shows_every_number_and_none_drifts(site: Running, visits: Visits) -> None:
    page = visits.to(site).go("/offentliggjort", drawn=False)

    assert len(_rows(page)) == 79
    assert page.locator(".shown").inner_text() == "79 tal, intet afviger fra det, der blev talt da, 9 tælles ikke."
    row = page.locator("tr", has_text="Ungeindsatsen · 1. februar 2025").first
    assert row.locator("td").all_inner_texts()[:3] == ["96", "96", "96"]
    row.get_by_role("link").first.click()
    expect(page.locator("#value")).to_have_text("96")


def test_a_figure_is_published_from_its_page_and_stays_while_the_answer_moves(
    database: Database, tmp_path: Path, visits: Visits
) -> None:
    with running(register_on(database, tmp_path).settings) as live:
        live.post("A-1", "k1", referred("b-1"))
        until(lambda: live.register.follower.position == 1)
        page = visits.to(live).go("/offentliggoer?figure=caseload_by_support", drawn=False)
        for name, text in (("paper_case", "26/1"), ("paper_title", "Status"), ("paper_date", "2026-01-10"), ("by", "sb-92")):
            page.fill(f"#{name}", text)
        page.check("#confirmed")
        page.get_by_role("button", name="Offentliggør").click()
        expect(page.locator("#made")).to_contain_text("De flytter sig aldrig")
        live.post("A-2", "k2", referred("b-2"))
        until(lambda: live.register.follower.position == 3)

        page.goto(f"{live.url}/offentliggjort")

        row = page.locator("tr", has_text="Venter")
        assert row.locator("td").all_inner_texts()[:4] == ["1", "1", "2", "✓ stemmer; svarer noget andet i dag"]
        row.get_by_role("link", name="Hvorfor").click()
        expect(page.locator("tbody")).to_contain_text("A-2")


def test_a_form_sent_from_elsewhere_publishes_nothing(site: Running) -> None:
    before = site.register.head()

    for headers, status in (({"Origin": "https://elsewhere.example"}, 403), ({"Sec-Fetch-Site": "cross-site"}, 403), ({}, 400)):
        answer = site.client.post("/offentliggoer", content=b"order=%7B%7D&key=k", headers=headers)
        assert answer.status_code == status

    assert site.register.head() == before
