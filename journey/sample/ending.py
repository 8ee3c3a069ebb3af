"""The ending of a case in its unit, and what becomes of it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .case_draft import CaseDraft
from .courses import Course
from .moments import after, months_old
from .plan import LAST_VALID
from .staff import Office

_YOUNG = (
    ("education",) * 6 + ("employment",) * 4 + ("income_settled", "moved", "moved", "declined", "out_of_target_group", "other")
)
_RUN_OFF = ("out_of_target_group",) * 5 + ("education", "employment", "moved", "other", "disability_pension")
_ADULT = ("employment",) * 6 + ("income_settled",) * 4 + ("moved", "moved", "died", "other")
_DECLINED = ("declined", "declined", "out_of_target_group", "out_of_target_group", "moved", "other")
IN_SOCIAL = ("other", "other", "other", "moved", "moved", "out_of_target_group", "died")


def add_ending(rng: Random, case: CaseDraft, course: Course, office: Office) -> None:
    """The case is closed, or another unit goes on with it."""
    if course.left is None or course.way_out in ("rejected", "age"):
        return
    if course.way_out in ("closed", "declined"):
        close(rng, case, course.left, reason_of(rng, course))
    else:
        _hand_over(rng, case, course, course.left, office)


def reason_of(rng: Random, course: Course) -> str:
    """The reason that the case is closed for."""
    if course.way_out == "declined":
        return rng.choice(_DECLINED)
    if course.unit == "arbejdsmarked":
        return rng.choice(_ADULT)
    if "E" in course.states.rstrip(".")[-1:]:
        return "education"
    return rng.choice(_YOUNG if course.in_scope else _RUN_OFF)


def close(rng: Random, case: CaseDraft, day: date, reason: str) -> None:
    """Close the case; who goes to work or school often has no benefit any more."""
    if reason in ("education", "employment") and rng.random() < 0.6:
        case.add(day, "benefit_changed", benefit="ingen")
    case.add(day, "closed", reason=reason)
    case.closed(day)


def _hand_over(rng: Random, case: CaseDraft, course: Course, day: date, office: Office) -> None:
    pensioned = course.way_out == "pension"
    child = months_old(course.born, day) < 18 * 12
    unit, team = ("boern_familie", "family") if child else ("social", "social")
    if pensioned:
        sent = max(course.entered + timedelta(days=2), after(rng, day - timedelta(days=100), 0, 60))
        case.add(min(sent, day - timedelta(days=1)), "sent_to_rehabilitation")
        case.add(day, "benefit_changed", benefit="foertidspension")
    reason = "disability_pension" if pensioned else "other" if rng.random() < 0.15 else "handover"
    case.add(day, "transferred", to=unit, reason=reason)
    end = after(rng, day, 20, 90) if pensioned else after(rng, day, 60, 400)
    closes = end <= LAST_VALID and rng.random() < (0.6 if pensioned else 0.5)
    until = end if closes else LAST_VALID + timedelta(days=1)
    office.hold(case, ("authority",), (team,), day, until, reason="transition")
    case.release("employment", day)
    case.release("continuous", day)
    if closes:
        close(rng, case, end, "disability_pension" if pensioned else rng.choice(IN_SOCIAL))
