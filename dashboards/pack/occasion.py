"""The occasion of a status: the year, each unit's status days, and what the register knew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct, field

from dashboards.coverage import ALWAYS, Covered
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.figures.question import parse_question
from dashboards.figures.table import known_text
from dashboards.published.municipality import Municipality, standard
from dashboards.published.status_days import YEARS, Printed, stock_of
from dashboards.view import View
from dashboards.words.danish import moment
from dashboards.words.language import DANISH, Language
from journey.codes import CodeLists
from journey.refusals import Refused

ROWS_WITHOUT_LEDGER = 3
"""How many years a table goes back where no status has been published."""
DAY = timedelta(days=1)


class Occasion(Struct, frozen=True):
    """A year's status: its days, what the register knew, and the ledger of published numbers."""

    year: int
    days: Mapping[str, tuple[date, ...]]
    """The status days of each unit, the year's own last."""
    position: int
    moment: datetime | None
    """The time at which the event at the position was recorded; None before the first."""
    codes: CodeLists
    ledger: tuple[Printed, ...]
    made_on: date
    municipality: Municipality = field(default_factory=standard)
    covered: Covered = ALWAYS
    """The days that the register is covered at the position."""
    sample: bool = False
    """Whether the register is a sample: its papers are marked."""

    def ask(self, figure: str, **words: Sequence[str]) -> Ask:
        """A question to a figure at the status's position."""
        takes = FIGURES[figure].takes
        return Ask(FIGURES[figure], parse_question(takes, words, position=self.position, today=self.day, codes=self.codes))

    def can_ask(self, figure: str, **words: Sequence[str]) -> bool:
        """Whether the figure takes the question: a number imported as published may not be one."""
        try:
            self.ask(figure, **words)
        except Refused:
            return False
        return True

    @property
    def day(self) -> date:
        """The year's latest status day, on which units are compared."""
        return max(days[-1] for days in self.days.values())

    @property
    def before(self) -> tuple[date, date]:
        """The calendar year before the status: first day and first day after."""
        return date(self.year - 1, 1, 1), date(self.year, 1, 1)

    @property
    def until(self) -> tuple[date, date]:
        """From the first day of the calendar year before to the day after the status day."""
        return date(self.year - 1, 1, 1), self.day + DAY

    def between(self, unit: str) -> tuple[date, date]:
        """From the day after the unit's previous status day to the day after this one."""
        *earlier, last = self.days[unit]
        return (earlier[-1] + DAY if earlier else date(self.year - 1, 1, 1)), last + DAY

    @property
    def view(self) -> View:
        """The view of a page at the same times: its charts have the same days, marks and breaks, whatever of them is covered."""
        at = self.position
        return View(
            self.day,
            at,
            self.moment,
            at,
            at,
            now=False,
            stopped=False,
            codes=self.codes,
            municipality=self.municipality,
        )

    @property
    def known(self) -> str:
        """The position and moment of what the register knew, in words."""
        return known_text(self.position, moment(self.moment))

    @property
    def coverage(self) -> str:
        """The days that the numbers are facts of, in words."""
        first, last = self.covered.first, self.covered.last
        if first is None or last is None:
            return "Registret er ikke dækket på nogen dag: tallene er ikke kendt."
        after = " Senere tal er som kendt den dag." if self.covered.ends_before(self.day) else ""
        return f"Registret er dækket {DANISH.day(first)} – {DANISH.day(last)}; tidligere tal er ikke kendt.{after}"

    def unit(self, code: str, translate: Language = DANISH) -> str:
        """The label of a unit."""
        return translate.label(self.codes["units"].codes[code])


def period(days: tuple[date, date]) -> dict[str, Sequence[str]]:
    """A period as the words of a question."""
    return {"from": [days[0].isoformat()], "to": [days[1].isoformat()]}


def status_days_of(
    year: int, codes: CodeLists, ledger: Sequence[Printed], chosen: date | None = None
) -> dict[str, tuple[date, ...]]:
    """Each unit's status days up to the year: the day published for the unit and year, else 1 February; `chosen` replaces the last.

    They go back to the first published, and no further than the years that a page shows.
    """
    printed: dict[tuple[str, int], date] = {}
    for each in ledger:
        if where := stock_of(each):
            unit, when = where
            printed[unit, when.year] = max(when, printed.get((unit, when.year), when))
    first = max(min((of for _, of in printed), default=year - ROWS_WITHOUT_LEDGER + 1), year - YEARS)
    out: dict[str, tuple[date, ...]] = {}
    for unit in codes.hoi_units:
        days = [printed.get((unit, each), date(each, 2, 1)) for each in range(min(first, year), year + 1)]
        out[unit] = (*days[:-1], chosen or days[-1])
    return out
