"""The tenure of the citizens' caseworkers: each unit's spread on the chosen day, with quartiles where there are enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import colours
from dashboards.figures.figure import Ask
from dashboards.figures.table import Table
from dashboards.figures.tenure import TENURES
from dashboards.published.status_days import Printed
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.sections.spread import PATTERNS
from dashboards.view import FEW, Answers, View

MEASURES = ("n", "lower_quartile", "median_tenure", "upper_quartile")


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {unit: view.ask("tenure", unit=[unit]) for unit in view.units}


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate, of = view.translate, colours(view.codes["units"].codes)
    names = [translate("{band} dage", band=band) for band in TENURES]
    groups = [
        Bars(
            view.unit(unit),
            of[unit],
            PATTERNS[nth % len(PATTERNS)],
            tuple(answer.count(measure="tenure", band=band) for band in TENURES),
        )
        for nth, (unit, answer) in enumerate(answers.items())
    ]
    words = " ".join(
        f"{group.name}: {', '.join(f'{name}: {translate.number(n)}' for name, n in zip(names, group.values, strict=True))}."
        for group in groups
    )
    title = translate("Anciennitet pr. {day}", day=view.day)
    drawn = bars(translate, names, groups, translate("Sagsbehandlerroller"), lying=True)
    return Section(
        "anciennitet",
        translate("Hvor længe sagsbehandlerne har haft sagerne"),
        translate("Hver besat sagsbehandlerrolle i de åbne sager, efter hvor mange dage den samme har haft den."),
        (
            Panel(
                (_table(view, answers, names),), Chart("anciennitet", title, drawn, f"{translate('Liggende søjler.')} {words}")
            ),
        ),
        definitions(list(answers.values()), translate),
        (
            translate("En sag med to besatte roller tæller to gange, også når den samme har dem begge."),
            translate("Kort anciennitet kan være en ny sag lige så vel som et skift: se den ved siden af skiftene."),
        ),
    )


def _table(view: View, answers: Answers, names: Sequence[str]) -> Table:
    translate = view.translate
    rows: list[tuple[str, ...]] = [
        (name, *(answer.shown(translate, measure="tenure", band=band) for answer in answers.values()))
        for band, name in zip(TENURES, names, strict=True)
    ]
    rows += [
        (view.word("measure", measure), *(answer.shown(translate, measure=measure) for answer in answers.values()))
        for measure in MEASURES
    ]
    few = any(translate(FEW) in row for row in rows)
    notes = (
        *((translate("For få: under 20, så kvartiler og median gives ikke."),) if few else ()),
        translate("Kilde: egne tal."),
    )
    heads = (translate("Anciennitet"), *(view.unit(unit) for unit in answers))
    return Table(translate("Anciennitet pr. {day}", day=view.day), heads, tuple(rows), notes)
