"""The tables beside the cases over time: printed and counted, the units counted alike, and every month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.figures.table import Number, Table
from dashboards.published.status_days import StatusDay, first_year
from dashboards.sections.view import Answers, View
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
    """What a line is called."""
    if rule == ALL:
        return view.unit(unit)
    return f"{view.unit(unit)}, {view.reading.words(view.say) if rule == CHOSEN else view.say(RULES[rule])}"


def status_table(view: View, printed: Sequence[StatusDay], answers: Answers) -> Table:
    """Each printed number beside the counted one, and the chosen day."""
    say = view.say
    rows: list[tuple[str, ...]] = []
    for one in printed:
        rule = ALL if one.with_assessing else WITHOUT
        counted = answers[rule].shown(say, unit=one.unit, valid_at=one.day.isoformat())
        beside = one.printed.value_in(say), counted, one.printed.said.paper.case
        rows.append((say.short(one.day), view.unit(one.unit), say(RULES[rule]), *beside))
    for unit in view.units:
        if any(one.unit == unit and one.day == view.valid_at and one.with_assessing for one in printed):
            continue
        counted = answers[ALL].shown(say, unit=unit, valid_at=view.valid_at.isoformat())
        rows.append(
            (say("{day} (valgt dag)", day=say.short(view.valid_at)), view.unit(unit), say(RULES[ALL]), "–", counted, "–")
        )
    heads = (say("Status pr."), say("Enhed"), say("Opgørelse"), say("Trykt"), say("Talt"), say("Papir"))
    papers = {one.printed.said.paper.case: one.printed.said.paper for one in printed}
    notes = [
        say("Talt: figurens tal, som registret vidste det på det valgte tidspunkt."),
        say("Med og uden udredning: med og uden sager under udredning."),
        *(f"{case}: {paper.title}, {say.day(paper.date)}." for case, paper in papers.items()),
    ]
    return Table(say("Statusdage og valgt dag: trykt og talt"), heads, tuple(rows), tuple(notes))


def alike(view: View, answers: Answers) -> Table:
    """Every unit by the same rules on the chosen day."""
    say = view.say
    rows: list[tuple[str, ...]] = []
    for rule in (ALL, WITHOUT, IN_SCOPE):
        counts = [answers[rule].shown(say, unit=unit, valid_at=view.valid_at.isoformat()) for unit in view.units]
        said = say(RULES[rule])
        rows.append((said[0].upper() + said[1:], *counts, say.number(sum(int(each.value or 0) for each in counts))))
    heads = (say("Opgørelse"), *(view.unit(unit) for unit in view.units), say("I alt"))
    return Table(say("Enhederne opgjort ens pr. {day}", day=view.day), heads, tuple(rows), ())


def monthly(view: View, drawn: Series) -> Table:
    """What is drawn, month by month."""
    say = view.say
    rows: list[tuple[str, ...]] = []
    for (unit, rule), points in drawn.items():
        of = dict(points)
        for year in range(first_year(view), view.valid_at.year + 1):
            counts = (of.get(date(year, month, 1)) for month in range(1, 13))
            shown = ("" if n is None else Number(say.number(n), n) for n in counts)
            rows.append((f"{name(view, unit, rule)} {year}", *shown))
    heads = (say("Enhed og år"), *(say.month(date(2000, month, 1)).split()[0] for month in range(1, 13)))
    return Table(say("Sager ved udgangen af den 1. i måneden"), heads, tuple(rows), ())
