"""The municipality's own login in a browser, with a real provider: in, refused, expired, out from both sides, and the choice of a role."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from api.web.access.oidc.oidc_access import COOKIE
from journey.log.login import as_role
from journey.log.migrate import SESSION
from tests.browser.conftest import PHONE
from tests.conftest import Database, fresh_database
from tests.support.identity_provider import SignedInSite, site_with_provider
from tests.support.registers import register_on

pytestmark = pytest.mark.long

ACCOUNTS = {
    "az1234": {"groups": ["sag-unge"]},
    "to2": {"groups": ["sag-unge", "revision"]},
    "ingen0": {"groups": ["kantine"]},
}


@pytest.fixture(scope="module")
def site(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[SignedInSite]:
    with fresh_database(server, template.name) as database:
        register = register_on(database, tmp_path_factory.mktemp("keys"))
        with site_with_provider(register.settings) as made:
            made.provider.set(accounts=ACCOUNTS)
            yield made


@pytest.fixture
def window(browser: Browser) -> Iterator[BrowserContext]:
    """A browser with no cookies of its own."""
    made = browser.new_context(locale="da-DK")
    yield made
    made.close()


@pytest.fixture
def page(window: BrowserContext) -> Page:
    return window.new_page()


def sign_in(page: Page, site: SignedInSite, account: str, at: str = "/") -> None:
    page.goto(site.url + at)
    page.get_by_role("link", name="Log ind", exact=True).click()
    page.get_by_label("Bruger").fill(account)
    page.get_by_role("button", name="Log ind").click()


def test_in_to_the_page_and_out_of_both(site: SignedInSite, page: Page) -> None:
    sign_in(page, site, "az1234", "/sager?valid_at=2025-02-01")

    expect(page).to_have_url(f"{site.url}/sager?valid_at=2025-02-01")
    [cookie] = [each for each in page.context.cookies(site.url) if each.get("name") == COOKIE]
    assert (cookie.get("secure"), cookie.get("httpOnly"), cookie.get("sameSite"), cookie.get("path")) == (
        True,
        True,
        "Lax",
        "/",
    )
    assert page.evaluate("document.cookie") == ""
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    page.get_by_role("button", name="Log ud").click()
    page.get_by_role("button", name="Ja, log ud").click()
    expect(page).to_have_url(f"{site.url}/log-ind")
    page.goto(f"{site.url}/sager")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")
    page.get_by_role("link", name="Log ind", exact=True).click()
    expect(page.get_by_label("Bruger")).to_be_visible()


def test_refused(site: SignedInSite, page: Page) -> None:
    sign_in(page, site, "ingen0")
    expect(page.get_by_role("alert")).to_contain_text("Du har ingen rolle i registret")
    assert Axe().run(page).response["violations"] == []

    page.context.clear_cookies()
    page.goto(site.url)
    page.get_by_role("link", name="Log ind", exact=True).click()
    page.get_by_role("button", name="Afbryd").click()
    expect(page.get_by_role("alert")).to_contain_text("Du blev ikke logget ind")
    assert COOKIE not in {each.get("name") for each in page.context.cookies()}


def test_expired(site: SignedInSite, page: Page) -> None:
    sign_in(page, site, "az1234")
    expect(page).to_have_url(f"{site.url}/")
    with psycopg.connect(as_role(str(site.site.register.url), SESSION), autocommit=True) as conn:
        conn.execute("update access.sessions set used = used - interval '2 hours'")

    page.goto(f"{site.url}/sager")

    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")


def test_out_by_the_login_s_own_page(site: SignedInSite, window: BrowserContext, page: Page) -> None:
    sign_in(page, site, "az1234")
    expect(page).to_have_url(f"{site.url}/")
    other = window.new_page()
    other.goto(f"{site.provider.issuer}/session/end")
    other.get_by_role("button", name="Ja, log ud").click()
    other.wait_for_load_state()

    page.goto(f"{site.url}/sager")

    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")


def test_a_role_is_chosen_by_keyboard_and_changed(site: SignedInSite, page: Page) -> None:
    sign_in(page, site, "to2")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vælg rolle")
    assert Axe().run(page).response["violations"] == []
    page.get_by_label("Revisor").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Fortsæt").press("Enter")
    expect(page.locator("header")).to_contain_text("Revisor")

    page.get_by_role("link", name="Skift rolle").click()
    page.get_by_label("Sagsbehandler").check()
    page.get_by_role("button", name="Fortsæt").click()
    expect(page.locator("header")).to_contain_text("Sagsbehandler")
