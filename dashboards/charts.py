"""The shapes that numbers are drawn in, each a Plotly figure as JSON has it; every text in it is Danish and escaped."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from html import escape
from textwrap import wrap
from typing import Any

from msgspec import Struct
from plotly import graph_objects as go  # pyright: ignore[reportMissingTypeStubs] -- plotly comes without types

from dashboards.danish import day, number
from dashboards.theme import GRID, INK, QUIET, SHADE, template

Drawn = dict[str, Any]
"""A Plotly figure as JSON has it."""

MONTHS = ("jan.", "feb.", "mar.", "apr.", "maj", "jun.", "jul.", "aug.", "sep.", "okt.", "nov.", "dec.")


LYING, STANDING = 20, 10
"""How many characters of a category stand on one line, beside lying and below standing bars."""


class Line(Struct, frozen=True):
    """One series over time: its days with their values."""

    name: str
    colour: str
    dash: str
    points: tuple[tuple[date, int], ...]


class Mark(Struct, frozen=True):
    """Single points that stand out, each with its number: what was printed."""

    name: str
    colour: str
    points: tuple[tuple[date, float], ...]
    hover: tuple[str, ...]
    above: bool
    """Whether the numbers stand above their points, or below."""


class Bars(Struct, frozen=True):
    """One colour of bars: a value for each category, and the pattern that tells it apart without colour."""

    name: str
    colour: str
    pattern: str
    values: tuple[int, ...]


def over_time(
    lines: Sequence[Line], marks: Sequence[Mark], breaks: Sequence[date], silent: tuple[date, date] | None, unit: str
) -> Drawn:
    """Lines over the days; a numbered dotted line for each break, shade where nothing has been registered."""
    days = [each for line in lines for each, _ in line.points]
    first, last = min(days), max(days)
    margin = max((last - first) / 25, timedelta(days=10))
    ticks = _ticks(first, last)
    most = max(value for line in lines for _, value in line.points)
    said = {"text": "Intet<br>registreret", "textposition": "top center", "font": {"color": QUIET, "size": 12}}
    shade = [_shape(*silent, type="rect", fillcolor=SHADE, line={"width": 0}, layer="below", label=said)] if silent else []
    dotted = {"color": QUIET, "width": 1.5, "dash": "dot"}
    return _drawn(
        [*map(_line, lines), *map(_mark, marks)],
        {
            "hovermode": "x unified",
            "height": 460,
            "shapes": [*shade, *(_shape(each, each, type="line", line=dotted) for each in breaks)],
            "annotations": [_flag(nth, each) for nth, each in enumerate(breaks, start=1)],
            "xaxis": {
                "type": "date",
                "range": [(first - margin / 4).isoformat(), (last + margin).isoformat()],
                "tickvals": [each.isoformat() for each in ticks],
                "ticktext": [f"{MONTHS[each.month - 1]}<br>{each.year}" for each in ticks],
                "hoverformat": "%d.%m.%Y",
                "showgrid": False,
                "ticks": "outside",
            },
            "yaxis": {"title": {"text": _text(unit)}, "tickformat": ",d", "range": [0, max(most, 4) * 1.18]},
        },
    )


def _line(line: Line) -> Drawn:
    return {
        "type": "scatter",
        "x": [each.isoformat() for each, _ in line.points],
        "y": [value for _, value in line.points],
        "name": _text(line.name),
        "mode": "lines",
        "line": {"color": line.colour, "dash": line.dash, "width": 3 if line.dash == "solid" else 2},
        "hovertemplate": "%{fullData.name}: %{y:,d}<extra></extra>",
    }


def _mark(mark: Mark) -> Drawn:
    return {
        "type": "scatter",
        "x": [each.isoformat() for each, _ in mark.points],
        "y": [value for _, value in mark.points],
        "name": _text(mark.name),
        "mode": "markers+text",
        "text": [number(value) for _, value in mark.points],
        "textposition": "top center" if mark.above else "bottom center",
        "textfont": {"color": mark.colour, "weight": "bold"},
        "cliponaxis": False,
        "marker": {"color": mark.colour, "symbol": "diamond", "size": 11, "line": {"color": INK, "width": 1}},
        "customdata": [_text(text) for text in mark.hover],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _shape(first: date, last: date, **looks: Any) -> Drawn:
    return {"x0": first.isoformat(), "x1": last.isoformat(), "y0": 0, "y1": 1, "yref": "paper", **looks}


def _flag(nth: int, when: date) -> Drawn:
    place = {"x": when.isoformat(), "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    looks = {"bgcolor": GRID, "bordercolor": QUIET, "borderpad": 3, "font": {"color": INK, "size": 13, "weight": "bold"}}
    return {**place, **looks, "text": str(nth)}


def bars(categories: Sequence[str], groups: Sequence[Bars], unit: str, *, lying: bool) -> Drawn:
    """Bars side by side for each category, standing or lying, each with its number."""
    labels = [_wrapped(each, LYING if lying else STANDING) for each in categories]
    most = max((value for group in groups for value in group.values), default=0)
    numbers: Drawn = {"title": {"text": _text(unit)}, "tickformat": ",d", "range": [0, max(most, 4) * 1.12]}
    names: Drawn = {"type": "category", "showgrid": False, "autorange": "reversed" if lying else True, "tickangle": 0}
    return _drawn(
        [_bar(labels, group, lying=lying) for group in groups],
        {
            "barmode": "group",
            "hovermode": "closest",
            "height": 420,
            "xaxis": numbers if lying else names,
            "yaxis": names if lying else numbers,
        },
    )


def _bar(labels: Sequence[str], group: Bars, *, lying: bool) -> Drawn:
    along, across = ("y", "x") if lying else ("x", "y")
    return {
        "type": "bar",
        along: labels,
        across: group.values,
        "orientation": "h" if lying else "v",
        "name": _text(group.name),
        "marker": {
            "color": group.colour,
            "line": {"color": INK, "width": 0.5},
            "pattern": {"shape": group.pattern, "fillmode": "overlay", "fgcolor": INK, "size": 6, "solidity": 0.25},
        },
        "text": [number(value) for value in group.values],
        "textposition": "outside",
        "textfont": {"color": INK},
        "textangle": 0,
        "cliponaxis": False,
        "customdata": [f"{_text(group.name)}, {label.replace('<br>', ' ')}" for label in labels],
        "hovertemplate": f"%{{customdata}}: %{{{across}:,d}}<extra></extra>",
    }


def _text(text: str) -> str:
    """Text as Plotly's own mark-up has it, so that a label is shown as it is."""
    return escape(text, quote=False)


def _wrapped(text: str, width: int) -> str:
    return "<br>".join(_text(line) for line in wrap(text, width, break_long_words=False, break_on_hyphens=False))


def _drawn(traces: Sequence[Drawn], layout: Drawn) -> Drawn:
    """The figure, checked by Plotly, in the house's template."""
    figure: Any = go.Figure(data=traces, layout={**layout, "template": template()})
    return figure.to_plotly_json()


def _ticks(first: date, last: date) -> list[date]:
    """The days that get a tick: the first of January and, over few years, of July."""
    months = (1, 7) if (last - first).days < 365 * 3 else (1,)
    days = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in months]
    return [each for each in days if first <= each <= last] or [first]


def in_words(name: str, points: Sequence[tuple[date, float]]) -> str:
    """A series' days and values as a sentence, for those who do not see the chart."""
    return f"{name}: " + ", ".join(f"{number(value)} ({day(each)})" for each, value in points) + "."
