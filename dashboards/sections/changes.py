"""Sagsbehandlerskift by year and variant, with samlinger and gaps beside them, and how they are defined."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dashboards.drawing.charts import Bars, bars, within
from dashboards.drawing.theme import BLUE, GREEN, MIDDLE, ORANGE, PALE
from dashboards.figures.figure import Ask
from dashboards.figures.table import Table, sum_of
from dashboards.published.municipality import Break
from dashboards.published.status_days import Printed, breaks_in_counting, first_year, reasons
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import FEW, Answers, FigureCells, View
from dashboards.words.danish import WORDS
from dashboards.words.language import later

VARIANTS = {"all": (BLUE, ""), "without_reorganisation": (MIDDLE, ""), "without_reorganisation_and_cover": (PALE, "")}
BESIDE = {"samlinger": (GREEN, "/"), "assignments_after_gap": (ORANGE, "x")}
SHORT = {"samlinger": later("Samlinger"), "assignments_after_gap": later("Efter hul")}
_BELOW = ("cases_at_risk", "case_years", "median_tenure")


def periods(view: View) -> dict[int, tuple[date, date]]:
    """Each year shown with its first day and the first day after it; the last year goes to the chosen day, which is in it, or as far
    as the register is covered."""
    after = view.reach + timedelta(days=1)
    return {year: (date(year, 1, 1), min(date(year + 1, 1, 1), after)) for year in range(first_year(view), view.reach.year + 1)}


def heads(view: View) -> dict[int, str]:
    """Each year shown as it is named: with the day it goes to, where that is not its last."""
    to = view.translate.day(view.reach).removesuffix(f" {view.reach.year}")
    return {
        year: str(year) if after == date(year + 1, 1, 1) else view.translate("{year} til {day}", year=year, day=to)
        for year, (_, after) in periods(view).items()
    }


def places(view: View, broken: Sequence[Break], units: Sequence[str]) -> list[float | None]:
    """The places of breaks among bars of the years shown; None for one of another unit's series."""
    firsts = [first for first, _ in periods(view).values()]
    return [within(firsts, each.day) if each.unit is None or each.unit in units else None for each in broken]


def name(unit: str, year: int) -> str:
    return f"{unit} {year}"


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        name(unit, year): view.ask(
            "caseworker_changes", **{"unit": [unit], "from": [first.isoformat()], "to": [after.isoformat()]}
        )
        for unit in view.units
        for year, (first, after) in periods(view).items()
    }


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    translate, last = view.translate, view.reach.year
    broken = breaks_in_counting(view, ledger, caseworkers=True)
    whole = periods(view)[last][1] == date(last + 1, 1, 1)
    parts = [_part(view, unit, {year: answers[name(unit, year)] for year in periods(view)}, broken) for unit in view.units]
    return Section(
        "skift",
        translate("Sagsbehandlerskift"),
        translate(
            "Skift pr. år efter tre opgørelser. Samlinger og tildelinger efter hul står ved siden af: den ene så en samling hos færre "
            "ikke læses som uro, den anden så en tid uden sagsbehandler ikke pynter på tallet."
        ),
        (*parts, *([Panel((_in_all(view, answers),))] if len(view.units) > 1 else [])),
        definitions(list(answers.values()), translate),
        (
            translate("Ingen dansk myndighed har udgivet en definition af sagsbehandlerskift; denne er registrets egen."),
            translate("Uden omorganisering: skift med den grund er ikke talt med."),
            translate(
                "Uden omorganisering og vikar: heller ikke de to skift i et vikariat (A, B og A igen, hvor B er der under 30 dage)."
            ),
            translate("Et skift pr. rolle og sag: en borger med to sagsbehandlere kan have to skift samme dag."),
            *(() if whole else (translate("{year} er kun talt til og med {day}.", year=last, day=translate.day(view.reach)),)),
        ),
        reasons(view, broken),
    )


def _in_all(view: View, answers: Answers) -> Table:
    """All changes of each year in each unit and in all: each has one unit, so they sum."""
    translate, years = view.translate, list(periods(view))
    counts = {
        unit: [answers[name(unit, year)].shown(translate, measure="changes", variant="all") for year in years]
        for unit in view.units
    }
    rows: list[tuple[str, ...]] = [(view.unit(unit), *of) for unit, of in counts.items()]
    rows.append((translate("I alt"), *(sum_of([of[at] for of in counts.values()], translate) for at in range(len(years)))))
    return Table(
        translate("Alle skift i enhederne"),
        (translate("Enhed"), *heads(view).values()),
        tuple(rows),
        (translate("Kilde: egne tal."),),
    )


def _part(view: View, unit: str, years: Mapping[int, FigureCells], broken: Sequence[Break]) -> Panel:
    translate, named = view.translate, list(heads(view).values())
    counts = {
        **{variant: _counts(years, measure="changes", variant=variant) for variant in VARIANTS},
        **{measure: _counts(years, measure=measure) for measure in BESIDE},
    }
    groups = [
        Bars(translate(SHORT.get(key, WORDS[key])), colour, pattern, counts[key])
        for key, (colour, pattern) in {**VARIANTS, **BESIDE}.items()
    ]
    words = " ".join(
        translate(
            "{year}: skift {n}, samlinger {together}, efter hul {gaps}.",
            year=year,
            n=translate.number(counts["all"][at]),
            together=translate.number(counts["samlinger"][at]),
            gaps=translate.number(counts["assignments_after_gap"][at]),
        )
        for at, year in enumerate(named)
    )
    title = translate("Sagsbehandlerskift i {unit} pr. år", unit=view.unit(unit))
    chart = Chart(
        f"skift-{unit.replace('_', '-')}",
        title,
        bars(translate, named, groups, translate("Antal"), lying=False, breaks=places(view, broken, [unit])),
        f"{translate('Søjler.')} {words}",
    )
    return Panel((_table(view, unit, years, named),), chart)


def _counts(years: Mapping[int, FigureCells], **dimensions: str) -> tuple[int, ...]:
    return tuple(answer.count(**dimensions) for answer in years.values())


def _table(view: View, unit: str, years: Mapping[int, FigureCells], named: Sequence[str]) -> Table:
    translate = view.translate
    rows: list[tuple[str, ...]] = []
    for variant in VARIANTS:
        name = view.word("variant", variant)
        rows.append((name, *(answer.shown(translate, measure="changes", variant=variant) for answer in years.values())))
        rates = (answer.shown(translate, measure="changes_per_case_year", variant=variant) for answer in years.values())
        rows.append((translate("{variant}, pr. sagsår", variant=name), *rates))
    rows += [
        (view.word("measure", measure), *(answer.shown(translate, measure=measure) for answer in years.values()))
        for measure in (*BESIDE, *_BELOW)
    ]
    few = any(translate(FEW) in row for row in rows)
    notes = ((translate("For få: under 20 observationer, så rate og median gives ikke."),) if few else ()) + (
        translate("Kilde: egne tal."),
    )
    return Table(
        translate("Sagsbehandlerskift i {unit}", unit=view.unit(unit)), (translate("Opgørelse"), *named), tuple(rows), notes
    )
