"""The drilldown from a cell to its cases: the address of the list, and the cell that an address asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from dashboards.figures.by_case import tables_of
from dashboards.figures.figure import Ask, Cell, dimensions_of
from dashboards.figures.quality.conformance import OF_NO_CASE
from dashboards.figures.question import parameters_of
from dashboards.published.ledger import words
from dashboards.site import cell_cases

OF_CELL = "cell."
"""What stands before a dimension's name in an address."""
NOTHING = "-"
"""How an address says that a dimension has no value: the total of all causes."""


def address_of(ask: Ask, cell: Cell, lang: str = "da") -> str:
    """The address of the list of a cell's cases, with all that was asked, as known at its position."""
    parameters = words(_only(parameters_of(ask.figure.takes, ask.question), cell, many_days=ask.figure.takes.many_days))
    query = {
        **parameters,
        "known_at": ask.question.position,
        **{f"{OF_CELL}{name}": word(value) for name, value in dimensions_of(cell).items()},
    }
    if lang != "da":
        query["lang"] = lang
    return f"{cell_cases(ask.figure.id)}?{urlencode(query, doseq=True)}"


def _only(parameters: Mapping[str, Any], cell: Cell, *, many_days: bool) -> dict[str, Any]:
    """The parameters, of many units or days only the one that the cell is of."""
    several = ("unit", "valid_at") if many_days else ("unit",)
    return {name: cell[name] if name in several and name in cell else value for name, value in parameters.items()}


def word(value: Any) -> str:
    """A dimension's value as an address has it."""
    return NOTHING if value is None else str(value)


def find_cell(cells: Sequence[Cell], dimensions: Mapping[str, str]) -> Cell | None:
    """The one cell whose dimensions, in words, are those said; None where there is none."""
    found = [cell for cell in cells if {name: word(value) for name, value in dimensions_of(cell).items()} == dimensions]
    return found[0] if len(found) == 1 else None


ABOUT_NO_CASE = frozenset({"surveys", "publications", "adoptions"})
"""The tables whose rows are of streams: no case stands behind what is counted of them."""

_MADE_OF: Mapping[str, Mapping[str, Sequence[str]]] = {
    "median": {"measure": ("n", "mended")},
    "p90": {"measure": ("n",)},
    "changes_per_case_year": {"measure": ("cases_at_risk",)},
    "lower_quartile": {"measure": ("tenure",)},
    "median_tenure": {"measure": ("tenure",)},
    "upper_quartile": {"measure": ("tenure",)},
    "overturned_percent": {"measure": ("decided",), "outcome": ("upheld", "changed", "remitted")},
    "meetings": {"measure": ("cases",)},
    "days_since_valid": {"measure": ("events",)},
    "usual_gap": {"measure": ("events",)},
}
"""The measures that are no sums over cases, each with the cells of a case through which it has a part in them."""


def has_cases(ask: Ask) -> bool:
    """Whether the figure counts cases, or something of theirs, at all."""
    return not set(tables_of(ask.figure.query(ask.question))) <= ABOUT_NO_CASE


def of_cases(ask: Ask, cell: Cell) -> bool:
    """Whether the cell counts cases, or something of theirs: one of rule R15 counts papers."""
    return has_cases(ask) and cell.get("rule") != OF_NO_CASE


def adds_up(ask: Ask, cell: Cell) -> bool:
    """Whether the cell's value is the sum of what each case alone would give."""
    citizens = ask.figure.unit == "borgere" or ask.question.count == "citizens"
    return not citizens and of_cases(ask, cell) and cell.get("measure") not in _MADE_OF


def of_nothing(ask: Ask, cell: Cell) -> int | None:
    """The value of a cell in an answer that lacks it: nothing was counted; None where that is not known, or is no number."""
    counts = of_cases(ask, cell) and "band" not in cell
    return 0 if counts and (cell.get("measure") == "meetings" or cell.get("measure") not in _MADE_OF) else None


def part(cell: Cell, own: Sequence[Cell]) -> float | int:
    """The part of a case in a cell, by the cells it has alone: its share of a sum; of what is no sum, how much it stands behind."""
    made_of = _MADE_OF.get(cell.get("measure", ""))
    if made_of is None:
        same = dimensions_of(cell)
        return sum(each["value"] or 0 for each in own if dimensions_of(each) == same)
    return sum(each["value"] or 0 for each in own if _is_part(each, cell, made_of))


def _is_part(each: Cell, cell: Cell, made_of: Mapping[str, Sequence[str]]) -> bool:
    same = all(each[name] == value for name, value in dimensions_of(cell).items() if name in each and name not in made_of)
    return same and all(each.get(name) in values for name, values in made_of.items())
