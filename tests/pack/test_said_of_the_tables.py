"""What the footnotes say of a table is true of all of it, and words go with their numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from api.answers.pack import packed
from dashboards.figures import FIGURES
from dashboards.pack.chapters import stock
from dashboards.pack.paper import Paragraph, Part, StatusPaper, Value
from dashboards.view import FigureCells
from tests.conftest import Database
from tests.pack.conftest import YEARS
from tests.pack.small import AM, UI
from tests.support.registers import TODAY, load, register_on


@pytest.mark.parametrize("year", YEARS)
def test_the_footnote_names_every_unit_that_the_tables_numbers_are_of(papers: Mapping[int, StatusPaper], year: int) -> None:
    labels = {unit: papers[year].of.unit(unit) for unit in papers[year].of.days}
    for grid in papers[year].counted:
        notes = " ".join(note.text for note in grid.notes)
        for unit in {unit for each in grid.values for unit in each.answer.ask.question.unit if unit in labels}:
            assert labels[unit] in notes.partition("Enhed: ")[2], (grid.id, notes)


@pytest.mark.parametrize("year", YEARS)
def test_the_footnote_says_of_the_question_only_what_is_so_of_every_number(
    papers: Mapping[int, StatusPaper], year: int
) -> None:
    seen = 0
    said = {True: "Sager under udredning: talt med", False: "Sager under udredning: ikke talt med"}
    for grid in papers[year].counted:
        for figure in {each.answer.ask.figure.id for each in grid.values} & {"caseload", "caseload_by_benefit"}:
            asked = {each.answer.ask.question.include_assessing for each in grid.values if each.answer.ask.figure.id == figure}
            for note in [each.text for each in grid.notes if f"»{FIGURES[figure].title_da}«," in each.text]:
                assert {way for way, text in said.items() if text in note} == (asked if len(asked) == 1 else set()), note
                seen += 1
    assert seen >= 3


@pytest.mark.parametrize(
    ("year", "said"),
    [
        (2023, "Ingen statusdag går forud: perioden er fra 1. januar 2022 til og med statusdagen."),
        (2024, "Perioden er fra dagen efter forrige statusdag til og med denne."),
    ],
)
def test_the_first_status_has_none_before_it_to_count_from(papers: Mapping[int, StatusPaper], year: int, said: str) -> None:
    flow = [grid for grid in papers[year].grids if grid.title.startswith("Til- og afgang")]

    assert [said in [note.text for note in grid.notes] for grid in flow] == [True, True]


def _text(parts: Sequence[Part]) -> str:
    pieces = [piece for part in parts if isinstance(part, Paragraph) for piece in part.text]
    return "".join(piece if isinstance(piece, str) else piece.text for piece in pieces if isinstance(piece, (str, Value)))


@pytest.fixture
def small(database: Database, tmp_path: Any) -> StatusPaper:
    """A register of one case in each unit, that of the one waiting and that of the other under assessment, one a transfer's."""
    day, social = "2024-12-01", "social"
    register = register_on(database, tmp_path)
    printed = {"from_unit": social, "to_unit": AM, "from": day, "to": "2025-01-01", "valid_at": "2025-02-01"}
    paper = {"case": "25/1", "title": "Status", "date": "2025-02-20"}
    published = {"id": "k", "figure": "cohort", "parameters": printed, "cell": {"measure": "size"}, "value": 1, "paper": paper}
    load(
        register,
        [
            {"case": "C", "kind": "referred", "valid_at": day, "data": {"unit": UI, "citizen": "b"}},
            {"case": "D", "kind": "referred", "valid_at": day, "data": {"unit": social, "citizen": "c"}},
            {"case": "D", "kind": "transferred", "valid_at": day, "data": {"to": AM, "reason": "handover"}},
            {"case": "D", "kind": "assessment_opened", "valid_at": day, "data": {"method": "vum"}},
            {
                "stream": "ledger",
                "kind": "figure_published",
                "valid_at": "2025-02-20",
                "data": {**published, "qualifier": "exact", "notes": []},
            },
        ],
    )
    register.believe()
    return packed(register, 2025, None, None, TODAY)


def test_one_is_not_many(small: StatusPaper) -> None:
    text = _text(small.parts)

    assert "Pr. 1. februar 2025 er der 1 sag. Den vedrører 1 borger: venter (1 sag)." in text
    assert "Derudover er der 1 sag i Arbejdsmarkedsafdelingen med en borger, der er under udredning" in text
    assert "Der blev overdraget 1 sag fra Socialområdet til Arbejdsmarkedsafdelingen i perioden" in text
    assert "fortsat 1 aktiv." in text


def test_a_unit_without_cases_has_none_to_divide(papers: Mapping[int, StatusPaper]) -> None:
    of = papers[2025].of
    none = {name: FigureCells(ask, _noughts(name)) for name, ask in stock.questions(of).items()}

    text = _text(stock.parts(of, none))

    assert "Der er ingen sager i Ungeindsatsen pr. 1. februar 2025." in text
    assert "fordeler sig" not in text


def _noughts(name: str) -> list[dict[str, Any]]:
    if name.startswith("support"):
        return [{"support": group, "value": 0} for group in ("bostoette", "other", "assessing", "waiting")]
    days = ("2023-01-24", "2024-02-02", "2025-02-01")
    return [{"unit": UI, "valid_at": each, "value": 0} for each in days]
