"""What became of the first who came over: the cohort of October 2022, asked month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.drawing.charts import Line, in_words, over_time
from dashboards.drawing.theme import BLUE, ORANGE
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed, breaks, days_of, first_year
from dashboards.sections.papers import AM
from dashboards.sections.section import Chart, Part, Section, definitions
from dashboards.sections.view import Answers, Ask, Told, View

FROM, LAST, TO = date(2022, 10, 1), date(2022, 10, 31), date(2022, 11, 1)
OF = {"from_unit": ["social"], "to_unit": [AM], "from": [FROM.isoformat()], "to": [TO.isoformat()]}


def days(view: View, ledger: Sequence[Printed]) -> list[date]:
    """The last day of the cohort's month, the first of every quarter since, the status days, and the chosen day."""
    firsts = [
        date(year, month, 1) for year in range(max(2022, first_year(view)), view.valid_at.year + 1) for month in (1, 4, 7, 10)
    ]
    found = {each for each in (LAST, *firsts, *days_of(view, ledger, AM)) if LAST <= each <= view.valid_at}
    return sorted({*found, view.valid_at})


def asks(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    return {each.isoformat(): view.ask("cohort", valid_at=[each.isoformat()], **OF) for each in days(view, ledger)}


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    translate = view.translate
    told = {each: answers[each.isoformat()] for each in days(view, ledger)}
    lines = [
        Line(
            view.word("measure", measure), colour, dash, tuple((each, one.count(measure=measure)) for each, one in told.items())
        )
        for measure, colour, dash in (("active", BLUE, "solid"), ("newcomers", ORANGE, "dash"))
    ]
    broken = [one for one in breaks(view, ledger) if one.day >= TO]
    title = translate("Årgang oktober 2022 i {unit}", unit=view.unit(AM))
    drawn = over_time(translate, lines, translate("Sager"), breaks=[one.day for one in broken])
    chart = Chart("aargang", title, drawn, " ".join(in_words(translate, line.name, line.points) for line in lines))
    rows = tuple(
        (translate.day(each), *(one.shown(translate, measure=measure) for measure in ("size", "active", "newcomers")))
        for each, one in told.items()
    )
    heads = (translate("Status pr."), *(view.word("measure", measure) for measure in ("size", "active", "newcomers")))
    return Section(
        "aargang",
        translate("Hvad der blev af de første"),
        _lead(view, told[view.valid_at]),
        (Part((Table(title, heads, rows, (translate("Kilde: egne tal."),)),), chart),),
        definitions(list(told.values()), translate),
        (translate("Papirerne siger både 31 og ca. 30 sager; registret tæller overdragelserne i oktober 2022."),),
        tuple(f"{translate.day(one.day)}: {one.why}" for one in broken),
    )


def _lead(view: View, told: Told) -> str:
    """How many came, and how many of them are still there; before the month has ended they have not all come."""
    if view.valid_at < LAST:
        return view.translate(
            "Årgangen er fra oktober 2022, og den valgte dag ligger før månedens udgang: den er ikke kommet endnu."
        )
    return view.translate.counted(
        told.count(measure="size"),
        "I oktober 2022 kom 1 sag fra Social til {unit}. Fortsat aktive pr. {day}: {active}.",
        "I oktober 2022 kom {n} sager fra Social til {unit}. Fortsat aktive pr. {day}: {active}.",
        unit=view.unit(AM),
        active=told.shown(view.translate, measure="active"),
        day=view.day,
    )
