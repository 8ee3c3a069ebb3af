"""Økonomitræk: what is committed, what was spent, and how the frames are drawn on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, PALE
from dashboards.figures.figure import Ask
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, View

FRAMES = ("cases", "agreed", "drawn", "overdrawn_cases")


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        "committed": view.ask("committed_amounts"),
        "spent": view.ask("spending_in_period"),
        **{f"frames {unit}": view.ask("frames", unit=[unit]) for unit in view.units},
    }


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate = view.translate
    return Section(
        "oekonomi",
        translate("Økonomitræk"),
        translate("Bevilgede årsbeløb pr. {day}, forbruget i perioden og handlingsrammerne.", day=view.day),
        (Panel((_amounts(view, answers), _frames(view, answers)), _chart(view, answers)),),
        definitions(list(answers.values()), translate),
        (
            translate("Et årsbeløb er, hvad bevillingen koster på et helt år; forbruget er den del, der falder i perioden."),
            translate("Bevillinger uden oplyst beløb er ikke med: tallene er et mindstemål."),
        ),
    )


def _groups(view: View) -> Sequence[str]:
    return view.codes["supports"].groups


def _chart(view: View, answers: Answers) -> Chart | None:
    translate, groups = view.translate, _groups(view)
    committed, spent = answers["committed"], answers["spent"]
    series = [
        Bars(
            translate("Bevilget årsbeløb"),
            BLUE,
            "",
            tuple(committed.count(support=each, measure="yearly_amount") for each in groups),
        ),
        Bars(translate("Forbrug i perioden"), PALE, "/", tuple(spent.drawn(support=each) for each in groups)),
    ]
    if not any(value for group in series for value in group.values):
        return None
    names = [view.word("support", each) for each in groups]
    words = "; ".join(
        f"{name}: " + ", ".join(f"{group.name} {translate.number(group.values[at], decimals=0)}" for group in series)
        for at, name in enumerate(names)
    )
    title = translate("Kroner efter støtte")
    return Chart(
        "oekonomi",
        title,
        bars(translate, names, series, translate("Kroner"), lying=True),
        f"{translate('Liggende søjler.')} {words}.",
    )


def _amounts(view: View, answers: Answers) -> Table:
    translate = view.translate
    rows = tuple(
        (
            view.word("support", each),
            answers["committed"].shown(translate, support=each, measure="grants"),
            answers["committed"].shown(translate, support=each, measure="yearly_amount"),
            answers["spent"].shown(translate, support=each),
        )
        for each in _groups(view)
    )
    heads = (translate("Støtte"), translate("Bevillinger"), translate("Årsbeløb (kr.)"), translate("Forbrug i perioden (kr.)"))
    return Table(translate("Beløb efter støtte"), heads, rows, (translate("Kilde: egne tal."),))


def _frames(view: View, answers: Answers) -> Table:
    translate = view.translate
    rows = tuple(
        (view.word("measure", measure), *(answers[f"frames {unit}"].shown(translate, measure=measure) for unit in view.units))
        for measure in FRAMES
    )
    return Table(translate("Handlingsrammer"), (translate("Rammer"), *(view.unit(unit) for unit in view.units)), rows, ())
