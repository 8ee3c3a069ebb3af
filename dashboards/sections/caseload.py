"""Cases over time per unit: months, status days, printed numbers, and what breaks the series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.drawing.charts import MarkedPoints, TimeSeries, in_words, over_time
from dashboards.drawing.theme import colours
from dashboards.figures.figure import Ask
from dashboards.published.status_days import Printed, StatusDay, breaks, days_of, first_year, noted, reasons, status_days
from dashboards.sections.caseload_tables import (
    ALL,
    CHOSEN,
    IN_SCOPE,
    RULES,
    WITHOUT,
    Series,
    monthly,
    name,
    same_rules_table,
    status_table,
)
from dashboards.sections.papers import WHOLE
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, View

_DASHES = {ALL: "solid", CHOSEN: "solid", WITHOUT: "dash", IN_SCOPE: "dot"}


def months(view: View) -> list[date]:
    """The first of each month from the first year shown to the chosen day, or as far as the register is covered."""
    years = range(first_year(view), view.reach.year + 1)
    found = [date(year, month, 1) for year in years for month in range(1, 13)]
    return [each for each in found if view.beginning <= each <= view.reach] or [view.reach]


def questions(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    """The printed reading and its two opposites, and the chosen one where it is another."""
    printed = [each for unit in view.units for each in days_of(view, ledger, unit)]
    days = [each.isoformat() for each in sorted({*months(view), *printed, view.reach, view.valid_at})]
    found = {
        ALL: view.ask("caseload", valid_at=days, **WHOLE),
        WITHOUT: view.ask("caseload", valid_at=days, **WHOLE | {"include_assessing": ["false"]}),
        IN_SCOPE: view.ask("caseload", valid_at=days, **WHOLE | {"include_out_of_scope": ["false"]}),
    }
    return found if view.reading.printed else {**found, CHOSEN: view.ask("caseload", valid_at=days)}


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    translate = view.translate
    drawn = _series(view, ledger, answers)
    printed = [
        status
        for status in status_days(view, ledger)
        if status.unit in view.units and status.printed.published.value is not None
    ]
    broken = breaks(view, ledger)
    answer = answers.get(CHOSEN, answers[ALL])
    now = (
        translate(
            "{n} i {unit}",
            n=answer.shown(translate, unit=unit, valid_at=view.valid_at.isoformat()),
            unit=view.unit(unit),
        )
        for unit in view.units
    )
    month = monthly(view, drawn)
    return Section(
        "sager",
        translate("Sager over tid"),
        translate("Pr. {day}: {counts}.", day=view.day, counts=", ".join(now)),
        (
            Panel(
                (status_table(view, printed, answers),),
                _chart(view, drawn, printed, [each.day for each in broken]) if any(drawn.values()) else None,
                beside=False,
            ),
            Panel((same_rules_table(view, answers),)),
            Panel((month,), folded=month.title),
        ),
        definitions(list(answers.values()), translate),
        _caveats(view, printed),
        reasons(view, broken),
    )


def _series(view: View, ledger: Sequence[Printed], answers: Answers) -> Series:
    """Every unit with all its cases; also without those under assessment where a paper prints it so, and without run-off cases
    where there are any. Where a reading is chosen, every unit by that."""
    without = {status.unit for status in status_days(view, ledger) if not status.with_assessing}
    out: dict[tuple[str, str], tuple[tuple[date, int], ...]] = {}
    for unit in view.units:
        of = {
            rule: tuple(
                (date.fromisoformat(cell["valid_at"]), cell["value"])
                for cell in answer.cells
                if cell["unit"] == unit and answer.in_course(cell)
            )
            for rule, answer in answers.items()
        }
        if CHOSEN in of:
            out[unit, CHOSEN] = of[CHOSEN]
            continue
        out[unit, ALL] = of[ALL]
        if unit in without:
            out[unit, WITHOUT] = of[WITHOUT]
        if of[IN_SCOPE] != of[ALL]:
            out[unit, IN_SCOPE] = of[IN_SCOPE]
    return out


def _chart(view: View, drawn: Series, printed: Sequence[StatusDay], broken: Sequence[date]) -> Chart:
    translate, of = view.translate, colours(view.codes["units"].codes)
    lines = [TimeSeries(name(view, unit, rule), of[unit], _DASHES[rule], points) for (unit, rule), points in drawn.items()]
    marks: list[MarkedPoints] = []
    span = {"first": translate.day(months(view)[0]), "last": translate.day(view.reach)}
    words = [translate("Kurver over sager pr. måned fra {first} til {last}, med de trykte tal mærket.", **span)]
    for unit in view.units:
        its = [status for status in printed if status.unit == unit]
        points = tuple((status.day, status.printed.published.value or 0) for status in its)
        if points:
            label = translate("Trykt, {unit}", unit=view.unit(unit))
            marks.append(
                MarkedPoints(label, of[unit], points, _hovers(view, its), above=all(status.with_assessing for status in its))
            )
            words.append(in_words(translate, label, points))
    for (unit, rule), points in drawn.items():
        if rule in (ALL, CHOSEN):
            words.append(in_words(translate, translate("{unit} den sidste dag", unit=view.unit(unit)), points[-1:]))
    return Chart(
        "sager",
        translate("Sager pr. måned fra {first} til {last}", **span),
        over_time(translate, lines, translate("Sager"), marks=marks, breaks=broken),
        " ".join(words),
    )


def _hovers(view: View, printed: Sequence[StatusDay]) -> tuple[str, ...]:
    translate = view.translate
    return tuple(
        translate(
            "Trykt pr. {day}: {n} ({case})",
            day=translate.day(status.day),
            n=status.printed.value_in(translate),
            case=status.printed.published.paper.case,
        )
        for status in printed
    )


def _caveats(view: View, printed: Sequence[StatusDay]) -> tuple[str, ...]:
    translate = view.translate
    notes: list[str] = []
    rules = {status.unit: status.with_assessing for status in printed}
    if len(set(rules.values())) > 1:
        texts = ", ".join(
            f"{view.unit(unit)} {translate(RULES[ALL if counted else WITHOUT])}" for unit, counted in rules.items()
        )
        notes.append(
            translate(
                "Enhederne er ikke trykt efter samme opgørelse af sager under udredning: {rules}. Se dem opgjort ens i tabellen.",
                rules=texts,
            )
        )
    return (*notes, *noted((f"{view.unit(status.unit)} {translate.day(status.day)}", status.printed) for status in printed))
