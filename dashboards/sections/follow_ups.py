"""Follow-ups: due, held on time, held late and not held, per unit and month, and those overdue now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards import periods
from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, ORANGE, PALE
from dashboards.figures.figure import Ask
from dashboards.figures.follow_ups import LAST_BAND, NO_TRACK, OVERDUE_BANDS, WINDOW
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed
from dashboards.sections.section import Chart, KeyNumber, Panel, Section, definitions
from dashboards.view import Answers, FigureCells, View

MEASURES = ("due", "held_on_time", "held_late", "not_held")
LOOKS = {"held_on_time": (BLUE, ""), "held_late": (PALE, "/"), "not_held": (ORANGE, "x")}
OVERDUE = (*OVERDUE_BANDS, LAST_BAND)
MOST_STANDING = 4
"""More months than so many have lying bars: their names do not fit below on a phone."""


def questions(view: View, _: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        "period": view.ask("follow_ups"),
        "months": view.ask("follow_ups_by_month", **periods.given(view)),
        **{f"unit {unit}": view.ask("follow_ups", unit=[unit]) for unit in view.units},
        **{
            f"{name} {unit}": view.ask(f"{name}_follow_ups", unit=[unit], valid_at=[view.valid_at.isoformat()])
            for name in ("overdue", "upcoming")
            for unit in view.units
        },
    }


def section(view: View, _: Sequence[Printed], answers: Answers) -> Section:
    translate = view.translate
    overdue = sum(_overdue(answers[f"overdue {unit}"]) for unit in view.units)
    cases = sum(answers[f"overdue {unit}"].count(measure="cases") for unit in view.units)
    period = answers["period"]
    tiles = (
        KeyNumber(
            translate("Over tiden pr. {day}", day=view.day),
            translate.number(overdue),
            (translate("i åbne sager; sager: {n}", n=translate.number(cases)),),
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
        (
            Panel((_now(view, answers),)),
            Panel((_by_unit(view, answers), _by_month(view, answers["months"])), _chart(view, answers["months"])),
        ),
        definitions(list(answers.values()), translate),
        (
            *(translate("Måned for måned: {why}", why=why[:1].lower() + why[1:]) for why in periods.caveat(view)),
            translate(
                "Over tiden og kommende tæller ubesvarede opfølgninger i sager, der er åbne den valgte dag; resten gælder den "
                "valgte periode."
            ),
            translate("En opfølgning, der holdes senere, flytter fra ikke holdt til holdt for sent."),
        ),
        tiles=tiles,
    )


def _overdue(answer: FigureCells) -> int:
    return sum(answer.count(measure="follow_ups", band=band) for band in OVERDUE)


def _now(view: View, answers: Answers) -> Table:
    """What is overdue on the day, and what is due in the days to come."""
    translate = view.translate
    overdue, upcoming = ({unit: answers[f"{name} {unit}"] for unit in view.units} for name in ("overdue", "upcoming"))
    rows = [
        *(
            (
                translate("Over tiden, {band} dage", band=band),
                *(answer.shown(translate, measure="follow_ups", band=band) for answer in overdue.values()),
            )
            for band in OVERDUE
        ),
        (
            translate("Sager med en opfølgning over tiden"),
            *(answer.shown(translate, measure="cases") for answer in overdue.values()),
        ),
        *(
            (
                translate("Kommende {n} dage, {track}", n=WINDOW, track=view.word("track", track).lower()),
                *(answer.shown(translate, track=track) for answer in upcoming.values()),
            )
            for track in (*view.codes["tracks"].codes, NO_TRACK)
        ),
    ]
    heads = (translate("Opfølgninger"), *(view.unit(unit) for unit in view.units))
    title = translate("Over tiden og kommende pr. {day}", day=view.day)
    return Table(title, heads, tuple(rows), (translate("Kilde: egne tal."),))


def _months(answer: FigureCells) -> list[str]:
    return list(dict.fromkeys(cell["month"] for cell in answer.cells))


def _chart(view: View, answer: FigureCells) -> Chart | None:
    translate, months = view.translate, _months(answer)
    if not months:
        return None
    names = [view.word("month", month) for month in months]
    groups = [
        Bars(view.word("measure", measure), *look, tuple(answer.drawn(month=month, measure=measure) for month in months))
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
