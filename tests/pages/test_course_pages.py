"""What the pages about courses, money and answers show: the period of a course, one rounding, and drawings with nothing cut off."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboards import periods
from dashboards.case.lanes import chart, lanes
from dashboards.case.story import story
from dashboards.drawing.charts import Bars, TimeSeries, bars, over_time
from dashboards.drawing.flows import Edge, Node, process_map
from dashboards.pages.catalogue import EXPERIENCE
from dashboards.pages.page import page, page_questions
from dashboards.pages.provenance import lines
from dashboards.view import FigureCells
from dashboards.words.language import DANISH
from journey.codes import standard
from tests.first_page.shown import view_of
from tests.support.given import CASE, told


@pytest.mark.parametrize(
    ("valid_at", "chosen", "shown"),
    [
        ("2025-02-01", {}, ("2024-02-02", "2025-02-02")),
        ("2025-12-31", {}, ("2025-01-01", "2026-01-01")),
        ("2024-02-29", {}, ("2023-03-01", "2024-03-01")),
        ("2025-06-01", {"last_day": date(2025, 1, 31)}, ("2024-02-01", "2025-02-01")),
        ("2025-02-01", {"from_day": date(2025, 1, 1)}, ("2025-01-01", "2025-02-02")),
    ],
)
def test_a_course_is_shown_over_twelve_months_where_no_period_is_chosen(
    valid_at: str, chosen: dict[str, Any], shown: tuple[str, str]
) -> None:
    view = view_of(valid_at, **chosen)

    assert tuple(day.isoformat() for day in periods.period(view)) == shown
    assert bool(periods.caveat(view)) == (periods.period(view) != view.period)


@pytest.mark.parametrize("kroner", [350158.59, 350158.4, 0, 53365.7])
def test_kroner_are_rounded_alike_in_a_chart_and_in_a_table(kroner: float) -> None:
    told = FigureCells(view_of("2025-02-01").ask("spending_in_period"), [{"support": "andet", "value": kroner}])

    assert DANISH.number(told.count(support="andet")) == told.shown(DANISH, support="andet")


def test_a_lying_bars_number_has_room_the_longer_it_is() -> None:
    def room(value: int) -> float:
        drawn = bars(DANISH, ["a"], [Bars("b", "#00609f", "", (value,))], "kr.", lying=True)
        return drawn["layout"]["xaxis"]["range"][1] / value

    assert room(4_560_567) >= 1.3 > room(57)


def test_the_calendars_first_and_last_day_are_drawn_as_any_other() -> None:
    """Some systems write 0001-01-01 where they know no day."""
    known = told("""
        day        | event    | details
        0001-01-01 | referred | unit=ungeindsatsen citizen=b1
        9999-12-30 | closed   | reason=moved
    """)
    first, last = date.min, date(9999, 12, 30)

    lines = over_time(DANISH, [TimeSeries("a", "#00609f", "solid", ((first, 1), (last, 2)))], "Sager")
    case = chart(lanes(story(CASE, known), standard(), DANISH), last, DANISH)

    assert [drawn["layout"]["xaxis"]["range"] for drawn in (lines, case)] == [["0001-01-01", "9999-12-31"]] * 2


def test_each_way_of_the_map_has_an_arrow_longer_than_its_head() -> None:
    nodes = {"a": Node((0, 1), "A", "3 sager"), "b": Node((0, 0), "B", "2 sager")}
    drawn = process_map(DANISH, nodes, [Edge("a", "b", 3, "3", "a til b"), Edge("b", "b", 1, "1", "b til b")])

    arrows = [one for one in drawn["layout"]["annotations"] if one["showarrow"]]
    assert len(arrows) == 2
    assert all(0.05 < abs(one["x"] - one["ax"]) + abs(one["y"] - one["ay"]) < 0.2 for one in arrows)


def test_a_figure_without_parameters_says_none() -> None:
    view = view_of("2025-02-01")
    asks = page_questions(EXPERIENCE, view, [])
    survey = [
        {"statement": "Figur 1: x", "answer": "enig", "value": 9},
        {"statement": "Figur 1: x", "measure": "n", "value": 16},
    ]
    answers = {key: FigureCells(ask, survey if ask.figure.id == "survey" else []) for key, ask in asks.items()}

    [line] = [
        one
        for one in lines(view, page(EXPERIENCE, view, [], answers).sections[0])
        if one.startswith("Borgernes svar, udgave 1:")
    ]
    assert line.endswith("mangler.")
