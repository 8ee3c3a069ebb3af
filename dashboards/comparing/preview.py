"""Preview (forhåndsvisning) of the figures: published numbers and Tabel 1 and 2 as they stand, and as events that are not recorded
yet would make them stand (domain.md section 10, rule 9)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from math import isclose

from msgspec import UNSET, Struct
from msgspec.structs import replace

from dashboards.comparing.between import Between
from dashboards.coverage import Covered
from dashboards.drilldown.why import moved_cells, value_in
from dashboards.figures.figure import Ask, Cell, dimensions_of
from dashboards.published.ledger import printed_of
from dashboards.view import FigureCells
from journey.events import FigurePublished
from journey.history import Recorded

Value = tuple[float | int | None, str | None]
"""A number, and why there is none where there is none: `few`, or `unknown`."""


class NumberPreview(Struct, frozen=True):
    """A cell as it stands, and as it would stand."""

    ask: Ask
    cell: Cell
    """Its dimensions."""
    before: Value
    after: Value
    published: FigurePublished | None = None
    """The publication of a published number."""

    @property
    def moves(self) -> bool:
        """Whether it would stand otherwise; sums that are added up in another order are the same."""
        (before, was), (after, would) = self.before, self.after
        if before is None or after is None:
            return (before, was) != (after, would)
        return not isclose(before, after, rel_tol=1e-9, abs_tol=1e-9)

    @property
    def difference(self) -> float | int | None:
        """By how much it would move; None where one of the numbers is not known."""
        (before, _), (after, _) = self.before, self.after
        return None if before is None or after is None else after - before


class PreviewCause(Struct, frozen=True):
    """Event with which a case leaves a table or comes to it; of a correction the event withdrawn, and the one in its stead."""

    event: Recorded
    withdrawn: Recorded | None = None
    instead: Recorded | None = None

    @property
    def day(self) -> date:
        """The day that it is true from."""
        return (self.instead or self.withdrawn or self.event).valid_at


class TablePreview(Struct, frozen=True):
    """Tabel 1 or Tabel 2 of the day: its cells, who leaves it and who comes, and what does it."""

    number: int
    between: Between
    """The stock as it stands and as it would stand, both on the day."""
    cells: tuple[NumberPreview, ...]
    beside: tuple[NumberPreview, ...]
    """The numbers in the line below the table."""
    causes: Mapping[str, PreviewCause | None]
    """By case; a case that is not here was not looked at, since there were too many."""

    @property
    def moves(self) -> bool:
        """Whether a number of it, or a case in it, would stand otherwise."""
        numbers = any(number.moves for number in (*self.cells, *self.beside))
        return numbers or bool(self.between.that("left", "came", "moved"))


class FigurePreview(Struct, frozen=True):
    """Figures as they stand, and as they would stand."""

    position: int
    """The position that the log is at: nothing is recorded."""
    day: date
    """The day of the tables."""
    covered: tuple[Covered, Covered]
    """The days that the register is covered, and would be."""
    published: tuple[NumberPreview, ...]
    tables: tuple[TablePreview, ...]
    recorded_cases: frozenset[str]
    """Of the cases that leave or come, those that the register has."""
    undo: bool = False
    """Whether it is of a delivery that would be undone."""

    @property
    def moving(self) -> tuple[NumberPreview, ...]:
        """The published numbers that would stand otherwise."""
        return tuple(number for number in self.published if number.moves)

    @property
    def moves(self) -> bool:
        """Whether any number, or any case of the tables, would stand otherwise."""
        return bool(self.moving) or any(table.moves for table in self.tables)


class AnswerPreview(Struct, frozen=True):
    """An answer as it stands, and as it would stand."""

    before: FigureCells
    after: FigureCells

    def number(self, cell: Cell, published: FigurePublished | None = None) -> NumberPreview:
        """The cell with these dimensions in both."""
        return NumberPreview(self.before.ask, cell, _value(self.before, cell), _value(self.after, cell), published)

    @property
    def numbers(self) -> tuple[NumberPreview, ...]:
        """Every cell of both."""
        cells = [dimensions_of(cell) for cell in self.before.counted]
        cells += [cell for each in self.after.counted if (cell := dimensions_of(each)) not in cells]
        return tuple(map(self.number, cells))

    def of_publication(self, published: FigurePublished) -> list[NumberPreview]:
        """The numbers of a publication; of a figure published whole also the cells that were not in it and would move."""
        numbers = [self.number(each.cell, each) for each in printed_of(published)]
        if published.frozen is not UNSET:
            printed = [number.cell for number in numbers]
            moved = moved_cells(self.before.ask, self.before.counted, self.after.counted)
            new = [cell for cell, _, _ in moved if cell not in printed]
            numbers += [self.number(cell, replace(published, cell=cell, value=None)) for cell in new]
        return numbers


def _value(answer: FigureCells, cell: Cell) -> Value:
    value = value_in(answer.ask, answer.cells, cell)
    if answer.is_unknown(cell):
        return None, "unknown"
    return value, next((each.get("why") for each in answer.cells if dimensions_of(each) == cell), None)
