"""The chart that any figure has: lines where its cells are of many days, else bars of the cells that can be held together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboards.charts import Bars, Drawn, Line, bars, over_time
from dashboards.figure import Cell
from dashboards.section import Chart
from dashboards.theme import BLUE, UNITS
from dashboards.view import Told, View

MOST = 30
"""More bars than so many cannot be read: the table has them all."""
FEW_DAYS = 3
"""Over fewer days there is no line to draw."""
_TIMES = ("valid_at", "day")
_DASHES = ("solid", "dash", "dot")


def chart_of(view: View, told: Told) -> Chart | None:
    """The chart; None where no number can be held against another."""
    say, figure = view.say, told.ask.figure
    cells = _alike([cell for cell in told.cells if cell["value"] is not None])
    if len(cells) < 2 or not any(cell["value"] for cell in cells):
        return None
    named = {name for cell in cells for name in cell}
    time = next((name for name in _TIMES if name in named), None)
    unit = say(figure.unit)
    if time and len({cell[time] for cell in cells if time in cell}) >= FEW_DAYS:
        drawn = _lines(view, [cell for cell in cells if time in cell], time, unit)
    elif len(cells) <= MOST:
        names = [_name(view, cell) for cell in cells]
        group = Bars(unit, BLUE, "", tuple(cell["value"] for cell in cells))
        drawn = bars(say, names, [group], unit, lying=True)
        drawn["layout"]["showlegend"] = False
    else:
        return None
    title = figure.title(say)
    says = "; ".join(f"{_name(view, cell)}: {say.number(cell['value'])}" for cell in cells[:MOST])
    return Chart("tal", title, drawn, f"{says}.")


def _alike(cells: Sequence[Cell]) -> list[Cell]:
    """The cells that count the same: those of the measure that has most; of measures with one cell each, all that are whole."""
    by: dict[object, list[Cell]] = {}
    for cell in cells:
        by.setdefault(cell.get("measure"), []).append(cell)
    most = max(by.values(), key=len, default=())
    return list(most) if len(most) > 1 else [cell for cell in cells if float(cell["value"]).is_integer()]


def _name(view: View, cell: Cell, without: str = "") -> str:
    words = [view.word(name, said) for name, said in cell.items() if name not in ("value", "why", without)]
    return " · ".join(words) or view.say("Antal")


def _lines(view: View, cells: Sequence[Cell], time: str, unit: str) -> Drawn:
    series: dict[str, list[tuple[date, float]]] = {}
    for cell in cells:
        series.setdefault(_name(view, cell, time), []).append((date.fromisoformat(cell[time]), cell["value"]))
    lines = [
        Line(name, UNITS[nth % len(UNITS)], _DASHES[nth // len(UNITS) % len(_DASHES)], tuple(sorted(points)))
        for nth, (name, points) in enumerate(series.items())
    ]
    return over_time(view.say, lines, unit)
