"""The legal basis is that of the day asked about, wherever it is shown."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from api.answers.ledger_lines import ledger_line
from dashboards.case.page import RegisteredCase, page
from dashboards.pack.chapters import law
from dashboards.published.ledger import Compared
from dashboards.published.municipality import standard as municipality
from dashboards.words.language import DANISH, ENGLISH
from journey.codes import standard
from journey.events import FigurePublished
from journey.events.publications import CommitteePaper
from projections.engine.agreement import Agreement
from tests.pack.small import UI, paper
from tests.support.given import told

LINES = """
day        | event           | details
2023-01-02 | referred        | unit=ungeindsatsen citizen=b1
2023-01-10 | support_granted | grant=g1 support=efterskole
2023-01-10 | support_granted | grant=g2 support=kontaktperson_32
"""


def _shown(day: str, translate: Any = DANISH) -> str:
    history = told(LINES)
    case = RegisteredCase("N-1", history, Agreement(0, ()), 3)
    made = page(
        [case],
        date.fromisoformat(day),
        3,
        None,
        end=3,
        now=True,
        codes=standard(),
        municipality=municipality(),
        translate=translate,
    )
    return "\n".join(f"{each.support}: {each.text}" for each in made.sides[0].bases)


def test_an_efterskole_case_before_barnets_lov_does_not_show_it() -> None:
    for day in ("2023-01-24", "2023-12-31"):
        assert _shown(day) == (
            "Økonomisk støtte til efterskole: trykt: ikke trykt; i loven: serviceloven, paragraffen ikke efterprøvet\n"
            "Fast kontaktperson: trykt: ikke trykt; i loven: serviceloven § 52 (efterprøvet 29. november 2026)"
        )
        assert "arnets lov" not in _shown(day, ENGLISH)


def test_from_its_first_day_it_does() -> None:
    assert _shown("2024-01-01") == (
        "Økonomisk støtte til efterskole: trykt: § 35, stk. 4, nr. 3-4 barnets lov; i loven: barnets lov, paragraffen ikke efterprøvet\n"
        "Fast kontaktperson: trykt: § 32, stk. 1, nr. 3 barnets lov; i loven: barnets lov § 32 (efterprøvet 29. november 2026)"
    )


@pytest.mark.parametrize(("day", "in_force"), [("2023-01-24", "serviceloven"), ("2024-02-02", "barnets lov")])
def test_the_paper_has_the_basis_of_its_status_day(day: str, in_force: str) -> None:
    of = paper(days={UI: (date.fromisoformat(day),)}).of
    _, grid = law.parts(of, {})
    rows = {str(row[0]): [str(each) for each in row[1:]] for row in grid.rows}  # pyright: ignore[reportAttributeAccessIssue] -- the chapter's one grid

    assert all(in_force in rows[name][1] for name in ("Økonomisk støtte til efterskole", "Fast kontaktperson"))
    assert ("arnets" in str(rows)) is (in_force == "barnets lov")
    assert "Bostøtte ved hjemløshed" not in rows


@pytest.mark.parametrize(
    ("figure", "parameters", "cell", "shown"),
    [
        ("caseload_by_support", {"valid_at": "2023-01-24"}, {"support": "efterskole"}, ["24. januar 2023, Økonomisk"]),
        ("caseload_by_support", {"valid_at": "2023-01-24"}, {"support": "assessing"}, []),
        ("caseload_by_support", {"valid_at": "2023-01-24"}, {"support": "bostoette"}, ["24. januar 2023, B"] * 2),
        (
            "spending_in_period",
            {"from": "2023-01-01", "to": "2024-01-01"},
            {"support": "efterskole"},
            ["31. december 2023, Økonomisk"],
        ),
        ("caseload", {"valid_at": "2023-01-24"}, {"unit": UI, "valid_at": "2023-01-24"}, []),
        ("survey", {"wave": "2025"}, {"statement": "x", "answer": "enig"}, []),
        ("survey", {"wave": "2025"}, {"support": "efterskole"}, []),
        ("caseload", {"valid_at": "2023-01-24"}, {"support": ["efterskole"]}, []),
    ],
)
def test_the_ledger_has_the_basis_of_the_day_of_the_number(
    figure: str, parameters: dict[str, str], cell: dict[str, str], shown: list[str]
) -> None:
    asked = CommitteePaper("22/5547", "Status", date(2023, 2, 23))
    printed = FigurePublished(id="x", figure=figure, parameters=parameters, cell=cell, value=21, qualifier="exact", paper=asked)
    line = ledger_line(Compared(printed, 1, 21, 21), standard(), municipality(), date(2025, 1, 1), DANISH)

    assert len(line.bases) == len(shown)
    assert all(text.startswith(f"Lovgrundlag {begins}") for text, begins in zip(line.bases, shown, strict=True))
    assert not any("arnets lov" in text for text in line.bases)
