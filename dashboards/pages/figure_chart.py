"""The chart that any figure has: lines where its cells are of many days, else bars of the cells that can be held together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dashboards.drawing.charts import Bars, Drawn, TimeSeries, bars, over_time
from dashboards.drawing.theme import BLUE, GREEN, MIDDLE, ORANGE, PALE, UNITS
from dashboards.figures.figure import Cell
from dashboards.sections.section import Chart
from dashboards.view import FigureCells, View

MOST = 30
"""More bars than so many cannot be read: the table has them all."""
FEW_DAYS = 3
"""Over fewer days there is no line to draw."""
LOOKS = ((BLUE, ""), (ORANGE, "/"), (GREEN, "x"), (MIDDLE, "."), (PALE, "\\"))
"""The colours and patterns of bars side by side."""
_TIMES = ("valid_at", "day")
_DASHES = ("solid", "dash", "dot")


def chart_of(view: View, answer: FigureCells) -> Chart | None:
    """The chart; None where no number can be held against another."""
    translate, figure = view.translate, answer.ask.figure
    cells = _comparable(_of_a_course(answer))
    if len(cells) < 2 or not any(cell["value"] for cell in cells):
        return None
    named = {name for cell in cells for name in cell}
    time = next((name for name in _TIMES if name in named), None)
    unit = translate(figure.unit)
    title, names = _titled(view, figure.title(translate), cells)
    across = _across(cells)
    if time and len({cell[time] for cell in cells if time in cell}) >= FEW_DAYS:
        drawn = _lines(view, [cell for cell in cells if time in cell], time, unit)
    elif across:
        drawn = _grouped(view, cells, *across, unit)
    elif len(cells) <= MOST:
        group = Bars(unit, BLUE, "", tuple(cell["value"] for cell in cells))
        drawn = bars(translate, names, [group], unit, lying=True)
        drawn["layout"]["showlegend"] = False
    else:
        return None
    summary = "; ".join(f"{_name(view, cell)}: {translate.number(cell['value'])}" for cell in cells[:MOST])
    return Chart("tal", title, drawn, f"{summary}.")


def _of_a_course(answer: FigureCells) -> list[Cell]:
    """The cells that can be drawn: those with a number, and where they are of several days none past the last covered."""
    cells = [cell for cell in answer.cells if cell["value"] is not None]
    days = {cell[time] for cell in cells for time in _TIMES if time in cell}
    return cells if len(days) < 2 else [cell for cell in cells if answer.in_course(cell)]


def _comparable(cells: Sequence[Cell]) -> list[Cell]:
    """The cells that count the same: those of the measure that has most, bands of what is few apart; of measures with one cell
    each, all that are whole."""
    by: dict[object, list[Cell]] = {}
    for cell in cells:
        if "band" not in cell or cell.get("measure") != "days":
            by.setdefault(cell.get("measure"), []).append(cell)
    most = max(by.values(), key=len, default=())
    return list(most) if len(most) > 1 else [cell for cell in cells if float(cell["value"]).is_integer()]


def _titled(view: View, title: str, cells: Sequence[Cell]) -> tuple[str, list[str]]:
    """The chart's title with what is the same in all the cells, and each cell's name without it."""
    same = [name for name in cells[0] if name not in ("value", "why") and len({cell.get(name) for cell in cells}) == 1]
    words = [view.word(name, cells[0][name]) for name in same if cells[0][name] is not None]
    return ": ".join([title, *([", ".join(words)] if words else [])]), [_name(view, cell, *same) for cell in cells]


def _across(cells: Sequence[Cell]) -> tuple[str, str] | None:
    """The two dimensions by which every cell is told from the others, where the second has few enough values for a colour each."""
    names = [name for name in cells[0] if name not in ("value", "why") and len({cell.get(name) for cell in cells}) > 1]
    if len(names) != 2 or any(name not in cell for name in names for cell in cells):
        return None
    seconds = {cell[names[1]] for cell in cells}
    return (names[0], names[1]) if len(seconds) <= len(LOOKS) and len({cell[names[0]] for cell in cells}) <= MOST else None


def _grouped(view: View, cells: Sequence[Cell], first: str, second: str, unit: str) -> Drawn:
    found = {(cell[first], cell[second]): cell["value"] for cell in cells}
    firsts, seconds = (list(dict.fromkeys(cell[name] for cell in cells)) for name in (first, second))
    groups = [
        Bars(view.word(second, each), *look, tuple(found.get((value, each)) for value in firsts))
        for each, look in zip(seconds, LOOKS, strict=False)
    ]
    return bars(view.translate, [view.word(first, value) for value in firsts], groups, unit, lying=True)


def _name(view: View, cell: Cell, *without: str) -> str:
    words = [view.word(name, value) for name, value in cell.items() if name not in ("value", "why", *without)]
    return " · ".join(words) or view.translate("Antal")


def _lines(view: View, cells: Sequence[Cell], time: str, unit: str) -> Drawn:
    series: dict[str, list[tuple[date, float]]] = {}
    for cell in cells:
        series.setdefault(_name(view, cell, time), []).append((date.fromisoformat(cell[time]), cell["value"]))
    lines = [
        TimeSeries(name, UNITS[nth % len(UNITS)], _DASHES[nth // len(UNITS) % len(_DASHES)], tuple(sorted(points)))
        for nth, (name, points) in enumerate(series.items())
    ]
    return over_time(view.translate, lines, unit)
