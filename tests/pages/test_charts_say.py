"""What a chart says is what its table says: a number that is not known has no bar, and the pointer meets the number as it is written."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from dashboards.drawing.charts import Bars, TimeSeries, bars, over_time
from dashboards.drawing.flows import Dots, dotted
from dashboards.pages.catalogue import JOURNEYS
from dashboards.sections import cohort, lead_times, process, support
from dashboards.view import FigureCells
from dashboards.words.language import DANISH, ENGLISH, Language
from tests.first_page.shown import view_of


def _lead_times(few: bool) -> dict[str, FigureCells]:
    view = view_of("2025-02-01")
    asks = {name.split(": ")[1]: ask for name, ask in JOURNEYS.questions(view, ()).items() if name.startswith("lead_times")}
    cells: list[dict[str, Any]] = [
        {"to": "visited", "measure": "n", "value": 40},
        {"to": "visited", "measure": "median", "value": 12.5},
        {"to": "visited", "measure": "p90", "value": 30},
        {"to": "support_granted", "measure": "n", "value": 7},
        {"to": "support_granted", "measure": "median", **({"value": None, "why": "few"} if few else {"value": 0})},
        {"to": "support_granted", "measure": "p90", "value": None, "why": "few"},
    ]
    return {name: FigureCells(ask, cells) for name, ask in asks.items()}


def test_a_median_of_too_few_has_no_bar_and_is_not_said_to_be_nought() -> None:
    section = lead_times.section(view_of("2025-02-01"), (), _lead_times(few=True))
    chart = section.parts[0].chart
    assert chart
    visited, granted = chart.drawn["data"]

    assert set(visited["text"]) == {"12,5"}
    assert set(granted["y"]) == {None}
    assert set(granted["text"]) == {""}
    assert "for få" in chart.summary
    assert "første bevilling 0" not in chart.summary


def test_a_median_of_nought_has_its_nought() -> None:
    """The twin."""
    chart = lead_times.section(view_of("2025-02-01"), (), _lead_times(few=False)).parts[0].chart
    assert chart

    assert set(chart.drawn["data"][1]["text"]) == {"0"}


@pytest.mark.parametrize(("translate", "said"), [(DANISH, "Median, 2025: 1.012,5"), (ENGLISH, "Median, 2025: 1,012.5")])
def test_the_pointer_meets_the_number_that_stands_on_the_bar(translate: Language, said: str) -> None:
    [bar] = bars(translate, ["2025"], [Bars("Median", "#000000", "", (1012.5,))], "Dage", lying=False)["data"]

    assert bar["customdata"] == [said]
    assert said.endswith(bar["text"][0])
    assert "%{y" not in bar["hovertemplate"]


def test_a_single_day_is_a_point() -> None:
    one, two = (tuple((date(2025, 1, day), 5.0) for day in range(1, 1 + n)) for n in (1, 2))

    drawn = [
        over_time(DANISH, [TimeSeries("UI", "#000000", "solid", points)], "Sager")["data"][0]["mode"] for points in (one, two)
    ]

    assert drawn == ["markers", "lines"]


@pytest.mark.parametrize(("translate", "form"), [(DANISH, "%m.%Y"), (ENGLISH, "%m/%Y")])
def test_a_month_at_an_axis_is_written_as_the_language_does(translate: Language, form: str) -> None:
    drawn = dotted(translate, [Dots("Forløb", [(0, date(2025, 1, 1), "A-1")])], 1, "Sager")

    assert drawn["layout"]["xaxis"]["tickformat"] == form


@pytest.mark.parametrize(
    ("day", "size", "lead"),
    [
        (
            "2022-10-15",
            31,
            "Årgangen er fra oktober 2022, og den valgte dag ligger før månedens udgang: den er ikke kommet endnu.",
        ),
        (
            "2022-10-31",
            1,
            "I oktober 2022 kom 1 sag fra Socialområdet til Arbejdsmarkedsafdelingen. Fortsat aktive pr. 31. oktober 2022: 1.",
        ),
        (
            "2025-02-01",
            0,
            "I oktober 2022 kom 0 sager fra Socialområdet til Arbejdsmarkedsafdelingen. Fortsat aktive pr. 1. februar 2025: 0.",
        ),
        (
            "2025-02-01",
            1000,
            "I oktober 2022 kom 1.000 sager fra Socialområdet til Arbejdsmarkedsafdelingen. Fortsat aktive pr. 1. februar 2025: 1.000.",
        ),
    ],
)
def test_what_became_of_the_first_is_said_of_any_number(day: str, size: int, lead: str) -> None:
    view = view_of(day)
    cells = [{"measure": measure, "value": size} for measure in ("size", "active", "newcomers")]

    assert (
        cohort.section(view, (), {name: FigureCells(ask, cells) for name, ask in cohort.questions(view, ()).items()}).lead
        == lead
    )


@pytest.mark.parametrize(
    ("n", "title", "lead"),
    [
        (0, "Sager i Ungeindsatsen pr. 1. februar 2025 efter støtte", "Der er ingen sager i enheden den dag."),
        (1, "Den ene sag i Ungeindsatsen pr. 1. februar 2025 efter støtte", "Sagen står ét sted, så grupperne giver 1."),
        (
            1000,
            "De 1.000 sager i Ungeindsatsen pr. 1. februar 2025 efter støtte",
            "Hver sag står ét sted, så grupperne giver de 1.000.",
        ),
    ],
)
def test_the_cases_by_support_are_said_of_any_number(n: int, title: str, lead: str) -> None:
    view = view_of("2025-02-01")
    groups = ("bostoette", "ungestoette", "efterskole", "kontaktperson", "other", "assessing", "waiting")
    cells = [{"support": group, "value": n if group == "bostoette" else 0} for group in groups]
    section = support.section(view, (), {name: FigureCells(ask, cells) for name, ask in support.questions(view, ()).items()})

    assert (section.title, section.lead) == (title, lead)


@pytest.mark.parametrize(
    ("n", "median", "said"),
    [
        (1, None, "fra henvist til visiteret: 1 gang."),
        (20, 1, "fra henvist til visiteret: 20 gange, median 1 dag."),
        (1000, 1.5, "fra henvist til visiteret: 1.000 gange, median 1,5 dage."),
    ],
)
def test_a_way_is_said_with_its_median_only_where_there_is_one(n: int, median: float | None, said: str) -> None:
    view = view_of("2025-02-01")
    way = {"from_milestone": "referred", "to_milestone": "visited"}
    cells = [
        *({"measure": "cases", "milestone": milestone, "value": n} for milestone in process.MILESTONES),
        {**way, "measure": "n", "value": n},
        {**way, "measure": "median", "value": median, **({} if median else {"why": "few"})},
        {**way, "measure": "p90", "value": median, **({} if median else {"why": "few"})},
    ]
    chart = (
        process.section(view, (), {name: FigureCells(ask, cells) for name, ask in process.questions(view, ()).items()})
        .parts[0]
        .chart
    )
    assert chart

    assert chart.summary.endswith(said)
