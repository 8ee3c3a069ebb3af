"""Follow-ups: due, held on time, held late and not held, per unit and month, and those overdue now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, ORANGE, PALE
from dashboards.figures.figure import Ask
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed
from dashboards.sections import periods
from dashboards.sections.section import Chart, KeyNumber, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View

MEASURES = ("due", "held_on_time", "held_late", "not_held")
LOOKS = {"held_on_time": (BLUE, ""), "held_late": (PALE, "/"), "not_held": (ORANGE, "x")}
EVER = "1900-01-01"
MOST_STANDING = 4
"""More months than so many have lying bars: their names do not fit below on a phone."""


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    until_now = {"from": [EVER], "to": [view.valid_at.isoformat()]}
    return {
        "period": view.ask("follow_ups"),
        "months": view.ask("follow_ups_by_month", **periods.given(view)),
        **{f"unit {unit}": view.ask("follow_ups", unit=[unit]) for unit in view.units},
        **{f"overdue {unit}": view.ask("follow_ups", unit=[unit], **until_now) for unit in view.units},
    }


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate = view.translate
    overdue = sum(answers[f"overdue {unit}"].count(measure="not_held") for unit in view.units)
    period = answers["period"]
    tiles = (
        KeyNumber(
            translate("Over tiden pr. {day}", day=view.day),
            translate.number(overdue),
            (translate("fristen er passeret, og opfølgningen er ikke holdt"),),
        ),
        *(
            KeyNumber(view.word("measure", measure), period.shown(translate, measure=measure), (view.days,))
            for measure in MEASURES
        ),
    )
    return Section(
        "opfoelgning",
        translate("Opfølgninger efter frist"),
        translate("En aftalt opfølgning er holdt til tiden, holdt for sent eller ikke holdt."),
        (Panel((_by_unit(view, answers), _by_month(view, answers["months"])), _chart(view, answers["months"])),),
        definitions([period, answers["months"]], translate),
        (
            *(translate("Måned for måned: {why}", why=why[:1].lower() + why[1:]) for why in periods.caveat(view)),
            translate(
                "Over tiden tæller alle frister før den valgte dag, også fra tidligere år; resten gælder den valgte periode."
            ),
            translate("En opfølgning, der holdes senere, flytter fra ikke holdt til holdt for sent."),
        ),
        tiles=tiles,
    )


def _months(answer: FigureCells) -> list[str]:
    return list(dict.fromkeys(cell["month"] for cell in answer.cells))


def _chart(view: View, answer: FigureCells) -> Chart | None:
    translate, months = view.translate, _months(answer)
    if not months:
        return None
    names = [view.word("month", month) for month in months]
    groups = [
        Bars(view.word("measure", measure), *look, tuple(answer.count(month=month, measure=measure) for month in months))
        for measure, look in LOOKS.items()
    ]
    words = "; ".join(
        f"{name}: " + ", ".join(f"{group.name} {translate.number(group.values[at])}" for group in groups)
        for at, name in enumerate(names)
    )
    title = translate("Opfølgninger efter fristens måned")
    drawn = bars(translate, names, groups, translate("Opfølgninger"), lying=len(months) > MOST_STANDING, stacked=True)
    shape = translate("Liggende søjler.") if len(months) > MOST_STANDING else translate("Søjler.")
    return Chart("opfoelgninger", title, drawn, f"{shape} {words}.")


def _by_unit(view: View, answers: Answers) -> Table:
    translate = view.translate
    rows = [
        (view.word("measure", measure), *(answers[f"unit {unit}"].shown(translate, measure=measure) for unit in view.units))
        for measure in MEASURES
    ]
    rows.append(
        (translate("Over tiden nu"), *(answers[f"overdue {unit}"].shown(translate, measure="not_held") for unit in view.units))
    )
    heads = (translate("Opfølgninger"), *(view.unit(unit) for unit in view.units))
    return Table(translate("Enhed for enhed, {days}", days=view.days), heads, tuple(rows), (translate("Kilde: egne tal."),))


def _by_month(view: View, answer: FigureCells) -> Table:
    translate = view.translate
    rows = tuple(
        (view.word("month", month), *(answer.shown(translate, month=month, measure=measure) for measure in MEASURES))
        for month in _months(answer)
    )
    heads = (translate("Måned"), *(view.word("measure", measure) for measure in MEASURES))
    return Table(
        translate("Måned for måned"), heads, rows, () if rows else (translate("Ingen opfølgning har frist i perioden."),)
    )
