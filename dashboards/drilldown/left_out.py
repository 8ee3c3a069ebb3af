"""Cases that a number counts and that whoever reads the list behind it has no access to: the line that such a list ends with."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from msgspec import Struct

from dashboards.drilldown.cell import of_cases
from dashboards.drilldown.why import CHOOSES, sums
from dashboards.figures.decimals import shown
from dashboards.figures.figure import Ask, Cell, plain
from dashboards.words.language import Language, later

ONLY_OWN = later("Listen viser kun de sager, du har adgang til.")
"""The line where what a case counts with cannot be taken from the number."""
OWN_DIFFERENCE = later("Forskellen er talt i de sager, du har adgang til; figuren tæller også de andre.")
"""The caution of a comparison that only the reader's own cases are in."""

_CASES_OF_ANY_UNIT = ("cases", "overdrawn_cases", "cases_with", "cases_at_risk")
"""Measures that count cases, also where the figure counts something else."""
_NO_CASES = ("n", "days", "entries", "exits", "meetings")
"""Measures that count something else, or a case more than once, also where the figure counts cases."""


class LeftOut(Struct, frozen=True):
    """Rest of a number beside the cases of a list; `value` is None where parts do not sum to it."""

    value: float | int | None
    counts_cases: bool
    """Whether it is a number of cases."""
    unit: str
    """What the figure counts."""

    def words(self, translate: Language) -> str:
        """The line that the list ends with."""
        if self.value is None:
            return translate(ONLY_OWN)
        if self.counts_cases:
            return translate.counted(
                int(self.value), "og 1 sag, som du ikke har adgang til", "og {n} sager, som du ikke har adgang til"
            )
        number = shown(self.value, self.unit, {}, translate)
        return translate("og {number} af tallet fra sager, som du ikke har adgang til", number=number)

    @property
    def json(self) -> dict[str, Any]:
        """As the API has it."""
        return {"value": self.value, "cases": self.counts_cases}


def left_out(ask: Ask, cell: Cell, parts: Iterable[float | int]) -> LeftOut | None:
    """Rest of the cell beside these parts, which are those of all the cases that its reader may read; None where there is nothing."""
    if not of_cases(ask, cell):
        return None
    if cell["value"] is None or not sums(ask, cell):
        return LeftOut(None, counts_cases=False, unit=ask.figure.unit)
    rest = plain(round(cell["value"] - sum(parts), 6))
    return LeftOut(rest, counts_cases=counts_cases(ask, cell), unit=ask.figure.unit) if rest else None


def counts_cases(ask: Ask, cell: Cell) -> bool:
    """Whether the cell is a number of cases, in which each counts once."""
    measure = cell.get("measure")
    return sums(ask, cell) and (measure in _CASES_OF_ANY_UNIT or (ask.figure.unit == "sager" and measure not in _NO_CASES))


def is_listed(ask: Ask, *, reads_every_case: bool) -> bool:
    """Whether the cases of a cell are listed: a figure that chooses among all cases would choose others among some."""
    return reads_every_case or ask.figure.id != CHOOSES
