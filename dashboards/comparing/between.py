"""Hvem gik, hvem kom: the cases of a stock on two days, in both, only in the first or only in the second, and what did it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from dashboards.coverage import ALWAYS, Covered
from dashboards.drilldown.cell import adds_up, of_nothing
from dashboards.figures.by_case import DayPlace
from dashboards.figures.figure import Ask, Cell, dimensions_of, the_cell
from journey.history import Recorded
from projections.engine.day_order import DayOrder

Part = tuple[tuple[str, Any], ...]
"""A cell of a stock, told by its dimensions without the day."""
Standing = Mapping[Part, float | int]
"""What a case counts with on a day, by the cells that it counts in; empty where it is not in the stock."""

WAYS = ("left", "came", "moved", "changed", "stayed")
"""What a case did between the days: it left, came, went from one cell to another, counts with another number, or is as it was."""


def part_of(cell: Cell) -> Part:
    return tuple((name, value) for name, value in dimensions_of(cell).items() if name != "valid_at")


def standing(cells: Iterable[Cell]) -> Standing:
    """Value of each cell in which the case with these cells counts."""
    return {part_of(cell): cell["value"] for cell in cells if cell["value"]}


class Trigger(NamedTuple):
    """Event with which a case did what it did, and its day; time alone did it where there is no event."""

    day: date
    event: Recorded | None


class CaseBetween(Struct, frozen=True):
    """A case that was in the stock on one of the days or both: how it stood, what it did, and what did it."""

    case: str
    way: str
    before: Standing
    after: Standing
    cause: Trigger | None = None
    """None where it stayed, and where no one event of the case did it."""

    @property
    def gone(self) -> tuple[Part, ...]:
        """The cells that it counts in no more."""
        return tuple(part for part in self.before if part not in self.after)

    @property
    def new(self) -> tuple[Part, ...]:
        """The cells that it did not count in before."""
        return tuple(part for part in self.after if part not in self.before)


class CellBetween(Struct, frozen=True):
    """A cell on both days, and what the cases that left it, came to it or stayed in it made of it."""

    cell: Part
    before: float | int | None
    left: float | int
    gone: float | int
    """Of cases that are in the stock still, but not in this cell."""
    changed: float | int
    """By how much those that stayed in it count with more."""
    new: float | int
    """Of cases that were in the stock, but not in this cell."""
    came: float | int
    after: float | int | None
    adds_up: bool
    """Whether the cell is a sum over cases; else only its values are told."""


class Between(Struct, frozen=True):
    """A stock on two days as known at one position."""

    first: Ask
    """Asked on the earlier day."""
    last: Ask
    """Asked on the later day."""
    moment: datetime | None
    covered: Covered
    cells: tuple[CellBetween, ...]
    cases: tuple[CaseBetween, ...]
    """In the order of their references."""
    chosen: Part | None = None
    """The one cell that is looked at; None for the whole figure."""

    @property
    def days(self) -> tuple[date, date]:
        return self.first.question.valid_at[0], self.last.question.valid_at[0]

    def that(self, *ways: str) -> tuple[CaseBetween, ...]:
        """The cases that did one of these."""
        return tuple(each for each in self.cases if each.way in ways)

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """The cases on the earlier day, those that left, those that came, and the cases on the later day."""
        left, came = len(self.that("left")), len(self.that("came"))
        both = len(self.cases) - left - came
        return both + left, left, came, both + came

    @property
    def is_fact(self) -> bool:
        """Whether both days are among those that the register is covered."""
        return not self.unknown

    @property
    def unknown(self) -> tuple[date, ...]:
        """The days that the register is not covered."""
        return tuple(day for day in self.days if self.covered.begins_after(day) or self.covered.ends_before(day))

    def with_causes(self, causes: Mapping[str, Trigger | None]) -> Between:
        """Comparison with the triggers of its cases, by case."""
        return replace(self, cases=tuple(replace(each, cause=causes.get(each.case)) for each in self.cases))


def compared(
    questions: tuple[Ask, Ask],
    answers: tuple[Sequence[Cell], Sequence[Cell]],
    cases: tuple[Mapping[str, Standing], Mapping[str, Standing]],
    moment: datetime | None = None,
    covered: Covered = ALWAYS,
    chosen: Part | None = None,
) -> Between:
    """Compare the stock of two days: the answer of each, and how each case stood in it."""
    before, after = cases
    found = tuple(
        CaseBetween(case, way, was, now)
        for case in sorted({*before, *after})
        for was, now in [(before.get(case, {}), after.get(case, {}))]
        if (way := way_of(was, now, chosen))
    )
    parts = dict.fromkeys(part_of(cell) for cells in answers for cell in cells)
    cells = tuple(_cell(part, questions[1], answers, found) for part in parts if chosen in (None, part))
    return Between(*questions, moment, covered, cells, found, chosen)


def way_of(before: Standing, after: Standing, chosen: Part | None) -> str:
    """Way of a case that stood so on the two days; empty where it was in on neither. Of a chosen cell only that cell counts."""
    was, now = is_in(before, chosen), is_in(after, chosen)
    if was != now:
        return "left" if was else "came"
    if not was:
        return ""
    if chosen is not None:
        return "stayed" if before[chosen] == after[chosen] else "changed"
    return "stayed" if before == after else "changed" if before.keys() == after.keys() else "moved"


def is_in(stand: Standing, chosen: Part | None) -> bool:
    return bool(stand) if chosen is None else chosen in stand


def _cell(part: Part, ask: Ask, answers: tuple[Sequence[Cell], Sequence[Cell]], cases: Sequence[CaseBetween]) -> CellBetween:
    before, after = (_value(part, ask, cells) for cells in answers)
    left = gone = changed = new = came = 0
    for each in cases:
        was, now = each.before.get(part, 0), each.after.get(part, 0)
        if part in each.before and part in each.after:
            changed += now - was
        elif each.after and each.before:
            gone, new = gone + was, new + now
        else:
            left, came = left + was, came + now
    return CellBetween(part, before, left, gone, changed, new, came, after, adds_up(ask, dict(part)))


def _value(part: Part, ask: Ask, cells: Sequence[Cell]) -> float | int | None:
    plain = [{**dict(part_of(cell)), "value": cell["value"]} for cell in cells]
    there = any(dimensions_of(cell) == dict(part) for cell in plain)
    return the_cell(plain, dict(part)) if there else of_nothing(ask, dict(part))


class Point(NamedTuple):
    """A place of a case's order of days between the two, and the event that leads to it; None where only time does."""

    place: DayPlace
    event: Recorded | None


def points(case: str, order: DayOrder, first: date, last: date) -> list[Point]:
    """The places at which a case can come to stand otherwise: each day with an event, before it and after each of its events.

    Time alone goes before the events of its day, so that no event is named for what the day would have done without it.
    """
    found = [Point(DayPlace(case, order.standing_on(first), first), None)]
    for nth in order.moving:
        event = order.events[nth - 1]
        if not first < event.valid_at <= last:
            continue
        before = found[-1].place
        if event.valid_at > before.day:
            found.append(Point(DayPlace(case, before.nth, event.valid_at), None))
        found.append(Point(DayPlace(case, nth, event.valid_at), event))
    if found[-1].place.day < last:
        found.append(Point(DayPlace(case, found[-1].place.nth, last), None))
    return found


def turn(case: CaseBetween, stands: Sequence[Standing], chosen: Part | None) -> int | None:
    """The number of the last place at which the case came to stand as it does at the end; None where there is no such."""
    reached = [has_come(case, stand, chosen) for stand in stands]
    return next((nth for nth in range(len(reached) - 1, 0, -1) if reached[nth] and not reached[nth - 1]), None)


def has_come(case: CaseBetween, stand: Standing, chosen: Part | None) -> bool:
    """Whether a case that stands so has done what it did between the days."""
    if case.way in ("left", "came"):
        return is_in(stand, chosen) == (case.way == "came")
    if chosen is not None:
        return stand.get(chosen) == case.after.get(chosen)
    return stand.keys() == case.after.keys() if case.way == "moved" else stand == case.after
