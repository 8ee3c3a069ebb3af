"""A course told as the events of a case, from referral to closing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .casework import tell_activities, tell_committee, tell_follow_ups, tell_frame, tell_plans
from .courses import Course
from .ending import tell_ending
from .forums import Calendar
from .hearings import tell_hearings
from .opening import tell_opening
from .plan import LAST_VALID
from .roles import BOTH, tell_roles
from .staff import Office
from .story import Story
from .support import tell_accessories, tell_performers, tell_support

_AFTER = LAST_VALID + timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Stay:
    """A case in a unit, from the first day there to the first day without."""

    story: Story
    unit: str
    first: date
    until: date


def tell(rng: Random, story: Story, course: Course, office: Office, calendar: Calendar) -> list[Stay]:
    """The whole course; answered are its stays in the two units of the papers."""
    tell_opening(rng, story, course, calendar)
    tell_support(rng, story, course)
    until = course.left or _AFTER
    if course.reopened is None:
        stays = [_stay(rng, story, course, office, calendar, course.entered, until)]
    else:
        closed, reopened = course.reopened
        stays = [_stay(rng, story, course, office, calendar, course.entered, closed)]
        story.tell(closed, "closed", reason="education")
        story.closed(closed)
        story.tell(reopened, "reopened")
        stays.append(_stay(rng, story, course, office, calendar, reopened, until))
    if course.onward is not None and course.left is not None:
        stays += _onward(rng, story, course.onward, course.left, office)
    tell_ending(rng, story, course, office)
    tell_hearings(rng, story, course, calendar)
    return stays


def _stay(rng: Random, story: Story, course: Course, office: Office, calendar: Calendar, first: date, until: date) -> Stay:
    tell_roles(rng, story, office, course, first, until)
    if course.way_out not in ("rejected", "declined"):
        _tell_casework(rng, story, course, office, calendar, first, until)
    elif (until - first).days > 20:
        tell_activities(rng, story, course.unit, [], first, until)
    return Stay(story, course.unit, first, until)


def _tell_casework(
    rng: Random, story: Story, course: Course, office: Office, calendar: Calendar, first: date, until: date
) -> None:
    if course.unit == "ungeindsatsen" and course.origin == "new" and rng.random() < 0.3:
        tell_committee(rng, story, office, calendar, first + timedelta(days=25), until)
    started = next((grant.start for grant in course.grants if (grant.end or until) > first and grant.start < until), None)
    matches = tell_performers(rng, story, course, first, until)
    tell_activities(rng, story, course.unit, matches, first, until)
    if started is None:
        return
    begins = max(first, started)
    tell_plans(rng, story, course.unit, started, first, until)
    tell_accessories(rng, story, begins, until)
    pupil = course.grants[-1].support == "efterskole" and len(course.grants) == 1
    tell_follow_ups(rng, story, "social", 330 if pupil else 180, begins, until)
    if story.holder("employment", min(until - timedelta(days=1), begins + timedelta(days=60))) and not pupil:
        tell_follow_ups(rng, story, "employment", 120, begins, until)
    if course.unit == "ungeindsatsen" and course.in_scope and not pupil:
        tell_frame(rng, story, begins, until)


def _onward(rng: Random, story: Story, course: Course, day: date, office: Office) -> list[Stay]:
    """Thirty years old: the case goes on in Arbejdsmarked, with the grant that it brought."""
    story.tell(day, "transferred", to=course.unit, reason="age")
    for changed, benefit in course.benefits:
        story.tell(changed, "benefit_changed", benefit=benefit)
    until = course.left or _AFTER
    story.release("continuous", day)
    office.hold(story, BOTH, ("adult",), day, until, reason="transition")
    tell_activities(rng, story, course.unit, [], day, until)
    tell_follow_ups(rng, story, "social", 180, day, until)
    tell_ending(rng, story, course, office)
    return [Stay(story, course.unit, day, until)]
