"""Forum throughput: how many cases each forum dealt with, month by month, and how many a meeting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from dashboards import periods
from dashboards.drawing.charts import TimeSeries, over_time
from dashboards.drawing.theme import UNITS
from dashboards.figures.figure import Ask
from dashboards.figures.table import Number, Table
from dashboards.published.status_days import Printed
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View

_DASHES = ("solid", "dash", "dot", "dashdot")


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {"forums": view.ask("forum_throughput", **periods.given(view))}


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate, answer = view.translate, answers["forums"]
    forums = [cell["forum"] for cell in answer.cells if cell["measure"] == "meetings" and cell["value"]]
    return Section(
        "fora",
        translate("Sager i fora"),
        translate("Hvor mange sager hvert forum behandlede pr. måned, og hvor mange der kom på et møde.")
        if forums
        else answer.otherwise(translate("Intet forum har haft en sag i perioden. Vælg en længere periode."), translate),
        (Panel((_table(view, answer, forums),), _chart(view, answer, forums)),) if forums else (),
        definitions([answer], translate),
        (
            *periods.caveat(view),
            translate("Fora er fælles for enhederne: enhedsvalget gælder ikke her."),
            translate(view.municipality.forum_note),
            translate("Et møde uden en eneste sag kan registret ikke se."),
        ),
    )


def _by_month(answer: FigureCells) -> Mapping[str, Counter[date]]:
    months: dict[str, Counter[date]] = {}
    for cell in answer.cells:
        if cell["measure"] == "cases" and answer.in_course(cell):
            day = date.fromisoformat(cell["day"])
            months.setdefault(cell["forum"], Counter())[day.replace(day=1)] += int(cell["value"])
    return months


def _chart(view: View, answer: FigureCells, forums: Sequence[str]) -> Chart | None:
    translate, counts = view.translate, _by_month(answer)
    months = sorted({month for some in counts.values() for month in some})
    if len(months) < 2:
        return None
    every = [
        date(year, month, 1)
        for year in range(months[0].year, months[-1].year + 1)
        for month in range(1, 13)
        if months[0] <= date(year, month, 1) <= months[-1]
    ]
    lines = [
        TimeSeries(
            view.word("forum", forum), UNITS[nth % 4], _DASHES[nth % 4], tuple((month, counts[forum][month]) for month in every)
        )
        for nth, forum in enumerate(forums)
    ]
    words = "; ".join(
        translate(
            "{forum}: flest i {month}, {cases}",
            forum=line.name,
            month=translate.month(month),
            cases=translate.counted(most, "1 sag", "{n} sager"),
        )
        for line in lines
        for month, most in (max(line.points, key=lambda point: point[1]),)
    )
    title = translate("Sager pr. måned i hvert forum, {days}", days=periods.days(view))
    return Chart("fora", title, over_time(translate, lines, translate("Sager")), f"{translate('Linjer.')} {words}.")


def _table(view: View, answer: FigureCells, forums: Sequence[str]) -> Table:
    translate = view.translate
    rows: list[tuple[str, ...]] = []
    for forum in forums:
        meetings = answer.count(measure="meetings", forum=forum)
        cases = sum(int(cell["value"] or 0) for cell in answer.cells if cell["measure"] == "cases" and cell["forum"] == forum)
        each = Number(translate.number(cases / meetings, decimals=1), cases / meetings)
        rows.append(
            (
                view.word("forum", forum),
                answer.shown(translate, measure="meetings", forum=forum),
                Number(translate.number(cases), cases),
                each,
            )
        )
    return Table(
        translate("Møder og sager"),
        (translate("Forum"), translate("Møder"), translate("Sager på møder"), translate("Sager pr. møde")),
        tuple(rows),
        (translate("En sag, der er på flere møder, tæller på hvert."),),
    )
