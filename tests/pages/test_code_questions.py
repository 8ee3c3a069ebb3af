"""A code said outside its days, or in no list, is asked about by the event that says it, in words, and refused nowhere."""

from __future__ import annotations

from datetime import date

import pytest
from msgspec.structs import replace

from dashboards.case.cards import cards
from dashboards.case.story import story
from dashboards.figures.figure import FIGURES
from dashboards.sections.quality import findings
from dashboards.view import FigureCells
from dashboards.words.language import DANISH, ENGLISH, Language
from journey.codes import CodeLists, parse_code_lists, standard, standard_text
from tests.first_page.shown import view_of
from tests.support.given import told

FEW_CODES = parse_code_lists(standard_text().replace('su = { da = "SU"', 'studiestoette = { da = "SU"'))
"""The lists without a code that an older log says."""
CLOSED = parse_code_lists(
    standard_text().replace('en = "Temporary residence",', 'en = "T", closed_to_new = 2026-01-01, valid_to = 2026-06-01,')
)


def asked(lines: str, codes: CodeLists = standard(), translate: Language = DANISH) -> list[str]:  # noqa: B008 -- never changed
    history = told(f"day | event | details\n{lines}")
    found = cards(story("N-1", history).events, date(2027, 1, 1), codes, translate)
    return [f"{card.position}: {text}" for card in found for text in card.questions]


@pytest.mark.parametrize(
    ("lines", "questions"),
    [
        ("2025-06-30 | benefit_changed | benefit=uddannelseshjaelp", []),
        (
            "2025-07-01 | benefit_changed | benefit=uddannelseshjaelp",
            [
                "1: Uddannelseshjælp var i brug til og med 30. juni 2025: skulle der stå Kontanthjælp, uddannelsesparat?",
            ],
        ),
        ("2025-07-01 | benefit_changed | benefit=kontanthjaelp_uddannelsesparat", []),
        (
            "2025-06-30 | benefit_changed | benefit=kontanthjaelp_uddannelsesparat",
            ["1: Kontanthjælp, uddannelsesparat er først i brug fra 1. juli 2025: er dagen eller koden rigtig?"],
        ),
        ("2026-01-31 | benefit_changed | benefit=ressourceforloeb", []),
        (
            "2026-02-01 | benefit_changed | benefit=ressourceforloeb",
            [
                "1: Der begynder ingen nye med Ressourceforløb fra 1. februar 2026 (dagen er ikke efterprøvet): løb det i forvejen?",
            ],
        ),
        (
            "2025-01-01 | benefit_changed | benefit=revalidering\n2026-02-01 | benefit_changed | benefit=revalidering",
            [],
        ),
        (
            "2025-01-01 | benefit_changed | benefit=ingen\n2026-02-01 | benefit_changed | benefit=revalidering",
            ["2: Der begynder ingen nye med Revalidering fra 1. februar 2026 (dagen er ikke efterprøvet): løb det i forvejen?"],
        ),
        (
            "2023-09-30 | referred | unit=ungeindsatsen citizen=b1\n2023-09-30 | support_granted | grant=g support=bostoette_85a",
            ["2: Bostøtte ved hjemløshed er først i brug fra 1. oktober 2023: er dagen eller koden rigtig?"],
        ),
    ],
)
def test_a_code_outside_its_days_is_a_question(lines: str, questions: list[str]) -> None:
    assert asked(lines) == questions


def test_what_is_closed_to_new_is_refused_without_a_question_until_it_is_out_of_use() -> None:
    referred = "2025-01-01 | referred | unit=ungeindsatsen citizen=b1\n"
    closed, ended = (
        "Der begynder ingen nye med Midlertidigt botilbud fra 1. januar 2026",
        "Midlertidigt botilbud var i brug til og med 31. maj 2026",
    )

    assert asked(f"{referred}2026-01-01 | support_refused | support=botilbud", CLOSED) == []
    assert asked(f"{referred}2026-01-01 | support_granted | grant=g support=botilbud", CLOSED) == [
        f"2: {closed}: løb det i forvejen?"
    ]
    for said in ("support_refused | support=botilbud", "support_granted | grant=g support=botilbud"):
        assert asked(f"{referred}2026-06-01 | {said}", CLOSED) == [f"2: {ended}: er dagen eller koden rigtig?"]


def test_a_code_that_the_list_does_not_have_is_shown_as_it_is_written() -> None:
    said = "2025-01-01 | benefit_changed | benefit=su"

    assert asked(said) == []
    assert asked(said, FEW_CODES) == [
        "1: »su« står ikke i kodelisten over forsørgelsesydelser: er den skrevet rigtigt, eller mangler den i listen?"
    ]
    assert asked(said, FEW_CODES, ENGLISH)[0].startswith("1: “su” is not in the code list")


def test_of_what_was_never_true_nothing_is_asked() -> None:
    said = "2025-07-01 | benefit_changed | benefit=uddannelseshjaelp"

    assert asked(f"{said}\n2025-07-02 | withdrawn | source=spec source_id=1 reason=fejl") == []


def test_the_data_quality_page_asks_the_same_with_its_counts() -> None:
    view = replace(view_of("2026-11-29"), codes=FEW_CODES)
    asks = findings.questions(view, [])
    rows = [("benefits.uddannelseshjaelp", "after_use", 3, 2), ("benefits.su", "not_listed", 1, 1)]
    cells = FIGURES["code_questions"].query(asks["codes"].question).cells(rows)
    none = {name: FigureCells(ask, []) for name, ask in asks.items()}
    section = findings.section(view, [], none | {"codes": FigureCells(asks["codes"], cells)})

    assert [row[1:] for row in section.parts[0].tables[0].rows] == [("1", "1"), ("3", "2")]
    assert [row[0].split(" ")[0] for row in section.parts[0].tables[0].rows] == ["»su«", "Uddannelseshjælp"]
    assert findings.section(view, [], none).parts == ()
