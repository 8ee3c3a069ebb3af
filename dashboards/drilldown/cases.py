"""The cases behind a cell: each with what it counts with, and the event since which it does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import Struct

from dashboards.coverage import ALWAYS, Covered
from dashboards.drilldown.left_out import LeftOut
from dashboards.drilldown.why import MovingEvent
from dashboards.figures.figure import Ask, Cell


class CountedCase(Struct, frozen=True):
    """A case behind a cell."""

    case: str
    value: float | int | None
    """What it counts with; None where the cell is no sum over cases."""
    since: MovingEvent | None
    """The last event that changed what it counts with."""

    @property
    def json(self) -> dict[str, Any]:
        since = self.since and {name: value for name, value in self.since.json.items() if name not in ("case", "delta")}
        return {"case": self.case, "value": self.value, "since": since}


class CellCases(Struct, frozen=True):
    """A cell with a page of the cases behind it, in the order of their references."""

    ask: Ask
    cell: Cell
    """With its value."""
    moment: datetime | None
    has_cases: bool
    """Whether the cell counts anything of cases at all."""
    adds_up: bool
    """Whether the cases' values sum to the cell's."""
    total: int
    offset: int
    lines: Sequence[CountedCase]
    covered: Covered = ALWAYS
    left_out: LeftOut | None = None
    """What the cell counts of cases that the reader has no access to; None where there is nothing."""

    @property
    def next(self) -> int | None:
        """The offset of the next page; None on the last."""
        after = self.offset + len(self.lines)
        return after if after < self.total else None
