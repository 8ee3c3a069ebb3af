"""The number of decimals that a cell is shown with: the same wherever numbers of its kind stand beside each other."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dashboards.figures.figure import Cell
from dashboards.words.language import Language

_OF_MEASURE: Mapping[str, int] = {
    "case_years": 1,
    "changes_per_case_year": 2,
    "median": 1,
    "median_tenure": 1,
    "overturned_percent": 1,
}
"""The measures that are no counts: a rate with two decimals, a percent, years and the middle of two days with one."""


def decimals(unit: str, cell: Cell) -> int | None:
    """The decimals of a cell of a figure that counts in the unit; None for a count, which has none of its own."""
    return 0 if unit == "kroner" else _OF_MEASURE.get(cell.get("measure", ""))


def number_format(text: str) -> str:
    """The number format of a spreadsheet that shows a number with the decimals of its text: one that has any has one or two, and
    thousands stand in threes."""
    found = re.search(r"[.,](\d{1,2})$", text)
    return "#,##0" + (f".{'0' * len(found[1])}" if found else "")


def shown(value: float | None, unit: str, cell: Cell, translate: Language) -> str:
    """The number of a cell as it is shown; a dash where it is not known."""
    return translate.number(value, decimals=decimals(unit, cell))
