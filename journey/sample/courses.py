"""A course: what happens to one case, in dates, before anybody has written it down."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from random import Random

from .plan import Flow


class Infeasible(Exception):
    """No birth month fits what was drawn."""


@dataclass(slots=True)
class PlannedGrant:
    """A grant from its first day to the first day without; without an end it runs until the case leaves."""

    support: str
    start: date
    end: date | None = None
    amount: int | None = None


@dataclass(slots=True)
class Course:
    """One case from referral to its end; `states` says in what state each status day finds it."""

    unit: str
    states: str
    origin: str
    """`new`, or where it came from: `social`, `family`, `taken_over`, `cohort`, `youth`."""
    referred: date
    entered: date
    """The first day in `unit`; later than the referral where another unit handed it over."""
    born: date
    grants: list[PlannedGrant] = field(default_factory=list)
    assessed: date | None = None
    """The day its assessment was closed."""
    benefits: list[tuple[date, str]] = field(default_factory=list)
    left: date | None = None
    """The first day not in `unit`; none while it is there when the sample ends."""
    way_out: str = "closed"
    """`closed`, `rejected`, `declined`, `handover`, `pension`, `age`."""
    in_scope: bool = True
    onward: Course | None = None
    """What follows in the next unit, for one that comes of age."""
    reopened: tuple[date, date] | None = None
    """Closed and taken up again in between."""
    decided: date | None = None
    """The day the forum turned it away, for one that is rejected."""
    citizen: str = ""
    sharing: Course | None = None
    """Another course of the same citizen."""


def first_seen(path: str) -> int:
    """The first status day that finds the course in the unit."""
    return len(path) - len(path.lstrip("."))


def last_seen(path: str) -> int:
    """The last status day that finds it there."""
    return len(path.rstrip(".")) - 1


def paths(flows: tuple[Flow, ...], rng: Random) -> list[str]:
    """The courses behind the flow tables, each as its states on the status days.

    Who goes where is drawn. Only a child is on an efterskole or has a contact person, so those who have been there
    longest are the first to leave these.
    """
    ways: list[str] = []
    for number, flow in enumerate(flows):
        onward: list[str] = []
        for state in sorted({way[-1] for way in ways}):
            here = [way for way in ways if way[-1] == state]
            targets = [pair[1] for pair, count in flow.items() if pair[0] == state for _ in range(count)]
            if state == ".":
                targets = ["."] * len(here)
            if len(targets) != len(here):
                raise ValueError(f"flow table {number}: {len(here)} are in {state}, {len(targets)} go on from there")
            rng.shuffle(here)
            rng.shuffle(targets)
            if state in "EK":
                here.sort(key=lambda way: way.count("E") + way.count("K"))
                targets.sort(key=lambda target: target not in "EK")
            onward += [way + target for way, target in zip(here, targets, strict=True)]
        onward += ["." * number + pair[1] for pair, count in flow.items() if pair[0] == "." for _ in range(count)]
        ways = onward
    return ways
