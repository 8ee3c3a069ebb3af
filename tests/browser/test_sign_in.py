"""The one-time link in a browser: one click, by keyboard too, and a page that says what to do when it is no good."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import DESK, PHONE
from tests.support.serving import Running


@pytest.fixture
def page(browser: Browser) -> Page:
    """A browser that has not been let in."""
    return browser.new_page()


def test_a_click_on_the_link_s_page_opens_the_register(site: Running, page: Page) -> None:
    link = site.link("/sag?lang=en")
    locked = page.goto(f"{site.url}/sager")
    assert locked
    assert locked.status == 401
    expect(page.get_by_role("heading", level=1)).to_have_text("Registret er låst")
    expect(page.locator("code")).to_have_text(f"journey open {site.url.removeprefix('http://')}")

    page.goto(link)
    page.get_by_role("button").focus()
    page.keyboard.press("Enter")

    expect(page).to_have_url(f"{site.url}/sag?lang=en")
    [cookie] = page.context.cookies()
    assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Strict")
    assert page.evaluate("document.cookie") == ""
    page.context.clear_cookies()
    page.goto(link)
    expect(page.get_by_role("alert")).to_contain_text("Linket er brugt")


@pytest.mark.parametrize("language", ["da", "en"])
@pytest.mark.parametrize("size", [PHONE, DESK])
def test_the_pages_before_the_register_fit_and_can_be_read_by_all(
    site: Running, page: Page, size: tuple[int, int], language: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})

    for address in (f"{site.link()}&lang={language}", f"{site.url}/log-ind?kode=x&lang={language}"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert page.locator("html").get_attribute("lang") == language
        assert Axe().run(page).response["violations"] == []
