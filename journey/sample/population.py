"""Everybody in the sample: the courses of the plan, drawn and joined."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from . import plan
from .adults import adult_course, left_at_once, unseen_adult
from .ages import of_age
from .courses import Course, Infeasible, PlannedGrant, first_seen, last_seen, paths
from .moments import between
from .youth import finished_run_off, unseen_youth, window, young_course

_COMPOSITIONS = 50


def population(rng: Random) -> list[Course]:
    """The courses in the order of their referral, each with its citizen."""
    young, adults = _composed(rng)
    _share_efterskole(rng, young)
    for course in rng.sample([course for course in young if _may_reopen(course)], plan.REOPENED):
        _reopen(rng, course)
    unseen = [
        unseen_youth(rng, number, {"short": "closed"}.get(sort, sort))
        for number, sorts in enumerate(plan.UI_UNSEEN)
        for sort, count in sorts.items()
        for _ in range(count)
    ]
    _same_citizens(rng, young, unseen)
    unseen += [
        unseen_adult(rng, number, sort)
        for number, sorts in enumerate(plan.AM_UNSEEN)
        for sort, count in sorts.items()
        for _ in range(count)
    ]
    courses = sorted(young + adults + unseen, key=lambda course: course.referred)
    numbers = iter(range(1, len(courses) + 1))
    for course in courses:
        if course.sharing is None:
            course.citizen = f"b-{next(numbers):04}"
    for course in courses:
        if course.sharing is not None:
            course.citizen = course.sharing.citizen
    return courses


def _composed(rng: Random) -> tuple[list[Course], list[Course]]:
    """Who goes where is drawn anew if a drawn sequence fits no age."""
    for _ in range(_COMPOSITIONS):
        try:
            return _drawn(rng)
        except Infeasible:
            continue
    raise Infeasible


def _drawn(rng: Random) -> tuple[list[Course], list[Course]]:
    youth_paths, cohort, newcomers = (
        paths(flows, rng) for flows in (plan.UI_FLOWS, plan.AM_COHORT_FLOWS, plan.AM_NEWCOMER_FLOWS)
    )
    young: list[Course] = []
    adults: list[Course] = []
    for number, count in enumerate(plan.COMING_OF_AGE):
        for _ in range(count):
            path = next(path for path in youth_paths if path[number - 1 : number + 1] == "B." and not set(path) & set("EKU"))
            onward = next(path for path in newcomers if first_seen(path) == number and path[number] == "a")
            youth_paths.remove(path)
            newcomers.remove(onward)
            course = young_course(rng, path, _origin(rng, path), "age")
            course.onward = adult_course(rng, onward, "youth", "closed", course.left)
            young.append(course)
    pensioned = {number: _pensioned(rng, cohort, newcomers, number) for number in (1, 2, 3)}
    young += [young_course(rng, path, _origin(rng, path)) for path in youth_paths]
    for path in paths(plan.RUN_OFF_FLOWS, rng):
        young.append(young_course(rng, path, "social" if path[0] == "O" else "taken_over"))
    young += [finished_run_off(rng) for _ in range(plan.RUN_OFF_FINISHED_FIRST)]

    at_once = plan.AM_COHORT - len(cohort)
    adults += [left_at_once(rng, "pension" if turn < plan.PENSIONED[0] else "closed") for turn in range(at_once)]
    for ways, origin in ((cohort, "cohort"), (newcomers, "new")):
        for path in ways:
            leaving = pensioned.get(last_seen(path) + 1, [])
            way_out = "pension" if path in leaving else rng.choice(("closed", "closed", "closed", "handover"))
            if path in leaving:
                leaving.remove(path)
            adults.append(adult_course(rng, path, origin, way_out))
    return young, adults


def _pensioned(rng: Random, cohort: list[str], newcomers: list[str], number: int) -> list[str]:
    """The paths of those who leave before the status day of the number on disability pension."""
    leaving = [path for path in cohort + newcomers if last_seen(path) + 1 == number and path[number - 1] in "ar"]
    return rng.sample(leaving, plan.PENSIONED[number])


def _origin(rng: Random, path: str) -> str:
    """Where a young course comes from: at first mostly from Socialområdet (S2), later now and then from the families' department."""
    number = first_seen(path)
    state = path[number]
    if number == 0:
        return "social" if state in "BUK" and rng.random() < 0.8 else "new"
    return "family" if state in "KU" and rng.random() < 0.4 else "new"


def _share_efterskole(rng: Random, young: list[Course]) -> None:
    """The grants of the first status day share the printed sum, in steps of 500 kroner (S3)."""
    grants = [course.grants[0] for course in young if course.states[0] == "E"]
    steps = plan.EFTERSKOLE_KRONER // 500
    cuts = [rng.randint(80, 130) for _ in grants]
    shares = [cut * steps // sum(cuts) for cut in cuts]
    for turn in range(steps - sum(shares)):
        shares[turn % len(shares)] += 1
    for grant, share in zip(grants, shares, strict=True):
        grant.amount = share * 500


def _may_reopen(course: Course) -> bool:
    if course.left is None or course.way_out != "closed" or not course.in_scope:
        return False
    number = last_seen(course.states) + 1
    first, _ = window(number)
    return course.states[number - 1] in "BU" and course.left > first + timedelta(days=200)


def _reopen(rng: Random, course: Course) -> None:
    """Closed too early and taken up again, both between the same two status days."""
    first, last = window(last_seen(course.states) + 1)
    closed = between(rng, first + timedelta(days=10), (course.left or last) - timedelta(days=150))
    reopened = between(rng, closed + timedelta(days=14), closed + timedelta(days=60))
    course.reopened = closed, reopened
    course.grants.append(
        PlannedGrant(course.grants[-1].support, between(rng, reopened + timedelta(days=2), reopened + timedelta(days=12)))
    )


def _same_citizens(rng: Random, young: list[Course], unseen: list[Course]) -> None:
    """A few have a second case while the first runs; some who were turned away come back."""
    twice = 0
    for course in unseen:
        if course.way_out == "closed" and twice < plan.TWO_AT_ONCE:
            beside = [host for host in young if _runs_beside(host, course)]
            if beside:
                course.sharing, twice = rng.choice(beside), twice + 1
                course.born = course.sharing.born
    later = [course for course in young if course.origin == "new" and course.referred > date(2022, 9, 1) and not course.onward]
    for course in unseen:
        if course.way_out != "rejected" or rng.random() > 0.2 or course.left is None:
            continue
        again = [
            host
            for host in later
            if course.left + timedelta(days=30) < host.referred and of_age("A", host.born, course.referred)
        ]
        if again:
            course.sharing = rng.choice(again)
            course.born = course.sharing.born
            later.remove(course.sharing)


def _runs_beside(host: Course, course: Course) -> bool:
    ends = host.left or plan.LAST_VALID
    if course.left is None or not host.in_scope or host.onward or host.reopened:
        return False
    return (
        host.entered < course.referred
        and course.left < ends
        and of_age(course.grants[0].support, host.born, course.grants[0].start)
    )
