"""The register after the papers' years: the same casework carried on from 2026 to any later day.

Whatever day it is carried on to, what was known on an earlier day is the same; see `days`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from ..case_draft import CaseDraft, Draft
from ..corrections import correct
from ..courses import Course
from ..forums import Calendar, meetings
from ..registration import register_case
from .adoption import adoption
from .arrivals import Arrivals
from .beginning import begin
from .days import stream
from .open_cases import OpenCase
from .running import go_on
from .sparring import sparring_cases
from .staff import Staff

_AHEAD = timedelta(days=25 * 365)
"""How far courses are drawn past the last day: longer than any lasts."""


def carried_on(seed: int, open_cases: Iterable[OpenCase], citizens: int, last: date) -> list[Draft]:
    """The drafts of everything that is known from the first day after the papers' years to the last day, not yet in order.

    `citizens` is how many the register had before.
    """
    staff = Staff(seed, last + _AHEAD)
    calendar = Calendar(
        {
            "samarbejdsforum_ung": meetings(date(2026, 1, 6), 14, last + _AHEAD),
            "samarbejdsforum_30": meetings(date(2026, 1, 8), 14, last + _AHEAD),
        }
    )
    cases: list[CaseDraft] = []
    stays: list[tuple[CaseDraft, Course]] = []
    of_course: dict[int, CaseDraft] = {}

    def added(case: CaseDraft, courses: list[Course]) -> None:
        cases.append(case)
        stays.extend((case, course) for course in courses)
        of_course.update((id(course), case) for course in courses)

    for old in open_cases:
        rng = stream(seed, "case", old.case.reference)
        case, courses = go_on(rng, old, staff.office(rng), calendar)
        for course in courses:
            course.citizen = old.citizen
        added(case, courses)
    arrivals = Arrivals(seed, [course for _, course in stays])
    numbers: dict[int, int] = {}
    for course in arrivals.until(last):
        year = course.referred.year
        numbers[year], citizens = numbers.get(year, 0) + 1, citizens + 1
        course.citizen = f"b-{citizens:04}"
        case = CaseDraft(f"N-{year}-{numbers[year]:04}")
        rng = stream(seed, "case", case.reference)
        following = begin(rng, case, course, staff.office(rng), calendar)
        added(case, [course, *following])
        arrivals.courses += following
        if course.sharing is not None and course.left is not None:
            case.add(course.left, "merged_into", case=of_course[id(course.sharing)].reference)
    cases += sparring_cases(seed, stays, calendar, last)
    for case in cases:
        if case.drafts:
            rng = stream(seed, "registration", case.reference, case.drafts[0].valid_at)
            register_case(rng, case, date.max)
            correct(rng, case, (date.max, date.max))
    return [*adoption(), *(draft for case in cases for draft in case.drafts)]
