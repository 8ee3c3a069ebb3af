"""Running cases on the meetings that have no new one (S0: "Til møderne sparres om enkeltsager")."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from ..case_draft import CaseDraft
from ..courses import Course
from ..forums import Calendar
from .days import stream


def sparring_cases(seed: int, stays: Sequence[tuple[CaseDraft, Course]], calendar: Calendar, last: date) -> list[CaseDraft]:
    """A running case of Arbejdsmarked on each meeting up to the last day that has none, apart from what else is drafted of the case."""
    forum, found = "samarbejdsforum_30", list[CaseDraft]()
    for day in calendar.idle(forum):
        running = [
            case
            for case, course in stays
            if course.unit == "arbejdsmarked" and course.entered <= day < (course.left or date.max)
        ]
        if running and day <= last:
            rng = stream(seed, "meeting", day)
            matter = rng.choice(("sparring", "follow_up"))
            chosen = rng.choice(running)
            found.append(CaseDraft(chosen.reference, holders=chosen.holders))
            found[-1].add(day, "presented", forum=forum, by="caseworker", matter=matter)
    return found
