"""Lead times by year: from referral to admission and to the first support, and how they spread where they are few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, PALE
from dashboards.figures.figure import BANDS, LAST_BAND, Ask
from dashboards.figures.journeys import MILESTONES
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed
from dashboards.sections.changes import heads, periods
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View

LOOKS = {"visited": (BLUE, ""), "support_granted": (PALE, "/")}
MEASURES = ("n", "median", "p90")


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        "period": view.ask("lead_times"),
        **{
            str(year): view.ask("lead_times", **{"from": [first.isoformat()], "to": [after.isoformat()]})
            for year, (first, after) in periods(view).items()
        },
    }


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate = view.translate
    years = {head: answers[str(year)] for year, head in heads(view).items()}
    chart = _chart(view, years)
    return Section(
        "ventetider",
        translate("Ventetider"),
        translate("Dage fra henvisning til visitation og til den første støtte, efter det år, borgeren blev henvist."),
        (Panel((_by_year(view, years),), chart), Panel((_in_period(view, answers["period"]),))),
        definitions(list(answers.values()), translate),
        (
            translate(
                "De senest henviste, der stadig venter, er ikke med endnu; det får det nyeste år til at se kortere ud, end det er."
            ),
            translate("Under 20 sager gives hverken median eller 90-percentil, men antal i intervaller."),
        ),
    )


def _chart(view: View, years: Mapping[str, FigureCells]) -> Chart | None:
    translate = view.translate
    shown = [
        year
        for year, answer in years.items()
        if any(answer.value(to=milestone, measure="median") is not None for milestone in MILESTONES)
    ]
    if not shown:
        return None
    groups = [
        Bars(
            translate("til {milestone}", milestone=view.word("to", milestone).lower()),
            *LOOKS[milestone],
            tuple(years[year].value(to=milestone, measure="median") for year in shown),
        )
        for milestone in MILESTONES
    ]
    words = "; ".join(
        f"{year}: "
        + ", ".join(
            f"{group.name} {years[year].shown(translate, to=milestone, measure='median')}"
            for milestone, group in zip(MILESTONES, groups, strict=True)
        )
        for year in shown
    )
    title = translate("Median ventetid i dage efter henvisningsår")
    return Chart(
        "ventetider", title, bars(translate, shown, groups, translate("Dage"), lying=False), f"{translate('Søjler.')} {words}."
    )


def _by_year(view: View, years: Mapping[str, FigureCells]) -> Table:
    translate = view.translate
    rows = tuple(
        (
            f"{view.word('to', milestone)}: {view.word('measure', measure)}",
            *(answer.shown(translate, to=milestone, measure=measure) for answer in years.values()),
        )
        for milestone in MILESTONES
        for measure in MEASURES
    )
    return Table(
        translate("Ventetid efter henvisningsår"),
        (translate("Fra henvisning til"), *years),
        rows,
        (translate("Kilde: egne tal."),),
    )


def _in_period(view: View, answer: FigureCells) -> Table:
    translate = view.translate
    few = any("band" in cell for cell in answer.cells)
    heads = [view.word("measure", measure) for measure in MEASURES]
    bands = [*BANDS, LAST_BAND] if few else []
    rows = tuple(
        (
            view.word("to", milestone),
            *(answer.shown(translate, to=milestone, measure=measure) for measure in MEASURES),
            *(answer.shown(translate, to=milestone, measure="days", band=band) for band in bands),
        )
        for milestone in MILESTONES
    )
    title = translate("Henvist {days}", days=view.days)
    columns = (translate("Fra henvisning til"), *heads, *(translate("{band} dage", band=band) for band in bands))
    return Table(title, columns, rows, ())
