"""A case that begins after the papers' years, from its referral to its end."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ..case_draft import CaseDraft
from ..courses import Course
from ..forums import Calendar
from ..moments import after, birthday, months_old, working_day
from ..opening import FORUM, add_assessment, add_rejection, first_unit, presenter
from ..staff import Office
from ..support import add_support
from .leaving import propose
from .roles import hold_roles
from .running import leave
from .work import add_casework

_YOUNG_BENEFITS = ("kontanthjaelp_uddannelsesparat",) * 6 + ("kontanthjaelp_aktivitetsparat",) * 3 + ("su", "ingen")


def begin(rng: Random, case: CaseDraft, course: Course, office: Office, calendar: Calendar) -> list[Course]:
    """The events of the case; the courses that follow the first: in Arbejdsmarked for one who comes of age, or taken up again."""
    until = course.left or date.max
    _add_benefits(rng, case, course)
    data: dict[str, object] = {"unit": first_unit(course), "citizen": course.citizen, "born": course.born.strftime("%Y-%m")}
    if rng.random() < 0.25:
        data["channel"] = "internal"
    case.add(course.referred, "referred", **data)
    if course.entered > course.referred:
        office.hold(case, ("authority",), ("family",), after(rng, course.referred, 0, 8), course.entered)
        propose(rng, case, course.unit, course.referred, course.entered)
        case.add(course.entered, "transferred", to=course.unit, reason="handover")
    if course.way_out == "merged":
        office.hold(case, ("authority",), ("authority",), after(rng, course.referred, 0, 7), until)
        return []
    if course.way_out == "rejected":
        add_assessment(rng, case, course)
        add_rejection(rng, case, course, calendar)
    else:
        add_assessment(rng, case, course)
        _visit(rng, case, course, calendar)
    hold_roles(rng, case, office, course.unit, course.born, course.entered, course.left or until)
    add_support(rng, case, course)
    add_casework(rng, case, course, course.entered)
    return leave(rng, case, course, office, calendar, course.entered)


def _add_benefits(rng: Random, case: CaseDraft, course: Course) -> None:
    for day, benefit in course.benefits:
        case.add(day, "benefit_changed", benefit=benefit)
    if course.benefits:
        return
    grown = working_day(birthday(course.born, 18))
    adult = months_old(course.born, course.referred) >= 18 * 12
    before = course.referred - timedelta(days=rng.randint(5, 60))
    case.add(before, "benefit_changed", benefit=rng.choice(_YOUNG_BENEFITS) if adult else "ingen")
    if not adult and course.referred < grown < (course.left or date.max) and rng.random() < 0.7:
        case.add(grown, "benefit_changed", benefit="kontanthjaelp_uddannelsesparat")


def _visit(rng: Random, case: CaseDraft, course: Course, calendar: Calendar) -> None:
    """The forum admits most cases within weeks, and says the layer; some withdraw before that, and a few are seen late or not at all."""
    if course.way_out == "declined" and rng.random() < 0.5:
        return
    first = course.entered + timedelta(days=rng.randint(3, 16))
    last = min(first + timedelta(days=60), (course.left or date.max) - timedelta(days=1))
    forum = FORUM[course.unit]
    day = calendar.place(forum, case.reference, first, last)
    if day is not None:
        case.add(day, "presented", forum=forum, by=presenter(rng), matter="visitation")
        if course.way_out != "declined":
            case.add(day, "visited", forum=forum, layer=rng.choice("111122223"))
