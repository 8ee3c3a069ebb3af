"""The beginning of a case: benefit, referral, assessment, forum, handover."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .case_draft import CaseDraft
from .courses import Course
from .forums import Calendar
from .moments import birthday, months_old, working_day
from .plan import LAST_VALID

FORUM = {"ungeindsatsen": "samarbejdsforum_ung", "arbejdsmarked": "samarbejdsforum_30"}
_BEFORE = {"social": "social", "cohort": "social", "family": "boern_familie"}
_REJECTIONS = {
    "ungeindsatsen": ("botilbud", "psyk_misbrug", "psyk_misbrug", "declined", "other", "integration"),
    "arbejdsmarked": ("foertidspension", "fleksjob", "forsikret", "psyk_misbrug", "declined", "botilbud", "other"),
}
"""S2, "Afgrænsning af HOI-målgruppen"."""


def first_unit(course: Course) -> str:
    """The unit that the citizen was referred to."""
    return _BEFORE.get(course.origin, course.unit)


def add_opening(rng: Random, case: CaseDraft, course: Course, calendar: Calendar) -> None:
    """From the referral to the day on which the unit has the case and the forum has seen it."""
    _add_benefits(rng, case, course)
    data: dict[str, object] = {"unit": first_unit(course), "citizen": course.citizen, "born": course.born.strftime("%Y-%m")}
    if course.origin == "taken_over":
        data["channel"] = "taken_over"
    elif course.origin == "new" and rng.random() < 0.25:
        data["channel"] = "internal"
    if not course.in_scope:
        data["in_scope"] = False
    case.add(course.referred, "referred", **data)
    if course.origin != "taken_over":
        add_assessment(rng, case, course)
    if course.entered > course.referred:
        case.add(course.entered, "transferred", to=course.unit, reason="handover")
    if course.way_out == "rejected":
        add_rejection(rng, case, course, calendar)
    else:
        _add_visitation(rng, case, course, calendar)


def _add_benefits(rng: Random, case: CaseDraft, course: Course) -> None:
    if course.unit == "arbejdsmarked":
        for day, benefit in course.benefits:
            case.add(day, "benefit_changed", benefit=benefit)
        return
    adult = months_old(course.born, course.referred) >= 18 * 12
    own = ("uddannelseshjaelp",) * 6 + (
        "kontanthjaelp_aktivitetsparat",
        "kontanthjaelp_aktivitetsparat",
        "ressourceforloeb",
        "ingen",
    )
    day = max(date(2021, 9, 1), course.referred - timedelta(days=rng.randint(5, 60)))
    case.add(day, "benefit_changed", benefit=rng.choice(own) if adult else "ingen")
    grown = working_day(birthday(course.born, 18))
    if not adult and grown < (course.left or LAST_VALID) and rng.random() < 0.7:
        case.add(grown, "benefit_changed", benefit="uddannelseshjaelp")


def add_assessment(rng: Random, case: CaseDraft, course: Course) -> None:
    """The assessment of the application, from the referral until it is closed."""
    if course.way_out == "rejected" and rng.random() < 0.5:
        return
    method = "vum"
    if course.unit == "ungeindsatsen":
        child = months_old(course.born, course.referred) < 18 * 12 and "E" not in course.states
        method = "child" if child and rng.random() < 0.6 else "application"
    case.add(course.referred, "assessment_opened", method=method)
    if course.assessed is not None and course.assessed != course.left:
        case.add(course.assessed, "assessment_closed")


def add_rejection(rng: Random, case: CaseDraft, course: Course, calendar: Calendar) -> None:
    """Turned away at a meeting near the day; where no meeting has room, the citizen withdraws."""
    near = course.left or LAST_VALID
    day = calendar.place(FORUM[course.unit], case.reference, near - timedelta(days=13), near + timedelta(days=4))
    if day is None or day <= course.referred + timedelta(days=3):
        course.way_out = "declined"
        return
    course.left = day
    case.add(day, "presented", forum=FORUM[course.unit], by=presenter(rng), matter="visitation")
    case.add(day, "rejected", forum=FORUM[course.unit], reason=rng.choice(_REJECTIONS[course.unit]))


def _add_visitation(rng: Random, case: CaseDraft, course: Course, calendar: Calendar) -> None:
    """R1, R2: the forum admits before the support begins; now and then it sees the case late, or not at all."""
    if course.origin == "cohort" or (not course.in_scope and rng.random() > 0.06) or course.origin == "youth":
        return
    started = course.grants[0].start if course.grants else None
    if started is None:
        if course.way_out == "declined" or rng.random() < 0.4:
            return
        first, last = course.referred + timedelta(days=10), min(LAST_VALID, course.referred + timedelta(days=60))
    elif not course.in_scope:
        first, last = course.entered + timedelta(days=60), course.entered + timedelta(days=150)
    else:
        first, last = (
            course.referred + timedelta(days=7),
            max(started, course.entered + timedelta(days=28 if course.origin == "social" else 0)),
        )
    last = min(last, (course.left or LAST_VALID) - timedelta(days=1))
    forum = FORUM[course.unit]
    day = calendar.place(forum, case.reference, first, last)
    if day is None:
        return
    case.add(day, "presented", forum=forum, by=presenter(rng), matter="visitation")
    if started is not None:
        case.add(day, "visited", forum=forum, layer=rng.choice("111122223"))


def presenter(rng: Random) -> str:
    """The one who puts the case before the forum: a leader or a caseworker."""
    return "leader" if rng.random() < 0.3 else "caseworker"
