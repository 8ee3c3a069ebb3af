"""Each number of the overview is the number of the page it leads to, of the figure asked alone, and of the cases behind it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest

from dashboards.words.language import LANGUAGES
from tests.conftest import Database, Sample
from tests.support.page_reader import Read
from tests.support.serving import Running, running_sample

TILE = re.compile(r"<li>\s*(?:<a href=\"([^\"]+)\">|<span>)(.*?)</(?:a|span)> <strong>(.*?)</strong>(.*?)</li>", re.DOTALL)
LINK = re.compile(r'<a class="behind" href="([^"]+)"[^>]*>([^<]*)</a>')
CHOSEN = [
    {"valid_at": "2025-02-01"},
    {"valid_at": "2024-02-29", "lang": "en"},
    {"valid_at": "2025-12-10", "unit": "arbejdsmarked"},
    {"valid_at": "2025-02-01", "include_assessing": "false"},
    {"valid_at": "2025-06-15", "from": "2024-01-01", "last": "2024-12-31"},
    {"valid_at": "2025-06-15", "include_out_of_scope": "false", "count": "citizens", "unit": ["social", "ungeindsatsen"]},
    {"valid_at": "2021-10-01"},
    {"valid_at": "2027-03-01"},
]
"""Days, units, periods and readings: the papers' day, a leap day, one unit, another reading, another period, soon after the
beginning, to come."""


@pytest.fixture(scope="module")
def site(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_sample(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        yield made


def _tiles(html: str) -> dict[str, tuple[str, str, list[str]]]:
    """What stands on each tile: where it leads, its number, and the lines beside it."""
    return {
        unescape(label): (unescape(to or ""), value, [unescape(one) for one in re.findall(r"<small>(.*?)</small>", beside)])
        for to, label, value, beside in TILE.findall(html)
    }


def _asked(site: Running, figure: str, **given: object) -> dict[tuple[str, ...], float | None]:
    """The figure's cells by what tells them apart."""
    answer = site.client.get(f"/api/figures/{figure}", params=given).raise_for_status().json()
    return {
        tuple(str(value) for name, value in cell.items() if name not in ("value", "why")): cell["value"]
        for cell in answer["cells"]
    }


@pytest.mark.parametrize("chosen", CHOSEN, ids=lambda chosen: "-".join(f"{value}" for value in chosen.values()))
def test_the_overview_says_what_the_pages_behind_it_say(site: Running, chosen: dict[str, str]) -> None:
    translate = LANGUAGES[chosen.get("lang", "da")]
    html = site.client.get("/", params={**chosen, "known_at": "19000"}).raise_for_status().text
    tiles, year = _tiles(html), chosen["valid_at"][:4]

    def page(label: str) -> Read:
        return Read(site.client.get(tiles[label][0]).raise_for_status().text)

    def row(read: Read, caption: str, head: str) -> list[str]:
        return [cell.strip() for cell in next(row for row in read.tables[caption] if row[0].strip() == head)]

    flows = [translate("Tilgang i {year}", year=year), translate("Afgang i {year}", year=year)]
    cases = page(flows[0])
    units = [name for name in cases.tables if name.startswith(translate("Til- og afgang i {unit}", unit=""))]
    caption = translate("Enhederne regnet som én") if len(units) > 1 else units[0]
    for label, word in zip(flows, (translate("Tilgang"), translate("Afgang")), strict=True):
        assert row(cases, caption, word)[1] == tiles[label][1]

    changes = page(label := translate("Sagsbehandlerskift i {year}", year=year))
    if tiles[label][1] == translate("ikke kendt"):  # the page's years go to the last one covered
        assert int(year) > 2025
    elif len(units) > 1:
        assert row(changes, translate("Alle skift i enhederne"), translate("I alt"))[-1] == tiles[label][1]
    else:
        [caption] = [name for name in changes.tables if name.startswith(translate("Sagsbehandlerskift i {unit}", unit=""))]
        assert row(changes, caption, translate("Alle skift"))[-1] == tiles[label][1]

    label = translate("Opfølgninger ikke holdt")
    follow_up = site.client.get(tiles[label][0]).raise_for_status().text
    assert _tiles(follow_up)[translate("Ikke holdt")][1] == tiles[label][1]

    complaints = page(label := translate("Klager modtaget i {year}", year=year))
    received = row(complaints, translate("Klager pr. år"), translate("Modtaget"))[-1]
    assert tiles[label][1] == (translate("ikke kendt") if int(year) > 2025 else received)

    label = translate("Fund i hele registret")
    quality = site.client.get(tiles[label][0]).raise_for_status().text
    assert _tiles(quality)[label][1] == tiles[label][1]

    lead = re.search(r'<section id="sager".*?<p class="lead">(.*?)</p>', site.client.get(tiles[flows[0]][0]).text, re.DOTALL)
    for label, (_, number, _) in tiles.items():
        if label.startswith(translate("Sager i {unit}", unit="")):
            assert lead
            assert translate(
                "{n} i {unit}", n=number, unit=label.removeprefix(translate("Sager i {unit}", unit=""))
            ) in unescape(lead[1])


@pytest.mark.parametrize("chosen", CHOSEN[:4], ids=lambda chosen: "-".join(f"{value}" for value in chosen.values()))
def test_last_year_is_the_same_days_of_last_year(site: Running, chosen: dict[str, str]) -> None:
    translate = LANGUAGES[chosen.get("lang", "da")]
    tiles = _tiles(site.client.get("/", params=chosen | {"known_at": "19000"}).raise_for_status().text)
    year, day = int(chosen["valid_at"][:4]), chosen["valid_at"][4:]
    before = f"{year - 1}{day if day != '-02-29' else '-02-28'}"
    then = _tiles(site.client.get("/", params=chosen | {"valid_at": before, "known_at": "19000"}).raise_for_status().text)

    for sentence in ("Tilgang i {year}", "Afgang i {year}", "Sagsbehandlerskift i {year}", "Klager modtaget i {year}"):
        now, was = (tiles[translate(sentence, year=year)], then[translate(sentence, year=year - 1)])
        moved = _number(now[1]) - _number(was[1])
        said = translate(
            "samme tid sidste år: {n} ({moved})", n=was[1], moved=translate.signed(moved) if moved else translate("uændret")
        )
        assert said in now[2], sentence


def _number(text: str) -> int:
    return int(re.sub(r"\D", "", text))


PAGES = ("/", "/sager", "/sagsbehandlere", "/forloeb", "/klager", "/opfoelgning", "/oplevelse", "/datakvalitet")


@pytest.mark.parametrize(("address", "lang"), [*((page, "da") for page in PAGES), ("/klager", "en")])
def test_a_number_is_that_of_its_figure_its_cases_and_its_file(site: Running, address: str, lang: str) -> None:
    """One number of each figure of the page, the smallest that is more than one."""
    html = (
        site.client.get(address, params={"valid_at": "2025-02-01", "known_at": "19000", "lang": lang}).raise_for_status().text
    )
    found: dict[str, tuple[str, str]] = {}
    for to, text in LINK.findall(html):
        figure = urlsplit(unescape(to)).path.split("/")[2]
        if _number(text) > 1 and (figure not in found or _number(text) < _number(found[figure][1])):
            found[figure] = unescape(to), text

    assert found or address == "/oplevelse"
    for figure, (to, text) in found.items():
        drill = site.client.get(to).raise_for_status().text
        assert re.findall(r'<strong id="value">([^<]*)<', drill) == [text], to
        listed = csv.DictReader(
            io.StringIO(site.client.get(_csv_of(drill)).raise_for_status().content.decode("utf-8-sig")), delimiter=";"
        )
        rows = list(listed)
        assert len({row["case"] for row in rows}) == len(rows)
        if all(row["value"] for row in rows):
            assert sum(map(_float, (row["value"] for row in rows))) == pytest.approx(_float(rows[0]["cell_value"]), abs=1e-6), (
                to
            )
        assert {row["cell_value"] for row in rows} <= {_value_of(site, figure, to)}


def _csv_of(drill: str) -> str:
    found = re.search(r'id="hent-sager" href="([^"]+)"', drill)
    assert found
    return unescape(found[1])


def _value_of(site: Running, figure: str, to: str) -> str:
    """The cell's value as the API has it."""
    said = parse_qs(urlsplit(to).query)
    cell = {name.removeprefix("cell."): texts[0] for name, texts in said.items() if name.startswith("cell.")}
    given = {name: texts for name, texts in said.items() if not name.startswith("cell.") and name != "lang"}
    cells = site.client.get(f"/api/figures/{figure}", params=given).raise_for_status().json()["cells"]
    [value] = [
        one["value"]
        for one in cells
        if {name: "-" if said is None else str(said) for name, said in one.items() if name not in ("value", "why")} == cell
    ]
    return str(value).replace(".", ",")


def _float(text: str) -> float:
    """The number of a cell in the Danish dialect of CSV."""
    return float(text.replace(",", "."))


def test_a_drill_hands_no_page_a_reading_that_nobody_chose(site: Running) -> None:
    """The header of a figure's page keeps both times and the language, and nothing of the figure's own question."""
    html = site.client.get("/sager", params={"valid_at": "2025-02-01", "lang": "en"}).raise_for_status().text
    for to in {urlsplit(unescape(one)).path: unescape(one) for one, _ in LINK.findall(html)}.values():
        drill = site.client.get(to).raise_for_status().text
        ways = re.findall(r'<li><a href="([^"]+)"', drill.split('id="ways"')[1].split("</nav>")[0])

        assert len(ways) >= 8
        for way in ways:
            assert set(parse_qs(urlsplit(unescape(way)).query)) <= {"lang", "valid_at", "known_at"}
        [figure_page] = re.findall(r'<p class="lead"><a href="([^"]+)"', drill)
        asked = parse_qs(urlsplit(to).query)
        again = parse_qs(urlsplit(unescape(figure_page)).query)
        assert again == {name: said for name, said in asked.items() if not name.startswith("cell.")}


def test_a_figures_page_is_handed_what_it_takes_and_no_more(site: Running) -> None:
    given = {
        "valid_at": "2025-06-15",
        "from": "2024-01-01",
        "last": "2024-12-31",
        "include_assessing": "false",
        "count": "citizens",
    }
    html = site.client.get("/sager", params=given).raise_for_status().text
    ways = {
        urlsplit(unescape(one)).path: parse_qs(urlsplit(unescape(one)).query)
        for one in re.findall(r'<a href="(/figur/[^"]+)"', html)
    }

    assert ways["/figur/caseload"] == {"valid_at": ["2025-06-15"], "include_assessing": ["false"], "count": ["citizens"]}
    assert ways["/figur/stock_flow"] == {"valid_at": ["2025-06-15"], "from": ["2024-01-01"], "to": ["2025-01-01"]}
    assert ways["/figur/age_bands"] == {"valid_at": ["2025-06-15"]}


def test_a_figures_file_says_its_own_period_and_units_and_not_the_pages(site: Running) -> None:
    asked = "from=2024-01-01&to=2025-01-01&unit=ungeindsatsen&known_at=19000"
    text = site.client.get(f"/hent/figur/stock_flow/tal.csv?{asked}").raise_for_status().content.decode("utf-8-sig")

    assert "1. januar 2024 – 31. december 2024" in text
    assert "Enhed: Ungeindsatsen." in text
    assert "Valgt på siden" not in text
    assert "opgjort som trykt" not in text
    page = site.client.get("/figur/stock_flow?from=2027-01-01&to=2027-02-01&valid_at=2025-02-01").raise_for_status().text
    assert "1. januar 2027 – 31. januar 2027" in page
    assert 'role="alert"' not in page
