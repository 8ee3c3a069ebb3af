"""The first page as it is answered: the figures' cells, well made, of our own files, and nothing planted becomes mark-up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from api.web.static_files import PLOTLY, STATIC, asset
from dashboards.words.danish import number
from journey.codes import parse_code_lists, standard_text
from journey.sample import sample_register
from tests.conftest import Database, Sample
from tests.support.page_reader import Read
from tests.support.registers import TODAY, load, register_on
from tests.support.serving import Running, running, running_sample
from tests.support.waiting import until


@pytest.fixture(scope="module")
def site(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_sample(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        yield made


def test_the_papers_tables_are_on_the_page_as_printed(site: Running) -> None:
    answer = site.client.get("/", params={"valid_at": "2025-02-01"})

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    found = Read(answer.text).tables
    one = found["Tabel 1. Udvikling i antal sager under helhedsorienteret sagsbehandling i Ungeindsatsen"]
    assert one[1:] == [["24. januar 2023", "156"], ["2. februar 2024", "117"], ["1. februar 2025", "96"]]
    two = next(rows for caption, rows in found.items() if caption.startswith("Tabel 2."))
    assert [row[1:] for row in two[1:]] == [["12", "9", "21"], ["13", "7", "20"], ["12", "5", "17"]]
    support = found["Sager i Ungeindsatsen efter støtte"]
    assert [row[1] for row in support[1:]] == ["43", "21", "10", "7", "15", "0", "96"]
    assert "Derudover er der pr. 1. februar 2025 9 sager" in answer.text
    status = found["Statusdage og valgt dag: trykt og talt"]
    assert all(row[3] == row[4] for row in status[1:] if row[3] != "–")


@pytest.mark.parametrize("known", [None, "12000", "2024-06-30"])
def test_the_page_has_the_cells_that_the_figure_gives_at_both_times(site: Running, known: str | None) -> None:
    given = {"valid_at": "2024-05-17", **({"known_at": known} if known else {})}

    found = Read(site.client.get("/", params=given).text).tables

    of_figure = site.register.ask("caseload_by_support", {"unit": ["ungeindsatsen"], "valid_at": ["2024-05-17"]}, known, TODAY)
    heads, *rows = found["Sager i Ungeindsatsen efter støtte"]
    column = next(nth for nth, head in enumerate(heads) if head.startswith("17. maj 2024"))
    counted = [row[column] for row in rows if row[0] != "I alt"]
    assert [n for n in counted if n != "0"] == [number(cell["value"]) for cell in of_figure.cells if cell["value"]]


def test_of_two_ways_to_say_what_was_known_one_is_taken_and_empty_ones_count_for_nothing(site: Running) -> None:
    both = site.client.get("/?valid_at=2025-02-01&known_day=2024-01-01&known_at=12.000")
    day = site.client.get("/?valid_at=2025-02-01&known_day=2024-01-01&known_at=&from=&count=")
    position = site.client.get("/?valid_at=2025-02-01&known_day=&known_at=12.000").text
    empty = site.client.get("/?valid_at=2025-02-01&known_day=&known_at=").text

    assert both.status_code == 400
    assert "enten en dag eller en position" in both.text
    assert (day.status_code, day.headers["location"]) == (303, "/?valid_at=2025-02-01&known_at=2024-01-01")
    assert 'data-position="12000"' in position
    assert f'data-position="{len(sample_register())}"' in empty
    assert 'data-now="ja"' in empty


@pytest.mark.parametrize(
    "words",
    [
        "valid_at=i+morgen",
        "valid_at=0001-01-01",
        "valid_at=9999-12-31",
        "valid_at=2025-02-30",
        "known_at=999999999",
        "known_at=%3Cscript%3Ealert(1)%3C/script%3E",
        "known_at=" + "9" * 40,
        "valid_at=%00",
    ],
)
def test_what_cannot_be_asked_is_said_on_the_page(site: Running, words: str) -> None:
    answer = site.client.get(f"/?{words}")

    assert answer.status_code == 400
    assert 'role="alert"' in answer.text
    assert "<script>alert" not in answer.text


@pytest.mark.parametrize("day", ["1900-01-01", "2021-12-31", "2022-01-01", "2199-12-31"])
def test_the_page_can_be_asked_for_days_far_away(site: Running, day: str) -> None:
    answer = site.client.get("/", params={"valid_at": day})

    assert answer.status_code == 200
    assert len(answer.content) < 1_500_000


def test_before_anything_was_known_the_page_says_so(site: Running) -> None:
    answer = site.client.get("/", params={"known_at": "0"})

    assert answer.status_code == 200
    assert "Registret vidste intet endnu" in answer.text
    assert "<table" not in answer.text


def test_the_page_is_well_made(site: Running) -> None:
    html = site.client.get("/", params={"valid_at": "2025-06-01"}).text
    elements = Read(html).elements

    assert ("html", {"lang": "da"}) in elements
    assert [tag for tag, _ in elements if tag == "h1"] == ["h1"]
    assert all(attrs.get("scope") in ("col", "row") for tag, attrs in elements if tag == "th")
    assert [tag for tag, _ in elements].count("table") == [tag for tag, _ in elements].count("caption") >= 7
    ids = [attrs["id"] for _, attrs in elements if "id" in attrs]
    assert len(ids) == len(set(ids))
    for tag, attrs in elements:
        assert "style" not in attrs
        assert not any(name.startswith("on") for name in attrs)
        for name in ("href", "src", "action"):
            assert (attrs.get(name) or "/").startswith(("/", "#")), (tag, attrs)
        if tag == "script" and "src" not in attrs:
            assert attrs["type"] == "application/json"
        if attrs.get("role") == "img":
            assert attrs["aria-label"]
    labelled = {attrs["for"] for tag, attrs in elements if tag == "label"}
    assert labelled >= {attrs["id"] for tag, attrs in elements if tag in ("input", "select")}


def test_no_style_or_script_is_allowed_but_the_servers_own_files(site: Running) -> None:
    policy = site.client.get("/").headers["content-security-policy"]

    assert "script-src 'self';" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("name", STATIC)
def test_a_file_is_kept_for_ever_under_an_address_with_its_content_in_it(site: Running, name: str) -> None:
    assert re.fullmatch(rf"/static/{name}\?v=[0-9a-f]{{12}}", asset(name))
    answer = site.client.get(asset(name))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]


def test_plotly_is_served_from_the_installed_package_its_version_in_the_address(site: Running) -> None:
    plain = site.client.get(PLOTLY, headers={"Accept-Encoding": "identity"})
    zipped = site.client.get(PLOTLY, headers={"Accept-Encoding": "gzip"})

    assert re.search(r"\d+\.\d+", PLOTLY)
    assert "content-encoding" not in plain.headers
    assert zipped.headers["content-encoding"] == "gzip"
    assert plain.content == zipped.content
    assert "immutable" in zipped.headers["cache-control"]


@pytest.mark.parametrize(
    "path", ["/static/", "/static/page.py", "/static/..%2Fpage.py", "/static/%2e%2e/page.py", "/plotly-0.js"]
)
def test_no_other_file_is_given_out(site: Running, path: str) -> None:
    assert site.client.get(path).status_code == 404


def test_an_empty_register_says_what_to_do(database: Database, tmp_path: Any) -> None:
    with running(register_on(database, tmp_path).settings) as site:
        answer = site.client.get("/")

    assert answer.status_code == 200
    assert "Registret er tomt" in answer.text
    assert "journey demo" in answer.text
    assert "journey import" in answer.text
    assert "<table" not in answer.text


def test_what_labels_and_papers_say_is_text_and_never_mark_up(database: Database, tmp_path: Any) -> None:
    planted = '</script><script>alert("x")</script>'
    register = register_on(database, tmp_path)
    codes = parse_code_lists(standard_text(), f"[units]\nplanted = {{ da = '{planted}', en = 'x', hoi = true }}\n")
    register = msgspec.structs.replace(register, settings=msgspec.structs.replace(register.settings, codes=codes))
    stock = {"unit": "planted", "valid_at": "2025-01-01"}
    published = {
        "id": "planted",
        "figure": "caseload",
        "parameters": {"unit": ["planted"], "valid_at": ["2025-01-01"]},
        "cell": stock,
        "value": 1,
        "qualifier": "exact",
        "paper": {"case": planted, "title": planted, "date": "2025-01-02"},
        "notes": [planted],
    }
    lines = [
        {"case": "C", "kind": "referred", "valid_at": "2024-12-01", "data": {"unit": "planted", "citizen": "x"}},
        {"stream": "ledger", "kind": "figure_published", "valid_at": "2025-01-02", "data": published},
    ]
    load(register, lines)

    with running(register.settings) as site:
        until(lambda: site.register.follower.position == 2)
        html = site.client.get("/", params={"valid_at": "2025-06-01"}).text

    assert "alert" in html
    assert "<script>alert" not in html
    assert html.count("</script>") == len([tag for tag, _ in Read(html).elements if tag == "script"])
