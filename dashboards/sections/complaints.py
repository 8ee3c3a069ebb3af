"""Complaints by year, with the overturned that the committee asked to follow, and the economy beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, ORANGE, PALE
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed
from dashboards.sections.changes import heads, periods
from dashboards.sections.section import Chart, Part, Section, definitions
from dashboards.sections.view import Answers, Ask, Told, View

LOOKS = {"received": (BLUE, ""), "overturned": (ORANGE, "x"), "pending": (PALE, "/")}


def asks(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        heads(view)[year]: view.ask("complaints", **{"from": [first.isoformat()], "to": [after.isoformat()]})
        for year, (first, after) in periods(view).items()
    }


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    say = view.say
    tables = (_table(view, answers), *_printed(view, ledger))
    return Section(
        "klager",
        say("Klager og omgjorte ankesager"),
        say("Hvor mange klager der kom, hvad Ankestyrelsen afgjorde, og hvor mange afgørelser der blev omgjort."),
        (Part(tables, _chart(view, answers)),),
        definitions(list(answers.values()), say),
        (
            say("Stadfæstet betyder, at kommunens afgørelse holdt; omgjort er ændret/ophævet og hjemvist."),
            say("En afgørelse står i det år, den kom; klagen kan være fra året før."),
            say("Omgørelsesprocenten gives først ved 20 afgørelser, der er stadfæstet eller omgjort."),
        ),
    )


def _chart(view: View, years: Mapping[str, Told]) -> Chart:
    say = view.say
    groups = [
        Bars(view.word("measure", measure), *look, tuple(told.count(measure=measure) for told in years.values()))
        for measure, look in LOOKS.items()
    ]
    words = "; ".join(
        f"{year}: " + ", ".join(f"{group.name} {say.number(group.values[at])}" for group in groups)
        for at, year in enumerate(years)
    )
    title = say("Klager pr. år")
    return Chart("klager", title, bars(say, list(years), groups, say("Klager"), lying=False), f"{say('Søjler.')} {words}.")


def _table(view: View, years: Mapping[str, Told]) -> Table:
    say, codes = view.say, view.codes
    rows = [
        (view.word("measure", "received"), *(told.shown(say, measure="received") for told in years.values())),
        *(
            (
                f"{view.word('measure', measure)}: {view.word('outcome', outcome)}",
                *(told.shown(say, measure=measure, outcome=outcome) for told in years.values()),
            )
            for measure, outcomes in (("reassessed", "reassessments"), ("decided", "decisions"))
            for outcome in codes[outcomes].codes
        ),
        *(
            (view.word("measure", measure), *(told.shown(say, measure=measure) for told in years.values()))
            for measure in ("overturned", "overturned_percent", "pending")
        ),
    ]
    return Table(say("Klager pr. år"), (say("Klager"), *years), tuple(rows), (say("Kilde: egne tal."),))


def _printed(view: View, ledger: Sequence[Printed]) -> tuple[Table, ...]:
    """What the papers printed about complaints."""
    say = view.say
    rows = tuple(
        (
            " · ".join(
                [
                    *(view.unit(unit) for unit in one.said.parameters.get("unit", ())),
                    *(view.word(name, value) for name, value in one.said.cell.items()),
                ]
            ),
            one.value_in(say),
            f"{one.said.paper.case}, {say.short(one.said.paper.date)}",
        )
        for one in ledger
        if one.said.figure == "complaints"
    )
    return (Table(say("Trykt i papirerne"), (say("Klager"), say("Tal"), say("Papir")), rows, ()),) if rows else ()
