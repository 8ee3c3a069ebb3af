"""The period of what is seen as a course: the chosen one, or twelve months where none is chosen, since a January shows no course."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dashboards.view import View


def year_before(day: date) -> date:
    """The day a year before; of a leap day the day before it."""
    return day.replace(year=day.year - 1) if (day.month, day.day) != (2, 29) else date(day.year - 1, 2, 28)


def period(view: View) -> tuple[date, date]:
    """Half-open, to the last day of the page's own period."""
    first, after = view.period
    last = after - timedelta(days=1)
    return (first if view.from_day else year_before(last) + timedelta(days=1)), after


def given(view: View) -> Mapping[str, Sequence[str]]:
    """The period as a question has it."""
    first, after = period(view)
    return {"from": [first.isoformat()], "to": [after.isoformat()]}


def days(view: View) -> str:
    """The period in words, its last day in it."""
    return view.translate.period(*period(view))


def caveat(view: View) -> tuple[str, ...]:
    """A caveat that the period is not the page's own, where it is not."""
    return (
        ()
        if period(view) == view.period
        else (view.translate("Ingen periode er valgt: her er de 12 måneder {days}.", days=days(view)),)
    )
