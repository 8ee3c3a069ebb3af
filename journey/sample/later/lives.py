"""The course of a case from a day and a state on: which support follows which, how long it lasts, and how it ends.

A course is drawn to its very end, whatever day the register is carried on to.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from ..courses import Course, PlannedGrant
from ..moments import after, birthday, months_old, working_day

_DAYS = {"K": 420, "U": 700, "B": 820, "O": 500}
"""Days that a young citizen keeps the support on average, if no age ends it."""

_ADULT_DAYS = 650
_CHILD, _GROWN, _ADULT = 18, 23, 30
"""S2 and S3: a contact person and an efterskole to eighteen, ungestøtte to twenty-three, Ungeindsatsen to thirty."""

TARGETS = ("kontanthjaelp_aktivitetsparat", "kontanthjaelp_aktivitetsparat", "jobafklaring")
"""Benefits of a citizen of the target group; ressourceforløb is closed to new ones from 1 February 2026."""


@dataclass(slots=True)
class Life:
    """The rest of a course in its unit: the grants to come, when it leaves, and how."""

    left: date
    way_out: str
    ends: date | None = None
    """The first day without the grant that ran at the beginning, where another follows or it ends before the case leaves."""
    grants: list[PlannedGrant] = field(default_factory=list)
    states: str = ""
    benefits: list[tuple[date, str]] = field(default_factory=list)


def _lasting(rng: Random, mean: int) -> int:
    """Days, most of them few, and five years at most."""
    return int(min(rng.expovariate(1 / mean), 5 * 365))


def support_of(rng: Random, state: str) -> str:
    """The support of a state."""
    home = rng.choice(("bostoette_85", "bostoette_85", "bostoette_82b"))
    return {"B": home, "U": "ungestoette", "E": "efterskole", "K": "kontaktperson_32", "O": "botilbud"}[state]


def young_life(rng: Random, born: date, state: str, start: date, first: date) -> Life:
    """From the support that began on `start`, as it stands on the day `first`, to the end in Ungeindsatsen."""
    life = Life(date.max, "handover" if rng.random() < 0.18 else "closed", states=state)
    day = first
    while True:
        ends, follows = _next_support(rng, born, state, start, day)
        if follows == "":
            life.left = ends
            break
        begins = max(ends, date(ends.year, 8, rng.randint(1, 14))) if state == "E" else ends
        if life.grants:
            life.grants[-1].end = ends
        else:
            life.ends = ends
        life.grants.append(PlannedGrant(support_of(rng, follows), begins))
        life.states += follows
        state, start, day = follows, begins, begins
    thirty = working_day(birthday(born, _ADULT))
    if thirty <= life.left:
        life.left, life.way_out = max(thirty, after(rng, first, 3, 20)), "age"
        life.grants = [grant for grant in life.grants if grant.start < life.left]
    return life


def _next_support(rng: Random, born: date, state: str, start: date, day: date) -> tuple[date, str]:
    """The first day without the support of the state, and the state that follows; `` where the case leaves."""
    if state == "E":
        year = start.year + (start.month > 6)
        june = date(max(year, day.year + (day.month > 5)), 6, 26) + timedelta(days=rng.randint(0, 4))
        age, luck = months_old(born, date(june.year, 8, 1)), rng.random()
        if luck < 0.15 and age < (_CHILD - 1) * 12:
            return june, "E"
        if luck < 0.35:
            return june, "K" if age < (_CHILD - 1) * 12 else "U" if age >= _CHILD * 12 else ""
        return june + timedelta(days=rng.randint(0, 40)), ""
    ends = after(rng, day, 20, 50) + timedelta(days=_lasting(rng, _DAYS[state]))
    if state == "K" and ends >= (grown := birthday(born, _CHILD)):
        return working_day(
            max(grown, after(rng, day, 2, 12)) + timedelta(days=rng.randint(0, 8))
        ), "U" if rng.random() < 0.6 else ""
    if state == "U" and ends >= (grown := birthday(born, _GROWN)):
        return working_day(max(grown, after(rng, day, 2, 12))), "B" if rng.random() < 0.6 else ""
    return working_day(ends), "B" if state == "U" and rng.random() < 0.1 else ""


def adult_life(rng: Random, benefit: str, first: date) -> Life:
    """From the day to the end in Arbejdsmarked, with the benefits in between."""
    luck = rng.random()
    life = Life(after(rng, first, 45, 90), "pension" if luck < 0.22 else "handover" if luck < 0.34 else "closed", states="a")
    life.left = working_day(life.left + timedelta(days=_lasting(rng, _ADULT_DAYS)))
    if benefit not in (*TARGETS, "ressourceforloeb"):
        life.benefits.append((min(after(rng, first, 5, 40), life.left), rng.choice(TARGETS)))
    elif (changes := after(rng, first, 100, 700)) < life.left - timedelta(days=30) and rng.random() < 0.4:
        life.benefits.append((changes, "jobafklaring" if benefit == TARGETS[0] else TARGETS[0]))
    return life


def decide_support(rng: Random, course: Course, first: date, benefit: str = "") -> None:
    """Outcome of an assessment: a support from a day after the first one, and the course from there; or none, and the case leaves."""
    adult = course.unit == "arbejdsmarked"
    if rng.random() < (0.22 if adult else 0.2):
        course.way_out, course.left = "declined", after(rng, first, 15, 100)
        course.assessed = course.left
        return
    start = after(rng, first, 20, 110 if adult else 80)
    state = "B" if adult else _suited(rng, course.born, start)
    course.assessed = max(first + timedelta(days=1), start - timedelta(days=rng.randint(0, 5)))
    course.grants.append(PlannedGrant(support_of(rng, state), start))
    live(rng, course, state, start, benefit)


def live(rng: Random, course: Course, state: str, first: date, benefit: str = "") -> None:
    """The course from the first day on with its last grant, to its end."""
    grant = course.grants[-1]
    adult = course.unit == "arbejdsmarked"
    life = adult_life(rng, benefit, first) if adult else young_life(rng, course.born, state, grant.start, first)
    grant.end = life.ends if life.ends is None or life.ends < life.left else None
    course.grants += life.grants
    course.left, course.way_out, course.states = life.left, life.way_out, life.states
    course.benefits += life.benefits


def _suited(rng: Random, born: date, day: date) -> str:
    """The state of a support that suits the age."""
    age = months_old(born, day)
    if age < _CHILD * 12:
        return "K"
    return "B" if age >= _GROWN * 12 or rng.random() < 0.55 else "U"
