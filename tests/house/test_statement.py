"""The accessibility statement: linked from every page, and filled by the municipality's settings, never by made-up facts."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from api.settings import Responsible, settings
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.registers import register_on
from tests.support.serving import running

WAS = "https://was.digst.dk/sager-proeve-dk"
SAID = {
    "JOURNEY_AUTHORITY": "Prøve Kommune",
    "JOURNEY_ACCESSIBILITY_MAIL": "web@example.org",
    "JOURNEY_ACCESSIBILITY_PHONE": "12 34 56 78",
    "JOURNEY_ACCESSIBILITY_REVIEWED": "2023-03-01",
    "JOURNEY_ACCESSIBILITY_STATEMENT": WAS,
}


def test_what_the_municipality_has_not_said_is_named_and_what_it_has_is_shown(database: Database, tmp_path: Path) -> None:
    register = register_on(database, tmp_path)
    with running(register.settings) as site:
        empty = site.client.get("/tilgaengelighed").text
        assert all(name in empty for name in SAID)
        assert "/tilgaengelighed" in site.client.get("/").text
        assert "ingen henvisning til kommunens offentliggjorte erklæring" in empty
        assert site.client.get("/was", follow_redirects=False).headers["location"] == "/tilgaengelighed"

    told = msgspec.structs.replace(register.settings, responsible=settings(SAID).responsible)
    with running(told) as site:
        filled = site.client.get("/tilgaengelighed").text
        english = site.client.get("/tilgaengelighed?lang=en").text
        assert site.client.get("/was", follow_redirects=False).headers["location"] == WAS

    assert "ingen henvisning" not in filled
    assert "over et år siden" in filled
    for said in ("Prøve Kommune", "web@example.org", "12 34 56 78", "1. marts 2023", f'href="{WAS}"'):
        assert said in filled
    assert not any(name in filled for name in SAID)
    assert "1 March 2023" in english


def test_a_day_that_is_none_is_refused_at_start() -> None:
    assert settings(SAID).responsible == Responsible("Prøve Kommune", "web@example.org", "12 34 56 78", date(2023, 3, 1), WAS)
    with pytest.raises(Refused, match="ikke en dag"):
        settings({"JOURNEY_ACCESSIBILITY_REVIEWED": "i går"})


@pytest.mark.parametrize(
    "address", ["was.digst.dk/x-dk", "https://example.org/was", "javascript:alert(1)", "https://was.digst.dk/"]
)
def test_an_address_that_is_not_the_agencys_is_refused_at_start(address: str) -> None:
    with pytest.raises(Refused, match=r"was\.digst\.dk"):
        settings({"JOURNEY_ACCESSIBILITY_STATEMENT": address})
