"""What a status is of: the year, each unit's status days, and what the register knew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct, field

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
"""How many years a table runs back where no status has been published."""
ONE = timedelta(days=1)


class Occasion(Struct, frozen=True):
    """A year's status at its times."""

    year: int
    days: Mapping[str, tuple[date, ...]]
    """The status days of each unit, the year's own last."""
    position: int
    moment: datetime | None
    """When the event at the position was recorded; None before the first."""
    codes: CodeLists
    ledger: tuple[Printed, ...]
    made_on: date
    municipality: Municipality = field(default_factory=standard)

    def ask(self, figure: str, **given: Sequence[str]) -> Ask:
        """A question to a figure at the status's position."""
        takes = FIGURES[figure].takes
        return Ask(FIGURES[figure], parse_question(takes, given, position=self.position, today=self.day, codes=self.codes))

    def can_ask(self, figure: str, **given: Sequence[str]) -> bool:
        """Whether the figure takes the question: what was imported as published need not be one."""
        try:
            self.ask(figure, **given)
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
        """The calendar year before and on to the status day, which is in it."""
        return date(self.year - 1, 1, 1), self.day + ONE

    def between(self, unit: str) -> tuple[date, date]:
        """From the day after the unit's status day before this one, to the day after this one."""
        *earlier, last = self.days[unit]
        return (earlier[-1] + ONE if earlier else date(self.year - 1, 1, 1)), last + ONE

    @property
    def view(self) -> View:
        """The same as a page would look at it: what marks and breaks its charts marks and breaks the paper's."""
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
        """What the register knew, in words."""
        return known_text(self.position, moment(self.moment))

    def unit(self, code: str, translate: Language = DANISH) -> str:
        """What a unit is called."""
        return translate.label(self.codes["units"].codes[code])


def period(days: tuple[date, date]) -> dict[str, Sequence[str]]:
    """A period as a question has it."""
    return {"from": [days[0].isoformat()], "to": [days[1].isoformat()]}


def status_days_of(
    year: int, codes: CodeLists, ledger: Sequence[Printed], chosen: date | None = None
) -> dict[str, tuple[date, ...]]:
    """The days a status of the year is of: those published for each unit and year, else 1 February; `chosen` stands for the year's own.

    They go back to the first published, and no further than the years that a page shows.
    """
    printed: dict[tuple[str, int], date] = {}
    for one in ledger:
        if where := stock_of(one):
            unit, when = where
            printed[unit, when.year] = max(when, printed.get((unit, when.year), when))
    first = max(min((of for _, of in printed), default=year - ROWS_WITHOUT_LEDGER + 1), year - YEARS)
    out: dict[str, tuple[date, ...]] = {}
    for unit in codes.hoi_units:
        days = [printed.get((unit, each), date(each, 2, 1)) for each in range(min(first, year), year + 1)]
        out[unit] = (*days[:-1], chosen or days[-1])
    return out
