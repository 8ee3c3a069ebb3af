"""Who is around the citizen: concurrent caseworkers over time, days without any, tenure, and all who are met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.charts import Bars, among, bars
from dashboards.figures.caseworkers import UP_TO_THREE
from dashboards.section import Chart, Part, Section, definitions
from dashboards.sections.changes import periods, places
from dashboards.sections.spread import PATTERNS
from dashboards.status_days import Printed, breaks_in_counting, first_year, reasons
from dashboards.table import Number, Table
from dashboards.theme import BLUE, MIDDLE, ORANGE, PALE, colours
from dashboards.view import Answers, Ask, View

SHADES = (ORANGE, BLUE, MIDDLE, PALE)
"""None, one, two, three or more."""


def days(view: View) -> list[date]:
    """The firsts of January, April, July and October of the years shown, and the chosen day."""
    firsts = [date(year, month, 1) for year in range(first_year(view), view.valid_at.year + 1) for month in (1, 4, 7, 10)]
    return sorted({*(each for each in firsts if each <= view.valid_at), view.valid_at})


def asks(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    found = {
        f"{unit} {each}": view.ask("concurrent_caseworkers", unit=[unit], valid_at=[each.isoformat()])
        for unit in view.units
        for each in days(view)
    }
    for unit in view.units:
        found[f"{unit} surface"] = view.ask("contact_surface", unit=[unit])
        for year, (first, after) in periods(view).items():
            period = {"from": [first.isoformat()], "to": [after.isoformat()]}
            found[f"{unit} without {year}"] = view.ask("uncovered_days", unit=[unit], **period)
    return found


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    say, broken = view.say, breaks_in_counting(view, ledger)
    when = [each.day for each in broken]
    return Section(
        "omkring-borgeren",
        say("Sagsbehandlere omkring borgeren"),
        say("Hvor mange sagsbehandlere borgerne har på én gang, hvor længe nogle er uden, og hvor mange fagpersoner de møder."),
        (
            *(_concurrent(view, answers, unit, when) for unit in view.units),
            _without(view, answers, when),
            _surface(view, answers),
        ),
        definitions(list(answers.values()), say),
        (
            say(
                "Fra to sagsbehandlere til én er, hvad indsatsen vil: den skal ses som færre sager med to, ikke som flere skift."
            ),
            say("Bostøtter og andre udførere er ikke sagsbehandlere; de er med i kontaktfladen."),
        ),
        reasons(view, broken),
    )


def _concurrent(view: View, answers: Answers, unit: str, broken: Sequence[date]) -> Part:
    say, shown = view.say, days(view)
    told = [answers[f"{unit} {each}"] for each in shown]
    title = say("Samtidige sagsbehandlere i {unit}", unit=view.unit(unit))
    heads = [say.month(each) if each != view.valid_at else say.short(each) for each in shown]
    names = [say("{n} sagsbehandlere", n=n) if n != "1" else say("1 sagsbehandler") for n in UP_TO_THREE]
    groups = [
        Bars(name, SHADES[nth], PATTERNS[nth], tuple(one.count(caseworkers=label) for one in told))
        for nth, (label, name) in enumerate(zip(UP_TO_THREE, names, strict=True))
    ]
    where = [among(shown, each) for each in broken]
    drawn = bars(say, heads, groups, say("Sager"), lying=False, stacked=True, breaks=where)
    last = ", ".join(f"{name}: {say.number(group.values[-1])}" for name, group in zip(names, groups, strict=True))
    chart = Chart(f"samtidige-{unit.replace('_', '-')}", title, drawn, f"{view.day}: {last}.")
    rows = tuple(
        (say.day(each), *(one.shown(say, caseworkers=label) for label in UP_TO_THREE))
        for each, one in zip(shown, told, strict=True)
    )
    return Part((Table(title, (say("Status pr."), *names), rows, (say("Kilde: egne tal."),)),), chart)


def _without(view: View, answers: Answers, broken: Sequence[date]) -> Part:
    say, of = view.say, colours(view.codes["units"].codes)
    years = list(periods(view))
    rows: list[tuple[str, ...]] = []
    for unit in view.units:
        for measure in ("case_days", "cases"):
            shown = (answers[f"{unit} without {year}"].shown(say, measure=measure) for year in years)
            rows.append((f"{view.unit(unit)}: {view.word('measure', measure)}", *shown))
    groups = [
        Bars(
            view.unit(unit),
            of[unit],
            PATTERNS[nth % 4],
            tuple(answers[f"{unit} without {year}"].count(measure="case_days") for year in years),
        )
        for nth, unit in enumerate(view.units)
    ]
    title = say("Sagsdage uden sagsbehandler pr. år")
    heads = [str(year) for year in years]
    says = " ".join(f"{group.name}: {', '.join(map(say.number, group.values))}." for group in groups)
    drawn = bars(say, heads, groups, say("Sagsdage"), lying=False, breaks=places(view, broken))
    chart = Chart("uden-sagsbehandler", title, drawn, says)
    return Part((Table(title, (say("Enhed"), *heads), tuple(rows), (say("Kilde: egne tal."),)),), chart)


def _surface(view: View, answers: Answers) -> Part:
    say, of = view.say, colours(view.codes["units"].codes)
    told = {unit: answers[f"{unit} surface"] for unit in view.units}
    most = max((int(cell["professionals"]) for one in told.values() for cell in one.cells), default=0)
    groups = [
        Bars(view.unit(unit), of[unit], PATTERNS[nth % 4], tuple(one.count(professionals=n) for n in range(most + 1)))
        for nth, (unit, one) in enumerate(told.items())
    ]
    rows: list[tuple[str, ...]] = []
    for n in range(most + 1):
        counted = (one.shown(say, professionals=n) if one.count(professionals=n) else Number("0", 0) for one in told.values())
        rows.append((str(n), *counted))
    title = say("Fagpersoner, som borgerne har mødt i 90 dage")
    says = " ".join(
        f"{group.name}: {', '.join(f'{n}: {say.number(value)}' for n, value in enumerate(group.values))}." for group in groups
    )
    chart = Chart("kontaktflade", title, bars(say, [str(n) for n in range(most + 1)], groups, say("Sager"), lying=False), says)
    heads = (say("Fagpersoner"), *(view.unit(unit) for unit in told))
    return Part((Table(title, heads, tuple(rows), (say("Kilde: egne tal."),)),), chart)
