"""Office time: working days, the Copenhagen clock, and how late a fact reaches the register."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from random import Random

from .plan import SETTLED

_WINTER, _SUMMER = timezone(timedelta(hours=1)), timezone(timedelta(hours=2))
_FRIDAY = 4
LAST_KNOWN = date(2025, 12, 30)
"""The last working day on which anything was registered."""


def copenhagen(day: date, at: time) -> datetime:
    """The moment in Copenhagen; office hours only, so the night in which the clocks change needs no rule."""
    return datetime.combine(day, at, _SUMMER if _last_sunday(day.year, 3) <= day < _last_sunday(day.year, 10) else _WINTER)


def _last_sunday(year: int, month: int) -> date:
    """March and October, the months in which the clocks change, both have 31 days."""
    last = date(year, month, 31)
    return last - timedelta(days=(last.weekday() + 1) % 7)


def working_day(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > _FRIDAY else 0)


def between(rng: Random, first: date, last: date) -> date:
    """A working day in [first, last]; the first day itself if the span is empty or holds a weekend only."""
    drawn = working_day(first + timedelta(days=rng.randint(0, max(0, (last - first).days))))
    if drawn <= last:
        return drawn
    friday = drawn - timedelta(days=3)
    return max(friday, first)


def after(rng: Random, day: date, least: int, most: int) -> date:
    """A working day from `least` to about `most` days later."""
    return working_day(day + timedelta(days=rng.randint(least, most)))


def months_old(born: date, day: date) -> int:
    """Age in whole months, a year older from the first of the birth month."""
    return (day.year - born.year) * 12 + day.month - born.month


def birthday(born: date, years: int) -> date:
    """The first day on which the register, which knows the birth month only, counts the age."""
    return date(born.year + years, born.month, 1)


def lag(rng: Random) -> int:
    """Days from the fact to its registration: most are typed in within the week, some after months."""
    drawn = rng.random()
    if drawn < 0.80:
        return rng.choice((0, 0, 0, 1, 1, 2, 3, 4, 5))
    return rng.randint(6, 29) if drawn < 0.94 else rng.randint(30, 90)


def known_no_later_than(valid_at: date, last: date = LAST_KNOWN) -> date:
    """The last day on which a fact may become known that a printed number rests on.

    What is valid on a status day or before it was known when its paper was written: the paper could not have counted it otherwise.
    """
    return next((limit for day, limit in SETTLED if valid_at <= day), last)


def office_hour(rng: Random, day: date) -> datetime:
    """A moment of the working day."""
    seconds = rng.randint(7 * 3600 + 2700, 16 * 3600)
    return copenhagen(day, time(seconds // 3600, seconds // 60 % 60, seconds % 60))


def registered(rng: Random, valid_at: date, limit: date) -> datetime:
    """Moment at which a fact of the day was registered, at the latest on the limit."""
    day = working_day(valid_at + timedelta(days=lag(rng)))
    if day > limit:
        day = min(working_day(valid_at + timedelta(days=rng.randint(0, 2))), limit)
    return office_hour(rng, max(day, valid_at))
