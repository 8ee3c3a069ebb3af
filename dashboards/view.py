"""The view of a page: both its times, its units, period and reading, the questions it puts, and the register's answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from msgspec import Struct, field

from dashboards.coverage import ALWAYS, Covered
from dashboards.figures import FIGURES
from dashboards.figures.days import days_of
from dashboards.figures.decimals import shown
from dashboards.figures.figure import Ask, Cell, the_cell
from dashboards.figures.followed import list_cautions
from dashboards.figures.question import parse_question
from dashboards.figures.readings import AS_PRINTED, CHOICES, RuleReading
from dashboards.figures.table import EARLY_NOTE, UNKNOWN, Number, known_text
from dashboards.published.municipality import Municipality, standard
from dashboards.words.danish import word
from dashboards.words.language import DANISH, Language, later
from journey.codes import CodeLists
from journey.log.deliveries import GoneFromSheet

FEW = "for få"
LATE = later(
    "Registret er dækket til og med {day}. Tal for dage derefter er som kendt den dag, og der vises ingen udvikling efter den."
)
SAMPLE = later("Prøvedata: sagerne er opdigtede, og ingen borger er virkelig.")
"""The mark of all that a sample register shows."""
WHY = {"few": FEW, "unknown": UNKNOWN}
"""What stands in place of a number that there is not."""


class FigureCells(Struct, frozen=True, dict=True):
    """A question with the cells that answer it, and the days that the register is covered."""

    ask: Ask
    counted: Sequence[Cell]
    """As the figure counts them, whatever is known of their days."""
    covered: Covered = ALWAYS

    @cached_property
    def cells(self) -> Sequence[Cell]:
        """The cells as people are shown them: without a value, and with `unknown` as why, where nothing is known of their days."""
        return [{**cell, "value": None, "why": "unknown"} if self.is_unknown(cell) else cell for cell in self.counted]

    def is_unknown(self, cell: Cell) -> bool:
        """Whether the cell is of days before a case was open, or of a period after all that is covered; `{}` is all that was asked."""
        spans, takes = days_of(self.ask, cell), self.ask.figure.takes
        if any(self.covered.begins_after(last) for _, last in spans):
            return True
        of_period = takes.has_period and "valid_at" not in takes.names and "day" not in cell
        return of_period and any(self.covered.ends_before(first) for first, _ in spans)

    def otherwise(self, nothing: str, translate: Language) -> str:
        """The sentence where nothing was counted: that it is not known, or that there is nothing."""
        return translate(EARLY_NOTE) if self.is_unknown({}) else nothing

    def late(self, translate: Language) -> tuple[str, ...]:
        """The sentence that the numbers are as known then, where days past the last covered were asked about."""
        last = self.covered.last
        if last is None or not any(self.covered.ends_before(day) for _, day in days_of(self.ask, {})):
            return ()
        return (translate(LATE, day=translate.day(last)),)

    def list_cautions(self, translate: Language) -> tuple[str, ...]:
        """The cautions where what is counted comes of lists with only today's value."""
        return list_cautions(self.ask.figure, self.covered.followed, translate)

    def in_course(self, cell: Cell) -> bool:
        """Whether a chart may draw the cell's number in a course of days: one that is known, and not of days past the last covered."""
        late = any(self.covered.ends_before(first) for first, _ in days_of(self.ask, cell))
        return cell["value"] is not None and not late

    def drawn(self, **dimensions: Any) -> int | None:
        """The number of the one cell with these dimensions, rounded, for a bar of a course; None where there is none to draw."""
        value = self.value(**dimensions)
        return round(value) if value is not None and self.in_course({**dimensions, "value": value}) else None

    def value(self, **dimensions: Any) -> float | int | None:
        """The value of the one cell with these dimensions."""
        return the_cell(self.cells, dimensions)

    def why(self, **dimensions: Any) -> str | None:
        """Why the cell has no value, where it says so."""
        return next((cell.get("why") for cell in self.cells if dimensions.items() <= cell.items()), None)

    def count(self, **dimensions: Any) -> int:
        """The value of the one cell with these dimensions, rounded as `shown` rounds it; none counted where there is no such."""
        return round(self.value(**dimensions) or 0)

    def shown(self, translate: Language, **dimensions: Any) -> Number:
        """The cell with these dimensions as a table shows it: its number, or why there is none."""
        value = self.value(**dimensions)
        why = self.why(**dimensions) if value is None else None
        text = translate(WHY[why]) if why in WHY else shown(value, self.ask.figure.unit, dimensions, translate)
        return Number(text, value, self.ask, dimensions)


class View(Struct, frozen=True):
    """The chosen day, the position of the log that everything is shown as known at, and what else was chosen."""

    valid_at: date
    position: int
    moment: datetime | None
    """When the event at the position was recorded; None before the first."""
    requested_position: int
    """The position asked for; past `position` where the rows are behind the log."""
    end: int
    now: bool
    """Whether no knowledge time was chosen: the page then follows the log's end."""
    stopped: bool
    """Whether an event has stopped the rows."""
    codes: CodeLists
    translate: Language = DANISH
    chosen_units: tuple[str, ...] = ()
    from_day: date | None = None
    last_day: date | None = None
    reading: RuleReading = AS_PRINTED
    findings: int = 0
    """How many findings the register has at the position."""
    gone: tuple[GoneFromSheet, ...] = ()
    """Rows that are gone from their source's newest delivery, and that stay: findings too."""
    municipality: Municipality = field(default_factory=standard)
    """Whose papers the tables, breaks and expected numbers are of."""
    covered: Covered = ALWAYS
    """The days that the register is covered at the position."""
    sample: bool = False
    """Whether the register is a sample, so that what leaves the page is marked."""
    today: date | None = None
    """The day it is, where a page without a day shows the last covered one instead."""

    def ask(self, figure: str, /, **given: Sequence[str]) -> Ask:
        """A question to a figure at the page's position. What is left out is the view's: its day, units, period and reading."""
        takes = FIGURES[figure].takes
        first, after = self.period
        mine: dict[str, Sequence[str]] = {
            "unit": self.units,
            **({} if "from" in takes.defaults else {"from": [first.isoformat()], "to": [after.isoformat()]}),
            **{name: [choice] for name in CHOICES if (choice := getattr(self.reading, name))},
        }
        put = {name: texts for name, texts in mine.items() if name in takes.names} | given
        return Ask(FIGURES[figure], parse_question(takes, put, position=self.position, today=self.valid_at, codes=self.codes))

    @property
    def units(self) -> tuple[str, ...]:
        """The chosen units; the HOI units where none is chosen."""
        return self.chosen_units or self.codes.hoi_units

    @property
    def period(self) -> tuple[date, date]:
        """The chosen period, half-open: its first day, and the first day after it. This year to the chosen day where none is chosen;
        of a last day before this year, the year of that day."""
        last = self.last_day or self.valid_at
        return self.from_day or date(min(self.valid_at.year, last.year), 1, 1), last + timedelta(days=1)

    @property
    def lag(self) -> int:
        """The number of events that the rows lack of what was asked for."""
        return self.requested_position - self.position

    @property
    def known(self) -> str:
        """The knowledge time in words: the moment and the position."""
        return known_text(self.position, self.translate.moment(self.moment), self.translate)

    @property
    def unknown(self) -> bool:
        """Whether the chosen day, the whole of the chosen period, or all that is covered of it lies before a case was open."""
        last = self.period[1] - timedelta(days=1)
        return any(self.covered.begins_after(each) for each in (self.valid_at, last, self.reach))

    @property
    def reach(self) -> date:
        """The day that a course of days is shown to: the chosen one, or the last covered where that is earlier."""
        return min(self.valid_at, self.covered.last or self.valid_at)

    @property
    def beginning(self) -> date:
        """The day that a course of days is shown from, if it goes back so far."""
        return min(self.covered.first or self.reach, self.reach)

    def dated(self, day: date) -> str:
        """A day in words; of one past the last covered also the day that it is known as on."""
        words, last = self.translate.day(day), self.covered.last
        if last is None or not self.covered.ends_before(day):
            return words
        return self.translate("{day} (som kendt den {last})", day=words, last=self.translate.day(last))

    @property
    def day(self) -> str:
        """The chosen day in words."""
        return self.dated(self.valid_at)

    @property
    def days(self) -> str:
        """The chosen period in words, its last day in it."""
        words, last = self.translate.period(*self.period), self.covered.last
        if last is None or not self.covered.ends_before(self.period[1] - timedelta(days=1)):
            return words
        return self.translate("{day} (som kendt den {last})", day=words, last=self.translate.day(last))

    def unit(self, code: str) -> str:
        """The label of a unit."""
        return self.translate.label(self.codes["units"].codes[code])

    def word(self, dimension: str, value: Any) -> str:
        """A value of a cell's dimension in words."""
        return word(dimension, value, self.codes, self.translate)


Answers = Mapping[str, FigureCells]
"""What the register answered, by the names the questions were put under."""
