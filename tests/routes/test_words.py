"""Every route refuses a word that it does not know, one given twice, and a value that is none of its own; over all routes of the app."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from api.web.app import routers
from dashboards import site
from dashboards.drilldown.cell import OF_CELL
from dashboards.figures import FIGURES
from dashboards.figures.parameters import PARAMETERS
from dashboards.words.danish import DIMENSIONS
from journey.codes import standard
from tests.support.serving import Running

IN_PATHS = {
    "case": "c-1",
    "check": "1",
    "delivery": "1",
    "file": "none",
    "figure": "caseload",
    "form": "csv",
    "index": "0",
    "name": "sager",
    "page": "0",
    "part": "udvikling",
    "path": "0/000",
    "position": "1",
    "upload": "none",
    "year": "2025",
    "code": "bad_parameter",
    "level": "0",
    "width": "1",
}
OF_PATHS = {
    site.CELL_LOG_ROUTE: {"form": "xes"},
    site.REPORT_FILE_ROUTE: {"form": "docx"},
    "/static/{name}": {"name": "page.css"},
}
ROUTES = sorted(
    {
        (method, route.path_format)
        for router in routers(standard())
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
)
OWN = (
    "lang",
    "valid_at",
    "known_at",
    "known_day",
    "known_from",
    "valid_from",
    "figure",
    "sag",
    "ved",
    "fra",
    "fra_ved",
    "redigeret",
    "year",
    "kode",
    "side",
)
OWN += ("format", "offset", "limit", "after", "seconds", "v", "last", "modtager", "formaal")
KNOWN = tuple(dict.fromkeys((*OWN, *PARAMETERS, *site.SHARED_PARAMETERS, *(f"{OF_CELL}{name}" for name in DIMENSIONS))))
"""Every name that any route takes."""
FREE = {"kode", "modtager", "formaal", "statement", "wave"}
"""The names whose value anybody may write."""
SEARCHED = {(site.LOOKS, "sag"), (site.LOOKS_EXTRACT, "sag")}
"""Where a name is searched for, so that its value may be any, too."""


def addresses() -> Iterator[tuple[str, str]]:
    """Each route's method and an address of it; a figure's own route once for each figure where the path has it in it."""
    for method, path in ROUTES:
        values = IN_PATHS | OF_PATHS.get(path, {})
        yield method, re.sub(r"{(\w+)[^}]*}", lambda found, values=values: values[found[1]], path)


def asked(api: Running, method: str, address: str, query: str) -> Any:
    body: dict[str, Any] = {}
    if method == "POST":
        own = address == site.PUBLISH
        body = {
            "content": b"" if own else b"{}",
            "headers": {"Content-Type": "application/x-www-form-urlencoded" if own else "application/json"},
        }
        body["headers"] |= {"Idempotency-Key": "words", "Sec-Fetch-Site": "same-origin"}
    with api.client.stream(method, f"{address}?{query}", follow_redirects=False, **body) as answer:
        if answer.status_code >= 400:  # a stream of changes has no end
            answer.read()
        return answer


def test_the_routes_are_all_here() -> None:
    assert len(ROUTES) > 60
    assert {path.split("/")[1].split("-")[0] for _, path in ROUTES} >= {
        "api",
        "static",
        "plotly",
        "health",
        "sag",
        "sagsmappe",
        "was",
    }


def test_no_route_takes_a_word_that_it_does_not_know(api: Running, counted: Any) -> None:
    answers = {(method, address): asked(api, method, address, "ukendt=1") for method, address in addresses()}

    taken = {at: answer.status_code for at, answer in answers.items() if not 400 <= answer.status_code < 500}
    assert taken == {}
    unnamed = [at for at, answer in answers.items() if "ukendt" not in answer.text]
    assert [at for at in unnamed if not is_closed(at)] == []
    assert any(map(is_closed, unnamed))


OF_THE_LOGIN = ("/log-ind/", "/log-ud", "/om/rettigheder/bekraeft", "/om/rettigheder/rollefil/underskriv")
"""Where the addresses begin that are there only under the municipality's login."""


def is_closed(at: tuple[str, str]) -> bool:
    """Whether the route is closed where uploads are not taken in and there is no login, whatever words come with the request."""
    method, address = at
    if address.startswith(OF_THE_LOGIN):
        return True
    form = method == "POST" and address.startswith((site.INTAKE.address, site.DELIVERIES.address))
    return form or address.startswith(f"{site.INTAKE.address}/")


@pytest.mark.long
def test_twin_without_the_word_most_routes_answer(api: Running, counted: Any) -> None:
    found = [asked(api, method, address, "").status_code for method, address in addresses() if method == "GET"]

    assert sum(status < 400 for status in found) > 60
    assert set(found) <= {200, 303, 307, 400, 403, 404, 409}


@pytest.mark.long
def test_no_route_takes_a_word_twice_or_a_value_that_is_none_of_its_own(api: Running, counted: Any) -> None:
    tried, taken = 0, list[tuple[str, str, str, int]]()
    for method, address in addresses():
        for name in KNOWN:
            for query in (
                f"{name}=%C2%A7&{name}=%C2%A7",
                *(() if name in FREE or (address, name) in SEARCHED else (f"{name}=%C2%A7",)),
            ):
                status = asked(api, method, address, query).status_code
                tried += 1
                if not 400 <= status < 500:
                    taken.append((method, address, query, status))
    assert tried > 8_000
    assert taken == []


MALFORMED = (
    *(
        "redigeret=true",
        "redigeret=Ja",
        "redigeret=JA",
        "redigeret=yes",
        "redigeret=1",
        "redigeret=",
        "redigeret=%20ja",
        "redigeret=ja%20",
    ),
    *(
        "redigeret=ja&redigeret=nej",
        "redigeret=nej&redigeret=ja",
        "redigeret=ja&redigeret=ja",
        "redigeret=jA",
        "redigeret=j%C3%A1",
    ),
    *(
        "redigeret=%EF%BD%8A%EF%BD%81",
        "Redigeret=ja",
        "REDIGERET=ja",
        "redacted=yes",
        "redacted=ja",
        "redact=1",
        "redigeret[]=ja",
    ),
    *("redigeret=ja;redigeret=nej", "redigeret%00=ja", "redigeret=ja%00", "redigeret=on", "redigeret", "%EF%BD%92edigeret=ja"),
)


@pytest.mark.parametrize("query", MALFORMED)
def test_no_malformed_word_for_a_redacted_file_gives_a_whole_one(api: Running, counted: Any, query: str) -> None:
    answer = api.client.get(f"{site.case_file('c-1')}?{query}")

    assert 400 <= answer.status_code < 500
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("figure", sorted(FIGURES))
def test_no_figure_takes_a_word_of_another(api: Running, counted: Any, figure: str) -> None:
    others = [name for name in PARAMETERS if name not in FIGURES[figure].takes.names and name != "valid_at"]
    for name in others[::5]:
        for address in (f"/api/figures/{figure}", site.figure_page(figure), site.cell_cases(figure)):
            answer = api.client.get(f"{address}?{name}=1")
            assert answer.status_code == 400, (address, name)
            assert name in answer.text
