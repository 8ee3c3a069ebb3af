"""Hvorfor er tallet ændret? The cells that moved between two moments of knowledge, and the events of each case that moved them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

from dashboards.coverage import ALWAYS, Covered
from dashboards.drilldown.cell import adds_up, of_nothing, part
from dashboards.figures.by_case import Own
from dashboards.figures.figure import Ask, Cell, dimensions_of, the_cell
from dashboards.words.language import Language, later
from journey.events import NAMES, Withdrawn
from journey.history import COPENHAGEN, Recorded

HOW: Mapping[str, str] = {
    "withdrawn": later("annulleret: var aldrig sandt"),
    "corrected": later("rettelse: det rigtige i stedet for det annullerede"),
    "late": later("sent registreret, {days} efter"),
    "new": later("nyt siden: gælder fra samme dag eller en senere"),
}
"""How an event came to move a number."""


class MovingEvent(Struct, frozen=True):
    """One event that a case's part changed with."""

    case: str
    recorded: Recorded
    target: Recorded | None
    """What it withdraws, where it is a withdrawal."""
    how: str
    """A code of `HOW`."""
    delta: float | int | None
    """By how much it moved the cell; None where the cell is no sum over cases."""

    @property
    def days_late(self) -> int:
        return (self.recorded.known_day - self.recorded.valid_at).days

    def words(self, translate: Language) -> str:
        """The way in which it moved the number, in words."""
        return translate(HOW[self.how], days=translate.days(self.days_late))

    @property
    def json(self) -> dict[str, Any]:
        recorded = self.recorded
        return {
            "case": self.case,
            "position": recorded.position,
            "kind": NAMES[type(recorded.event)],
            "withdraws": self.target and NAMES[type(self.target.event)],
            "valid_at": (self.target or recorded).valid_at.isoformat(),
            "known_at": recorded.known_at.astimezone(COPENHAGEN).isoformat(),
            "how": self.how,
            "delta": self.delta,
        }


class Moved(Struct, frozen=True):
    """A cell that moved, and the events that moved it, those of a case together."""

    cell: Cell
    """Its dimensions."""
    before: float | int | None
    after: float | int | None
    adds_up: bool
    """Whether the events' deltas are the whole of the difference; else they are what moved its parts."""
    events: tuple[MovingEvent, ...]
    about_cases: bool = True
    """Whether it counts cases, or something of theirs."""

    @property
    def json(self) -> dict[str, Any]:
        events = [event.json for event in self.events]
        return {"cell": self.cell, "before": self.before, "after": self.after, "adds_up": self.adds_up, "events": events}


class Why(Struct, frozen=True):
    """A question at two moments of knowledge: the cells that moved between them."""

    ask: Ask
    """As known at the later."""
    from_position: int
    from_moment: datetime | None
    moment: datetime | None
    moved: tuple[Moved, ...]
    covered: Covered = ALWAYS


def moved_cells(
    ask: Ask, before: Sequence[Cell], after: Sequence[Cell]
) -> list[tuple[Cell, float | int | None, float | int | None]]:
    """The dimensions of each cell whose value is not the same in both, with its values.

    A band that stands in for a median, and is there only while it is of few, has not moved by coming or going.
    """
    every: list[Cell] = []
    for cell in (*after, *before):
        if (dimensions := dimensions_of(cell)) not in every:
            every.append(dimensions)
    both = ((cell, value_in(ask, before, cell), value_in(ask, after, cell)) for cell in every)
    return [(cell, then, now) for cell, then, now in both if then != now and not ("band" in cell and None in (then, now))]


def value_in(ask: Ask, cells: Sequence[Cell], cell: Cell) -> float | int | None:
    """The value of a cell with these dimensions; of one that the answer lacks, that nothing was counted."""
    there = any(dimensions_of(each) == cell for each in cells)
    return the_cell(cells, cell) if there else of_nothing(ask, cell)


CHOOSES = "dotted_chart"
"""The figure that chooses among the cases: what one gives alone is not what it gives beside the others."""


def sums(ask: Ask, cell: Cell) -> bool:
    """Whether what moved each case's own part in the cell is what moved the cell."""
    return adds_up(ask, cell) and ask.figure.id != CHOOSES


def differs(ask: Ask, cell: Cell, before: Own, after: Own) -> bool:
    """Whether a case's part in a cell is another: its share of a sum, else anything that its part is made of."""
    shares = part(cell, before.cells), part(cell, after.cells)
    return shares[0] != shares[1] if sums(ask, cell) else any(shares) and before.rows != after.rows


def moving_events(
    ask: Ask, case: str, history: Sequence[Recorded], at: Mapping[int, Own], cell: Cell, start: int, day: date | None
) -> Iterable[MovingEvent]:
    """The events after the start position with which the case's part in a cell changed.

    `at` has what the case gives alone at the start and at each position of its own after it; `day` is the day of the start's moment.
    """
    by_id = {(recorded.source, recorded.source_id): recorded for recorded in history}
    corrected = {(recorded.known_at, type(of.event)) for recorded in history if (of := _withdraws(recorded, by_id))}
    before = at[start]
    for recorded in history:
        if recorded.position <= start:
            continue
        now = at[recorded.position]
        if differs(ask, cell, before, now):
            delta = part(cell, now.cells) - part(cell, before.cells) if sums(ask, cell) else None
            yield MovingEvent(case, recorded, _withdraws(recorded, by_id), _how(recorded, corrected, day), delta)
        before = now


def _withdraws(recorded: Recorded, by_id: Mapping[tuple[str, str], Recorded]) -> Recorded | None:
    """The event that it withdraws, where it is a withdrawal."""
    return by_id.get((recorded.event.source, recorded.event.source_id)) if isinstance(recorded.event, Withdrawn) else None


def _how(recorded: Recorded, corrected: set[tuple[datetime, type]], day: date | None) -> str:
    """A code of `HOW`. What stands beside a withdrawal of its own kind is the right in place of the withdrawn: a file's events have
    one moment, and are not all corrections because one of them is."""
    if isinstance(recorded.event, Withdrawn):
        return "withdrawn"
    if (recorded.known_at, type(recorded.event)) in corrected:
        return "corrected"
    return "late" if recorded.known_day > recorded.valid_at and (day is None or recorded.valid_at <= day) else "new"
