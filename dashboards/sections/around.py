"""The people around the citizen: concurrent caseworkers over time, days without any, and all who are met."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.drawing.charts import Bars, among, bars
from dashboards.drawing.theme import BLUE, MIDDLE, ORANGE, PALE, colours
from dashboards.figures.caseworkers import UNASSIGNED, UP_TO_THREE
from dashboards.figures.figure import Ask
from dashboards.figures.table import Number, Table
from dashboards.published.municipality import Break
from dashboards.published.status_days import Printed, breaks_in_counting, first_year, reasons, roll_outs
from dashboards.sections.changes import heads, periods, places
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.sections.spread import PATTERNS
from dashboards.view import Answers, View
from dashboards.words.language import later

NAMES = (later("Ingen"), later("Én"), later("To"), later("Tre eller flere"))
SHADES = (ORANGE, BLUE, MIDDLE, PALE)
"""None, one, two, three or more."""


def days(view: View) -> list[date]:
    """The firsts of January, April, July and October of the years shown, and the day they go to."""
    firsts = [date(year, month, 1) for year in range(first_year(view), view.reach.year + 1) for month in (1, 4, 7, 10)]
    return sorted({*(each for each in firsts if view.beginning <= each <= view.reach), view.reach})


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
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
    translate, broken = view.translate, breaks_in_counting(view, ledger, caseworkers=True)
    return Section(
        "omkring-borgeren",
        translate("Sagsbehandlere omkring borgeren"),
        translate(
            "Hvor mange sagsbehandlere borgerne har på én gang, hvor længe nogle er uden, og hvor mange fagpersoner de møder."
        ),
        (
            *(_concurrent(view, answers, unit, broken) for unit in view.units),
            _without(view, answers, broken),
            _surface(view, answers),
        ),
        definitions(list(answers.values()), translate),
        (
            translate(
                "Fra to sagsbehandlere til én er, hvad indsatsen vil: den skal ses som færre sager med to, ikke som flere skift."
            ),
            *_not_marked(view, ledger),
            translate(
                "Dage før den første sagsbehandler er ventetid; om der er sammenhæng, ses af dagene mellem sagsbehandlere."
            ),
            translate("Bostøtter og andre udførere er ikke sagsbehandlere; de er med i kontaktfladen."),
        ),
        reasons(view, broken),
    )


def _not_marked(view: View, ledger: Sequence[Printed]) -> list[str]:
    """The steps from two caseworkers to one that no chart marks: the days to come, and units that nothing is known of."""
    translate, known = view.translate, [each for each in roll_outs(view, ledger) if each.unit in (None, *view.units)]
    to_come = [
        translate("Endnu ikke på den valgte dag: {day}. {why}", day=translate.day(each.day), why=each.why)
        for each in known
        if each.day > view.valid_at
    ]
    without = [view.unit(unit) for unit in view.units if not any(each.unit in (None, unit) for each in known)]
    if not without:
        return to_come
    missing = translate(
        "Hvornår borgerne i {units} går fra to sagsbehandlere til én, er ikke oplyst. Kommunen kan sætte dagen som et brud i sin kodefil.",
        units=", ".join(without),
    )
    return [*to_come, missing]


def _concurrent(view: View, answers: Answers, unit: str, broken: Sequence[Break]) -> Panel:
    translate, shown = view.translate, days(view)
    day_answers = [answers[f"{unit} {each}"] for each in shown]
    title = translate("Samtidige sagsbehandlere i {unit}", unit=view.unit(unit))
    categories = [translate.day(each) for each in shown]
    names = [translate(name) for name in NAMES]
    groups = [
        Bars(name, SHADES[nth], PATTERNS[nth], tuple(answer.count(caseworkers=label) for answer in day_answers))
        for nth, (label, name) in enumerate(zip(UP_TO_THREE, names, strict=True))
    ]
    where = [among(shown, each.day) if each.unit in (None, unit) else None for each in broken]
    years = {nth: translate.month(each) for nth, each in enumerate(shown) if (each.month, each.day) == (1, 1)}
    drawn = bars(
        translate, categories, groups, translate("Sager"), lying=False, stacked=True, breaks=where, ticks=years or None
    )
    last = ", ".join(f"{name}: {translate.number(group.values[-1])}" for name, group in zip(names, groups, strict=True))
    chart = Chart(f"samtidige-{unit.replace('_', '-')}", title, drawn, f"{translate.day(view.reach)}: {last}.")
    rows = tuple(
        (translate.day(each), *(answer.shown(translate, caseworkers=label) for label in UP_TO_THREE))
        for each, answer in zip(shown, day_answers, strict=True)
    )
    return Panel((Table(title, (translate("Status pr."), *names), rows, (translate("Kilde: egne tal."),)),), chart)


def _without(view: View, answers: Answers, broken: Sequence[Break]) -> Panel:
    translate, of = view.translate, colours(view.codes["units"].codes)
    years = list(periods(view))
    rows: list[tuple[str, ...]] = []
    for unit in view.units:
        for measure in ("case_days", "cases"):
            for when in (*UNASSIGNED, None):
                shown = (answers[f"{unit} without {year}"].shown(translate, measure=measure, when=when) for year in years)
                phase = view.word("when", when)
                rows.append((f"{view.unit(unit)}: {view.word('measure', measure)}, {phase[:1].lower()}{phase[1:]}", *shown))
    groups = [
        Bars(
            view.unit(unit),
            of[unit],
            PATTERNS[nth % len(PATTERNS)],
            tuple(answers[f"{unit} without {year}"].count(measure="case_days", when="between") for year in years),
        )
        for nth, unit in enumerate(view.units)
    ]
    title = translate("Sagsdage uden sagsbehandler pr. år")
    drawing = translate("Sagsdage mellem sagsbehandlere pr. år")
    named = list(heads(view).values())
    summary = " ".join(f"{group.name}: {', '.join(map(translate.number, group.values))}." for group in groups)
    drawn = bars(translate, named, groups, translate("Sagsdage"), lying=False, breaks=places(view, broken, view.units))
    chart = Chart("uden-sagsbehandler", drawing, drawn, summary)
    return Panel((Table(title, (translate("Enhed"), *named), tuple(rows), (translate("Kilde: egne tal."),)),), chart)


def _surface(view: View, answers: Answers) -> Panel:
    translate, of = view.translate, colours(view.codes["units"].codes)
    by_unit = {unit: answers[f"{unit} surface"] for unit in view.units}
    most = max((int(cell["professionals"]) for answer in by_unit.values() for cell in answer.cells), default=0)
    groups = [
        Bars(
            view.unit(unit),
            of[unit],
            PATTERNS[nth % len(PATTERNS)],
            tuple(answer.count(professionals=n) for n in range(most + 1)),
        )
        for nth, (unit, answer) in enumerate(by_unit.items())
    ]
    rows: list[tuple[str, ...]] = []
    for n in range(most + 1):
        counted = (
            answer.shown(translate, professionals=n) if answer.count(professionals=n) else Number("0", 0)
            for answer in by_unit.values()
        )
        rows.append((str(n), *counted))
    title = translate("Fagpersoner, som borgerne har mødt i 90 dage")
    summary = " ".join(
        f"{group.name}: {', '.join(f'{n}: {translate.number(value)}' for n, value in enumerate(group.values))}."
        for group in groups
    )
    numbers = [str(n) for n in range(most + 1)]
    drawn = bars(translate, numbers, groups, translate("Sager"), lying=False, of=translate("Fagpersoner"))
    chart = Chart("kontaktflade", title, drawn, summary)
    units = (translate("Fagpersoner"), *(view.unit(unit) for unit in by_unit))
    return Panel((Table(title, units, tuple(rows), (translate("Kilde: egne tal."),)),), chart)
