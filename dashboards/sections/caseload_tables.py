"""The tables beside the cases over time: printed and counted, the units counted alike, and every month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.figures.table import UNKNOWN, Number, Table, sum_of
from dashboards.published.status_days import StatusDay, first_year
from dashboards.view import Answers, View
from dashboards.words.language import later

ALL, WITHOUT, IN_SCOPE, CHOSEN = "alle", "uden udredning", "uden medfulgte", "valgt"
RULES: Mapping[str, str] = {
    ALL: later("med udredning"),
    WITHOUT: later("uden udredning"),
    IN_SCOPE: later("med udredning, uden medfulgte"),
}

Series = Mapping[tuple[str, str], tuple[tuple[date, int], ...]]
"""The days and values of each unit and rule that is drawn."""


def name(view: View, unit: str, rule: str) -> str:
    """The name of a series."""
    if rule == ALL:
        return view.unit(unit)
    return f"{view.unit(unit)}, {view.reading.words(view.translate) if rule == CHOSEN else view.translate(RULES[rule])}"


def status_table(view: View, printed: Sequence[StatusDay], answers: Answers) -> Table:
    """Each printed number beside the counted one, and the chosen day."""
    translate = view.translate
    rows: list[tuple[str, ...]] = []
    for status in printed:
        rule = ALL if status.with_assessing else WITHOUT
        counted = answers[rule].shown(translate, unit=status.unit, valid_at=status.day.isoformat())
        beside = status.printed.value_in(translate), counted, status.printed.published.paper.case
        rows.append((translate.short(status.day), view.unit(status.unit), translate(RULES[rule]), *beside))
    for unit in view.units:
        if any(status.unit == unit and status.day == view.valid_at and status.with_assessing for status in printed):
            continue
        counted = answers[ALL].shown(translate, unit=unit, valid_at=view.valid_at.isoformat())
        rows.append(
            (
                translate("{day} (valgt dag)", day=_short(view)),
                view.unit(unit),
                translate(RULES[ALL]),
                "–",
                counted,
                "–",
            )
        )
    heads = (
        translate("Status pr."),
        translate("Enhed"),
        translate("Opgørelse"),
        translate("Trykt"),
        translate("Talt"),
        translate("Papir"),
    )
    papers = {status.printed.published.paper.case: status.printed.published.paper for status in printed}
    notes = [
        translate("Talt: figurens tal, som registret vidste det på det valgte tidspunkt."),
        translate("Med og uden udredning: med og uden sager under udredning."),
        *(f"{case}: {paper.title}, {translate.day(paper.date)}." for case, paper in papers.items()),
    ]
    return Table(translate("Statusdage og valgt dag: trykt og talt"), heads, tuple(rows), tuple(notes))


def same_rules_table(view: View, answers: Answers) -> Table:
    """Every unit by the same rules on the chosen day."""
    translate = view.translate
    rows: list[tuple[str, ...]] = []
    for rule in (ALL, WITHOUT, IN_SCOPE):
        counts = [answers[rule].shown(translate, unit=unit, valid_at=view.valid_at.isoformat()) for unit in view.units]
        label = translate(RULES[rule])
        rows.append((label[0].upper() + label[1:], *counts, sum_of(counts, translate)))
    heads = (translate("Opgørelse"), *(view.unit(unit) for unit in view.units), translate("I alt"))
    return Table(translate("Enhederne opgjort ens pr. {day}", day=view.day), heads, tuple(rows), ())


def monthly(view: View, drawn: Series) -> Table:
    """The numbers of the curves as a table, month by month."""
    translate = view.translate
    rows: list[tuple[str, ...]] = []
    for (unit, rule), points in drawn.items():
        of = dict(points)
        for year in range(first_year(view), view.reach.year + 1):
            shown = (_of_month(view, of, date(year, month, 1)) for month in range(1, 13))
            rows.append((f"{name(view, unit, rule)} {year}", *shown))
    heads = (translate("Enhed og år"), *(translate.month(date(2000, month, 1)).split()[0] for month in range(1, 13)))
    return Table(translate("Sager ved udgangen af den 1. i måneden"), heads, tuple(rows), ())


def _of_month(view: View, points: Mapping[date, int], month: date) -> str:
    """The number of the first of a month; none of a month to come."""
    if month < view.beginning:
        return view.translate(UNKNOWN)
    return Number(view.translate.number(points[month]), points[month]) if month in points else ""


def _short(view: View) -> str:
    """The chosen day for a narrow column; of one past the last covered also the day that it is known as on."""
    words, last = view.translate.short(view.valid_at), view.covered.last
    if last is None or not view.covered.ends_before(view.valid_at):
        return words
    return view.translate("{day} (som kendt den {last})", day=words, last=view.translate.day(last))
