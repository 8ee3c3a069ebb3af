"""The events of a course, from referral to closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .case_draft import CaseDraft
from .casework import add_activities, add_committee, add_follow_ups, add_frame, add_plans
from .courses import Course
from .ending import add_ending
from .forums import Calendar
from .hearings import add_hearings
from .opening import add_opening
from .plan import LAST_VALID
from .roles import BOTH, add_roles
from .staff import Office
from .support import add_accessories, add_performers, add_support

_AFTER = LAST_VALID + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """A case in a unit, from the first day there to the first day without."""

    case: CaseDraft
    unit: str
    first: date
    until: date


def add_course(rng: Random, case: CaseDraft, course: Course, office: Office, calendar: Calendar) -> list[Stay]:
    """Add the events of the whole course to the case; gives its stays in the two units of the papers."""
    add_opening(rng, case, course, calendar)
    add_support(rng, case, course)
    until = course.left or _AFTER
    if course.reopened is None:
        stays = [_stay(rng, case, course, office, calendar, course.entered, until)]
    else:
        closed, reopened = course.reopened
        stays = [_stay(rng, case, course, office, calendar, course.entered, closed)]
        case.add(closed, "closed", reason="education")
        case.closed(closed)
        case.add(reopened, "reopened")
        stays.append(_stay(rng, case, course, office, calendar, reopened, until))
    if course.onward is not None and course.left is not None:
        stays += _onward(rng, case, course.onward, course.left, office)
    add_ending(rng, case, course, office)
    add_hearings(rng, case, course, calendar)
    return stays


def _stay(rng: Random, case: CaseDraft, course: Course, office: Office, calendar: Calendar, first: date, until: date) -> Stay:
    add_roles(rng, case, office, course, first, until)
    if course.way_out not in ("rejected", "declined"):
        _add_casework(rng, case, course, office, calendar, first, until)
    elif (until - first).days > 20:
        add_activities(rng, case, course.unit, [], first, until)
    return Stay(case, course.unit, first, until)


def _add_casework(
    rng: Random, case: CaseDraft, course: Course, office: Office, calendar: Calendar, first: date, until: date
) -> None:
    if course.unit == "ungeindsatsen" and course.origin == "new" and rng.random() < 0.3:
        add_committee(rng, case, office, calendar, first + timedelta(days=25), until)
    started = next((grant.start for grant in course.grants if (grant.end or until) > first and grant.start < until), None)
    matches = add_performers(rng, case, course, first, until)
    add_activities(rng, case, course.unit, matches, first, until)
    if started is None:
        return
    begins = max(first, started)
    add_plans(rng, case, course.unit, started, first, until)
    add_accessories(rng, case, begins, until)
    pupil = course.grants[-1].support == "efterskole" and len(course.grants) == 1
    add_follow_ups(rng, case, "social", 330 if pupil else 180, begins, until)
    if case.holder("employment", min(until - timedelta(days=1), begins + timedelta(days=60))) and not pupil:
        add_follow_ups(rng, case, "employment", 120, begins, until)
    if course.unit == "ungeindsatsen" and course.in_scope and not pupil:
        add_frame(rng, case, begins, until)


def _onward(rng: Random, case: CaseDraft, course: Course, day: date, office: Office) -> list[Stay]:
    """Thirty years old: the case goes on in Arbejdsmarked, with the grant that it brought."""
    case.add(day, "transferred", to=course.unit, reason="age")
    for changed, benefit in course.benefits:
        case.add(changed, "benefit_changed", benefit=benefit)
    until = course.left or _AFTER
    case.release("continuous", day)
    office.hold(case, BOTH, ("adult",), day, until, reason="transition")
    add_activities(rng, case, course.unit, [], day, until)
    add_follow_ups(rng, case, "social", 180, day, until)
    add_ending(rng, case, course, office)
    return [Stay(case, course.unit, day, until)]
