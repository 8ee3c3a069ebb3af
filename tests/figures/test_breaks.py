"""What breaks a series: from a paper, from the municipality's own code file, and on which charts each is marked."""

from __future__ import annotations

import pytest

from dashboards.figures.readings import RuleReading
from dashboards.pages.catalogue import CASEWORKERS
from dashboards.pages.page import as_read, page, page_questions, warnings
from dashboards.published.status_days import breaks, breaks_in_counting, roll_outs
from dashboards.sections.section import Section, definitions
from dashboards.view import FigureCells, View
from journey.codes import parse_code_lists, standard_text
from tests.first_page.shown import ledger, view_of

OWN = """
[breaks]
flyttet = { da = "Nye lokaler.", en = "New premises", valid_from = 2024-09-01, group = "counting", unit = "am" }
en_i_stedet_for_to = { da = "Én sagsbehandler til alle unge", en = "One", valid_from = 2024-11-01, group = "caseworkers", unit = "ui" }
"""


def _own(day: str) -> View:
    return view_of(day, codes=parse_code_lists(standard_text(), OWN))


@pytest.mark.parametrize(
    ("day", "with_the_papers", "of_the_caseworkers_alone", "shown"),
    [
        ("2022-06-01", True, ["2022-10-01", "2025-07-01"], []),
        ("2025-02-01", True, ["2022-10-01", "2025-07-01"], ["2022-10-01"]),
        ("2025-09-01", True, ["2022-10-01", "2025-07-01"], ["2022-10-01", "2025-07-01"]),
        ("2025-09-01", False, [], []),
    ],
)
def test_the_papers_roll_out_of_one_caseworker_is_marked_from_its_day(
    day: str, with_the_papers: bool, of_the_caseworkers_alone: list[str], shown: list[str]
) -> None:
    view, printed = view_of(day), ledger() if with_the_papers else []

    marked = set(breaks_in_counting(view, printed, caseworkers=True))
    assert [str(each.day) for each in roll_outs(view, printed)] == of_the_caseworkers_alone
    assert sorted(str(each.day) for each in marked - set(breaks_in_counting(view, printed))) == shown
    assert not set(roll_outs(view, printed)) & set(breaks(view, printed))


def test_a_municipality_sets_a_break_in_its_code_file() -> None:
    of_all, of_caseworkers = (breaks_in_counting(_own("2025-02-01"), [], caseworkers=both) for both in (False, True))

    assert [(str(each.day), each.unit, each.why) for each in of_all if "kodefil" in each.why] == [
        ("2024-09-01", "arbejdsmarked", "Nye lokaler (kommunens kodefil)."),
    ]
    assert [(str(each.day), each.unit) for each in of_caseworkers if "kodefil" in each.why] == [
        ("2024-09-01", "arbejdsmarked"),
        ("2024-11-01", "ungeindsatsen"),
    ]
    assert not [each for each in breaks_in_counting(_own("2024-08-31"), [], caseworkers=True) if "kodefil" in each.why]


@pytest.mark.parametrize("papers", [True, False])
def test_the_breaks_that_come_with_the_product_are_marked_once_with_or_without_the_papers(papers: bool) -> None:
    found = breaks_in_counting(view_of("2026-11-29"), ledger() if papers else [])
    shipped = {
        "2024-01-01": (None, "Barnets lov"),
        "2025-01-01": ("ungeindsatsen", "Nyt it-system"),
        "2025-07-01": (None, "Kontanthjælpsreformen"),
        "2026-02-01": (None, "Ressourceforløb"),
    }

    for day, (unit, begins) in shipped.items():
        [marked] = [each for each in found if str(each.day) == day]
        assert (marked.unit, marked.why.count("kodefil")) == (unit, 0)
        assert marked.why.startswith(begins)
    assert sum("it-system" in each.why for each in found) == 1
    assert "ikke efterprøvet" in found[-1].why


def _around(view: View, *, papers: bool) -> Section:
    printed = ledger() if papers else []
    answers = {key: FigureCells(ask, []) for key, ask in page_questions(CASEWORKERS, view, printed).items()}
    return next(one for one in page(CASEWORKERS, view, printed, answers).sections if one.id == "omkring-borgeren")


def _flags(section: Section, chart: str) -> list[str]:
    [drawn] = [part.chart.drawn for part in section.parts if part.chart and part.chart.id == chart]
    return [one["text"] for one in drawn["layout"]["annotations"]]


def test_each_units_chart_has_its_own_breaks_under_the_numbers_of_the_list() -> None:
    section = _around(_own("2025-02-01"), papers=False)

    assert [why.split(":")[0] for why in section.breaks] == [
        "1. januar 2024",
        "1. september 2024",
        "1. november 2024",
        "1. januar 2025",
    ]
    assert _flags(section, "samtidige-arbejdsmarked") == ["1", "2"]
    assert _flags(section, "samtidige-ungeindsatsen") == ["1", "3", "4"]


def test_the_page_says_what_of_the_roll_out_is_to_come_and_what_is_not_known() -> None:
    to_come = [one for one in _around(view_of("2025-02-01"), papers=True).caveats if one.startswith("Endnu ikke")]
    unknown = [one for one in _around(view_of("2025-02-01"), papers=False).caveats if "er ikke oplyst" in one]

    assert len(to_come) == 1
    assert "1. juli 2025" in to_come[0]
    assert "25/1978" in to_come[0]
    assert len(unknown) == 1
    assert "Ungeindsatsen, Arbejdsmarkedsafdelingen" in unknown[0]
    assert not [one for one in _around(_own("2025-02-01"), papers=False).caveats if "i Ungeindsatsen går" in one]


def test_a_section_says_which_of_its_figures_have_no_such_reading_as_is_chosen() -> None:
    def caveats(reading: RuleReading) -> tuple[str, ...]:
        view = view_of("2025-02-01", reading=reading)
        asked = [FigureCells(view.ask(figure), []) for figure in ("caseload", "stock_flow", "age_bands", "caseload_by_support")]
        assert any("Valgt opgørelse" in one for one in warnings(view)) is not reading.printed
        return as_read(view, Section("s", "S", "", (), definitions(asked), ("Sidst.",))).caveats

    only = "der er kun defineret én måde at tælle det på."
    assert caveats(RuleReading()) == ("Sidst.",)
    assert caveats(RuleReading(include_assessing="false")) == (
        f"Valget »uden udredning« gælder ikke for Til- og afgang af sager, Sager efter alder, Sager efter støtte: {only}",
        "Sidst.",
    )
    assert caveats(RuleReading(include_out_of_scope="false", count="citizens")) == (
        f"Valget »uden medfulgte sager« gælder ikke for Til- og afgang af sager, Sager efter alder: {only}",
        f"Valget »borgere« gælder ikke for Til- og afgang af sager, Sager efter alder, Sager efter støtte: {only}",
        "Sidst.",
    )
