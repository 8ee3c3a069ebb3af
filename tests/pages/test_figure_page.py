"""The page that every figure has, and what it gives to take away: nothing but the figure is needed for it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from dashboards.figures import FIGURES
from dashboards.figures.decimals import shown
from dashboards.figures.figure import Query, figure
from dashboards.figures.question import FigureQuestion, Takes
from dashboards.site import FIGURE_FORMS, PAGES, SHARED_PARAMETERS, TIMES_AND_LANGUAGE
from dashboards.words.language import DANISH
from tests.conftest import Database, Sample
from tests.support.page_reader import Read
from tests.support.registers import TODAY, functions_of_changed_figures
from tests.support.serving import Running, running_sample

COHORT = {"from_unit": "social", "to_unit": "arbejdsmarked", "from": "2022-10-01", "to": "2022-11-01"}


@pytest.fixture(scope="module")
def site(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_sample(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        yield made


@pytest.mark.parametrize("name", sorted(FIGURES))
@pytest.mark.parametrize("lang", ["da", pytest.param("en", marks=pytest.mark.long)])
def test_every_figure_has_a_page_with_its_cells_its_rule_and_its_files(site: Running, name: str, lang: str) -> None:
    given = {"valid_at": "2025-02-01", "lang": lang, **(COHORT if name == "cohort" else {})}

    html = site.client.get(f"/figur/{name}", params=given).raise_for_status().text

    tables = list(Read(html).tables.values())
    asked = {key: [value] for key, value in given.items() if key in FIGURES[name].takes.names}
    if FIGURES[name].takes.days == 2:
        asked["valid_at"] = ["2024-02-01", "2025-02-01"]
    if FIGURES[name].takes.has_period and "from" not in given and "from" not in FIGURES[name].takes.defaults:
        asked |= {"from": ["2025-01-01"], "to": ["2026-01-01"]}
    cells = site.register.ask(name, asked, None, TODAY).cells
    assert len(tables[0]) - 1 == len(cells)
    if lang == "da":
        assert {row[-1] for row in tables[0][1:]} == {shown(cell["value"], FIGURES[name].unit, cell, DANISH) for cell in cells}
        assert FIGURES[name].rule.split(";")[0].split(",")[0] in html
    assert f"<code>{name}</code>" in html


KEPT_OF_ANOTHER_PAGE = {
    "valid_at": "2024-06-15",
    "known_at": "19000",
    "unit": ["ungeindsatsen", "arbejdsmarked"],
    "from": "2024-01-01",
    "last": "2024-06-01",
    "include_assessing": "false",
    "include_out_of_scope": "false",
    "count": "citizens",
}


@pytest.mark.parametrize(
    "address", [*(page.address for page in PAGES), "/offentliggoer", *(f"/figur/{name}" for name in FIGURES)]
)
def test_a_page_takes_what_the_way_keeps_and_one_about_a_figure_what_that_figure_takes(site: Running, address: str) -> None:
    assert KEPT_OF_ANOTHER_PAGE.keys() == {*SHARED_PARAMETERS} - {"lang"}
    kept = _kept(address)

    for lang in ("da", "en"):
        answer = site.client.get(address, params={**kept, "lang": lang})

        assert answer.status_code == 200, answer.text
        assert f'<html lang="{lang}">' in answer.text
    if kept != KEPT_OF_ANOTHER_PAGE:
        assert site.client.get(address, params=KEPT_OF_ANOTHER_PAGE).status_code == 400


def _kept(address: str) -> dict[str, Any]:
    """What a link to the address carries on."""
    figure = FIGURES.get(address.removeprefix("/figur/"))
    if figure is None and address not in FIGURE_FORMS:
        return KEPT_OF_ANOTHER_PAGE
    takes = (*TIMES_AND_LANGUAGE, *(figure.takes.names if figure else ()))
    return {name: value for name, value in KEPT_OF_ANOTHER_PAGE.items() if name in takes}


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_figures_page_leads_to_its_publishing_and_to_what_changed_it(site: Running, name: str) -> None:
    given = {**_kept(f"/figur/{name}"), **(COHORT if name == "cohort" else {})}
    html = site.client.get(f"/figur/{name}", params=given).text

    for link in ("offentliggoer", "hvorfor"):
        address = unescape(re.search(rf'id="{link}" href="([^"]*)"', html)[1])
        said = parse_qs(urlsplit(address).query)
        assert said["figure"] == [name]
        assert said["known_at"] == ["19000"]
        takes = [one for one in given if one in FIGURES[name].takes.names]
        wanted = {one: given[one] if one == "unit" else [given[one]] for one in takes}
        if FIGURES[name].takes.days == 2:
            wanted["valid_at"] = ["2023-06-15", "2024-06-15"]
        assert {one: said[one] for one in takes} == wanted
        answer = site.client.get(address, params={"known_from": "18000"} if link == "hvorfor" else {})
        assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("word", ["from_unit=social", "window=30", "cell.unit=x", "nonsense=1", "valid_at=2025-02-01"])
def test_a_figure_is_asked_why_with_what_it_takes_alone(site: Running, word: str) -> None:
    words = "figure=follow_ups&known_from=12000&valid_at=2023-01-24"

    assert site.client.get(f"/hvorfor?{words}").status_code == 200
    assert site.client.get(f"/hvorfor?{words}&{word}").status_code == 400


def test_a_figure_that_is_added_has_page_table_downloads_and_api(site: Running) -> None:
    @figure(
        title_da="Åbne sager i alt",
        title_en="Open cases in all",
        rule="Alle sager, der er åbne på dagen, uanset enhed.",
        unit="sager",
        takes=Takes(("valid_at",)),
    )
    def open_cases(question: FigureQuestion) -> Query:
        sql = (
            "SELECT unit, count(*) FROM spans WHERE known_from <= %(position)s AND known_to > %(position)s"
            " AND valid_from <= %(day)s AND valid_to > %(day)s GROUP BY 1 ORDER BY 1"
        )
        return Query(sql, question.values, lambda rows: [{"unit": unit, "value": n} for unit, n in rows])

    try:
        with functions_of_changed_figures(site.register):
            html = site.client.get("/figur/open_cases", params={"valid_at": "2025-02-01"}).raise_for_status().text
            page = Read(html)
            rows = page.tables["Åbne sager i alt"][1:]
            assert ["Ungeindsatsen", "96"] in rows
            assert "Alle sager, der er åbne på dagen, uanset enhed." in html
            assert [attrs["id"] for _, attrs in page.elements if attrs.get("data-chart")] == ["kurve-tal"]
            files = {form: site.client.get(found(page, f"hent-tal-{form}")).raise_for_status() for form in ("csv", "xlsx")}
            read = list(csv.reader(io.StringIO(files["csv"].content.decode("utf-8-sig")), delimiter=";"))
            assert read[0] == ["Åbne sager i alt"]
            assert ["Ungeindsatsen", "96"] in read
            sheet = openpyxl.load_workbook(io.BytesIO(files["xlsx"].content)).active
            assert ("Ungeindsatsen", 96) in [row[:2] for row in sheet.iter_rows(values_only=True)]
            said = "\n".join(str(row[0]) for row in sheet.iter_rows(values_only=True) if row[0])
            for words in ("1. februar 2025", "position", "Alle sager, der er åbne på dagen", "udgave 1", "Kilde: egne tal."):
                assert words in said
                assert words in files["csv"].content.decode("utf-8-sig")
    finally:
        del FIGURES["open_cases"]
    with functions_of_changed_figures(site.register):
        assert site.client.get("/figur/open_cases").status_code == 404


def found(page: Read, name: str) -> str:
    return next(attrs["href"] or "" for _, attrs in page.elements if attrs.get("id") == name)


@pytest.mark.parametrize(
    "address",
    [
        "/figur/nothing",
        "/hent/nothing/tal.csv",
        "/hent/overblik/nothing.csv",
        "/hent/overblik/sager.exe",
        "/hent/figur/x/tal.csv",
    ],
)
def test_what_there_is_not_is_not_found(site: Running, address: str) -> None:
    assert site.client.get(address).status_code == 404


@pytest.mark.parametrize("words", ["unit=nowhere", "window=x", "from=2025-01-01&to=2024-01-01", "role=%00"])
def test_what_a_figure_cannot_be_asked_is_said_on_its_page(site: Running, words: str) -> None:
    name = {"w": "contact_surface", "f": "stock_flow", "r": "caseworker_changes"}.get(words[0], "caseload")
    answer = site.client.get(f"/figur/{name}?{words}")

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
