"""The days that a register is covered (domain.md section 1), and what a number of other days is: not known before, as known then after."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta

from msgspec import Struct

from journey.history import COPENHAGEN
from projections.engine.as_known import as_known

SILENCE = timedelta(days=180)
"""A source more than this behind the newest one counts as ended."""
LONG_AGO = timedelta(days=14)
"""A page without a day opens on the last covered day where that is longer ago."""
OWN = "journey"
"""The source of the register's own commands."""


class Covered(Struct, frozen=True):
    """The first and the last day that a register is covered; None where there is no such day."""

    first: date | None
    last: date | None
    newest: Mapping[str, datetime] = {}
    """The newest known moment of each source's events of cases."""
    followed: frozenset[str] = frozenset()
    """The kinds of event that come of lists with only today's value: what happened between two of them is not known."""

    @property
    def json(self) -> dict[str, str | None]:
        """The days as the API has them."""
        return {"from": self.first and self.first.isoformat(), "to": self.last and self.last.isoformat()}

    def begins_after(self, day: date) -> bool:
        """Whether nothing was known of the day yet."""
        return self.first is None or day < self.first

    def ends_before(self, day: date) -> bool:
        """Whether the day is later than what is known."""
        return self.last is None or day > self.last

    def opening_day(self, today: date) -> date:
        """The day that a page without one opens on."""
        return self.last if self.last and today - self.last > LONG_AGO else today


ALWAYS = Covered(date.min, date.max)
"""Covered on every day: what is of no register."""


def first_open_day(schema: str = "rows") -> str:
    """The query of the first day at the end of which a case is open, as known at the position, over the rows of a schema.

    Each row is looked at alone, so that few are read.
    """
    return f"""
    SELECT day FROM {schema}.moves opened WHERE to_unit IS NOT NULL AND {as_known()} AND 0 = (
        SELECT count(*) FROM {schema}.moves closed WHERE closed.case_id = opened.case_id AND closed.day = opened.day
            AND closed.position > opened.position AND closed.to_unit IS NULL AND {as_known()}
    ) ORDER BY day LIMIT 1
    """  # noqa: S608 -- a schema of our own


def covered(
    first: date | None, newest: Mapping[str, datetime], ended: Collection[str], followed: frozenset[str] = frozenset()
) -> Covered:
    """From the first day on which a case is open to the day on which the first of the sources that go on was last heard of.

    `newest` is each source's newest known moment; `ended` are the sources declared ended. Commands count where there is no other.
    `followed` are the kinds of event that come of lists with only today's value.
    """
    others = {source: moment for source, moment in newest.items() if source != OWN}
    going_on = [moment for source, moment in others.items() if source not in ended and max(others.values()) - moment <= SILENCE]
    moments = going_on or [moment for source, moment in newest.items() if source == OWN]
    return Covered(first, min((moment.astimezone(COPENHAGEN).date() for moment in moments), default=None), newest, followed)
