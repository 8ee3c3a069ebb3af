"""The caution that lists with only today's value undercount changes: wherever such a list feeds the figure, and nowhere else."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from api.answers.why import Comparison, comparison_json
from api.cli.figures import print_answer
from api.register.answer import Answer, caution_of
from api.web.rest.csv import csv_of
from dashboards.comparing.between import compared
from dashboards.comparing.words import between_table
from dashboards.coverage import Covered
from dashboards.drilldown.why import Why
from dashboards.drilldown.why_table import why_table
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.figures.followed import CASEWORKERS, CAUTIONS, TRANSFERS, list_cautions
from dashboards.figures.question import parse_question
from dashboards.pack.caveats import counted_by
from dashboards.pages.page import as_read
from dashboards.sections.section import Section, definitions
from dashboards.view import FigureCells
from dashboards.words.language import DANISH, ENGLISH, LANGUAGES
from journey.codes import standard
from journey.exchange.deliveries.undoing import undo_delivery
from journey.log.deliveries import followed_kinds
from journey.log.migrate import READ
from tests.conftest import Database
from tests.first_page.shown import view_of
from tests.support.deliveries import take
from tests.support.registers import register_on
from tests.support.sheets import NOW, mapping, moment

KNOWN = datetime(2026, 1, 15, tzinfo=UTC)
LISTED = frozenset({"caseworker_changed"})


def answer(figure: str, followed: frozenset[str] = LISTED) -> Answer:
    question = parse_question(FIGURES[figure].takes, {}, position=7, today=date(2026, 1, 15), codes=standard())
    covered = Covered(date(2020, 1, 1), date(2026, 1, 15), {}, followed)
    return Answer(FIGURES[figure], question, KNOWN, [{"measure": "cases_at_risk", "value": 3}], covered)


def test_every_figure_that_has_a_caution_is_a_figure() -> None:
    assert {figure for _, figures in CAUTIONS.values() for figure in figures} <= set(FIGURES)


@pytest.mark.parametrize(
    ("figure", "followed", "cautions"),
    [
        ("caseworker_changes", {"caseworker_changed"}, [CASEWORKERS]),
        ("caseworker_changes", {"caseworker_assigned"}, [CASEWORKERS]),
        ("uncovered_days", {"caseworker_changed", "transferred"}, [CASEWORKERS]),
        ("stock_flow", {"caseworker_changed", "transferred"}, [TRANSFERS]),
        ("caseworker_changes", {"transferred", "benefit_changed"}, []),
        ("caseworker_changes", set(), []),
        ("caseload", {"caseworker_changed", "transferred"}, []),
    ],
)
def test_a_caution_belongs_to_the_figures_that_count_what_is_followed(figure: str, followed: set[str], cautions: list[str]):
    assert [*list_cautions(FIGURES[figure], followed, DANISH)] == cautions


@pytest.mark.parametrize("code", ["da", "en"])
def test_the_caution_stands_in_the_table_in_both_languages(code: str) -> None:
    translate = LANGUAGES[code]

    assert translate(CASEWORKERS) in answer("caseworker_changes").table(translate).notes
    assert translate(CASEWORKERS) not in answer("caseworker_changes", frozenset()).table(translate).notes
    assert translate is DANISH or ENGLISH(CASEWORKERS) != CASEWORKERS


def test_the_caution_stands_in_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_answer(answer("caseworker_changes"))

    assert CASEWORKERS in " ".join(capsys.readouterr().out.split())


def test_the_caution_stands_in_json_and_csv_only_where_it_belongs() -> None:
    with_it, without = answer("caseworker_changes"), answer("caseworker_changes", frozenset())

    assert with_it.json["cautions"] == [CASEWORKERS]
    assert with_it.json["cells"] == without.json["cells"]
    assert "cautions" not in without.json
    assert CASEWORKERS in csv_of(with_it).decode()
    assert "cautions" not in csv_of(without).decode()
    assert caution_of(None) is None, "nor is it the caution of a moment that is not past"


def test_the_caution_stands_under_the_table_of_the_paper() -> None:
    def notes(of: Answer) -> list[str]:
        return [each.text for each in counted_by(FigureCells(Ask(of.figure, of.question), of.cells, of.covered))]

    assert notes(answer("caseworker_changes"))[-1] == CASEWORKERS
    assert CASEWORKERS not in notes(answer("caseload"))


def test_the_caution_stands_where_two_moments_or_two_days_are_compared() -> None:
    of = answer("tenure")
    asked = Ask(of.figure, of.question)
    days = compared((asked, asked), (of.cells, of.cells), ({}, {}), KNOWN, of.covered)
    knowledge = Why(asked, 3, KNOWN, KNOWN, (), of.covered)

    assert CASEWORKERS in between_table(days).notes
    assert CASEWORKERS in why_table(knowledge).notes
    assert comparison_json(Comparison(asked, knowledge, None))["cautions"] == [CASEWORKERS]
    assert comparison_json(Comparison(asked, None, days))["cautions"] == [CASEWORKERS]
    assert "cautions" not in comparison_json(Comparison(asked, Why(asked, 3, KNOWN, KNOWN, ()), None))


def test_the_caution_is_the_first_caveat_of_a_section_of_a_page() -> None:
    def caveats(figure: str, followed: frozenset[str]) -> tuple[str, ...]:
        of = answer(figure, followed)
        found = definitions([FigureCells(Ask(of.figure, of.question), of.cells, of.covered)])
        section = Section("skift", "", "", (), found, ("Et andet forbehold.",))
        return as_read(view_of("2026-01-15", covered=of.covered), section).caveats

    assert caveats("caseworker_changes", LISTED) == (CASEWORKERS, "Et andet forbehold.")
    assert caveats("caseworker_changes", frozenset()) == caveats("caseload", LISTED) == ("Et andet forbehold.",)


SHEETS = """
format = "sheets"
source = "fagsystem-a"
[[sheet]]
name = "sager"
file = "sager*.csv"
key = ["Nr"]
case = { column = "Nr" }
  [[sheet.event]]
  kind = "referred"
  on = "Henvist"
  data = { citizen = "Nr", unit = "Enhed" }
"""
FOLLOWED = """
  [[sheet.event]]
  kind = "caseworker_changed"
  follows = "Hvem"
  first = "caseworker_assigned"
  on = "Henvist"
  data = { role = { is = "authority" }, worker = "Hvem", reason = { is = "other" } }
"""


@pytest.mark.long
def test_a_register_has_the_caution_from_its_first_list_on_and_no_more_once_that_is_undone(
    database: Database, tmp_path: Path
) -> None:
    register = register_on(database, tmp_path)

    def take_on(day: str, case: str, text: str) -> int:
        rows = f"Nr;Enhed;Henvist;Hvem\n{case};Ungeindsatsen;05-01-2025;sb-1\n"
        take(database, mapping(text), {"sager": rows}, moment(day))
        return register.head()[0]

    def cautions(position: int) -> tuple[list[str], bool]:
        found = register.ask("caseworker_changes", {}, str(position), date(2026, 1, 15))
        return found.json.get("cautions", []), CASEWORKERS in found.table().notes

    without = take_on("2026-01-02", "S-1", SHEETS.replace("  [[sheet.event]]", 'ignore = ["Hvem"]\n  [[sheet.event]]'))
    listed = take_on("2026-01-06", "S-2", SHEETS + FOLLOWED)
    undo_delivery(database.app_url, "fagsystem-a", who="prøve", now=NOW)
    undone = register.head()[0]

    assert [cautions(position) for position in (without, listed, undone)] == [([], False), ([CASEWORKERS], True), ([], False)]
    with register.connected(READ) as conn:
        assert followed_kinds(conn, listed) == {"caseworker_changed"}
