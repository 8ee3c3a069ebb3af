"""The look of charts: the colours of both modes, and the house's Plotly template."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import cycle
from typing import Any

FONT = "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', sans-serif"

INK, QUIET, GRID, PAPER, SHADE = "#1c2733", "#52606d", "#dde3e8", "#fffffe", "#eceff2"
BLUE, ORANGE, GREEN, PINK = "#00609f", "#b34700", "#007a5a", "#a3387a"
MIDDLE, PALE = "#4d94c6", "#a9cfe8"

UNITS = (BLUE, ORANGE, GREEN, PINK)
"""A unit keeps its colour in every chart; told apart by all common forms of colour vision, and by dash and symbol too."""

DARK: Mapping[str, str] = {
    INK: "#e8edf2",
    QUIET: "#a9b4bf",
    GRID: "#36414c",
    PAPER: "#182028",
    SHADE: "#242e38",
    BLUE: "#6cb8f2",
    ORANGE: "#f59b5c",
    GREEN: "#3fc79a",
    PINK: "#e58cc0",
    MIDDLE: "#3a86bd",
    PALE: "#24597f",
}
"""Each colour of the light mode with the one that stands for it in the dark."""


def template(separators: str) -> dict[str, Any]:
    """The house template: the language's separators, quiet grid, no dragging, so that a finger scrolls the page."""
    axis = {
        "gridcolor": GRID,
        "linecolor": QUIET,
        "tickcolor": QUIET,
        "zeroline": False,
        "fixedrange": True,
        "automargin": True,
        "tickfont": {"color": QUIET},
    }
    return {
        "layout": {
            "font": {"family": FONT, "size": 14, "color": INK},
            "paper_bgcolor": PAPER,
            "plot_bgcolor": PAPER,
            "separators": separators,
            "margin": {"l": 8, "r": 8, "t": 28, "b": 8},
            "dragmode": False,
            "hoverlabel": {"bgcolor": PAPER, "bordercolor": QUIET, "font": {"family": FONT, "color": INK}, "align": "left"},
            "legend": {"orientation": "h", "x": 0, "xanchor": "left", "y": 0, "yanchor": "bottom", "yref": "container"},
            "uniformtext": {"mode": "show", "minsize": 11},
            "xaxis": axis,
            "yaxis": {**axis, "rangemode": "tozero"},
            "bargap": 0.3,
            "bargroupgap": 0.08,
        }
    }


def colours(codes: Iterable[str]) -> dict[str, str]:
    """A colour for each code of a list, the same in every chart."""
    return dict(zip(codes, cycle(UNITS), strict=False))
