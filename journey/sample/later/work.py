"""The daily work of a case after the papers' years, from a day to the day it leaves its unit."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from random import Random

from ..case_draft import CaseDraft
from ..casework import OUTCOMES, Matches, add_activities, add_frame, add_plans
from ..complaints import OUTCOMES as DECISIONS
from ..complaints import add_complaint
from ..courses import Course
from ..moments import after, working_day
from ..support import add_accessories, add_performers

SOONEST = 4
"""Days from the last answer to the next, at the least."""

_COMPLAINTS_A_YEAR = 0.055


def add_casework(
    rng: Random,
    case: CaseDraft,
    course: Course,
    first: date,
    *,
    due: Mapping[str, date] | None = None,
    performer: str = "",
    plan: str = "",
) -> None:
    """The work in the case until it leaves; `due`, `performer` and `plan` are what it has already."""
    until = course.left or date.max
    matches = _performed(rng, case, course, first, until, performer)
    add_activities(rng, case, course.unit, matches, first, until)
    started = next((grant.start for grant in course.grants), None)
    if started is None or started >= until:
        return
    begins = max(first, started)
    if plan:
        _revise(rng, case, plan, begins, until)
    else:
        add_plans(rng, case, course.unit, started, first, until)
    _form_group(rng, case, plan, begins, until)
    add_accessories(rng, case, begins, until)
    pupil = course.grants[-1].support == "efterskole" and len(course.grants) == 1
    waiting = due or {}
    add_follow_ups(rng, case, "social", 330 if pupil else 180, begins, until, waiting.get("social"))
    if "employment" in waiting or (
        case.holder("employment", min(until - timedelta(days=1), begins + timedelta(days=60))) and not pupil
    ):
        add_follow_ups(rng, case, "employment", 120, begins, until, waiting.get("employment"))
    if course.unit == "ungeindsatsen" and not pupil and not plan:
        add_frame(rng, case, begins, until)
    _complain(rng, case, first, until)


def add_follow_ups(
    rng: Random, case: CaseDraft, track: str, every: int, first: date, until: date, due: date | None = None
) -> None:
    """A track of follow-ups to its end: held in time, late, moved to another day, or missed until the next is agreed (R9)."""
    agreed = first
    if due is None or due < first - timedelta(days=40):
        agreed = after(rng, first, 10, 110 if due else 40)
        due = None
    while agreed < until:
        if due is None:
            due = after(rng, agreed, every - 20, every + 20)
            case.add(agreed, "follow_up_agreed", due=due.isoformat(), track=track)
        luck = rng.random()
        if luck < 0.06 and due > agreed + timedelta(days=30):
            moved, again = due - timedelta(days=rng.randint(2, 20)), after(rng, due, 14, 45)
            if moved >= until:
                return
            case.add(moved, "follow_up_agreed", due=again.isoformat(), track=track, moved_from=due.isoformat())
            due = again
        elif luck < 0.11:
            agreed, due = after(rng, max(due, agreed), 25, 90), None
            continue
        if luck < 0.80:
            held = due - timedelta(days=rng.randint(0, 10))
        else:
            held = due + timedelta(days=rng.randint(1, 35) if luck < 0.96 else rng.randint(40, 110))
        agreed, due = working_day(max(held, agreed + timedelta(days=SOONEST))), None
        if agreed < until:
            case.add(agreed, "follow_up_held", outcome=rng.choice(OUTCOMES), track=track)


def _performed(rng: Random, case: CaseDraft, course: Course, first: date, until: date, performer: str) -> Matches:
    """The performers to the end of the support; the one who is there stays until a change."""
    if not performer:
        return add_performers(rng, case, course, first, until, date.max)
    served = [grant for grant in course.grants if grant.support != "efterskole"]
    last = min(until, (served[-1].end if served else None) or until)
    change = working_day(first + timedelta(days=20 + int(rng.expovariate(0.28) * 365)))
    if change < last - timedelta(days=14):
        case.add(change, "performer_ended", worker=performer)
        return [(first, change, performer), *add_performers(rng, case, course, change, until, date.max)]
    if last < until:
        case.add(last, "performer_ended", worker=performer)
    return [(first, last, performer)]


def _revise(rng: Random, case: CaseDraft, plan: str, day: date, until: date) -> None:
    day = after(rng, day, 20, 300)
    while day < until:
        case.add(day, "plan_revised", plan=plan, material=rng.random() < 0.2)
        day = after(rng, day, 150, 420)


def _form_group(rng: Random, case: CaseDraft, plan: str, begins: date, until: date) -> None:
    """A background group around some of the plans that go across the departments."""
    agreed = next(
        (draft.valid_at for draft in case.drafts if draft.data.get("plan") == "samlet" and draft.valid_at >= begins), None
    )
    if plan == "samlet":
        agreed = begins
    if agreed is None or rng.random() > 0.35:
        return
    day = after(rng, agreed, 5, 60)
    if day < until:
        case.add(day, "background_group_formed", size=rng.randint(3, 7))


def _complain(rng: Random, case: CaseDraft, first: date, until: date) -> None:
    """A complaint now and then; it may be decided when the case has left."""
    received = after(rng, first + timedelta(days=10 + int(rng.expovariate(_COMPLAINTS_A_YEAR) * 365)), 0, 6)
    if received >= until - timedelta(days=10):
        return
    reassessed = after(rng, received, 6, 35)
    if rng.random() < 0.2:
        add_complaint(case, received, reassessed, "accommodated", None, "")
    else:
        add_complaint(
            case, received, reassessed, "maintained", after(rng, reassessed, 80, 220), rng.choice(DECISIONS), date.max
        )


def decide(rng: Random, case: CaseDraft, complaint: str, first: date) -> None:
    """Decide a complaint that was pending when the papers' years ended."""
    case.add(after(rng, first, 15, 120), "complaint_decided", complaint=complaint, outcome=rng.choice(DECISIONS))
