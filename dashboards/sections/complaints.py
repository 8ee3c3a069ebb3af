"""Complaints by year, with the overturned that the committee asked to follow, and the economy beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, ORANGE, PALE
from dashboards.figures.figure import Ask
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed
from dashboards.sections.changes import heads, periods
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View

LOOKS = {"received": (BLUE, ""), "overturned": (ORANGE, "x"), "pending": (PALE, "/")}


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        heads(view)[year]: view.ask("complaints", **{"from": [first.isoformat()], "to": [after.isoformat()]})
        for year, (first, after) in periods(view).items()
    }


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    translate = view.translate
    tables = (_table(view, answers), *_printed(view, ledger))
    return Section(
        "klager",
        translate("Klager og omgjorte ankesager"),
        translate("Hvor mange klager der kom, hvad Ankestyrelsen afgjorde, og hvor mange afgørelser der blev omgjort."),
        (Panel(tables, _chart(view, answers)),),
        definitions(list(answers.values()), translate),
        (
            translate("Stadfæstet betyder, at kommunens afgørelse holdt; omgjort er ændret/ophævet og hjemvist."),
            translate("En afgørelse står i det år, den kom; klagen kan være fra året før."),
            translate("Primo og modtaget er tilsammen lig med medhold til borgeren, alle afgørelser og verserende."),
            translate("Omgørelsesprocenten gives først ved 20 afgørelser, der er stadfæstet eller omgjort."),
        ),
    )


def _chart(view: View, years: Mapping[str, FigureCells]) -> Chart:
    translate = view.translate
    groups = [
        Bars(view.word("measure", measure), *look, tuple(answer.count(measure=measure) for answer in years.values()))
        for measure, look in LOOKS.items()
    ]
    words = "; ".join(
        f"{year}: " + ", ".join(f"{group.name} {translate.number(group.values[at])}" for group in groups)
        for at, year in enumerate(years)
    )
    title = translate("Klager pr. år")
    return Chart(
        "klager",
        title,
        bars(translate, list(years), groups, translate("Klager"), lying=False),
        f"{translate('Søjler.')} {words}.",
    )


def _table(view: View, years: Mapping[str, FigureCells]) -> Table:
    translate, codes = view.translate, view.codes
    rows = [
        *(
            (view.word("measure", measure), *(answer.shown(translate, measure=measure) for answer in years.values()))
            for measure in ("opening", "received")
        ),
        *(
            (
                f"{view.word('measure', measure)}: {view.word('outcome', outcome)}",
                *(answer.shown(translate, measure=measure, outcome=outcome) for answer in years.values()),
            )
            for measure, outcomes in (("reassessed", "reassessments"), ("decided", "decisions"))
            for outcome in codes[outcomes].codes
        ),
        *(
            (view.word("measure", measure), *(answer.shown(translate, measure=measure) for answer in years.values()))
            for measure in ("overturned", "overturned_percent", "pending")
        ),
    ]
    return Table(translate("Klager pr. år"), (translate("Klager"), *years), tuple(rows), (translate("Kilde: egne tal."),))


def _printed(view: View, ledger: Sequence[Printed]) -> tuple[Table, ...]:
    """The numbers that the papers printed about complaints."""
    translate = view.translate
    rows = tuple(
        (
            " · ".join(
                [
                    *(view.unit(unit) for unit in printed.published.parameters.get("unit", ())),
                    *(view.word(name, value) for name, value in printed.published.cell.items()),
                ]
            ),
            printed.value_in(translate),
            f"{printed.published.paper.case}, {translate.short(printed.published.paper.date)}",
        )
        for printed in ledger
        if printed.published.figure == "complaints"
    )
    return (
        (Table(translate("Trykt i papirerne"), (translate("Klager"), translate("Tal"), translate("Papir")), rows, ()),)
        if rows
        else ()
    )
