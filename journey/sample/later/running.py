"""The cases that are open when the papers' years end, carried on to their own end."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ..case_draft import CaseDraft
from ..courses import Course, PlannedGrant
from ..forums import Calendar
from ..hearings import add_hearings
from ..moments import after, months_old
from ..opening import FORUM, presenter
from ..staff import Office
from ..support import add_support
from .days import FIRST
from .leaving import add_afterwards, add_leaving
from .lives import adult_life, decide_support, live
from .open_cases import OpenCase
from .roles import hold_on, hold_roles
from .work import add_casework, decide

_ACCESSORIES = ("mentor", "befordring", "hjaelpemiddel", "enkeltydelse")
_REOPENED = 0.16
_OTHER_UNITS = {"social": "social", "boern_familie": "family"}
_REVIEWED = date(2026, 6, 30)
"""By then the forums have been through the cases that came without a layer."""


def go_on(rng: Random, old: OpenCase, office: Office, calendar: Calendar) -> tuple[CaseDraft, list[Course]]:
    """The events of the case from the first day on, and its courses in the two units."""
    case = CaseDraft(old.case.reference, [], old.case.holders, old.case.grants, old.case.complaints)
    for complaint in old.complaints:
        decide(rng, case, complaint, FIRST)
    if old.unit in _OTHER_UNITS:
        add_afterwards(rng, case, office, _OTHER_UNITS[old.unit], FIRST, old.due.get("social"))
        return case, []
    course = _course(rng, old)
    until = course.left or date.max
    if old.benefit == "uddannelseshjaelp":
        # The reform of 1 July 2025 knows no uddannelseshjælp; the register follows in the new year.
        case.add(after(rng, FIRST, 3, 12), "benefit_changed", benefit="kontanthjaelp_uddannelsesparat")
    for day, benefit in course.benefits:
        case.add(day, "benefit_changed", benefit=benefit)
    hold_on(rng, case, office, old.unit, old.born, FIRST, until)
    if old.assessing and course.assessed is not None and course.assessed != course.left:
        case.add(course.assessed, "assessment_closed")
    _end_grants(rng, case, old, course)
    _review(rng, case, old, course, calendar)
    new = Course(course.unit, course.states, "running", course.referred, course.entered, course.born, left=course.left)
    new.grants = [grant for grant in course.grants if grant.start >= FIRST]
    add_support(rng, case, new)
    add_casework(rng, case, course, FIRST, due=old.due, performer=old.performer, plan=old.plan)
    return case, [course, *leave(rng, case, course, office, calendar, FIRST)]


def leave(rng: Random, case: CaseDraft, course: Course, office: Office, calendar: Calendar, first: date) -> list[Course]:
    """The end of the course, with what was put before the forum in it, and the courses that follow in the same case."""
    onward = add_leaving(rng, case, course, office, first)
    following = [_go_on_as_adult(rng, case, onward, office)] if onward else []
    if _may_reopen(course) and rng.random() < _REOPENED:
        following = [_reopen(rng, case, course, office)]
    add_hearings(rng, case, course, calendar)
    return following


def _may_reopen(course: Course) -> bool:
    young = course.left is not None and months_old(course.born, course.left) < 28 * 12
    return young and course.way_out == "closed" and course.unit == "ungeindsatsen" and course.states[-1:] in ("B", "U")


def _reopen(rng: Random, case: CaseDraft, course: Course, office: Office) -> Course:
    """Closed too early and taken up again."""
    day = after(rng, course.left or FIRST, 14, 70)
    case.add(day, "reopened")
    again = Course(course.unit, course.states[-1:], "reopened", course.referred, day, course.born)
    again.grants = [PlannedGrant(course.grants[-1].support, after(rng, day, 2, 12))]
    if again.grants[0].support == "ungestoette" and months_old(course.born, day) > 22 * 12:
        again.grants[0].support = "bostoette_85"
    again.left = after(rng, day, 120, 400)
    hold_roles(rng, case, office, again.unit, again.born, day, again.left)
    add_support(rng, case, again)
    add_casework(rng, case, again, day)
    add_leaving(rng, case, again, office, day)
    return again


def _go_on_as_adult(rng: Random, case: CaseDraft, course: Course, office: Office) -> Course:
    """Thirty years old: the case goes on in Arbejdsmarked with the grant that it brought."""
    life = adult_life(rng, "", course.entered)
    course.left, course.way_out = life.left, life.way_out
    for day, benefit in life.benefits:
        case.add(day, "benefit_changed", benefit=benefit)
    for role in ("authority", "employment", "continuous"):
        case.release(role, course.entered)
    hold_roles(rng, case, office, course.unit, course.born, course.entered, life.left)
    add_casework(rng, case, course, course.entered)
    add_leaving(rng, case, course, office, course.entered)
    return course


def _course(rng: Random, old: OpenCase) -> Course:
    course = Course(old.unit, old.state, "running", old.opened, old.entered, old.born)
    running = [grant for grant in old.grants.values() if grant.support not in _ACCESSORIES]
    if running:
        course.grants.append(running[-1])
        live(rng, course, old.state, FIRST, old.benefit)
    else:
        decide_support(rng, course, FIRST, old.benefit)
    return course


def _end_grants(rng: Random, case: CaseDraft, old: OpenCase, course: Course) -> None:
    for name, grant in old.grants.items():
        if grant.support in _ACCESSORIES:
            ends, reason = after(rng, FIRST, 10, 260), "bevilling_udloebet"
        else:
            ends, reason = grant.end, "skoleaar_slut" if grant.support == "efterskole" else "maal_naaet"
        if ends is not None and ends < (course.left or date.max):
            case.add(ends, "support_ended", grant=name, reason=reason)


def _review(rng: Random, case: CaseDraft, old: OpenCase, course: Course, calendar: Calendar) -> None:
    """The forum says the layer of a case that came without one."""
    last = min(_REVIEWED, (course.left or date.max) - timedelta(days=1))
    if old.layer or course.way_out == "declined":
        return
    day = calendar.place(FORUM[old.unit], case.reference, FIRST + timedelta(days=rng.randint(3, 60)), last)
    if day is not None:
        case.add(day, "presented", forum=FORUM[old.unit], by=presenter(rng), matter="visitation")
        case.add(day, "visited", forum=FORUM[old.unit], layer=rng.choice("111122223"))
