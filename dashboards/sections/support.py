"""The Youth Unit's cases by support, on the latest status day and on the chosen day, with their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from dashboards.charts import Bars, bars
from dashboards.danish import WORDS, day, number
from dashboards.section import Chart, Part, Section, definitions
from dashboards.sections.papers import UI
from dashboards.status_days import Printed, days_of, noted, status_days
from dashboards.table import Table
from dashboards.theme import BLUE, PALE
from dashboards.view import Answers, Ask, View

_COLOURS = ((PALE, ""), (BLUE, ""))


def _days(view: View, ledger: Sequence[Printed]) -> list[date]:
    return sorted({*days_of(view, ledger, UI)[-1:], view.valid_at})


def asks(view: View, ledger: Sequence[Printed]) -> Mapping[str, Ask]:
    return {
        each.isoformat(): view.ask("caseload_by_support", unit=[UI], valid_at=[each.isoformat()])
        for each in _days(view, ledger)
    }


def section(view: View, ledger: Sequence[Printed], answers: Answers) -> Section:
    days = _days(view, ledger)
    counts = {each: {cell["support"]: int(cell["value"]) for cell in answers[each.isoformat()].cells} for each in days}
    groups = [group for group in counts[days[0]] if any(counts[each][group] for each in days) or group != "other"]
    total = sum(counts[days[0]].values())
    chart = Chart(
        "stoette",
        f"Sager i {view.unit(UI)} efter støtte",
        bars(
            [_word(group) for group in groups],
            [
                Bars(day(each), colour, pattern, tuple(counts[each][group] for group in groups))
                for each, (colour, pattern) in zip(days, _COLOURS[-len(days) :], strict=True)
            ],
            "Sager",
            lying=True,
        ),
        "Liggende søjler. "
        + " ".join(
            f"{day(each)}: " + ", ".join(f"{_word(group)} {number(counts[each][group])}" for group in groups) + "."
            for each in days
        ),
    )
    return Section(
        "stoette",
        f"De {number(total)} sager i {view.unit(UI)} pr. {day(days[0])} efter støtte",
        f"Hver sag står ét sted, så grupperne giver de {number(total)}.",
        (Part((_table(view, ledger, counts, groups),), chart),),
        definitions(list(answers.values())),
        _caveats(ledger, days[0]),
    )


def _word(group: str) -> str:
    return WORDS[group] if group != "other" else "Anden støtte"


def _table(view: View, ledger: Sequence[Printed], counts: Mapping[date, Mapping[str, int]], groups: Sequence[str]) -> Table:
    printed = _printed(ledger, next(iter(counts)))
    rows: list[tuple[str, ...]] = []
    for group in groups:
        numbers = [number(counts[each][group]) for each in counts]
        rows.append((_word(group), *numbers, *([printed[group].value if group in printed else "–"] if printed else [])))
    total = [number(sum(counts[each].values())) for each in counts]
    whole = next(
        (one.printed.value for one in status_days(view, ledger) if (one.unit, one.day) == (UI, next(iter(counts)))), "–"
    )
    rows.append(("I alt", *total, *([whole] if printed else [])))
    heads = ("Støtte", *(day(each) for each in counts))
    if printed:
        heads = (*heads, f"Trykt pr. {day(next(iter(counts)))}")
    return Table(f"Sager i {view.unit(UI)} efter støtte", heads, tuple(rows), ("Kilde: egne tal.",))


def _printed(ledger: Sequence[Printed], when: date) -> dict[str, Printed]:
    asked = {"unit": [UI], "valid_at": when.isoformat()}
    return {
        str(one.said.cell.get("support")): one
        for one in ledger
        if one.said.figure == "caseload_by_support" and asked.items() <= one.said.parameters.items()
    }


def _caveats(ledger: Sequence[Printed], when: date) -> tuple[str, ...]:
    notes = noted((_word(group), one) for group, one in _printed(ledger, when).items() if group in WORDS)
    return ("Sager og borgere er ikke det samme: her tælles sager.", *notes)
