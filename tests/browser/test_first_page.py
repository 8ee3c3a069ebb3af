"""The first page in a browser: drawn, asked at both times, live, by keyboard, small and large, dark and on paper."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from api.register.register import Register
from dashboards.words.danish import number
from tests.browser.conftest import DESK, PHONE, WALL, Visits
from tests.conftest import Database
from tests.support.registers import TODAY, load, register_on
from tests.support.serving import Running, referred, running
from tests.support.waiting import until

TABEL_1 = "Tabel 1. Udvikling i antal sager under helhedsorienteret sagsbehandling i Ungeindsatsen"


def rows(page: Page, caption: str) -> list[list[str]]:
    """The body of the table with the caption, as it is shown."""
    table = page.locator("table", has=page.locator("caption", has_text=re.compile(f"^{re.escape(caption)}$")))
    return [row.locator("th, td").all_inner_texts() for row in table.locator("tbody tr").all()]


def overview(page: Page, label: str) -> str:
    return page.locator(".glances li", has_text=label).locator("strong").inner_text()


def test_the_page_is_drawn_without_an_error_and_asks_nobody_else(site: Running, visits: Visits) -> None:
    visit = visits.to(site)

    page = visit.go()

    assert page.locator("[data-chart]").count() == 6
    assert page.locator("[data-chart] svg.main-svg:first-child").count() == 3
    visit.opened()
    assert page.locator("[data-chart] svg.main-svg:first-child").count() == 6
    assert visit.errors == []
    assert [url for url in visit.requests if not url.startswith(site.url)] == []


def test_its_tables_are_the_cells(site: Running, visits: Visits) -> None:
    visit = visits.to(site)
    page = visit.go(drawn=False)
    visit.opened()

    given = {"unit": ["ungeindsatsen"], "valid_at": ["2023-01-24", "2024-02-02", "2025-02-01"]}
    cells = site.register.ask("caseload", given, None, TODAY).cells
    assert [row[1] for row in rows(page, TABEL_1)] == [number(cell["value"]) for cell in cells] == ["156", "117", "96"]
    assert rows(page, "Sager i Ungeindsatsen efter støtte")[-1] == ["I alt", "96", "96"]


def test_the_charts_speak_danish_and_say_their_numbers_in_words(site: Running, visits: Visits) -> None:
    page = visits.to(site).go()

    chart = page.locator("#kurve-sager")
    assert "156 (24. januar 2023), 117 (2. februar 2024), 96 (1. februar 2025)" in (chart.get_attribute("aria-label") or "")
    drawn = chart.inner_text()
    assert "jan." in drawn
    for number_printed in ("156", "117", "96"):
        assert number_printed in drawn
    chart.hover(position={"x": 400, "y": 200})
    expect(chart.locator(".hoverlayer")).to_contain_text(re.compile(r"\d{2}\.\d{2}\.20\d{2}"))


def test_both_times_are_in_the_address_and_change_the_numbers_at_once(site: Running, visits: Visits) -> None:
    visit = visits.to(site)
    page = visit.go(drawn=False)
    page.evaluate("window.same = true")

    page.locator("#valid_at").fill("2023-01-24")

    expect(page.locator(".shown")).to_contain_text("24. januar 2023")
    assert page.url.endswith("/?valid_at=2023-01-24")
    assert overview(page, "Sager i Ungeindsatsen") == "156"

    page.locator("#known_position").fill("3000")
    page.locator("#known_position").press("Tab")

    expect(page.locator(".shown")).to_contain_text("position 3.000")
    assert page.url.endswith("/?valid_at=2023-01-24&known_at=3000")
    cells = site.register.ask("caseload", {"unit": ["ungeindsatsen"], "valid_at": ["2023-01-24"]}, "3000", TODAY).cells
    assert overview(page, "Sager i Ungeindsatsen") == number(cells[0]["value"]) != "156"

    page.go_back()

    expect(page.locator(".shown")).not_to_contain_text("position 3.000")
    assert overview(page, "Sager i Ungeindsatsen") == "156"
    assert page.locator("#known_position").input_value() == ""
    assert page.evaluate("window.same") is True
    assert visit.errors == []


@pytest.mark.long
def test_a_papers_day_as_it_was_known_then_is_one_click_away(site: Running, visits: Visits) -> None:
    page = visits.to(site).go("/", drawn=False)

    page.get_by_role("link", name="Som i 22/5547").click()

    expect(page.locator(".shown")).to_contain_text("Gældende 24. januar 2023")
    assert overview(page, "Sager i Ungeindsatsen") == "156"
    assert page.locator("#valid_at").input_value() == "2023-01-24"
    assert page.locator("#known_position").input_value().isdigit()


@pytest.mark.long
def test_a_day_of_knowledge_and_a_position_replace_each_other(site: Running, visits: Visits) -> None:
    page = visits.to(site).go("/?valid_at=2025-02-01&known_at=9000", drawn=False)

    page.locator("#known_day").fill("2024-06-30")

    expect(page.locator(".shown")).to_contain_text("juni 2024")
    assert page.locator("#known_position").input_value() == ""
    assert page.url.endswith("known_at=2024-06-30")


@pytest.mark.long
def test_what_cannot_be_asked_is_said_and_the_next_question_is_answered(site: Running, visits: Visits) -> None:
    page = visits.to(site).go(drawn=False)

    page.locator("#known_position").fill("99999999")
    page.locator("#known_position").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Registret er nået til position")
    page.locator("#known_position").fill("9000")
    page.locator("#known_position").press("Enter")

    expect(page.locator(".shown")).to_contain_text("position 9.000")
    assert page.get_by_role("alert").count() == 0


def test_without_script_the_form_and_the_tables_do_their_work(site: Running, visits: Visits) -> None:
    page = visits.to(site, script=False).go("/", drawn=False)

    page.locator("#valid_at").fill("2025-02-01")
    page.get_by_role("button", name="Vis").click()

    assert "valid_at=2025-02-01" in page.url
    assert [row[1] for row in rows(page, TABEL_1)] == ["156", "117", "96"]
    assert not page.locator("[data-chart]").first.is_visible()
    assert not page.locator("#theme").is_visible()


SIZES = [(320, 640), *(pytest.param(size, marks=pytest.mark.long) for size in (PHONE, (768, 1024), DESK, WALL, (3840, 2160)))]


@pytest.mark.parametrize("size", SIZES)
def test_the_page_never_scrolls_sideways(site: Running, visits: Visits, size: tuple[int, int]) -> None:
    visit = visits.to(site, size)
    page = visit.go("/")
    visit.opened()

    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    for chart in page.locator("[data-chart] .main-svg").all():
        box = chart.bounding_box()
        assert box is None or box["x"] + box["width"] <= size[0]


@pytest.mark.long
def test_everything_is_reached_by_keyboard_and_shows_that_it_has_the_focus(site: Running, visits: Visits) -> None:
    visit = visits.to(site)
    page = visit.go(drawn=False)
    visit.opened()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"

    seen: set[str] = set()
    for _ in range(400):
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "(() => { const at = document.activeElement;"
            " return [at.id || at.textContent.trim().slice(0, 40), getComputedStyle(at).outlineStyle]; })()"
        )
        if page.evaluate("document.activeElement === document.body"):
            break
        assert outline != "none", name
        seen.add(name)

    assert {"valid_at", "known_day", "known_position", "Vis"} <= seen
    regions = page.locator(".scroll").evaluate_all("all => all.map(one => one.id)")
    assert set(regions) <= seen


def test_headings_go_down_one_step_at_a_time(site: Running, visits: Visits) -> None:
    page = visits.to(site).go(drawn=False)

    levels = page.locator("h1, h2, h3, h4").evaluate_all("all => all.map(one => Number(one.tagName[1]))")

    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_dark_follows_the_screen_and_the_switch_is_remembered(site: Running, visits: Visits) -> None:
    visit = visits.to(site, dark=True)
    page = visit.go()
    ground = "getComputedStyle(document.body).backgroundColor"
    chart = "getComputedStyle(document.querySelector('[data-chart] .main-svg')).backgroundColor"
    dark, dark_chart = page.evaluate(ground), page.evaluate(chart)

    page.locator("#theme").select_option("light")

    assert page.evaluate(ground) != dark
    assert page.evaluate(chart) != dark_chart
    light = page.evaluate(ground)
    page.reload()
    assert page.evaluate(ground) == light
    page.locator("#theme").select_option("")
    assert page.evaluate(ground) == dark
    assert visit.errors == []


@pytest.mark.parametrize("dark", [False, True])
def test_text_stands_out_from_its_ground(site: Running, visits: Visits, dark: bool) -> None:
    page = visits.to(site, dark=dark).go("/", drawn=False)

    for selector in (".lead", ".note", ".glances small", "a", "td.n", ".warning", "thead th"):
        ratio = page.locator(selector).first.evaluate(CONTRAST)
        assert ratio >= 4.5, (selector, ratio)


CONTRAST = """(element) => {
  const parts = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, at) => sum + c * [0.2126, 0.7152, 0.0722][at], 0);
  let under = element;
  while (under && (parts(getComputedStyle(under).backgroundColor)[3] ?? 1) === 0) under = under.parentElement;
  const [one, two] = [light(parts(getComputedStyle(element).color)), light(parts(getComputedStyle(under).backgroundColor))];
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}"""


def test_a_new_event_comes_onto_the_page_by_itself_and_nothing_else_moves(
    database: Database, tmp_path: Path, visits: Visits
) -> None:
    register = register_on(database, tmp_path)
    load(register, [{"case": f"C{nth}", **referred(f"b-{nth}")} for nth in range(3)])
    with running(register.settings) as site:
        until(lambda: site.register.follower.position == 3)
        visit = visits.to(site)
        page = visit.go("/")
        page.evaluate("window.same = true")
        page.locator("#skift-aabn summary").click()
        region = page.locator("#skift .scroll").first
        region.focus()
        focused, top = region.get_attribute("id"), region.bounding_box()["y"]
        assert overview(page, "Sager i Ungeindsatsen") == "3"
        assert page.evaluate("scrollY") > 0

        assert site.post("C9", "live", referred("b-9")).status_code == 201

        expect(page.locator(".glances strong").first).to_have_text("4")
        assert page.evaluate("window.same") is True
        assert page.locator("#skift-aabn").get_attribute("open") is not None
        assert page.evaluate("document.activeElement.id") == focused
        assert abs(region.bounding_box()["y"] - top) <= 2
        expect(page.locator("#told")).to_contain_text("Nye hændelser er med")
        assert page.locator("#told").get_attribute("aria-live") == "polite"
        drawn = page.evaluate("document.querySelector('#kurve-sager').data[0].y.at(-1)")
        assert drawn == 4
        assert visit.errors == []


def test_a_page_that_shows_the_past_stays_there_and_says_that_there_is_more(
    database: Database, tmp_path: Path, visits: Visits
) -> None:
    register = register_on(database, tmp_path)
    load(register, [{"case": "C1", **referred()}])
    with running(register.settings) as site:
        until(lambda: site.register.follower.position == 1)
        page = visits.to(site).go("/?known_at=1", drawn=False)

        site.post("C9", "later", referred("b-9"))

        expect(page.locator("#told")).to_contain_text("nye hændelser")
        assert overview(page, "Sager i Ungeindsatsen") == "1"


def test_a_page_whose_stream_was_refused_asks_for_it_again(database: Database, tmp_path: Path, visits: Visits) -> None:
    """A browser leaves a refused stream alone for good, and the page would stand still without saying so."""
    register, refused = register_on(database, tmp_path), list[str]()
    load(register, [{"case": "C1", **referred()}])

    def refuse_once(route: Route) -> None:
        if refused:
            route.fallback()
        else:
            refused.append(route.request.url)
            route.fulfill(status=503, body="{}", content_type="application/problem+json")

    with running(register.settings) as site:
        until(lambda: site.register.follower.position == 1)
        visit = visits.to(site)
        visit.page.route("**/api/changes?*", refuse_once)
        page = visit.go("/?known_at=1", drawn=False)
        site.post("C9", "later", referred("b-9"))

        expect(page.locator("#told")).to_contain_text("nye hændelser")
        assert len(refused) == 1


def test_an_empty_page_fills_itself_when_the_first_event_comes(database: Database, tmp_path: Path, visits: Visits) -> None:
    with running(register_on(database, tmp_path).settings) as site:
        visit = visits.to(site)
        page = visit.go("/", drawn=False)
        expect(page.get_by_role("heading", name="Registret er tomt")).to_be_visible()

        site.post("C1", "first", referred())

        visit.drawn()
        assert overview(page, "Sager i Ungeindsatsen") == "1"
        assert visit.errors == []


def test_a_server_that_goes_away_leaves_the_numbers_and_is_named(database: Database, tmp_path: Path, visits: Visits) -> None:
    register = register_on(database, tmp_path)
    load(register, [{"case": "C1", **referred()}])
    with running(register.settings) as site:
        until(lambda: site.register.follower.position == 1)
        page = visits.to(site).go("/", drawn=False)

    page.locator("#valid_at").fill("2025-02-01")

    expect(page.locator("#told")).to_contain_text("svarer ikke")
    assert overview(page, "Sager i Ungeindsatsen") == "1"


def test_the_answer_is_small_and_what_it_asked_is_not_counted_again(site: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    site.client.get("/?valid_at=2025-02-01")
    counted: list[object] = []
    monkeypatch.setattr(Register, "answer", lambda *asked: counted.append(asked))

    answer = site.client.get("/?valid_at=2025-02-01")

    assert counted == []
    assert len(answer.content) <= 1_500_000
    assert json.loads(re.search(r'id="charts">(.*?)</script>', answer.text, re.DOTALL)[1])["charts"].keys() >= {
        "sager",
        "stoette",
    }
