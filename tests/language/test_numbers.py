"""The numbers of one series have one number of decimals: in tables, in spreadsheets, on bars and under the pointer."""

from __future__ import annotations

from datetime import date

import pytest

from dashboards.drawing.charts import Bars, bars
from dashboards.figures import FIGURES
from dashboards.figures.decimals import number_format, shown
from dashboards.figures.figure import Ask
from dashboards.figures.question import parse_question
from dashboards.figures.spreadsheet import Sheet, workbook
from dashboards.figures.table import table_of
from dashboards.pack.writers.sheets import xlsx
from dashboards.view import FigureCells
from dashboards.words.language import DANISH, ENGLISH
from journey.codes import standard
from tests.language.papers import formats_of_xlsx
from tests.pack.small import count, grid, paper

VARIANTS = ("all", "without_reorganisation")
CELLS = [
    *({"measure": "changes", "variant": variant, "value": n} for variant, n in zip(VARIANTS, (213, 1), strict=True)),
    *(
        {"measure": "changes_per_case_year", "variant": variant, "value": n}
        for variant, n in zip(VARIANTS, (0.7, 0.73), strict=True)
    ),
    {"measure": "case_years", "value": 234},
    {"measure": "median_tenure", "value": 219.5},
]
TEXTS = ["213", "1", "0,70", "0,73", "234,0", "219,5"]
FORMATS = ["#,##0", "#,##0", "#,##0.00", "#,##0.00", "#,##0.0", "#,##0.0"]


def _ask() -> Ask:
    figure = FIGURES["caseworker_changes"]
    asked = {"from": ["2024-01-01"], "to": ["2025-01-01"]}
    return Ask(figure, parse_question(figure.takes, asked, position=1, today=date(2025, 3, 1), codes=standard()))


def test_a_figures_table_and_its_spreadsheet_show_the_same_decimals() -> None:
    ask = _ask()
    table = table_of(ask.figure, ask.question, CELLS, "nu")

    assert [row[-1] for row in table.rows] == TEXTS
    numbers = list(formats_of_xlsx(workbook([Sheet("Ark", (table,), ())])))
    assert [(value, form) for _, value, form in numbers] == list(zip((cell["value"] for cell in CELLS), FORMATS, strict=True))


def test_a_page_shows_them_as_the_table_does() -> None:
    answer = FigureCells(_ask(), CELLS)
    dimensions = [{name: value for name, value in cell.items() if name != "value"} for cell in CELLS]

    assert [answer.shown(DANISH, **each) for each in dimensions] == TEXTS
    assert [answer.shown(ENGLISH, **each) for each in dimensions][2] == "0.70"


def test_a_papers_table_has_the_same_formats() -> None:
    given = {"from": ["2024-01-01"], "to": ["2025-01-01"]}
    rates = [
        count("caseworker_changes", n, "rate", given=given, measure="changes_per_case_year", variant=variant)
        for variant, n in zip(VARIANTS, (0.7, 3), strict=True)
    ]

    assert [each.text for each in rates] == ["0,70", "3,00"]
    written = [form for _, value, form in formats_of_xlsx(xlsx(paper(grid(*rates)))) if value in (0.7, 3)]
    assert written == ["#,##0.00", "#,##0.00"]


def test_bars_of_one_series_have_one_number_of_decimals() -> None:
    [trace] = bars(DANISH, ["a", "b", "c"], [Bars("Dage", "#000000", "", (0, 90.5, None))], "Dage", lying=True)["data"]

    assert list(trace["text"]) == ["0,0", "90,5", ""]
    assert list(trace["customdata"]) == ["Dage, a: 0,0", "Dage, b: 90,5", "Dage, c: –"]


@pytest.mark.parametrize(
    ("text", "form"),
    [("1.150", "#,##0"), ("0,7", "#,##0.0"), ("1.234,50", "#,##0.00"), ("1,150.25", "#,##0.00"), ("−3", "#,##0")],
)
def test_a_numbers_format_is_that_of_its_text(text: str, form: str) -> None:
    assert number_format(text) == form


def test_kroner_have_no_decimals_and_a_minus_is_as_it_is_printed() -> None:
    assert shown(812345.2, "kroner", {"support": "efterskole"}, DANISH) == "812.345"
    assert shown(-321, "hændelser", {"measure": "days_since_valid"}, DANISH) == "−321"
