"""The page of what changed a number: one form for two days and two moments of knowledge, and a wrong day said beside its field."""

from __future__ import annotations

import csv
import io
import re
from typing import Any

import pytest

from dashboards.figures import FIGURES
from tests.support.page_reader import Read
from tests.support.serving import Running

TWO_DAYS = "/hvorfor?figure=caseload&unit=ungeindsatsen&valid_from=2020-03-15&valid_at=2020-05-15"
FIELDS = ("valid_from", "valid_at", "known_from", "known_at")


def _fields(html: str) -> dict[str, dict[str, str | None]]:
    """Each field of the form by its id, with its attributes."""
    return {str(attrs["id"]): attrs for tag, attrs in Read(html).elements if tag == "input" and attrs.get("id") in FIELDS}


@pytest.mark.parametrize("day", ["15-03-2020", "15.03.2020", "15.+marts+2020", "15+March+2020", "2020-03-15"])
def test_a_day_is_taken_in_every_form(api: Running, counted: list[Any], day: str) -> None:
    page = api.client.get(TWO_DAYS.replace("2020-03-15", day))

    assert page.status_code == 200, page.text
    assert _fields(page.text)["valid_from"]["value"] == "15. marts 2020"
    assert counted


@pytest.mark.parametrize("name", FIELDS)
@pytest.mark.parametrize("lang", ["da", "en"])
def test_a_wrong_day_keeps_the_form_and_is_said_beside_the_field(
    api: Running, counted: list[Any], name: str, lang: str
) -> None:
    given = {"valid_from": "15-03-2020", "valid_at": "15.05.2020", "known_from": "1", "known_at": "2", name: "31.02.2025"}

    page = api.client.get("/hvorfor", params={"figure": "caseload", "unit": "ungeindsatsen", "lang": lang, **given})

    fields = _fields(page.text)
    assert page.status_code == 400
    assert {field: attrs["value"] for field, attrs in fields.items()} == given
    assert fields[name]["aria-invalid"] == "true"
    assert f"{name}_error" in str(fields[name]["aria-describedby"]).split()
    assert f'id="{name}_error"' in page.text
    assert f'<a href="#{name}">' in page.text  # the summary leads to the field
    assert [field for field, attrs in fields.items() if attrs.get("aria-invalid")] == [name]
    assert counted


@pytest.mark.parametrize(
    ("words", "place"),
    [
        ("valid_from=2020-05-15&valid_at=2020-05-15", "valid_from"),
        ("valid_from=2020-06-15&valid_at=2020-05-15", "valid_from"),
        ("known_from=2&known_at=1", "known_from"),
        ("known_from=9999999", "known_at"),
    ],
)
def test_what_cannot_be_compared_is_said_beside_its_field(api: Running, counted: list[Any], words: str, place: str) -> None:
    page = api.client.get(f"/hvorfor?figure=caseload&{words}")

    assert page.status_code == 400
    assert [name for name, attrs in _fields(page.text).items() if attrs.get("aria-invalid")] == [place]
    assert counted


@pytest.mark.parametrize(
    "address",
    [
        *("/?valid_at=31.02.2025", "/figur/stock_flow?from=31.02.2025", "/sager?last=i+morgen&known_at=1"),
        *("/sag/counted?valid_at=31.02.2025", "/rapport?year=2024&valid_at=i+morgen"),
    ],
)
def test_every_page_keeps_its_form_where_a_day_is_wrong(api: Running, counted: list[Any], address: str) -> None:
    page = api.client.get(address)

    name = re.findall(r"(?:valid_at|from|last)", address)[0]
    assert page.status_code == 400
    [field] = [
        attrs
        for tag, attrs in Read(page.text).elements
        if tag == "input" and attrs.get("name") == name and attrs["type"] != "hidden"
    ]
    assert (field["type"], field["aria-invalid"]) == ("text", "true")
    assert field["value"] in ("31.02.2025", "i morgen")
    assert f"{field['id']}_error" in str(field["aria-describedby"]).split()
    assert f'id="{field["id"]}_error"' in page.text
    assert counted


@pytest.mark.long
@pytest.mark.parametrize("address", ["/", "/sager", "/figur/caseload", "/sag/counted", "/rapport"])
def test_every_page_takes_a_day_as_people_write_it(api: Running, counted: list[Any], address: str) -> None:
    written, iso = (api.client.get(address, params={"valid_at": day}) for day in ("15. maj 2020", "2020-05-15"))

    assert written.status_code == iso.status_code == 200
    assert re.findall(r"<strong>[^<]*</strong>", written.text) == re.findall(r"<strong>[^<]*</strong>", iso.text)
    assert counted


def test_the_api_takes_iso_days_alone(api: Running, counted: list[Any]) -> None:
    for name in ("valid_from", "valid_at"):
        given = {"valid_from": "2020-03-15", "valid_at": "2020-05-15", name: "15.04.2020"}
        assert api.client.get("/api/figures/caseload/why", params=given).json()["place"] == "valid_at"
    assert counted


def test_a_fixed_address_gives_the_same_page_and_the_file_its_cases(api: Running, counted: list[Any]) -> None:
    page = api.client.get(TWO_DAYS)
    links = {attrs["id"]: str(attrs["href"]) for tag, attrs in Read(page.text).elements if tag == "a" and attrs.get("id")}

    again = api.client.get(links["fast-adresse"])
    file = api.client.get(links["hent-forskel"])

    assert re.search(r"known_at=\d+$", links["fast-adresse"])
    assert Read(again.text).tables == Read(page.text).tables
    rows = list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig")), delimiter=";"))
    assert [(row["case"], row["way"], row["cause"]) for row in rows if row["case"] == "counted"] == [
        ("counted", "left", "afsluttet: Fraflyttet")
    ]
    assert counted


def test_both_steps_are_given_and_add_up(api: Running, counted: list[Any]) -> None:
    first = counted[0]["positions"][0]
    words = f"unit=ungeindsatsen&valid_from=2020-03-15&valid_at=2020-05-15&known_from={first - 1}"

    found = api.client.get(f"/api/figures/caseload/why?{words}").json()

    learned = sum(moved["after"] - moved["before"] for moved in found["moved"])
    days = found["days"]
    [cell] = days["cells"]
    before = next((moved["before"] for moved in found["moved"]), cell["first"])
    assert before + learned == cell["first"]
    assert cell["first"] - cell["left"] + cell["came"] == cell["last"]
    assert (days["first"] - days["left"] + days["came"], found["known_from"]["position"]) == (days["last"], first - 1)


def test_the_ready_choices_are_offered(api: Running, counted: list[Any]) -> None:
    page = api.client.get("/hvorfor?figure=caseload&valid_at=2020-05-15").text

    assert "siden mandag den 11. maj 2020" in page
    assert "de seneste 30 dage, fra 15. april 2020" in page
    assert "siden mandag den 4. maj 2020" in api.client.get("/hvorfor?figure=caseload&valid_at=2020-05-11").text
    assert counted


def test_a_period_figure_has_the_period_of_the_day_that_is_kept(api: Running, counted: list[Any]) -> None:
    period = "1. januar 2020 – 31. december 2020"

    assert period in api.client.get("/hvorfor?figure=stock_flow&known_from=0&valid_at=2020-05-15").text
    assert period in api.client.get("/figur/stock_flow?valid_at=2020-05-15").text
    assert counted


@pytest.mark.long
@pytest.mark.parametrize("figure", sorted(name for name, figure in FIGURES.items() if figure.takes.days is None))
def test_the_form_of_every_figure_offers_days_where_it_counts_on_a_day(api: Running, figure: str) -> None:
    given = {"from_unit": "social", "to_unit": "arbejdsmarked"} if figure == "cohort" else {}

    page = api.client.get("/hvorfor", params={"figure": figure, **given}).raise_for_status().text

    assert ('id="valid_from"' in page) == FIGURES[figure].is_stock
    assert 'id="known_from"' in page
