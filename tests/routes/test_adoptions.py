"""A body's adoption of a definition: recorded by command and by form, shown where the definition is, and withdrawn."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx
import pytest

from dashboards.figures import FIGURES
from journey.log.migrate import READ
from journey.log.reading import head
from tests.conftest import Database
from tests.support.serving import Running, referred, running_with
from tests.support.waiting import until

GIVEN = {"figure": "caseload", "version": 1, "body": "Byrådet i Norddjurs", "valid_at": "2025-05-14", "by": "sb-92"}


@pytest.fixture(scope="module")
def site(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    lines = [{"case": "N-1", "source": "f", "source_id": "1", **referred()}]
    with running_with(server, template, tmp_path_factory.mktemp("keys"), lines) as made:
        yield made


def _post(site: Running, key: str, **changed: Any) -> httpx.Response:
    return site.client.post("/api/adoptions", json={**GIVEN, **changed}, headers={"Idempotency-Key": key})


def _form(site: Running, **changed: str) -> httpx.Response:
    fields = {**{name: str(value) for name, value in GIVEN.items()}, "withdrawal": "", "key": "form-1", **changed}
    return site.client.post("/vedtagelser", data=fields, headers={"Origin": site.url, "Sec-Fetch-Site": "same-origin"})


def _end(site: Running) -> int:
    """The position that the log has reached."""
    with site.register.connected(READ) as conn:
        return head(conn)[0]


def _text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", html)))


def _definition(site: Running, figure: str) -> dict[str, Any]:
    figures = site.client.get("/api/definitions").json()["figures"]
    return next(each for each in figures if each["figure"] == figure)


def test_an_adoption_is_recorded_once_shown_and_withdrawn(site: Running) -> None:
    before = _text(site.client.get("/figur/caseload?valid_at=2025-06-01").text)
    made, again = _post(site, "k1"), _post(site, "k1")
    until(lambda: _definition(site, "caseload")["is_adopted"])

    assert (made.status_code, again.json()) == (201, made.json())
    assert made.json()["rule"] == FIGURES["caseload"].rule
    assert "Udgave 1, som gælder i dag, er ikke vedtaget endnu." in before
    adopted = "Vedtaget af Byrådet i Norddjurs den 14. maj 2025, udgave 1."
    assert [(each["body"], each["valid_at"]) for each in _definition(site, "caseload")["adopted"]] == [
        ("Byrådet i Norddjurs", "2025-05-14")
    ]
    assert adopted in _text(site.client.get("/figur/caseload?valid_at=2025-06-01").text)
    assert adopted not in _text(site.client.get("/figur/caseload?valid_at=2025-05-13").text)
    assert adopted not in _text(site.client.get("/figur/caseload?valid_at=2025-06-01&known_at=1").text)
    assert adopted in _text(site.client.get("/vedtagelser").text)
    assert (twice := _post(site, "k2")).status_code == 409
    assert twice.json()["code"] == "adopted_already"

    gone = _post(site, "k3", withdrawal="fejl")
    until(lambda: _definition(site, "caseload")["adopted"] == [])
    assert (gone.status_code, gone.json()["withdrawn"]) == (201, True)
    assert _post(site, "k3", withdrawal="fejl").json() == gone.json()
    assert _post(site, "k4", withdrawal="fejl").json()["code"] == "not_adopted"
    assert _post(site, "k5").status_code == 201  # what was withdrawn can be recorded again
    assert _post(site, "k6", withdrawal="fejl").status_code == 201


LABELS = {
    "figure": "Figur",
    "version": "Udgave",
    "body": "Organet, der vedtog den",
    "valid_at": "Dagen, den blev vedtaget",
    "by": "Hvem registrerer (pseudonym)",
    "withdrawal": "Skal den annulleres: hvorfor?",
}
WRONG = [
    ("figure", "findes-ikke", "Der er ingen figur"),
    ("version", 2, "har kun udgave 1; der er ingen udgave 2"),
    ("version", 0, "der er ingen udgave 0"),
    ("valid_at", "2999-01-01", "er ikke kommet endnu"),
    ("valid_at", "1700-01-01", "før 1900"),
    ("body", "  ", "må ikke være tom"),
    ("body", "Udvalg 010190-1234", "CPR"),
    ("by", "Hanne Jensen", "pseudonym"),
    ("withdrawal", "sludder", "grunde til annullering"),
]


@pytest.mark.parametrize(("field", "value", "why"), WRONG)
def test_what_cannot_be_recorded_is_refused_with_its_place_and_a_remedy_and_the_form_is_kept(
    site: Running, field: str, value: Any, why: str
) -> None:
    before = _end(site)
    answer = _post(site, f"bad-{field}-{value}".encode().hex(), **{field: value})
    form = _form(site, **{field: str(value)})
    problem, page = answer.json(), unescape(form.text)

    assert 400 <= answer.status_code < 500
    assert problem["place"] == field
    assert why in problem["detail"] + problem["remedy"]
    assert form.status_code == 400
    assert f"({LABELS[field]})" in page
    for name in {"version", "body", "valid_at", "by"} - {field}:
        assert f'value="{GIVEN[name]}"' in page
    assert "010190" not in page
    assert _end(site) == before


def test_the_form_records_and_says_so(site: Running) -> None:
    shown = site.client.get("/vedtagelser?figure=complaints")
    made = _form(site, figure="complaints", version="2", key="form-2")

    assert '<option value="complaints" selected>' in shown.text
    assert f'name="version" min="1" max="9999" value="{FIGURES["complaints"].version}"' in shown.text
    assert made.status_code == 201
    assert "vedtaget af Byrådet i Norddjurs den 14. maj 2025, udgave 2." in _text(made.text)
    assert _form(site, figure="complaints", version="2", key="form-2").status_code == 201  # sent twice by the browser
    english = site.client.get("/vedtagelser?lang=en").text
    assert "Adopted by Byrådet i Norddjurs on 14 May 2025, version 2." in _text(english)
