"""The first who came over, and what became of them: the cohort of October 2022, asked month by month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dashboards.drawing.charts import TimeSeries, in_words, over_time
from dashboards.drawing.theme import BLUE, ORANGE
from dashboards.figures.figure import Ask
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed, breaks, days_of, first_year
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View

_DAY = timedelta(days=1)


def days(view: View, ledger: Sequence[Printed]) -> list[date]:
    """The last day of the cohort's month, the first of every quarter since, the status days, and the day they go to."""
    cohort = view.municipality.cohort
    years, last = range(max(cohort.first.year, first_year(view)), view.reach.year + 1), cohort.after - _DAY
    firsts = [date(year, month, 1) for year in years for month in (1, 4, 7, 10)]
    found = {each for each in (last, *firsts, *days_of(view, ledger, cohort.to_unit)) if last <= each <= view.reach}
    return sorted({*found, view.reach})


def questions(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    cohort = view.municipality.cohort
    of = {
        "from_unit": [cohort.from_unit],
        "to_unit": [cohort.to_unit],
        "from": [cohort.first.isoformat()],
        "to": [cohort.after.isoformat()],
    }
    return {each.isoformat(): view.ask("cohort", valid_at=[each.isoformat()], **of) for each in days(view, ledger)}


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    translate, cohort = view.translate, view.municipality.cohort
    by_day = {each: answers[each.isoformat()] for each in days(view, ledger)}
    lines = [
        TimeSeries(
            view.word("measure", measure),
            colour,
            dash,
            tuple((each, n) for each, answer in by_day.items() if (n := answer.drawn(measure=measure)) is not None),
        )
        for measure, colour, dash in (("active", BLUE, "solid"), ("newcomers", ORANGE, "dash"))
    ]
    broken = [each for each in breaks(view, ledger) if each.day >= cohort.after]
    title = translate("Årgang oktober 2022 i {unit}", unit=view.unit(cohort.to_unit))
    chart = None
    if all(line.points for line in lines):
        drawn = over_time(translate, lines, translate("Sager"), breaks=[each.day for each in broken])
        chart = Chart("aargang", title, drawn, " ".join(in_words(translate, line.name, line.points) for line in lines))
    rows = tuple(
        (translate.day(each), *(answer.shown(translate, measure=measure) for measure in ("size", "active", "newcomers")))
        for each, answer in by_day.items()
    )
    heads = (translate("Status pr."), *(view.word("measure", measure) for measure in ("size", "active", "newcomers")))
    return Section(
        "aargang",
        translate("Hvad der blev af de første"),
        _lead(view, by_day[view.reach]),
        (Panel((Table(title, heads, rows, (translate("Kilde: egne tal."),)),), chart),),
        definitions(list(by_day.values()), translate),
        (translate(cohort.note),),
        tuple(f"{translate.day(each.day)}: {each.why}" for each in broken),
    )


def _lead(view: View, answer: FigureCells) -> str:
    """The number that came, and how many of them are still there; before the month has ended they have not all come."""
    cohort = view.municipality.cohort
    if view.reach < cohort.after - _DAY:
        return view.translate(
            "Årgangen er fra oktober 2022, og den valgte dag ligger før månedens udgang: den er ikke kommet endnu."
        )
    return view.translate.counted(
        answer.count(measure="size"),
        "I oktober 2022 kom 1 sag fra {from_unit} til {unit}. Fortsat aktive pr. {day}: {active}.",
        "I oktober 2022 kom {n} sager fra {from_unit} til {unit}. Fortsat aktive pr. {day}: {active}.",
        from_unit=view.unit(cohort.from_unit),
        unit=view.unit(cohort.to_unit),
        active=answer.shown(view.translate, measure="active"),
        day=view.translate.day(view.reach),
    )
