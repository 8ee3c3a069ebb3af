"""Økonomitræk: amounts committed on the status day, spending in the year before, and frames."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.figures.figure import Ask
from dashboards.pack.caveats import counted_by
from dashboards.pack.occasion import Occasion, period
from dashboards.pack.paper import Entry, Footnote, Grid, Heading, Part, value
from dashboards.view import Answers
from dashboards.words.danish import WORDS, day


def questions(occasion: Occasion) -> Mapping[str, Ask]:
    out: dict[str, Ask] = {}
    for unit, days in occasion.days.items():
        on = [days[-1].isoformat()]
        out[f"committed {unit}"] = occasion.ask("committed_amounts", unit=[unit], valid_at=on)
        out[f"spent {unit}"] = occasion.ask("spending_in_period", unit=[unit], **period(occasion.before))
        out[f"frames {unit}"] = occasion.ask("frames", unit=[unit], valid_at=on)
    return out


def parts(occasion: Occasion, answers: Answers) -> tuple[Part, ...]:
    units = tuple(occasion.days)
    return (Heading(2, "Økonomitræk"), *(_money(occasion, unit, answers) for unit in units), _frames(occasion, answers))


def _money(occasion: Occasion, unit: str, answers: Answers) -> Grid:
    committed, spent = answers[f"committed {unit}"], answers[f"spent {unit}"]
    groups = list(dict.fromkeys(cell["support"] for cell in committed.cells))
    rows: list[tuple[Entry, ...]] = []
    for group in groups:
        grants = value(committed, "bevillinger", support=group, measure="grants")
        used = value(spent, support=group)
        if grants.number or used.number or group not in ("other", "accessory"):
            name = "Anden støtte (midlertidigt botilbud m.m.)" if group == "other" else WORDS[group]
            rows.append((name, grants, value(committed, support=group, measure="yearly_amount"), used))
    when = occasion.days[unit][-1]
    return Grid(
        "",
        f"Bevilgede årsbeløb i {occasion.unit(unit)} pr. {day(when)} og forbrug i {occasion.year - 1}",
        ("Støtte", "Bevillinger", "Årsbeløb (kr.)", f"Forbrug {occasion.year - 1} (kr.)"),
        tuple(rows),
        (
            *counted_by(committed, spent),
            Footnote(
                "Kun bevillinger, som et beløb er registreret for, er med; beløbene er bevillinger, ikke bogført regnskab."
            ),
        ),
        key=True,
    )


def _frames(occasion: Occasion, answers: Answers) -> Grid:
    units = tuple(occasion.days)
    by_unit = {unit: answers[f"frames {unit}"] for unit in units}
    counted = {"agreed": "kroner", "drawn": "kroner", "cases": "sager", "overdrawn_cases": "sager"}
    names = {**WORDS, "cases": "Sager med handlingsramme"}
    rows: list[tuple[Entry, ...]] = [
        (names[measure], *(value(by_unit[unit], what, measure=measure) for unit in units)) for measure, what in counted.items()
    ]
    days = " og ".join(dict.fromkeys(day(occasion.days[unit][-1]) for unit in units))
    return Grid(
        "",
        f"Handlingsrammer pr. {days}",
        ("Handlingsrammer", *(occasion.unit(unit) for unit in units)),
        tuple(rows),
        counted_by(*by_unit.values()),
    )
