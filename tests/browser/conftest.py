"""Debian's Chromium, and a page in it that notes every error and every request."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.conftest import Database, Sample
from tests.support.serving import Running, running_sample
from tests.support.waiting import PATIENCE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DRAWN = """() => [...document.querySelectorAll("[data-chart]")]
  .filter(one => !one.closest("details:not([open])")).every(one => one.querySelector(".main-svg"))"""
expect.set_options(timeout=1000 * PATIENCE)
PHONE, DESK, WALL = (360, 740), (1440, 900), (1920, 1080)


@dataclass
class Visit:
    """A page of the site in a window of its own, with what went wrong in it and whom it asked."""

    page: Page
    url: str
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def go(self, address: str = "/?valid_at=2025-02-01", *, drawn: bool = True) -> Page:
        self.page.goto(self.url + address)
        if drawn:
            self.drawn()
        return self.page

    def drawn(self) -> None:
        """Wait until every chart is drawn that does not stand closed."""
        expect(self.page.locator("[data-chart]").first).to_be_attached()
        self.page.wait_for_function(DRAWN)

    def opened(self) -> None:
        """Open all that stands closed in the view, and wait until every chart is drawn."""
        self.page.locator("#view details:not([open])").evaluate_all("all => all.forEach(one => { one.open = true; })")
        self.page.wait_for_function(DRAWN)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("JOURNEY_BROWSER") == "required":
            pytest.fail("there is no chromium on this machine, and JOURNEY_BROWSER says that there must be")
        pytest.skip("there is no chromium on this machine")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="package")
def site(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The sample register, for tests that write nothing."""
    with running_sample(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        yield made


@pytest.fixture(scope="session")
def context(browser: Browser) -> BrowserContext:
    """One for all, so that plotly.js is fetched and read once."""
    return browser.new_context(locale="da-DK")


@pytest.fixture
def visits(browser: Browser, context: BrowserContext) -> Iterator[Visits]:
    made = Visits(browser, context)
    yield made
    made.close()


class Visits:
    """Opens windows, and closes them all."""

    def __init__(self, browser: Browser, context: BrowserContext) -> None:
        self._browser, self._context, self._pages = browser, context, list[Page]()

    def to(self, site: Running, size: tuple[int, int] = DESK, *, dark: bool = False, script: bool = True) -> Visit:
        page = self._context.new_page() if script else self._browser.new_page(java_script_enabled=False)
        page.context.add_cookies([{"name": name, "value": value, "url": site.url} for name, value in site.session().items()])
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.emulate_media(color_scheme="dark" if dark else "light")
        page.set_default_timeout(1000 * PATIENCE)
        self._pages.append(page)
        visit = Visit(page, site.url)
        page.on("console", lambda message: visit.errors.append(message.text) if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: visit.errors.append(str(error)))
        page.on("request", lambda request: visit.requests.append(request.url))
        return visit

    def close(self) -> None:
        for page in self._pages:
            page.close()
