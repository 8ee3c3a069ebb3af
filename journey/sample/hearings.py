"""Hearings: what is put before a forum in the middle of a course: a changed plan, a change of caseworker, a case to talk over."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .case_draft import CaseDraft
from .courses import Course
from .forums import Calendar
from .opening import FORUM
from .plan import LAST_VALID


def add_hearings(rng: Random, case: CaseDraft, course: Course, calendar: Calendar) -> None:
    """R7 and R8: material changes of the plan and changes of caseworker should be heard, and are so now and then.

    A change counts as approved only if a meeting had room for it before it happened.
    """
    forum, until = FORUM[course.unit], course.left or LAST_VALID
    for draft in list(case.drafts):
        day = draft.valid_at
        if draft.data.get("approved_by_forum"):
            meeting = calendar.place(forum, case.reference, max(course.entered, day - timedelta(days=28)), min(day, until))
            if meeting is None or day >= until:
                del draft.data["approved_by_forum"]
            else:
                case.add(meeting, "presented", forum=forum, by="caseworker", matter="caseworker_change")
        elif draft.data.get("material") and rng.random() < 0.7:
            meeting = calendar.place(forum, case.reference, day - timedelta(days=28), day + timedelta(days=28))
            if meeting is not None:
                case.add(meeting, "presented", forum=forum, by="caseworker", matter="plan_change")


def add_sparring(rng: Random, cases: list[tuple[CaseDraft, date, date]], calendar: Calendar) -> None:
    """A meeting without a new case looks at one that runs (S0: "Til møderne sparres om enkeltsager")."""
    for day in calendar.idle("samarbejdsforum_30"):
        running = [case for case, first, until in cases if first <= day < until]
        if running and day <= LAST_VALID:
            case = rng.choice(running)
            case.add(
                day, "presented", forum="samarbejdsforum_30", by="caseworker", matter=rng.choice(("sparring", "follow_up"))
            )
