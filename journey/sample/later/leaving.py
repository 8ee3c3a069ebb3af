"""The end of a case in its unit: closed, or handed over to another after that was proposed and accepted."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ..case_draft import CaseDraft
from ..courses import Course, PlannedGrant
from ..ending import IN_SOCIAL, close, reason_of
from ..moments import after, months_old
from ..staff import Office
from .work import add_follow_ups

_REFUSED = ("sagen mangler oplysninger", "ikke i målgruppen endnu", "ingen ledig sagsbehandler")

_REHABILITATION_ENDS = date(2026, 2, 1)
"""Lov 1750 of 2025: no rehabilitation team for cases that begin from then on (domain.md section 3)."""


def add_leaving(rng: Random, case: CaseDraft, course: Course, office: Office, first: date) -> Course | None:
    """The end of the case in its unit, of which nothing is put before `first`; the course in Arbejdsmarked of one who comes of age."""
    day = course.left
    if day is None or course.way_out == "rejected":
        return None
    if course.way_out in ("closed", "declined"):
        close(rng, case, day, reason_of(rng, course))
        return None
    if course.way_out == "age":
        propose(rng, case, "arbejdsmarked", first, day)
        case.add(day, "transferred", to="arbejdsmarked", reason="age")
        return Course("arbejdsmarked", "a", "youth", day, day, course.born, [PlannedGrant(course.grants[-1].support, day)])
    _hand_over(rng, case, course, day, office, first)
    return None


def propose(rng: Random, case: CaseDraft, to: str, first: date, day: date) -> None:
    """The handover is proposed and accepted before its day; some are refused first, and a few never answered."""
    room = (day - first).days
    if room < 8:
        return
    proposed = after(rng, day - timedelta(days=min(room, rng.randint(25, 80))), 0, 2)
    luck = rng.random()
    if luck < 0.25 and (day - proposed).days > 40:
        refused = after(rng, proposed, 6, 16)
        case.add(proposed, "handover_proposed", to=to)
        case.add(refused, "handover_refused", to=to, reason=rng.choice(_REFUSED))
        proposed = after(rng, refused, 3, 10)
    if proposed >= day:
        return
    case.add(proposed, "handover_proposed", to=to)
    accepted = after(rng, proposed, 4, max(4, min(45, (day - proposed).days - 4)))
    if luck < 0.93 and accepted < day:
        case.add(accepted, "handover_accepted", to=to)


def _hand_over(rng: Random, case: CaseDraft, course: Course, day: date, office: Office, first: date) -> None:
    pensioned = course.way_out == "pension"
    unit, team = ("boern_familie", "family") if months_old(course.born, day) < 18 * 12 else ("social", "social")
    propose(rng, case, unit, first, day)
    if pensioned:
        sent = after(rng, day - timedelta(days=150), 0, 30)
        if course.referred < _REHABILITATION_ENDS and first < sent:
            case.add(sent, "sent_to_rehabilitation")
        expected = after(rng, day - timedelta(days=90), 0, 60)
        if first < expected < day:
            case.add(expected, "disability_pension_expected")
        case.add(day, "benefit_changed", benefit="foertidspension")
    reason = "disability_pension" if pensioned else "other" if rng.random() < 0.15 else "handover"
    case.add(day, "transferred", to=unit, reason=reason)
    add_afterwards(rng, case, office, team, day, pensioned=pensioned)


def add_afterwards(
    rng: Random, case: CaseDraft, office: Office, team: str, first: date, due: date | None = None, *, pensioned: bool = False
) -> None:
    """The case in the unit that took it over, until it is closed there."""
    end = after(rng, first, 20, 90) if pensioned else after(rng, first, 150, 900)
    office.hold(case, ("authority",), (team,), first, end, case.holder("authority", first) if due else "", reason="transition")
    for role in ("employment", "continuous"):
        case.release(role, first)
    add_follow_ups(rng, case, "social", 150, first, end, due)
    close(rng, case, end, "disability_pension" if pensioned else rng.choice(IN_SOCIAL))
