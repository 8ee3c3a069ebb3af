"""Figures of the paper, each drawn of a table's own numbers, with a description in words."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.drawing.charts import Bars, bars
from dashboards.drawing.theme import BLUE, MIDDLE, ORANGE, PALE
from dashboards.pack.paper import Drawing, Grid, Value
from dashboards.words.danish import number
from dashboards.words.language import DANISH

COLOURS = ((BLUE, ""), (ORANGE, "/"), (MIDDLE, "x"), (PALE, "."))
FRAME, BAR = 110, 38
"""Pixels of a picture's height: around the bars, and for each bar."""


def bars_of(grid: Grid, what: str, rows: Sequence[int] = ()) -> Drawing | None:
    """A table's numbers as horizontal bars, a colour for each column; None where there are none to draw.

    `rows` are the rows drawn; left out, all but a total.
    """
    body = [grid.rows[at] for at in rows] if rows else list(grid.rows[: -1 if grid.last_is_total else None])
    columns = [at for at in range(1, len(grid.heads)) if all(_drawn(row[at]) for row in body)]
    if not body or not columns:
        return None
    categories = [str(row[0]) for row in body]
    groups = [
        Bars(grid.heads[at], *COLOURS[nth % len(COLOURS)], tuple(_whole(row[at]) for row in body))
        for nth, at in enumerate(columns)
    ]
    description = " ".join(
        f"{group.name}: " + ", ".join(f"{name} {number(n)}" for name, n in zip(categories, group.values, strict=True)) + "."
        for group in groups
    )
    drawn = bars(DANISH, categories, groups, what, lying=True)
    drawn["layout"]["height"] = FRAME + BAR * len(body) * len(groups)
    return Drawing("", grid.title, f"Liggende søjler. {description}", drawn)


def _drawn(entry: object) -> bool:
    return isinstance(entry, Value) and entry.number is not None


def _whole(entry: object) -> int:
    return int(entry.number or 0) if isinstance(entry, Value) else 0
