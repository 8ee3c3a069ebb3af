"""Sager efter alder: cases by the citizen's age, in half-open bands, so that each age belongs to exactly one."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.figures.figure import Ask
from dashboards.pack.caveats import ALL_CASES, counted_by
from dashboards.pack.occasion import Occasion
from dashboards.pack.paper import Entry, Grid, Part, Sum, Value, value
from dashboards.view import Answers
from dashboards.words.danish import day


def questions(occasion: Occasion) -> Mapping[str, Ask]:
    out: dict[str, Ask] = {}
    for unit, days in occasion.days.items():
        on = [days[-1].isoformat()]
        out[f"ages {unit}"] = occasion.ask("age_bands", unit=[unit], valid_at=on)
        out[f"aged {unit}"] = occasion.ask("caseload", unit=[unit], valid_at=on)
    return out


def parts(occasion: Occasion, answers: Answers) -> tuple[Part, ...]:
    units = tuple(occasion.days)
    bands = [str(cell["band"]) for cell in answers[f"ages {units[0]}"].cells]
    counts: dict[tuple[str, str], Value] = {
        (unit, band): value(answers[f"ages {unit}"], band=band) for unit in units for band in bands
    }
    wholes = {unit: value(answers[f"aged {unit}"], unit=unit, valid_at=occasion.days[unit][-1].isoformat()) for unit in units}
    rows: list[tuple[Entry, ...]] = [(_label(band), *(counts[unit, band] for unit in units)) for band in bands]
    days = " og ".join(dict.fromkeys(day(occasion.days[unit][-1]) for unit in units))
    return (
        Grid(
            "",
            f"Sager efter borgerens alder pr. {days}",
            ("Alder", *(occasion.unit(unit) for unit in units)),
            (*rows, ("I alt", *wholes.values())),
            (*counted_by(*(answers[f"ages {unit}"] for unit in units)), ALL_CASES),
            tuple(Sum(wholes[unit], tuple(counts[unit, band] for band in bands)) for unit in units),
            last_is_total=True,
        ),
    )


def _label(band: str) -> str:
    return (
        "Ukendt"
        if band == "unknown"
        else f"{band.replace('-', '–').replace('+', ' år og over')}" + ("" if band.endswith("+") else " år")
    )
