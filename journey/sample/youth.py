"""The courses of young citizens, drawn between the status days of Ungeindsatsen."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .ages import birth_month
from .courses import Course, Infeasible, PlannedGrant, first_seen, last_seen
from .moments import after, between, birthday, months_old
from .plan import SUPPORTS, UI_FIRST_DAY, UI_STATUS_DAYS

_DRAWS = 400


def window(number: int) -> tuple[date, date]:
    """The days from the day after one status day to the next."""
    first = UI_FIRST_DAY if number == 0 else UI_STATUS_DAYS[number - 1] + timedelta(days=1)
    return first, UI_STATUS_DAYS[number]


def young_course(rng: Random, path: str, origin: str, way_out: str = "") -> Course:
    """A course in Ungeindsatsen that the status days find in the states of the path."""
    for _ in range(_DRAWS):
        try:
            return _drawn(rng, path, origin, way_out)
        except Infeasible:
            continue
    raise Infeasible(path)


def _drawn(rng: Random, path: str, origin: str, way_out: str) -> Course:
    number, end = first_seen(path), last_seen(path)
    course = _entry(rng, path, origin)
    if way_out == "age":
        course.way_out = way_out
    for following in range(number + 1, end + 1):
        _move(rng, course, following)
    if end + 1 < len(path):
        _leave(rng, course, end + 1)
    return course


def _entry(rng: Random, path: str, origin: str) -> Course:
    number = first_seen(path)
    state = path[number]
    first, last = window(number)
    start: date | None = None
    if origin == "social":
        # S2: the caseworkers' cases of Socialområdet, moved with them by the end of March 2022.
        referred = between(rng, date(2021, 9, 6), date(2022, 1, 14))
        entered = between(rng, UI_FIRST_DAY, date(2022, 3, 31))
        start = after(rng, referred, 18, 45)
    elif origin == "taken_over":
        referred = entered = start = between(rng, date(2022, 2, 14), date(2022, 3, 31))
    elif origin == "family":
        referred = between(rng, first, last - timedelta(days=140))
        entered = after(rng, referred, 25, 60)
        start = after(rng, referred, 30, 100)
    elif state == "A":
        referred = entered = between(rng, max(first, last - timedelta(days=110)), last - timedelta(days=8))
    elif state == "E":
        # A school year begins in August; the place is applied for in spring.
        year = UI_FIRST_DAY.year + number
        referred = entered = between(rng, date(year, 2, 15), date(year, 6, 10))
        start = date(year, 8, rng.randint(1, 14))
    else:
        referred = entered = between(rng, first, last - timedelta(days=90))
        start = after(rng, referred, 28, 80)
    course = Course("ungeindsatsen", path, origin, referred, entered, birth_month(rng, referred, path, UI_STATUS_DAYS))
    course.in_scope = origin != "taken_over" and state != "O"
    if start is not None:
        course.grants.append(PlannedGrant(_support(rng, state), start))
        course.assessed = max(referred, start - timedelta(days=rng.randint(0, 4)))
    return course


def _support(rng: Random, state: str) -> str:
    support = SUPPORTS[state]
    return rng.choice(("bostoette_85", "bostoette_85", "bostoette_82b")) if support == "bostoette" else support


def _move(rng: Random, course: Course, number: int) -> None:
    """From the state of one status day to that of the next."""
    before, now = course.states[number - 1 : number + 1]
    first, last = window(number)
    if before == now != "E":
        return
    if before == "A":
        start = between(
            rng,
            max(first + timedelta(days=2), course.referred + timedelta(days=30)),
            max(first + timedelta(days=20), course.referred + timedelta(days=150)),
        )
        course.assessed = max(first, start - timedelta(days=rng.randint(0, 5)))
    elif before == "E":
        course.grants[-1].end = date(first.year, 6, 26) + timedelta(days=rng.randint(0, 5))
        start = date(first.year, 8, rng.randint(1, 14))
        if now == "U":
            start = min(last, max(start, birthday(course.born, 18) + timedelta(days=rng.randint(0, 10))))
    else:
        if before == "K":
            start = min(last, birthday(course.born, 18) + timedelta(days=rng.randint(0, 12)))
        else:
            start = min(between(rng, first + timedelta(days=10), last - timedelta(days=10)), birthday(course.born, 23))
        start = max(start, first + timedelta(days=1))
        course.grants[-1].end = start
    course.grants.append(PlannedGrant(_support(rng, now), start))


def _leave(rng: Random, course: Course, number: int) -> None:
    """Out of the unit before the status day of the number."""
    first, last = window(number)
    earliest, latest = first + timedelta(days=5), last - timedelta(days=5)
    state = course.states[number - 1]
    course.way_out = course.way_out if course.way_out == "age" else ("handover" if rng.random() < 0.18 else "closed")
    if state == "A":
        if rng.random() < 0.5:
            course.way_out = "declined"
            course.left = between(rng, earliest, max(earliest, course.referred + timedelta(days=140)))
            course.assessed = course.left
            return
        start = between(rng, earliest, course.referred + timedelta(days=150))
        age = months_old(course.born, start)
        granted = "K" if age < 17.5 * 12 else "B" if age >= 23 * 12 or rng.random() < 0.6 else "U"
        if age < 18 * 12 <= months_old(course.born, start + timedelta(days=200)):
            raise Infeasible
        course.assessed = max(first, start - timedelta(days=rng.randint(0, 5)))
        course.grants.append(PlannedGrant(_support(rng, granted), start))
        earliest = start + timedelta(days=60)
    if state == "E" and rng.random() < 0.85:
        course.grants[-1].end = date(first.year, 6, 26) + timedelta(days=rng.randint(0, 5))
        earliest, latest = course.grants[-1].end, date(first.year, 8, 20)
    elif state == "E":
        latest = date(first.year, 5, 31)
    elif state == "K":
        latest = min(latest, max(earliest, birthday(course.born, 18) + timedelta(days=10)))
    elif not course.in_scope:
        # S2: the cases that came along were finished by the caseworkers who brought them.
        latest = min(latest, date(2023, 12, 15))
    course.left = between(rng, earliest, latest)
    if course.way_out == "age":
        # Thirty is the day's own age: the month of the handover is the birth month.
        course.born = date(course.left.year - 30, course.left.month, 1)


def finished_run_off(rng: Random) -> Course:
    """A case that came along in spring 2022 and was done with before the first status day."""
    referred = between(rng, date(2022, 2, 14), date(2022, 3, 31))
    state = rng.choice("BBBBUK")
    course = Course(
        "ungeindsatsen",
        "....",
        "taken_over",
        referred,
        referred,
        birth_month(rng, referred, state + "...", (referred,)),
        in_scope=False,
    )
    course.grants.append(PlannedGrant(_support(rng, state), referred))
    course.left = between(rng, date(2022, 5, 2), date(2023, 1, 13))
    course.way_out = "handover" if rng.random() < 0.2 else "closed"
    return course


def unseen_youth(rng: Random, number: int, way_out: str) -> Course:
    """A course that begins and ends between two status days."""
    first, last = window(number)
    first, last = max(first, date(2022, 4, 4)), last - timedelta(days=10)
    length = rng.randint(120, 230) if way_out == "closed" else rng.randint(30, 75)
    referred = between(rng, first, last - timedelta(days=length))
    course = Course("ungeindsatsen", "....", "new", referred, referred, birth_month(rng, referred, "A...", (referred,)))
    course.way_out = way_out
    course.left = max(
        referred + timedelta(days=21), between(rng, referred + timedelta(days=length - 8), referred + timedelta(days=length))
    )
    if way_out == "closed":
        start = after(rng, referred, 28, 60)
        age = months_old(course.born, start)
        state = "K" if age < 18 * 12 else "B" if age >= 23 * 12 or rng.random() < 0.6 else "U"
        course.grants.append(PlannedGrant(_support(rng, state), start))
        course.assessed = max(referred, start - timedelta(days=rng.randint(0, 4)))
    return course
