"""What comes out of the printer: the numbers and the charts in light colours, no controls, and of what stands closed a line."""

from __future__ import annotations

import io

import pytest
from pypdf import PdfReader

from dashboards.pages.catalogue import DASHBOARDS
from dashboards.site import PAGES
from tests.browser.conftest import DESK, Visits
from tests.support.serving import Running

PAPER = 680
"""The width of an A4 page between its margins, in the pixels of a style sheet."""
CHARTS = """() => [...document.querySelectorAll("[data-chart] .main-svg:first-child")].map(one => ({
  width: Number(one.getAttribute("width")), wide: one.closest(".chart") !== null,
  ink: [...one.querySelectorAll("text")].map(text => getComputedStyle(text).fill),
}))"""
LIGHT_INK = {"rgb(232, 237, 242)", "rgb(169, 180, 191)"}
"""What text is drawn in on a dark screen."""


def _drawn_for_paper(page: object) -> list[dict[str, object]]:
    page.evaluate("dispatchEvent(new Event('beforeprint'))")  # pyright: ignore[reportAttributeAccessIssue] -- a page of Playwright
    return page.evaluate(CHARTS)  # pyright: ignore[reportAttributeAccessIssue] -- the same


ADDRESSES = [page.address for page in PAGES if page.id in DASHBOARDS]
PRINTED = [ADDRESSES[0], *(pytest.param(address, marks=pytest.mark.long) for address in ADDRESSES[1:])]


@pytest.mark.long
@pytest.mark.parametrize("address", PRINTED)
def test_charts_are_drawn_light_and_as_wide_as_the_paper_at_once(site: Running, visits: Visits, address: str) -> None:
    """At once, since the printer does not wait; and back again afterwards."""
    visit = visits.to(site, DESK, dark=True)
    page = visit.go(f"{address}?valid_at=2025-02-01")
    before = page.evaluate(CHARTS)

    charts = _drawn_for_paper(page)

    assert charts
    assert any(LIGHT_INK & set(one["ink"]) for one in before)
    assert not any(LIGHT_INK & set(one["ink"]) for one in charts)
    assert {one["width"] for one in charts if one["wide"]} == {PAPER}
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": PAPER, "height": 960})
    assert page.evaluate("document.documentElement.scrollWidth") <= PAPER
    for gone in ("form.times", ".skip", "#theme", ".downloads"):
        assert not page.locator(gone).first.is_visible(), gone


@pytest.mark.long
def test_the_first_page_is_two_or_three_pages_with_its_numbers_and_without_what_stands_closed(
    site: Running, visits: Visits
) -> None:
    page = visits.to(site, DESK).go()

    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    text = " ".join(sheet.extract_text() for sheet in printed.pages)

    assert 2 <= len(printed.pages) <= 3
    for there in ("Gældende", "Sager pr. måned fra", "Tabel 2", "156", "ikke trykt: det står lukket på siden"):
        assert there in text, there
    for closed in ("Sager ved udgangen af den 1. i måneden 1", "http", "Alle skift, pr. sagsår"):
        assert closed not in text, closed


@pytest.mark.long
def test_what_the_reader_has_opened_is_printed(site: Running, visits: Visits) -> None:
    visit = visits.to(site, DESK)
    page = visit.go()
    visit.opened()

    text = " ".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages)

    assert "Alle skift, pr. sagsår" in text
    assert "det står lukket på siden" not in text
