"""The shapes that numbers are drawn in, each a Plotly figure as JSON has it; every text in it is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from html import escape
from textwrap import wrap
from typing import Any

from msgspec import Struct
from plotly import graph_objects as go  # pyright: ignore[reportMissingTypeStubs] -- plotly comes without types

from dashboards.drawing.theme import GRID, INK, PALE, PAPER, QUIET, SHADE, template
from dashboards.words.language import Language

Drawn = dict[str, Any]
"""A Plotly figure as JSON has it."""

HOVER = {"da": "%d.%m.%Y", "en": "%d/%m/%Y"}
MONTH = {"da": "%m.%Y", "en": "%m/%Y"}
"""How a day under the pointer and a month at an axis are written, as Plotly has it."""
DOTTED = {"color": QUIET, "width": 1.5, "dash": "dot"}
HATCHED = {"fillmode": "overlay", "fgcolor": INK, "size": 6, "solidity": 0.25}
FEW_TICKS = 5
"""An axis up to so many has a tick for each, since half a case is none."""
MANY = 3
"""More colours than so many beside each other have smaller numbers."""
LYING, STANDING = 20, 10
"""How many characters of a category stand on one line, beside lying and below standing bars."""


class TimeSeries(Struct, frozen=True):
    """One series over time: its days with their values."""

    name: str
    colour: str
    dash: str
    points: tuple[tuple[date, float], ...]


class MarkedPoints(Struct, frozen=True):
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
    values: tuple[float | None, ...]
    """None where it is not known, which has no bar."""


def shifted(day: date, by: timedelta) -> date:
    """The day so much later or earlier; the calendar's own end where it has no such day: some systems write 0001-01-01 for none."""
    try:
        return day + by
    except OverflowError:
        return date.max if by > timedelta() else date.min


def over_time(
    translate: Language,
    lines: Sequence[TimeSeries],
    unit: str,
    *,
    marks: Sequence[MarkedPoints] = (),
    breaks: Sequence[date] = (),
) -> Drawn:
    """Lines over the days; a numbered dotted line for each break."""
    days = [each for line in lines for each, _ in line.points]
    first, last = min(days), max(days)
    margin = max((last - first) / 25, timedelta(days=10))
    ticks = _ticks(first, last)
    most = max((value for line in lines for _, value in line.points), default=0)
    return drawn(
        translate,
        [*map(_line, lines), *(_mark(translate, mark) for mark in marks)],
        {
            "hovermode": "x unified",
            "height": 460,
            "shapes": [_shape(each, each, type="line", line=DOTTED) for each in map(date.isoformat, breaks)],
            "annotations": [_flag(nth, each.isoformat()) for nth, each in enumerate(breaks, start=1)],
            "xaxis": {
                "type": "date",
                "range": [shifted(first, -margin / 4).isoformat(), shifted(last, margin).isoformat()],
                "tickvals": [each.isoformat() for each in ticks],
                "ticktext": [translate.month(each).replace(" ", "<br>") for each in ticks],
                "hoverformat": HOVER[translate.code],
                "showgrid": False,
                "ticks": "outside",
            },
            "yaxis": {
                "title": {"text": plain(unit)},
                "tickformat": ",d",
                "range": [0, max(most, 4) * 1.18],
                **({"dtick": 1} if most <= FEW_TICKS else {}),
            },
        },
    )


def sparkline(translate: Language, line: TimeSeries, unit: str) -> Drawn:
    """A line so small that only its course is seen; its numbers are in words beside it."""
    hidden = {"visible": False}
    most = max((value for _, value in line.points), default=0)
    return drawn(
        translate,
        [{**_line(line), "fill": "tozeroy", "fillcolor": SHADE, "hoverinfo": "skip", "hovertemplate": None}],
        {
            "height": 56,
            "margin": {"l": 0, "r": 0, "t": 4, "b": 0},
            "showlegend": False,
            "hovermode": False,
            "xaxis": hidden,
            "yaxis": {**hidden, "range": [0, max(most, 1) * 1.1], "title": {"text": plain(unit)}},
        },
    )


def _line(line: TimeSeries) -> Drawn:
    return {
        "type": "scatter",
        "x": [each.isoformat() for each, _ in line.points],
        "y": [value for _, value in line.points],
        "name": plain(line.name),
        "mode": "lines" if len(line.points) > 1 else "markers",
        "line": {"color": line.colour, "dash": line.dash, "width": 3 if line.dash == "solid" else 2},
        "hovertemplate": "%{fullData.name}: %{y:,d}<extra></extra>",
    }


def _mark(translate: Language, mark: MarkedPoints) -> Drawn:
    return {
        "type": "scatter",
        "x": [each.isoformat() for each, _ in mark.points],
        "y": [value for _, value in mark.points],
        "name": plain(mark.name),
        "mode": "markers+text",
        "text": translate.numbers([value for _, value in mark.points]),
        "textposition": "top center" if mark.above else "bottom center",
        "textfont": {"color": mark.colour, "weight": "bold"},
        "cliponaxis": False,
        "marker": {"color": mark.colour, "symbol": "diamond", "size": 11, "line": {"color": INK, "width": 1}},
        "customdata": [plain(text) for text in mark.hover],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def _shape(first: str | float, last: str | float, **looks: Any) -> Drawn:
    return {"x0": first, "x1": last, "y0": 0, "y1": 1, "yref": "paper", **looks}


def _flag(nth: int, where: str | float) -> Drawn:
    place = {"x": where, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False}
    looks = {"bgcolor": GRID, "bordercolor": QUIET, "borderpad": 3, "font": {"color": INK, "size": 13, "weight": "bold"}}
    return {**place, **looks, "text": str(nth)}


def bars(
    translate: Language,
    categories: Sequence[str],
    groups: Sequence[Bars],
    unit: str,
    *,
    lying: bool,
    stacked: bool = False,
    breaks: Sequence[float | None] = (),
    width: int | None = None,
    ticks: Mapping[int, str] | None = None,
    of: str = "",
) -> Drawn:
    """Bars for each category, side by side or one on top of the other, standing or lying, each with its number.

    The breaks are numbered dotted lines across standing bars, each at its place among the categories (`among`); None keeps the number
    of one that is not of this chart. `width` is how many characters of a category stand on one line. `ticks` names the few categories
    that are named at the axis, where all have no room; `of` says what the categories are, where they do not say it themselves.
    """
    labels = [_wrapped(each, width or (LYING if lying else STANDING)) for each in categories]
    known = ([value or 0 for value in values] for values in zip(*(group.values for group in groups), strict=True))
    each = [sum(values) if stacked else max(values) for values in known]
    most = max(each, default=0)
    room = 1.06 + 0.03 * len(translate.number(most, decimals=0)) if lying and not stacked else 1.12
    whole = {"dtick": 1} if most <= FEW_TICKS else {}
    numbers: Drawn = {"title": {"text": plain(unit)}, "tickformat": ",d", "range": [0, max(most, 4) * room], **whole}
    names: Drawn = {"type": "category", "showgrid": False, "autorange": "reversed" if lying else True, "tickangle": 0}
    if ticks is not None:
        names |= {"tickvals": list(ticks), "ticktext": [_wrapped(each, 5) for each in ticks.values()]}
    if of:
        names["title"] = {"text": plain(of)}
    category_room = max(
        18 * max((label.count("<br>") + 1 for label in labels), default=1) + 8, 36 if stacked else 22 * len(groups)
    )
    where = [(nth, each) for nth, each in enumerate(breaks, start=1) if each is not None]
    return drawn(
        translate,
        [_bar(translate, labels, group, len(groups), lying=lying, stacked=stacked) for group in groups],
        {
            "barmode": "stack" if stacked else "group",
            **({"uniformtext": {"mode": "hide", "minsize": 11}} if stacked else {}),
            **({"legend": {"traceorder": "normal"}} if lying else {}),
            "hovermode": "closest",
            "height": max(240, max(category_room, 36) * len(labels) + 120) if lying else 420,
            "shapes": [_shape(each, each, type="line", line=DOTTED) for _, each in where],
            "annotations": [_flag(nth, each) for nth, each in where],
            "xaxis": numbers if lying else names,
            "yaxis": names if lying else numbers,
        },
    )


def _bar(translate: Language, labels: Sequence[str], group: Bars, beside: int, *, lying: bool, stacked: bool) -> Drawn:
    along, across = ("y", "x") if lying else ("x", "y")
    numbers = translate.numbers(group.values)
    return {
        "type": "bar",
        along: labels,
        across: group.values,
        "orientation": "h" if lying else "v",
        "name": plain(group.name),
        "marker": {
            "color": group.colour,
            "line": {"color": INK, "width": 0.5},
            "pattern": {**HATCHED, "shape": group.pattern, "fgopacity": 0.3 if stacked else 0.5},
        },
        "text": ["" if value is None or (stacked and not value) else n for value, n in zip(group.values, numbers, strict=True)],
        "textposition": "inside" if stacked else "outside",
        "textfont": {"color": INK, **({"size": 11} if beside > MANY and not stacked else {})},
        **({"insidetextfont": {"color": INK if group.colour in (PALE, SHADE, PAPER) else PAPER}} if stacked else {}),
        "textangle": 0,
        "cliponaxis": False,
        "customdata": [
            f"{plain(group.name)}, {label.replace('<br>', ' ')}: {n}" for label, n in zip(labels, numbers, strict=True)
        ],
        "hovertemplate": "%{customdata}<extra></extra>",
    }


def among(days: Sequence[date], when: date) -> float:
    """The place of a break among categories of which each begins on its day: between the last before it and the next."""
    return sum(each < when for each in days) - 0.5


def within(days: Sequence[date], when: date) -> float:
    """The place of a day among categories of a year each: so far into its year as it is."""
    first = max((each for each in days if each <= when), default=days[0])
    return days.index(first) + (when - first).days / 365 - 0.5


def plain(text: str) -> str:
    """Text as Plotly's own mark-up has it, so that a label is shown as it is."""
    return escape(text, quote=False)


def _wrapped(text: str, width: int) -> str:
    """In lines of so many characters, broken at spaces and after a slash, and otherwise as it is."""
    lines = wrap(text.replace("/", "/ "), width, break_long_words=False, break_on_hyphens=False)
    return "<br>".join(plain(line.replace("/ ", "/")) for line in lines)


def drawn(translate: Language, traces: Sequence[Drawn], layout: Drawn) -> Drawn:
    """The figure, checked by Plotly, in the house's template; for other shapes of chart too."""
    figure: Any = go.Figure(data=traces, layout={**layout, "template": template(translate.separators)})
    return figure.to_plotly_json()


def _ticks(first: date, last: date) -> list[date]:
    """The days that get a tick: the first of January, over few years of July, and over one of every second month."""
    months = (1, 7) if (last - first).days < 365 * 3 else (1,)
    if (last - first).days < 400:
        months = (1, 3, 5, 7, 9, 11)
    days = [date(year, month, 1) for year in range(first.year, last.year + 1) for month in months]
    return [each for each in days if first <= each <= last] or [first]


def in_words(translate: Language, name: str, points: Sequence[tuple[date, float]]) -> str:
    """A series' days and values as a sentence, for those who do not see the chart."""
    numbers = translate.numbers([value for _, value in points])
    return f"{name}: " + ", ".join(f"{n} ({translate.day(each)})" for n, (each, _) in zip(numbers, points, strict=True)) + "."
