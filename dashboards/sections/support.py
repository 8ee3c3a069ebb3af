"""The Youth Unit's cases by support, on the latest status day and on the chosen day, with their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, PALE
from dashboards.figures.figure import Ask
from dashboards.figures.table import Table
from dashboards.published.status_days import Printed, days_of, noted, status_days
from dashboards.sections.section import Chart, Panel, Section, definitions
from dashboards.view import Answers, View
from dashboards.words.danish import WORDS

_COLOURS = ((PALE, ""), (BLUE, ""))


def _unit(view: View) -> str:
    """The unit of Tabel 1, whose cases are divided by support."""
    return view.municipality.tables.first


def _days(view: View, ledger: Sequence[Printed]) -> list[date]:
    printed = (each for each in days_of(view, ledger, _unit(view))[-1:] if each >= view.beginning)
    return sorted({*printed, view.valid_at})


def questions(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        each.isoformat(): view.ask(
            "caseload_by_support", unit=[_unit(view)], valid_at=[each.isoformat()], include_out_of_scope=["true"]
        )
        for each in _days(view, ledger)
    }


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    translate, days = view.translate, _days(view, ledger)
    counts = {each: {cell["support"]: int(cell["value"] or 0) for cell in answers[each.isoformat()].cells} for each in days}
    groups = [group for group in counts[days[0]] if any(counts[each][group] for each in days) or group != "other"]
    total = sum(counts[days[0]].values())
    chart = Chart(
        "stoette",
        translate("Sager i {unit} efter støtte", unit=view.unit(_unit(view))),
        bars(
            translate,
            [_word(view, group) for group in groups],
            [
                Bars(view.dated(each), colour, pattern, tuple(counts[each][group] for group in groups))
                for each, (colour, pattern) in zip(days, _COLOURS[-len(days) :], strict=True)
            ],
            translate("Sager"),
            lying=True,
        ),
        translate("Liggende søjler.")
        + " "
        + " ".join(
            f"{view.dated(each)}: "
            + ", ".join(f"{_word(view, group)} {translate.number(counts[each][group])}" for group in groups)
            + "."
            for each in days
        ),
    )
    return Section(
        "stoette",
        *_heading(view, total, days[0]),
        (Panel((_table(view, ledger, answers, groups),), chart),),
        definitions(list(answers.values()), translate),
        _caveats(view, ledger, days[0]),
    )


def _heading(view: View, total: int, day: date) -> tuple[str, str]:
    """The section's title and lead."""
    translate, where = view.translate, {"unit": view.unit(_unit(view)), "day": view.dated(day)}
    if not total:
        return translate("Sager i {unit} pr. {day} efter støtte", **where), translate("Der er ingen sager i enheden den dag.")
    return (
        translate.counted(
            total, "Den ene sag i {unit} pr. {day} efter støtte", "De {n} sager i {unit} pr. {day} efter støtte", **where
        ),
        translate.counted(
            total, "Sagen står ét sted, så grupperne giver 1.", "Hver sag står ét sted, så grupperne giver de {n}."
        ),
    )


def _word(view: View, group: str) -> str:
    return view.word("support", group) if group != "other" else view.translate("Anden støtte")


def _table(view: View, ledger: Sequence[Printed], answers: Answers, groups: Sequence[str]) -> Table:
    translate, days = view.translate, _days(view, ledger)
    printed = _printed(view, ledger, days[0])
    rows: list[tuple[str, ...]] = []
    for group in groups:
        numbers = [answers[each.isoformat()].shown(translate, support=group) for each in days]
        whole = printed[group].value_in(translate) if group in printed else "–"
        rows.append((_word(view, group), *numbers, *([whole] if printed else [])))
    total = [translate.number(sum(int(cell["value"]) for cell in answers[each.isoformat()].cells)) for each in days]
    whole = next(
        (
            status.printed.value_in(translate)
            for status in status_days(view, ledger)
            if (status.unit, status.day) == (_unit(view), days[0])
        ),
        "–",
    )
    rows.append((translate("I alt"), *total, *([whole] if printed else [])))
    heads = (translate("Støtte"), *(view.dated(each) for each in days))
    if printed:
        heads = (*heads, translate("Trykt pr. {day}", day=translate.day(days[0])))
    return Table(
        translate("Sager i {unit} efter støtte", unit=view.unit(_unit(view))),
        heads,
        tuple(rows),
        (translate("Kilde: egne tal."),),
    )


def _printed(view: View, ledger: Sequence[Printed], when: date) -> dict[str, Printed]:
    parameters = {"unit": [_unit(view)], "valid_at": when.isoformat()}
    return {
        str(printed.published.cell.get("support")): printed
        for printed in ledger
        if printed.published.figure == "caseload_by_support" and parameters.items() <= printed.published.parameters.items()
    }


def _caveats(view: View, ledger: Sequence[Printed], when: date) -> tuple[str, ...]:
    notes = noted((_word(view, group), number) for group, number in _printed(view, ledger, when).items() if group in WORDS)
    return (view.translate("Sager og borgere er ikke det samme: her tælles sager."), *notes)
