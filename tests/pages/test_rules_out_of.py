"""The rules R1-R15 on the page: how often each is asked about, out of how many times that it applied."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from dashboards.figures.figure import FIGURES
from dashboards.figures.table import Number
from dashboards.sections.quality import conformance
from dashboards.sections.section import Panel
from dashboards.view import FigureCells
from dashboards.words.language import DANISH, ENGLISH, Language
from journey.conformance import RULES
from tests.first_page.shown import view_of

ROWS = [("R10", 11, 9, 3, None, 38), ("R13", 0, 0, 0, None, 1), ("R14", 40, 30, 25, 3.5, 0), ("R14", 0, 0, 0, None, 96)]


def _panel(translate: Language, rows: Sequence[tuple[object, ...]] = ROWS) -> Panel:
    view = view_of("2025-02-01", translate=translate)
    [(name, ask)] = conformance.questions(view, []).items()
    cells = FIGURES["conformance"].query(ask.question).cells(rows)
    return conformance.section(view, [], {name: FigureCells(ask, cells)}).parts[0]


def _shown(translate: Language, rows: Sequence[tuple[object, ...]] = ROWS) -> tuple[str, dict[str, Number]]:
    panel = _panel(translate, rows)
    assert panel.chart is not None
    return panel.chart.summary, {row[0].split()[0]: row[3] for row in panel.tables[0].rows}  # pyright: ignore[reportReturnType] -- each is a Number but R11's


@pytest.mark.parametrize(
    ("translate", "in_the_text"),
    [
        (DANISH, ["11 af 38 bostøttestarter", "0 af 1 bevilling af støtte", "30 af 96 åbne sager", "0 af 0 år"]),
        (ENGLISH, ["11 of 38 starts of home support", "0 of 1 grant of support", "30 of 96 open cases", "0 of 0 years"]),
    ],
)
def test_each_rule_says_out_of_how_many(translate: Language, in_the_text: list[str]) -> None:
    text, out_of = _shown(translate)

    assert [said for said in in_the_text if said not in text] == []
    assert set(out_of) == set(RULES)
    assert out_of["R11"] == "–"
    assert (out_of["R10"].value, out_of["R10"].cell) == (38, {"rule": "R10", "measure": "occasions"})


def test_each_bar_says_out_of_how_many_at_its_name_and_under_the_pointer() -> None:
    chart = _panel(DANISH).chart
    assert chart is not None
    [bar] = [
        words for trace in chart.drawn["data"] for words in trace["customdata"] if "R10" in words and "(11 af 38): 11" in words
    ]

    assert bar.startswith("Beskrevet, R10 Indsatsmål ligger klar")


def test_a_rule_that_is_always_kept_has_its_occasions_and_no_deviations() -> None:
    text, out_of = _shown(DANISH, [("R10", 0, 0, 0, None, 38)])

    assert "0 af 38 bostøttestarter" in text
    assert out_of["R10"] == "38 bostøttestarter"
