"""Every way that a page shows leads to an answer, and an address that there is not is said on a page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from urllib.parse import urlsplit

import httpx
import pytest

from tests.conftest import Database, Sample
from tests.support.serving import Running, running_sample

PERSON = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
"""What a browser asks with."""

OF_A_CELL = "unit=ungeindsatsen&valid_at=2025-02-01&include_assessing=true&include_out_of_scope=true&count=cases&known_at=19000"


@pytest.fixture(scope="module")
def site(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_sample(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        yield made


def _ways(answer: httpx.Response) -> list[str]:
    """The addresses of the site that the page has a link to, one for each path."""
    found = {unescape(one) for one in re.findall(r'<a [^>]*href="(/[^"#]*)', answer.text)}
    return sorted({urlsplit(one).path: one for one in found}.values())


@pytest.mark.long
@pytest.mark.parametrize(
    "address",
    [
        f"/figur/caseload/sager?{OF_A_CELL}&cell.unit=ungeindsatsen&cell.valid_at=2025-02-01",
        f"/figur/caseload/sager?{OF_A_CELL}&cell.unit=ungeindsatsen&cell.valid_at=2025-02-01&lang=en",
        "/figur/caseworker_changes/sager?from=2025-01-01&to=2026-01-01&unit=ungeindsatsen&cell.measure=changes&cell.variant=all",
        f"/hvorfor?figure=caseload&known_from=18000&{OF_A_CELL}",
        f"/hvorfor?figure=caseload&valid_from=2.+februar+2024&{OF_A_CELL}",
        f"/figur/caseload?{OF_A_CELL}",
        "/sag/N-2022-0042?valid_at=2025-02-01&known_at=19000",
    ],
)
def test_no_way_from_a_page_is_refused(site: Running, address: str) -> None:
    page = site.client.get(address).raise_for_status()
    ways = [way for way in _ways(page) if not way.startswith(("/sag/", "/rapport/", "/sagsmappe/"))]

    refused = [way for way in ways if site.client.get(way).status_code != 200]

    assert len(ways) > 10
    assert refused == []


@pytest.mark.parametrize("name", ["include_out_of_scope=true", "count=cases", "include_out_of_scope=true&count=cases"])
def test_the_printed_reading_may_be_said_by_its_own_word(site: Running, name: str) -> None:
    said, silent = (site.client.get("/sager", params=f"valid_at=2025-02-01&{name}").text for name in (name, ""))

    assert 'role="alert"' not in said
    assert re.findall(r"<td.*?</td>", said, re.DOTALL)[:40] == re.findall(r"<td.*?</td>", silent, re.DOTALL)[:40]


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/findes-ikke", 404),
        ("/figur/findes_ikke", 404),
        ("/figur/findes_ikke/sager", 404),
        ("/hent/overblik/findes-ikke.csv", 404),
        ("/offentliggoer?figure=findes_ikke", 404),
        ("/sagsmappe/findes-ikke", 404),
        ("/sag/findes-ikke", 404),
        ("/figur/caseload?valid_at=i-dag", 400),
    ],
)
def test_a_person_meets_a_page_and_not_json_where_there_is_nothing(site: Running, address: str, status: int) -> None:
    answer = site.client.get(address, headers=PERSON)

    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html; charset=utf-8")
    assert '<nav class="ways"' in answer.text
    assert "Databasen svarer ikke" not in answer.text


@pytest.mark.parametrize(("address", "headers"), [("/api/findes-ikke", PERSON), ("/findes-ikke", {"Accept": "*/*"})])
def test_a_program_meets_a_problem(site: Running, address: str, headers: dict[str, str]) -> None:
    answer = site.client.get(address, headers=headers)

    assert (answer.status_code, answer.json()["code"]) == (404, "no_page")
