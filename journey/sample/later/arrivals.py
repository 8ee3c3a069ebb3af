"""The new cases after the papers' years, month by month: as many as the units have room for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from ..courses import Course, PlannedGrant
from ..moments import after, working_day
from .days import FIRST, stream
from .lives import TARGETS, decide_support, live

_ROOM = {"ungeindsatsen": 92, "arbejdsmarked": 26}
"""About as many cases as there were in each unit when the papers' years ended."""

_A_MONTH = {"ungeindsatsen": 2.7, "arbejdsmarked": 0.9}
_TURNED_AWAY_A_MONTH = {"ungeindsatsen": 1.5, "arbejdsmarked": 0.6}
_SCHOOLS_A_MONTH = 1.9
_SPRING = range(2, 6)
"""A place at an efterskole is applied for in spring."""

_TWICE = 0.04
"""The share of young citizens' cases that turn out to be of a citizen who has one already."""


class Arrivals:
    """The courses that begin after those that run."""

    def __init__(self, seed: int, running: list[Course]) -> None:
        self._seed = seed
        self.courses = running
        """All that count for the room that there is: who makes a course of a case longer adds to them."""

    def until(self, last: date) -> Iterator[Course]:
        """The courses referred up to the last day, in order; each is drawn to its end before the next month is thought of."""
        month = date(FIRST.year, FIRST.month, 1)
        while month <= last:
            rng = stream(self._seed, "month", month)
            begun = [self._begun(rng, unit, sort, month) for unit, sort in self._wanted(rng, month)]
            for course in sorted(begun, key=lambda course: course.referred):
                if course.referred <= last:
                    self.courses.append(course)
                    yield course
            month = _next(month)

    def _wanted(self, rng: Random, month: date) -> list[tuple[str, str]]:
        """Unit and sort of each course that begins in the month; more of them where there is room."""
        wanted: list[tuple[str, str]] = []
        for unit, room in _ROOM.items():
            missing = room - sum(
                1 for course in self.courses if course.unit == unit and course.entered <= month < _left(course)
            )
            wanted += [(unit, "new")] * _about(rng, max(0.3, _A_MONTH[unit] + missing / 5))
            wanted += [(unit, "rejected")] * _about(rng, _TURNED_AWAY_A_MONTH[unit])
        if month.month in _SPRING:
            wanted += [("ungeindsatsen", "school")] * _about(rng, _SCHOOLS_A_MONTH)
        return wanted

    def _begun(self, rng: Random, unit: str, sort: str, month: date) -> Course:
        last = _next(month) - timedelta(days=1)
        day = working_day(month + timedelta(days=rng.randint(FIRST.day - 1 if month < FIRST else 0, last.day - 3)))
        years = rng.uniform(31, 60) if unit == "arbejdsmarked" else _age(rng, sort)
        course = Course(unit, "A", "new", day, day, _born(day, years))
        if sort == "rejected":
            course.way_out, course.left = "rejected", day + timedelta(days=rng.randint(30, 75))
        elif sort == "school":
            course.grants.append(PlannedGrant("efterskole", date(day.year, 8, rng.randint(1, 14))))
            course.assessed = after(rng, day, 15, 50)
            live(rng, course, "E", course.grants[0].start)
        elif beside := self._beside(rng, course):
            course.sharing, course.way_out, course.left = beside, "merged", after(rng, day, 15, 80)
            course.born = beside.born
        else:
            if unit == "ungeindsatsen" and rng.random() < 0.08 and years < 21:
                course.origin, course.entered = "family", after(rng, day, 25, 60)
            if unit == "arbejdsmarked":
                outside = rng.random() < 0.35
                benefit = rng.choice(("sygedagpenge", "kontanthjaelp_jobparat") if outside else TARGETS)
                course.benefits.append((day - timedelta(days=rng.randint(5, 120)), benefit))
                decide_support(rng, course, after(rng, day, 25, 60), benefit)
            else:
                decide_support(rng, course, max(course.entered, after(rng, day, 8, 50)))
        return course

    def _beside(self, rng: Random, course: Course) -> Course | None:
        """The running course of the same citizen, for one that is registered twice."""
        if course.unit != "ungeindsatsen" or rng.random() > _TWICE:
            return None
        until = course.referred + timedelta(days=120)
        hosts = [
            host
            for host in self.courses
            if host.unit == course.unit and host.citizen and host.entered < course.referred and until < _left(host)
        ]
        return rng.choice(hosts) if hosts else None


def _left(course: Course) -> date:
    return course.left or date.max


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _about(rng: Random, number: float) -> int:
    """A whole number that is the given one on average, and about one away from it."""
    return max(0, int(number + rng.random() + rng.choice((-1, 0, 0, 1))))


def _age(rng: Random, sort: str) -> float:
    if sort == "school":
        return rng.uniform(15.0, 16.6)
    luck = rng.random()
    return rng.uniform(15.2, 17.2) if luck < 0.22 else rng.uniform(18, 22.5) if luck < 0.6 else rng.uniform(22.5, 28.4)


def _born(day: date, years: float) -> date:
    months = day.year * 12 + day.month - 1 - int(years * 12)
    return date(months // 12, months % 12 + 1, 1)
