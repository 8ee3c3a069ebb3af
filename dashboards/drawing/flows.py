"""The shapes of a journey: the process map, flows between units, and the dots of each course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from msgspec import Struct

from dashboards.drawing.charts import HOVER, MONTH, Drawn, drawn, plain
from dashboards.drawing.curves import HALF, SIDES, Point, curve
from dashboards.drawing.theme import BLUE, GREEN, INK, MIDDLE, ORANGE, PALE, PAPER, PINK, QUIET, SHADE
from dashboards.words.language import Language


class Node(Struct, frozen=True):
    """A box of the process map: where it stands, and its words."""

    place: Point
    name: str
    below: str


class Edge(Struct, frozen=True):
    """A way between two boxes: how many went it, the words on it, and those that are shown when it is pointed at."""

    start: str
    end: str
    weight: int
    label: str
    hover: str


def process_map(translate: Language, nodes: Mapping[str, Node], ways: Sequence[Edge]) -> Drawn:
    """Boxes with a curve for each way, as thick as many went it, ending in an arrow; the room is made for a phone's width too."""
    most = max((way.weight for way in ways), default=1)
    places = {name: node.place for name, node in nodes.items()}
    curves = [curve(way.start, way.end, places) for way in ways]
    lines = [_line(curve, 1.5 + 9 * way.weight / most, way) for curve, way in zip(curves, ways, strict=True)]
    boxes = {
        "type": "scatter",
        "x": [node.place[0] for node in nodes.values()],
        "y": [node.place[1] for node in nodes.values()],
        "mode": "markers",
        "marker": {"size": 44, "color": SHADE, "symbol": "square", "opacity": 0},
        "customdata": [plain(f"{node.name}: {node.below}") for node in nodes.values()],
        "hovertemplate": "%{customdata}<extra></extra>",
        "showlegend": False,
    }
    arrows = [_arrow(curve, 1.5 + 2.5 * way.weight / most) for curve, way in zip(curves, ways, strict=True)]
    labels = [_label(curve, way) for curve, way in zip(curves, ways, strict=True)]
    rows = [node.place[1] for node in nodes.values()]
    across = [node.place[0] for node in nodes.values()]
    hidden = {"visible": False, "showgrid": False, "automargin": False}
    return drawn(
        translate,
        [*lines, boxes],
        {
            "height": 760,
            "hovermode": "closest",
            "showlegend": False,
            "margin": {"l": 0, "r": 0, "t": 8, "b": 8},
            "xaxis": {**hidden, "range": [min(across) - SIDES[0], max(across) + SIDES[1]]},
            "shapes": [_frame(node) for node in nodes.values()],
            "yaxis": {**hidden, "range": [min(rows) - 0.5, max(rows) + 0.5], "rangemode": "normal"},
            "annotations": [*arrows, *labels, *map(_box, nodes.values())],
        },
    )


def _line(curve: Sequence[Point], width: float, way: Edge) -> Drawn:
    return {
        "type": "scatter",
        "x": [x for x, _ in curve],
        "y": [y for _, y in curve],
        "mode": "lines",
        "line": {"color": MIDDLE, "width": round(width, 1), "shape": "spline"},
        "opacity": 0.75,
        "text": plain(way.hover),
        "hovertemplate": "%{text}<extra></extra>",
        "showlegend": False,
    }


TAIL = 5
"""So many points from the end an arrow begins: where it is shorter than its own head, the head is not drawn."""


def _arrow(curve: Sequence[Point], width: float) -> Drawn:
    (x0, y0), (x1, y1) = curve[-min(len(curve), TAIL)], curve[-1]
    return {
        "x": x1,
        "y": y1,
        "ax": x0,
        "ay": y0,
        "xref": "x",
        "yref": "y",
        "axref": "x",
        "ayref": "y",
        "showarrow": True,
        "arrowhead": 2,
        "arrowsize": 1,
        "arrowwidth": round(width, 1),
        "arrowcolor": BLUE,
        "text": "",
    }


def _label(curve: Sequence[Point], way: Edge) -> Drawn:
    x, y = curve[len(curve) * 2 // 5]
    looks = {"bgcolor": PAPER, "borderpad": 1, "font": {"size": 12, "color": INK}}
    return {"x": x, "y": y, "text": plain(way.label), "showarrow": False, **looks}


def _frame(node: Node) -> Drawn:
    (x, y), (wide, high) = node.place, HALF
    looks = {"fillcolor": SHADE, "line": {"color": BLUE, "width": 1.5}, "layer": "below"}
    return {"type": "rect", "x0": x - wide, "x1": x + wide, "y0": y - high, "y1": y + high, **looks}


def _box(node: Node) -> Drawn:
    x, y = node.place
    words = f"{plain(node.name)}<br>{plain(node.below)}"
    return {"x": x, "y": y, "text": words, "showarrow": False, "font": {"size": 12, "color": INK, "weight": 600}}


class Flow(NamedTuple):
    """Flow of so many cases from one node to another."""

    start: str
    end: str
    value: int
    hover: str


def sankey(translate: Language, flows: Sequence[Flow]) -> Drawn:
    """A Sankey diagram: givers to the left, takers to the right, and bands between them as wide as the number."""
    left, right = list(dict.fromkeys(flow.start for flow in flows)), list(dict.fromkeys(flow.end for flow in flows))
    given = {name: sum(flow.value for flow in flows if flow.start == name) for name in left}
    incoming = {name: sum(flow.value for flow in flows if flow.end == name) for name in right}
    labels = [f"{name} ({translate.number(n)})" for name, n in (*given.items(), *incoming.items())]
    return drawn(
        translate,
        [
            {
                "type": "sankey",
                "arrangement": "fixed",
                "node": {
                    "label": [plain(label) for label in labels],
                    "color": [BLUE] * len(left) + [GREEN] * len(right),
                    "line": {"color": INK, "width": 0.5},
                    "pad": 28,
                    "thickness": 16,
                    "hovertemplate": "%{label}<extra></extra>",
                },
                "link": {
                    "source": [left.index(flow.start) for flow in flows],
                    "target": [len(left) + right.index(flow.end) for flow in flows],
                    "value": [flow.value for flow in flows],
                    "color": [PALE] * len(flows),
                    "customdata": [plain(flow.hover) for flow in flows],
                    "hovertemplate": "%{customdata}<extra></extra>",
                },
                "textfont": {"color": INK, "size": 13},
            }
        ],
        {"height": max(300, 70 * max(len(left), len(right)) + 60), "margin": {"l": 4, "r": 4, "t": 12, "b": 12}},
    )


class Dots(Struct, frozen=True):
    """The dots of one kind: for each its row, its day, and the words shown when it is pointed at."""

    name: str
    at: Sequence[tuple[int, date, str]]


LOOKS = (
    (INK, "square", 8),
    (GREEN, "triangle-up", 9),
    (ORANGE, "diamond", 8),
    (BLUE, "circle", 8),
    (PINK, "cross", 8),
    (ORANGE, "star", 11),
    (QUIET, "circle-open", 4),
)
"""How each kind of dot looks: colour, shape and size, so that shape alone tells them apart."""


def dotted(translate: Language, kinds: Sequence[Dots], rows: int, title: str) -> Drawn:
    """A row for each case, the first on top, and a dot on each day that something happened."""
    order = sorted(enumerate(kinds), key=lambda item: -item[0])
    return drawn(
        translate,
        [
            {
                "type": "scatter",
                "x": [day.isoformat() for _, day, _ in dots.at],
                "y": [row for row, _, _ in dots.at],
                "mode": "markers",
                "name": plain(dots.name),
                "marker": {"color": colour, "symbol": symbol, "size": size, "opacity": 0.85},
                "text": [plain(words) for _, _, words in dots.at],
                "hovertemplate": "%{text}<extra></extra>",
                "legendrank": 1000 + nth,
            }
            for nth, dots in order
            for colour, symbol, size in (LOOKS[nth % len(LOOKS)],)
        ],
        {
            "height": max(360, 11 * rows + 150),
            "hovermode": "closest",
            "xaxis": {
                "type": "date",
                "tickformat": MONTH[translate.code],
                "hoverformat": HOVER[translate.code],
                "ticks": "outside",
            },
            "yaxis": {
                "title": {"text": plain(title)},
                "autorange": False,
                "range": [rows + 0.5, -0.5],
                "showticklabels": False,
                "showgrid": False,
            },
        },
    )
