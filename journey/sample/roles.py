"""The caseworkers of a case: two in Ungeindsatsen until they become one in 2025, one in Arbejdsmarked from the start."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .case_draft import CaseDraft
from .courses import Course
from .moments import after, between, birthday, months_old, working_day
from .staff import Office

BOTH = ("authority", "employment")
_YOUTH_TEAMS = ("authority", "employment")
_MERGED = date(2025, 7, 1)
"""S2: one caseworker "inden sommerferien 2025", and right after it for those who had the authority part."""


def add_roles(rng: Random, case: CaseDraft, office: Office, course: Course, first: date, until: date) -> None:
    """The roles while the case is in the course's own unit, and before it came there."""
    if course.unit == "arbejdsmarked":
        _adult(rng, case, office, course, until)
    else:
        _young(rng, case, office, course, first, until)


def _adult(rng: Random, case: CaseDraft, office: Office, course: Course, until: date) -> None:
    first, worker, reason = after(rng, course.entered, 0, 6), "", "other"
    if course.origin == "cohort":
        # Two caseworkers in two departments become one: mostly the one who had the employment part already.
        first, reason = course.entered, "reorganisation"
        office.hold(case, ("authority",), ("social",), after(rng, course.referred, 0, 8), course.entered)
        had = office.hold(case, ("employment",), ("adult",), after(rng, course.referred, 5, 30), course.entered)
        worker = had if had and rng.random() < 0.65 else office.pick(("adult",), first, had)
    if first < until:
        office.hold(case, BOTH, ("adult",), first, until, worker, reason)


def _young(rng: Random, case: CaseDraft, office: Office, course: Course, first: date, until: date) -> None:
    authority, start = "", after(rng, first, 0, 9)
    if course.entered > course.referred and first == course.entered:
        authority, start = _before_the_handover(rng, case, office, course)
    elif course.origin == "taken_over":
        authority, start = rng.choice(("sb-01", "sb-02")), first
    employment = _employment_from(rng, course, first)
    if start >= until:
        return
    merge = (
        between(rng, date(2025, 3, 17), date(2025, 6, 20))
        if (by_employment := rng.random() < 0.62)
        else between(rng, date(2025, 8, 11), date(2025, 9, 26))
    )
    if first >= _MERGED:
        # One caseworker from the start, for both laws where there are both.
        joined = until if employment is None else min(max(start, employment), until)
        holder = office.hold(case, ("authority",), _YOUTH_TEAMS, start, joined) if joined > start else ""
        if joined < until:
            office.hold(case, BOTH, _YOUTH_TEAMS, joined, until, holder)
        return
    merge = max(merge, first + timedelta(days=30))
    if employment is None or employment >= until or merge >= until:
        office.hold(case, ("authority",), ("authority",), start, until, authority)
        if employment is not None and employment < until:
            office.hold(case, ("employment",), ("employment",), employment, until)
        return
    if employment >= merge:
        # Grown up after the teams had learned both laws: the caseworker from childhood takes the employment part too.
        holder = office.hold(case, ("authority",), ("authority",), start, employment, authority)
        office.hold(case, BOTH, _YOUTH_TEAMS, employment, until, holder, "transition")
        return
    last_authority = office.hold(case, ("authority",), ("authority",), start, merge, authority)
    last_employment = office.hold(case, ("employment",), ("employment",), employment, merge)
    keeper = (last_employment if by_employment else last_authority) or last_employment or last_authority
    office.hold(case, BOTH, _YOUTH_TEAMS, merge, until, keeper, "reorganisation")


def _before_the_handover(rng: Random, case: CaseDraft, office: Office, course: Course) -> tuple[str, date]:
    """Another unit's caseworker, or one of the two who moved with their cases (S2) and so is no change at all."""
    start = after(rng, course.referred, 0, 8)
    if course.origin == "family":
        office.hold(case, ("authority",), ("family",), start, course.entered)
        return _handed_over(rng, case, office, course, "transition")
    if rng.random() < 0.72:
        return rng.choice(("sb-01", "sb-02")), start
    office.hold(case, ("authority",), ("social",), start, course.entered)
    return _handed_over(rng, case, office, course, "reorganisation")


def _handed_over(rng: Random, case: CaseDraft, office: Office, course: Course, reason: str) -> tuple[str, date]:
    worker = rng.choice(("sb-01", "sb-02")) if reason == "reorganisation" else office.pick(("authority",), course.entered)
    case.assign("authority", worker, course.entered, reason)
    return worker, course.entered


def _employment_from(rng: Random, course: Course, first: date) -> date | None:
    """An adult has a caseworker under employment law from the start, a child from eighteen; a pupil of an efterskole seldom."""
    if months_old(course.born, first) >= 18 * 12:
        return after(rng, first, 2, 25)
    if "K" in course.states and rng.random() < 0.3:
        return after(rng, first, 10, 60)
    return working_day(birthday(course.born, 18) + timedelta(days=rng.randint(0, 25)))
