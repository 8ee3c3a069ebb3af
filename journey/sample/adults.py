"""The courses of citizens of thirty and over, drawn between the status days of Arbejdsmarked."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .courses import Course, PlannedGrant, first_seen, last_seen
from .moments import after, between
from .plan import AM_FIRST_DAY, AM_STATUS_DAYS

_TARGET = {"a": ("kontanthjaelp_aktivitetsparat",), "r": ("ressourceforloeb", "ressourceforloeb", "jobafklaring")}
_OUTSIDE = ("sygedagpenge", "kontanthjaelp_jobparat")


def window(number: int) -> tuple[date, date]:
    """The days from the day after one status day to the next."""
    first = AM_FIRST_DAY if number == 0 else AM_STATUS_DAYS[number - 1] + timedelta(days=1)
    return first, AM_STATUS_DAYS[number]


def adult_course(rng: Random, path: str, origin: str, way_out: str = "closed", entered: date | None = None) -> Course:
    """A course in Arbejdsmarked that the status days find in the states of the path.

    `entered` is said for one that comes of age: it brings its grant with it from Ungeindsatsen.
    """
    course = _entry(rng, path, origin, entered)
    course.way_out = way_out
    for number in range(first_seen(path) + 1, last_seen(path) + 1):
        _move(rng, course, number)
    if last_seen(path) + 1 < len(path):
        _leave(rng, course, last_seen(path) + 1)
    return course


def left_at_once(rng: Random, way_out: str) -> Course:
    """One of those handed over in October 2022 who had left by January (S3: "en del sager")."""
    course = _from_social(rng, "....", rng.choice("aar"))
    course.way_out = way_out
    course.left = between(rng, date(2022, 11, 14), date(2023, 1, 11))
    return course


def _entry(rng: Random, path: str, origin: str, entered: date | None) -> Course:
    number = first_seen(path)
    state = path[number]
    if origin == "cohort":
        return _from_social(rng, path, state)
    if entered is not None:
        course = Course("arbejdsmarked", path, origin, entered, entered, date(entered.year - 30, entered.month, 1))
        course.benefits.append((entered, rng.choice(_TARGET[state])))
        return course
    first, last = window(number)
    if state == "A":
        referred = between(rng, max(first, last - timedelta(days=130)), last - timedelta(days=8))
        course = Course("arbejdsmarked", path, origin, referred, referred, _born(rng, referred))
        benefit = rng.choice(_OUTSIDE) if rng.random() < 0.35 else rng.choice(_TARGET[rng.choice("ar")])
        course.benefits.append((referred - timedelta(days=rng.randint(5, 120)), benefit))
        return course
    latest = date(2022, 11, 2) if number == 0 else last - timedelta(days=130)
    referred = between(rng, first, latest)
    course = Course("arbejdsmarked", path, origin, referred, referred, _born(rng, referred))
    course.benefits.append((referred - timedelta(days=rng.randint(5, 120)), rng.choice(_TARGET[state])))
    _grant(rng, course, after(rng, referred, 40, 68 if number == 0 else 110), referred)
    return course


def _from_social(rng: Random, path: str, state: str) -> Course:
    """S0: "de oprindelige 31 sager, der blev overdraget fra Socialområdet … i oktober 2022"."""
    referred = between(rng, date(2021, 9, 6), date(2022, 5, 31))
    entered = between(rng, AM_FIRST_DAY, date(2022, 10, 28))
    course = Course("arbejdsmarked", path, "cohort", referred, entered, _born(rng, referred))
    course.benefits.append((max(date(2021, 9, 1), referred - timedelta(days=rng.randint(5, 120))), rng.choice(_TARGET[state])))
    _grant(rng, course, after(rng, referred, 30, 80), referred)
    return course


def _born(rng: Random, referred: date) -> date:
    """Thirty to sixty-one; a few have just turned thirty."""
    if rng.random() < 0.06:
        return date(referred.year - 30, referred.month, 1)
    return date(referred.year - rng.randint(31, 61), rng.randint(1, 12), 1)


def _grant(rng: Random, course: Course, start: date, assessment_may_close: date) -> None:
    course.grants.append(PlannedGrant(rng.choice(("bostoette_85", "bostoette_85", "bostoette_82b")), start))
    course.assessed = max(assessment_may_close, start - timedelta(days=rng.randint(0, 6)))


def _move(rng: Random, course: Course, number: int) -> None:
    before, now = course.states[number - 1 : number + 1]
    first, last = window(number)
    if before == "A":
        earliest = max(first + timedelta(days=3), course.referred + timedelta(days=50))
        start = between(rng, earliest, max(earliest, course.referred + timedelta(days=170)))
        _grant(rng, course, start, first)
        if course.benefits[-1][1] not in _TARGET[now]:
            course.benefits.append((min(start, first + timedelta(days=rng.randint(1, 40))), rng.choice(_TARGET[now])))
    elif before != now:
        course.benefits.append((between(rng, first + timedelta(days=10), last - timedelta(days=10)), rng.choice(_TARGET[now])))


def _leave(rng: Random, course: Course, number: int) -> None:
    first, last = window(number)
    earliest, latest = first + timedelta(days=10), last - timedelta(days=8)
    if course.states[number - 1] == "A":
        course.way_out = "declined"
        course.left = between(rng, earliest, max(earliest, course.referred + timedelta(days=150)))
        course.assessed = course.left
        return
    if course.way_out == "pension":
        # Which calendar year a pension falls in is published for 2024, so it stays inside the year of its window.
        latest = min(latest, date(first.year, 12, 12))
    course.left = between(rng, max(earliest, course.entered + timedelta(days=60)), latest)


def unseen_adult(rng: Random, number: int, way_out: str) -> Course:
    """A course that begins and ends between two status days."""
    first, last = window(number)
    length = rng.randint(35, 80)
    referred = between(rng, first, last - timedelta(days=length + 5))
    course = Course("arbejdsmarked", "....", "new", referred, referred, _born(rng, referred))
    course.benefits.append(
        (referred - timedelta(days=rng.randint(5, 120)), rng.choice((*_OUTSIDE, *_TARGET["a"], *_TARGET["r"])))
    )
    course.way_out = way_out
    course.left = between(rng, referred + timedelta(days=25), referred + timedelta(days=length))
    return course
