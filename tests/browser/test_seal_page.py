"""The page "Er registret ubrudt?" by keyboard and screen reader, in each state that it can tell of."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from journey.proof.checking import Verification, check, store_verification
from tests.browser.conftest import PHONE, Visits
from tests.conftest import Database, fresh_database
from tests.support.registers import register_on
from tests.support.sealed import keyed, recorded, sealed_in_steps, sealing
from tests.support.serving import Running, running

BROKEN = Verification(30, 30, 3, 0, "hash", 17, "position 17 er ikke den, der er forseglet")


@pytest.fixture(scope="module")
def place(server: Database, template: Database) -> Iterator[Database]:
    with fresh_database(server, template.name) as database:
        yield database


@pytest.fixture(scope="module")
def sealed_site(place: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A register of 30 events with three signed roots that a witness has signed too, never verified."""
    home = tmp_path_factory.mktemp("keys")
    keyed(home, Random(6))
    recorded(place, 30, home)
    sealed_in_steps(place, home)
    with running(register_on(place, home).settings) as made:
        yield made


def verified(place: Database, found: Verification | None = None) -> None:
    """Keep what a check found, as `journey verify` does."""
    with sealing(place) as conn:
        store_verification(conn, found or check(conn, []), 0.1)


def focused(page: Page) -> tuple[str, str]:
    """The name of what has the focus, and its outline."""
    return tuple(page.evaluate(FOCUSED))


FOCUSED = """(() => {
  const at = document.activeElement;
  const named = at.getAttribute('aria-label') ?? document.getElementById(at.getAttribute('aria-labelledby'))?.textContent;
  return [(named ?? at.textContent).trim(), getComputedStyle(at).outlineStyle];
})()"""


def test_it_says_in_words_that_it_was_not_verified_that_it_is_whole_and_that_it_is_broken(
    sealed_site: Running, place: Database, visits: Visits
) -> None:
    visit = visits.to(sealed_site)
    page = visit.go("/ubrudt", drawn=False)
    expect(page.get_by_role("heading", level=1)).to_have_text("Er registret ubrudt?")
    expect(page.get_by_text("Det er ikke efterprøvet endnu.")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)

    verified(place)
    page.reload()
    expect(page.get_by_text("Ja.", exact=True)).to_be_visible()
    expect(page.get_by_text("var hver hændelse til position 30, som den blev forseglet")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_role("region", name="De seneste efterprøvninger").get_by_role("cell", name="ubrudt")).to_be_visible()

    verified(place, BROKEN)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text(
        "Nej: registret er brudt ved position 17. Indholdet er ikke det forseglede."
    )
    expect(page.get_by_role("alert")).to_contain_text("position 17 er ikke den, der er forseglet.")
    expect(page.get_by_role("region", name="De seneste efterprøvninger")).to_contain_text("brudt ved position 17")
    assert visit.errors == []


def test_everything_on_it_is_reached_by_keyboard_in_the_order_it_is_read(
    sealed_site: Running, place: Database, visits: Visits
) -> None:
    verified(place, BROKEN)
    page = visits.to(sealed_site).go("/ubrudt", drawn=False)
    page.locator(".skip").press("Enter")

    reached: list[str] = []
    for _ in range(20):
        page.keyboard.press("Tab")
        name, outline = focused(page)
        if not page.evaluate("document.activeElement.closest('main') !== null"):
            break
        assert outline != "none", name
        reached.append(name)

    assert reached == [
        "Hvad man gør nu",
        "De seneste underskrevne rødder",
        "Hent den nyeste rod",
        "De seneste efterprøvninger",
        "Hent verify.py",
    ]


def test_the_way_from_the_alert_leads_to_what_to_do(sealed_site: Running, place: Database, visits: Visits) -> None:
    verified(place, BROKEN)
    page = visits.to(sealed_site).go("/ubrudt", drawn=False)

    page.get_by_role("link", name="Hvad man gør nu").press("Enter")

    expect(page.get_by_role("heading", name="Hvis registret er brudt")).to_be_in_viewport()
    page.keyboard.press("Tab")
    assert focused(page)[0] == "Hent verify.py"


def test_its_tables_have_names_heads_and_rows_that_a_screen_reader_tells(sealed_site: Running, visits: Visits) -> None:
    page = visits.to(sealed_site).go("/ubrudt", drawn=False)
    roots = page.get_by_role("region", name="De seneste underskrevne rødder")

    assert roots.get_by_role("columnheader").all_inner_texts() == ["Til position", "Underskrevet", "Vidnet så den", "Rod"]
    assert roots.get_by_role("rowheader").all_inner_texts() == ["30", "20", "10"]
    expect(roots.get_by_role("cell", name="vidne/")).to_have_count(3)


@pytest.mark.parametrize("language", ["da", "en"])
def test_axe_finds_nothing_when_it_is_broken_and_damaged_and_a_phone_holds_it(
    sealed_site: Running, place: Database, visits: Visits, language: str
) -> None:
    verified(place, BROKEN)
    with psycopg.connect(place.admin_url, autocommit=True) as admin:
        admin.execute("alter table seal.checkpoints disable trigger user")
        was = admin.execute("select signature from seal.checkpoints where size = 20").fetchone()
        change = "update seal.checkpoints set signature = %s where size = 20"
        admin.execute(change, ("— x AAB=\n",))
        try:
            page = visits.to(sealed_site, PHONE).go(f"/ubrudt?lang={language}", drawn=False)
        finally:
            admin.execute(change, was)
    said = {"da": "Seglet er beskadiget:", "en": "The seal is damaged:"}[language]
    expect(page.get_by_role("alert").filter(has_text=said)).to_contain_text("roden ved 20")
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        found = Axe().run(page)
        assert [(one["id"], one["nodes"][0]["html"]) for one in found.response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
