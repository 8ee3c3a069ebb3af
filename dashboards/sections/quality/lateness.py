"""Late registration by year, and in the chosen period unit by unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, PALE
from dashboards.figures.figure import Ask
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed
from dashboards.sections.changes import heads, periods
from dashboards.sections.section import Chart, KeyNumber, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View

MEASURES = ("n", "median", "p90", "more_than_30_days")


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        "period": view.ask("late_registration"),
        **{f"unit {unit}": view.ask("late_registration", unit=[unit]) for unit in view.units},
        **{
            str(year): view.ask("late_registration", **{"from": [first.isoformat()], "to": [after.isoformat()]})
            for year, (first, after) in periods(view).items()
        },
    }


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate = view.translate
    years = {head: answers[str(year)] for year, head in heads(view).items()}
    units = {view.unit(unit): answers[f"unit {unit}"] for unit in view.units}
    tiles = tuple(
        KeyNumber(view.word("measure", measure), answers["period"].shown(translate, measure=measure), (view.days,))
        for measure in MEASURES
    )
    return Section(
        "sen-registrering",
        translate("Hvor sent registret fik det at vide"),
        translate(
            "Dage fra en hændelse gjaldt, til den blev registreret. Et tal fra i går kan vokse, så længe noget er på vej."
        ),
        (
            Panel((_table(view, translate("Efter år"), years),), _chart(view, years)),
            Panel((_table(view, translate("I perioden, enhed for enhed"), units),)),
        ),
        definitions(list(answers.values()), translate),
        (translate("Negative dage er hændelser, der var kendt på forhånd, fx en bevilling fra næste måned."),),
        tiles=tiles,
    )


def _chart(view: View, years: Mapping[str, FigureCells]) -> Chart | None:
    translate = view.translate
    shown = [year for year, answer in years.items() if answer.value(measure="p90") is not None]
    if not shown:
        return None
    groups = [
        Bars(view.word("measure", measure), *look, tuple(years[year].value(measure=measure) or 0 for year in shown))
        for measure, look in (("median", (BLUE, "")), ("p90", (PALE, "/")))
    ]
    words = "; ".join(
        f"{year}: " + ", ".join(f"{group.name} {translate.number(group.values[at])}" for group in groups)
        for at, year in enumerate(shown)
    )
    title = translate("Dage til registrering, efter det år hændelsen gjaldt")
    return Chart(
        "sen-registrering",
        title,
        bars(translate, shown, groups, translate("Dage"), lying=False),
        f"{translate('Søjler.')} {words}.",
    )


def _table(view: View, title: str, by: Mapping[str, FigureCells]) -> Table:
    rows = tuple(
        (view.word("measure", measure), *(answer.shown(view.translate, measure=measure) for answer in by.values()))
        for measure in MEASURES
    )
    return Table(title, (view.translate("Registrering"), *by), rows, (view.translate("Kilde: egne tal."),))
