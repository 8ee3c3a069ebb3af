"""The pages of a delivery in a browser without scripts: files chosen, report, taken in; accessible, on a phone, and by keyboard alone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESK, PHONE, Visits
from tests.browser.test_every_page import COLOURS, WCAG, found_by_axe
from tests.conftest import Database
from tests.support.serving import Running
from tests.support.sheets import ACCEPTED
from tests.support.uploads import CASE_ROWS, GRANT_ROWS, after, id_of, press, send, sheets, taking_uploads

pytestmark = pytest.mark.long

UNKNOWN = "2;8;020280-0002;x;Bostøtte efter § 85;01-03-2026;Iværksat;;1o0"


def looked_at(visits: Visits, app: Running, address: str) -> None:
    """Look at a page in both languages and colours: axe finds nothing, and a phone holds it."""
    visit = visits.to(app, DESK)
    for lang in ("", "?lang=en"):
        page = visit.go(address + lang, drawn=False)
        page.locator("details:not([open])").evaluate_all("all => all.forEach(each => { each.open = true; })")
        assert found_by_axe(page, WCAG) == [], address
        page.emulate_media(color_scheme="dark")
        assert found_by_axe(page, COLOURS) == [], address
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.wait_for_function("width => document.documentElement.scrollWidth <= width", arg=PHONE[0])
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    assert [error for error in visit.errors if "404" not in error] == []


def test_every_state_of_the_pages_is_accessible(server: Database, template: Database, tmp_path: Path, visits: Visits) -> None:
    with taking_uploads(server, template, tmp_path) as app:
        looked_at(visits, app, "/indlaes")
        looked_at(visits, app, "/leverancer")
        bad = send(app, sheets((*GRANT_ROWS, UNKNOWN)))
        after(app, bad)
        looked_at(visits, app, id_of(bad))
        good = send(app, sheets())
        after(app, good)
        looked_at(visits, app, id_of(good))
        after(app, press(app, f"{id_of(good)}/tag"))
        looked_at(visits, app, id_of(good))
        refused = send(app, sheets(), ACCEPTED.replace("referred", "refered"), day="31-02-2026")
        after(app, refused)
        looked_at(visits, app, id_of(refused))
        looked_at(visits, app, "/leverancer")
        looked_at(visits, app, "/leverancer/1/vaek")
        looked_at(visits, app, "/indlaes/er-her-ikke")


@pytest.mark.parametrize("script", [False, True], ids=["without scripts", "with scripts"])
def test_a_delivery_is_taken_in_by_keyboard_alone(
    server: Database, template: Database, tmp_path: Path, visits: Visits, script: bool
) -> None:
    files = [tmp_path / "bevillinger.csv", tmp_path / "sager.csv"]
    for path, content in zip(files, sheets(GRANT_ROWS, CASE_ROWS).values(), strict=True):
        path.write_bytes(content)
    mapping = tmp_path / "oversættelse.toml"
    mapping.write_text(ACCEPTED, "utf-8")
    with taking_uploads(server, template, tmp_path / "keys") as app:
        visit = visits.to(app, DESK, script=script)
        page = visit.go("/indlaes", drawn=False)
        page.locator("#files").set_input_files(files)
        page.locator("#mapping").set_input_files(mapping)
        reached(page, "Vis rapporten først")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Rapport, før leverancen indlæses")
        reached(page, "Indlæs")
        page.keyboard.press("Enter")
        expect(page.locator("h1")).to_have_text("Leverancen er indlæst")
        expect(page.locator("#haendelser")).to_contain_text("3")

        for url in {request.partition("?")[0] for request in visit.requests}:
            assert "bevillinger" not in url
            assert "0001" not in url


def reached(page: Page, name: str) -> None:
    """Go by the tab key to the button with the name."""
    page.locator("main").focus()
    for _ in range(80):
        page.keyboard.press("Tab")
        at, outline = page.evaluate(
            "[document.activeElement.matches('button') ? document.activeElement.textContent.trim() : '',"
            " getComputedStyle(document.activeElement).outlineStyle]"
        )
        assert outline != "none"
        if at == name:
            return
    raise AssertionError(f"no button {name}")
