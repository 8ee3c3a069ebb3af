"""The case page in a browser: sliders by keyboard and screen reader, the chart that follows, small, dark, on paper and without script."""

from __future__ import annotations

import json
import re
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboards.words.danish import number
from tests.browser.conftest import DESK, PHONE, Visits
from tests.support.serving import Running

CASE = "N-2022-0120"
ADDRESS = f"/sag/{CASE}?valid_at=2025-02-01"
AXE = Axe()


def asked(page: Page) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(urlsplit(page.url).query).items()}


def steps(site: Running) -> list[int]:
    """The positions that the slider steps through."""
    html = site.client.get(ADDRESS).text
    found = re.search(r'id="known_at_steps">(.*?)</script>', html)
    assert found
    return [int(position) for position in json.loads(found[1])]


def line_of_the_chart(page: Page) -> str:
    return page.evaluate("document.querySelector('#baner-0').layout.shapes[0].x0")


def test_it_is_drawn_without_an_error_and_asks_nobody_else(site: Running, visits: Visits) -> None:
    visit = visits.to(site)

    page = visit.go(ADDRESS)

    assert page.locator("#baner-0 .main-svg").count() >= 1
    assert visit.errors == []
    assert [url for url in visit.requests if not url.startswith(site.url)] == []


@pytest.mark.long
def test_an_arrow_key_steps_to_the_day_before_and_tells_what_changed(site: Running, visits: Visits) -> None:
    visit = visits.to(site)
    page = visit.go(ADDRESS)
    slider = page.get_by_role("slider", name="Hvad gjaldt?")
    assert (slider.get_attribute("aria-valuetext") or "").startswith("1. februar 2025: sagsbehandlerskift")

    slider.focus()
    page.keyboard.press("ArrowLeft")

    expect(page.locator("#told")).to_contain_text("Ændret: ")
    expect(page.locator("#told")).to_contain_text("Sagsbehandler, beskæftigelse: sb-12")
    day = asked(page)["valid_at"]
    assert day < "2025-02-01"
    expect(page.locator("#valid_at")).to_have_value(day)
    expect(slider).to_be_focused()
    assert slider.get_attribute("aria-valuetext") == page.locator("#valid_at_said").inner_text()
    assert line_of_the_chart(page) == day
    page.go_back()
    expect(page.locator(".shown")).to_contain_text("1. februar 2025")
    assert visit.errors == []


@pytest.mark.long
def test_the_other_slider_steps_through_what_was_known(site: Running, visits: Visits) -> None:
    first, second = steps(site)[:2]
    page = visits.to(site).go(f"{ADDRESS}&known_at={first}")
    slider = page.get_by_role("slider", name="Hvad vidste vi?")
    assert f"position {number(first)}" in (slider.get_attribute("aria-valuetext") or "")
    known = page.locator(".event").count()

    slider.focus()
    page.keyboard.press("ArrowRight")

    expect(page.locator(".event")).not_to_have_count(known)
    assert asked(page)["known_at"] == str(second)
    expect(page.locator("#told")).to_contain_text("som vi vidste det")
    page.keyboard.press("End")
    expect(page.locator(".shown")).to_contain_text("29. december 2025")
    assert "known_at" not in asked(page)


def test_without_a_script_the_form_does_the_same(site: Running, visits: Visits) -> None:
    page = visits.to(site, script=False).go(ADDRESS, drawn=False)
    expect(page.get_by_role("slider")).to_have_count(0)

    first = steps(site)[0]
    page.locator("#known_at").select_option(str(first))
    page.get_by_role("button", name="Vis").click()

    expect(page.locator(".shown")).to_contain_text(f"position {number(first)}")
    assert asked(page)["known_at"] == str(first)


def test_a_case_is_found_by_its_beginning(site: Running, visits: Visits) -> None:
    page = visits.to(site).go("/sag", drawn=False)

    page.get_by_role("searchbox").fill("N-2022-012")
    page.keyboard.press("Enter")
    page.get_by_role("link", name=CASE).click()

    expect(page.locator("h1")).to_have_text(f"Sag {CASE}")


@pytest.mark.long
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["", "&lang=en"])
def test_axe_finds_nothing(site: Running, visits: Visits, language: str, dark: bool) -> None:
    page = visits.to(site, dark=dark).go(f"{ADDRESS}&ved=N-2022-0121{language}")
    for details in page.locator(".event.here details, details.lanes").all():
        details.evaluate("one => { one.open = true; }")

    found = AXE.run(page)

    assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []


@pytest.mark.parametrize("size", [PHONE, DESK])
def test_nothing_runs_out_of_the_page(site: Running, visits: Visits, size: tuple[int, int]) -> None:
    page = visits.to(site, size).go(ADDRESS)

    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize("script", [True, False])
def test_on_paper_the_story_stands_unfolded_and_the_controls_do_not(site: Running, visits: Visits, script: bool) -> None:
    page = visits.to(site, script=script).go(ADDRESS, drawn=False)
    expect(page.locator(".event:not(.here) .told-of >> visible=true")).to_have_count(0)
    page.emulate_media(media="print")

    expect(page.locator("form.sliders")).to_be_hidden()
    for part in (".event .told-of", "details.lanes table", ".counted + details ul"):
        expect(page.locator(part).first).to_be_visible()
    expect(page.locator(".event .told-of >> visible=true")).to_have_count(page.locator(".event").count())
    expect(page.locator(".event .whole >> visible=true")).to_have_count(0)
    expect(page.locator(".oracle")).to_contain_text("Genspil og rækker er enige")


def test_the_redacted_copy_is_had_for_a_recipient_and_a_purpose(site: Running, visits: Visits) -> None:
    page = visits.to(site).go(ADDRESS)

    page.get_by_text("Redigeret kopi til en modtager").click()
    page.get_by_label("Modtager").fill("Ankestyrelsen")
    page.get_by_label("Formål").fill("klagesag")
    with page.expect_download() as download:
        page.get_by_role("button", name="Hent kopien (zip)").click()

    assert re.fullmatch(r"sagsmappe-sag-[a-p]{16}\.zip", download.value.suggested_filename)
