"""What a page looks at: both its times, the questions put at them, and what the register answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from msgspec import Struct

import dashboards.figures  # noqa: F401 # pyright: ignore[reportUnusedImport] -- importing it fills FIGURES
from dashboards.danish import day, moment
from dashboards.figure import FIGURES, Cell, Figure
from dashboards.ledger import the_cell
from dashboards.question import Question, asked
from dashboards.table import known_text
from journey.codes import CodeLists


class Ask(Struct, frozen=True):
    """A figure and the question put to it."""

    figure: Figure
    question: Question


class Told(Struct, frozen=True):
    """A question with the cells that answer it."""

    ask: Ask
    cells: Sequence[Cell]

    def value(self, **dimensions: Any) -> float | int | None:
        """The value of the one cell with these dimensions."""
        return the_cell(self.cells, dimensions)

    def why(self, **dimensions: Any) -> str | None:
        """Why the cell has no value, where it says so."""
        return next((cell.get("why") for cell in self.cells if dimensions.items() <= cell.items()), None)


class View(Struct, frozen=True):
    """The chosen day, and the position of the log that everything is shown as known at."""

    valid_at: date
    position: int
    moment: datetime | None
    """When the event at the position was recorded; None before the first."""
    asked_position: int
    """The position asked for; past `position` where the rows are behind the log."""
    end: int
    now: bool
    """Whether no knowledge time was chosen: the page then follows the log's end."""
    stopped: bool
    """Whether an event has stopped the rows."""
    codes: CodeLists

    def ask(self, figure: str, **given: Sequence[str]) -> Ask:
        """A question to a figure at the page's position, its day where none is given."""
        takes = FIGURES[figure].takes
        return Ask(FIGURES[figure], asked(takes, given, position=self.position, today=self.valid_at, codes=self.codes))

    @property
    def behind(self) -> int:
        """How many events the rows lack of what was asked for."""
        return self.asked_position - self.position

    @property
    def known(self) -> str:
        """What was known, in words: the moment and the position."""
        return known_text(self.position, moment(self.moment))

    @property
    def day(self) -> str:
        """The chosen day in words."""
        return day(self.valid_at)

    def unit(self, code: str) -> str:
        """What a unit is called."""
        return self.codes["units"].codes[code].da


Answers = Mapping[str, Told]
"""What the register answered, by the names the questions were put under."""
