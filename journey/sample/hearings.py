"""What is put before a forum in the middle of a course: a changed plan, a change of caseworker, a case to talk over."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .courses import Course
from .forums import Calendar
from .opening import FORUM
from .plan import LAST_VALID
from .story import Story


def tell_hearings(rng: Random, story: Story, course: Course, calendar: Calendar) -> None:
    """R7 and R8: material changes of the plan and changes of caseworker should be heard, and are so now and then.

    A change counts as approved only if a meeting had room for it before it happened.
    """
    forum, until = FORUM[course.unit], course.left or LAST_VALID
    for draft in list(story.drafts):
        day = draft.valid_at
        if draft.data.get("approved_by_forum"):
            meeting = calendar.place(forum, story.case, max(course.entered, day - timedelta(days=28)), min(day, until))
            if meeting is None or day >= until:
                del draft.data["approved_by_forum"]
            else:
                story.tell(meeting, "presented", forum=forum, by="caseworker", matter="caseworker_change")
        elif draft.data.get("material") and rng.random() < 0.7:
            meeting = calendar.place(forum, story.case, day - timedelta(days=28), day + timedelta(days=28))
            if meeting is not None:
                story.tell(meeting, "presented", forum=forum, by="caseworker", matter="plan_change")


def tell_sparring(rng: Random, stories: list[tuple[Story, date, date]], calendar: Calendar) -> None:
    """A meeting without a new case looks at one that runs (S0: "Til møderne sparres om enkeltsager")."""
    for day in calendar.idle("samarbejdsforum_30"):
        running = [story for story, first, until in stories if first <= day < until]
        if running and day <= LAST_VALID:
            story = rng.choice(running)
            story.tell(
                day, "presented", forum="samarbejdsforum_30", by="caseworker", matter=rng.choice(("sparring", "follow_up"))
            )
