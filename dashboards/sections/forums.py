"""Forum throughput: how many cases each forum dealt with, month by month, and how many a meeting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.drawing.charts import Line, over_time
from dashboards.drawing.theme import UNITS
from dashboards.figures.table import Number, Table
from dashboards.published.status_days import Printed
from dashboards.sections import periods
from dashboards.sections.section import Chart, Part, Section, definitions
from dashboards.sections.view import Answers, Ask, Told, View

_DASHES = ("solid", "dash", "dot", "dashdot")


def asks(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {"forums": view.ask("forum_throughput", **periods.given(view))}


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    say, told = view.say, answers["forums"]
    forums = [cell["forum"] for cell in told.cells if cell["measure"] == "meetings"]
    return Section(
        "fora",
        say("Sager i fora"),
        say("Hvor mange sager hvert forum behandlede pr. måned, og hvor mange der kom på et møde.")
        if forums
        else say("Intet forum har haft en sag i perioden. Vælg en længere periode."),
        (Part((_table(view, told, forums),), _chart(view, told, forums)),) if forums else (),
        definitions([told], say),
        (
            *periods.caveat(view),
            say("Fora er fælles for enhederne: enhedsvalget gælder ikke her."),
            say("Papiret fra 2023 (22/5547) skriver om Samarbejdsforum 30+: 1-2 sager hver 14. dag."),
            say("Et møde uden en eneste sag kan registret ikke se."),
        ),
    )


def _by_month(told: Told) -> Mapping[str, Counter[date]]:
    months: dict[str, Counter[date]] = {}
    for cell in told.cells:
        if cell["measure"] == "cases":
            day = date.fromisoformat(cell["day"])
            months.setdefault(cell["forum"], Counter())[day.replace(day=1)] += int(cell["value"])
    return months


def _chart(view: View, told: Told, forums: Sequence[str]) -> Chart | None:
    say, counts = view.say, _by_month(told)
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
        Line(
            view.word("forum", forum), UNITS[nth % 4], _DASHES[nth % 4], tuple((month, counts[forum][month]) for month in every)
        )
        for nth, forum in enumerate(forums)
    ]
    words = "; ".join(
        say(
            "{forum}: flest i {month}, {cases}",
            forum=line.name,
            month=say.month(month),
            cases=say.counted(most, "1 sag", "{n} sager"),
        )
        for line in lines
        for month, most in (max(line.points, key=lambda point: point[1]),)
    )
    title = say("Sager pr. måned i hvert forum, {days}", days=periods.days(view))
    return Chart("fora", title, over_time(say, lines, say("Sager")), f"{say('Linjer.')} {words}.")


def _table(view: View, told: Told, forums: Sequence[str]) -> Table:
    say = view.say
    rows: list[tuple[str, ...]] = []
    for forum in forums:
        meetings = told.count(measure="meetings", forum=forum)
        cases = sum(int(cell["value"]) for cell in told.cells if cell["measure"] == "cases" and cell["forum"] == forum)
        each = Number(say.number(cases / meetings), cases / meetings)
        rows.append(
            (
                view.word("forum", forum),
                told.shown(say, measure="meetings", forum=forum),
                Number(say.number(cases), cases),
                each,
            )
        )
    return Table(
        say("Møder og sager"),
        (say("Forum"), say("Møder"), say("Sager på møder"), say("Sager pr. møde")),
        tuple(rows),
        (say("En sag, der er på flere møder, tæller på hvert."),),
    )
