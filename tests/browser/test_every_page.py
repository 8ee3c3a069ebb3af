"""What holds on every page of the site, in both languages and both colours: axe-core finds nothing, nobody else is asked, it fits."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from dashboards.site import PAGES
from tests.browser.conftest import DESK, PHONE, Visits
from tests.support.serving import Running

ADDRESSES = [*(page.address for page in PAGES), "/figur/caseload", "/figur/cohort"]
IN_EVERY_RUN = ("/figur/caseload",)
"""A page with all the parts that pages are made of; a look at each takes its time, so that the rest are looked at by `make promises`."""
LOOKED_AT = [address if address in IN_EVERY_RUN else pytest.param(address, marks=pytest.mark.long) for address in ADDRESSES]
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
WCAG = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}


def of(address: str, lang: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}valid_at=2025-02-01{'&lang=en' if lang == 'en' else ''}"


@pytest.mark.parametrize("address", LOOKED_AT)
def test_axe_finds_nothing_nobody_else_is_asked_and_a_phone_holds_it(site: Running, visits: Visits, address: str) -> None:
    visit = visits.to(site, DESK)
    for lang in ("da", "en"):
        page = visit.go(of(address, lang), drawn=False)
        visit.opened()
        assert found_by_axe(page, WCAG) == []
        assert page.locator("html").get_attribute("lang") == lang

        page.emulate_media(color_scheme="dark")
        page.wait_for_function("getComputedStyle(document.documentElement).getPropertyValue('--ground') === '#10161c'")
        assert found_by_axe(page, COLOURS) == []

        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=PHONE[0])
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        page.emulate_media(color_scheme="light")

    assert visit.errors == []
    assert [url for url in visit.requests if not url.startswith((site.url, "data:", "blob:"))] == []


@pytest.mark.long
def test_twin_what_stands_inline_is_not_run_and_is_seen(site: Running, visits: Visits) -> None:
    """The page itself is let put in what an attacker would, and the browser keeps to the policy."""
    visit = visits.to(site)
    page = visit.go("/tilgaengelighed", drawn=False)
    for inline in ("<img src=x onerror='window.ran = 1'>", "<p style='color: red'>x</p>", "<iframe src='/'></iframe>"):
        visit.errors.clear()
        page.locator("main").evaluate("(main, inline) => { main.innerHTML = inline; }", inline)
        page.wait_for_timeout(100)
        assert any("Content Security Policy" in error for error in visit.errors), inline
    page.evaluate(
        "() => { const one = document.createElement('script'); one.textContent = 'window.ran = 1'; document.head.append(one); }"
    )

    assert page.evaluate("window.ran") is None


def found_by_axe(page: Page, options: dict[str, object]) -> list[tuple[str, list[object]]]:
    found = Axe().run(page, options=options).response["violations"]
    return [(one["id"], [node["target"] for node in one["nodes"]][:5]) for one in found]


@pytest.mark.parametrize("address", LOOKED_AT)
def test_every_control_is_reached_by_keyboard(site: Running, visits: Visits, address: str) -> None:
    page = visits.to(site).go(of(address, "da"), drawn=False)
    for summary in page.locator("details.filters summary").all():
        summary.press("Enter")
    expected = set(page.locator("form.times :is(input:not([tabindex='-1']), select, button), nav a").evaluate_all(NAMES))

    seen: set[str] = set()
    page.locator(".skip").focus()
    for _ in range(120):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(FOCUS)
        seen.add(name)
        assert outline != "none", name
        if expected <= seen:
            break

    assert expected <= seen


NAMES = "all => all.filter(one => one.type !== 'hidden').map(one => one.id || one.textContent.trim())"
FOCUS = """(() => {
  const at = document.activeElement, around = at.closest('.tick') ?? at;
  const outlines = [at, around].map(one => getComputedStyle(one).outlineStyle);
  return [at.id || at.textContent.trim(), outlines.find(one => one !== 'none') ?? 'none'];
})()"""


@pytest.mark.long
def test_a_charts_files_have_its_tables_cells_and_all_that_must_stand_with_them(
    site: Running, visits: Visits, tmp_path: Path
) -> None:
    visit = visits.to(site)
    page = visit.go("/?valid_at=2025-02-01")
    visit.opened()
    shown = page.locator("#stoette table tbody tr").evaluate_all(
        "all => all.map(row => [...row.children].map(cell => cell.textContent.trim()))"
    )
    beside = ("Gældende 1. februar 2025", "position ", "udgave 1", "Kilde: egne tal.", "Hver sag tælles under gruppen")

    files: dict[str, bytes] = {}
    for form in ("csv", "xlsx", "svg", "png"):
        with page.expect_download() as started:
            page.locator(f"#hent-stoette-{form}").click()
        started.value.save_as(tmp_path / form)
        assert re.search(rf"position-\d+\.{form}$", started.value.suggested_filename)
        files[form] = (tmp_path / form).read_bytes()

    text = files["csv"].decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [row for row in rows if row in shown] == shown
    sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"])).active
    cells = [[str(cell) for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    assert [row for row in cells if row in shown] == shown
    svg = files["svg"].decode()
    for words in beside:
        assert words in text
        assert words in "\n".join(" ".join(row) for row in cells)
        assert words in svg
    assert "Sager i Ungeindsatsen efter støtte" in svg
    assert "<script" not in svg
    assert files["png"].startswith(b"\x89PNG")
    assert int.from_bytes(files["png"][16:20], "big") == 2400
    assert visit.errors == []


@pytest.mark.long
def test_the_way_to_another_page_keeps_what_was_chosen(site: Running, visits: Visits) -> None:
    page = visits.to(site).go("/?valid_at=2024-02-02&unit=ungeindsatsen&include_assessing=false", drawn=False)

    page.locator("#ways").get_by_role("link", name="Sager", exact=True).click()

    expect(page.locator(".shown")).to_contain_text("Gældende 2. februar 2024")
    expect(page.locator(".shown")).to_contain_text("opgjort uden udredning")
    expect(page.locator(".shown")).not_to_contain_text("Arbejdsmarked")
    page.locator("#language").click()
    expect(page.locator(".shown")).to_contain_text("counted without assessing")


@pytest.mark.long
def test_the_switch_changes_the_reading_and_the_address(site: Running, visits: Visits) -> None:
    page = visits.to(site).go("/sager?valid_at=2025-02-01", drawn=False)

    page.locator("details.filters summary").click()
    page.locator("#include_assessing").select_option("false")

    expect(page.locator(".shown")).to_contain_text("opgjort uden udredning")
    assert "include_assessing=false" in page.url
    expect(page.locator("#sager .lead")).to_contain_text("81 i Ungeindsatsen")
    page.locator("#include_assessing").select_option("")
    expect(page.locator("#sager .lead")).to_contain_text("96 i Ungeindsatsen")
    assert "som trykt" in page.locator("#include_assessing option").first.inner_text()
