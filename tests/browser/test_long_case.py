"""A long case turned over by keyboard: the ways to earlier and later events are links that say what they lead to, and take one there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Visits
from tests.conftest import Database
from tests.support.long_case import long_case
from tests.support.serving import Running, running_with

ADDRESS = "/sag/L-1?valid_at=2023-03-01"


@pytest.fixture(scope="module")
def long(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_with(server, template, tmp_path_factory.mktemp("keys"), long_case()) as made:
        yield made


@pytest.mark.long
def test_the_keyboard_turns_to_later_events_and_the_focus_goes_with_it(long: Running, visits: Visits) -> None:
    visit = visits.to(long)
    page = visit.go(ADDRESS)
    expect(page.locator(".event")).to_have_count(100)

    page.get_by_role("navigation", name="Flere hændelser i sag L-1", exact=True).get_by_role("link", name="Senere").focus()
    page.keyboard.press("Enter")

    expect(page.locator("#sag0-forloeb + .note")).to_have_text("Hændelse 223–322 af 450 er vist.")
    expect(page.locator(".event").first).to_have_id("sag0-h223")
    page.wait_for_load_state("load")
    page.wait_for_function("scrollY > 0")  # the browser has gone to the heading: from there Tab goes on
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Tidligere: hændelse 123–222").first).to_be_focused()
    page.go_back()
    expect(page.locator("#sag0-forloeb + .note")).to_have_text("Hændelse 123–222 af 450 er vist.")
    assert visit.errors == []


@pytest.mark.long
def test_a_slider_goes_back_to_the_events_around_its_day(long: Running, visits: Visits) -> None:
    page = visits.to(long).go(f"{ADDRESS}&fra=401")
    expect(page.locator(".event")).to_have_count(50)

    page.get_by_role("slider", name="Hvad gjaldt?").focus()
    page.keyboard.press("ArrowLeft")

    expect(page.locator(".event")).to_have_count(100)
    assert "fra=" not in page.url


@pytest.mark.long
def test_the_way_to_an_event_of_the_page_leads_to_it_and_fetches_nothing(long: Running, visits: Visits) -> None:
    visit = visits.to(long)
    page = visit.go("/sag/L-1?valid_at=2022-06-10")

    page.get_by_role("link", name="hændelsen ved position 3").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")

    expect(page.locator("#sag0-h3 > details > summary")).to_be_focused()
    assert page.url.endswith("#sag0-h3")
    assert [url for url in visit.requests if "/sag/" in url] == [f"{long.url}/sag/L-1?valid_at=2022-06-10"]


@pytest.mark.long
@pytest.mark.parametrize("language", ["", "&lang=en"])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_and_nothing_runs_out_of_the_page(long: Running, visits: Visits, language: str, dark: bool) -> None:
    page = visits.to(long, PHONE, dark=dark).go(f"{ADDRESS}&fra=201{language}")
    found = Axe().run(page)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
