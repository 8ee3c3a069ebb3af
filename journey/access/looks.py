"""Spot checks (stikprøver) of the log of looks: which looks are drawn, which have no known relation to their case, and when one is due."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Literal

from msgspec import Struct

Outcome = Literal["ok", "to_be_asked", "breach"]
OUTCOMES: Mapping[Outcome, str] = {
    "ok": "i orden",
    "to_be_asked": "spørges der til",
    "breach": "brud",
}
"""What whoever reviews a look finds, each with its Danish name."""
DRAWN = 25
"""Looks that a spot check draws, at most."""
SEES_CASES = frozenset({"read", "list", "export", "decrypt", "record"})
"""The actions that show a case."""


class LoggedLook(Struct, frozen=True):
    """Look as the log has it."""

    number: int
    at: datetime
    request: str
    person: str
    client: str | None
    units: tuple[str, ...]
    role: str
    purpose: str
    action: str
    case: str | None
    hits: int | None


class Relation(Struct, frozen=True):
    """Relation of people to a case: the units that it has been in, and the persons who recorded in it or were its caseworkers."""

    units: frozenset[str] = frozenset()
    persons: frozenset[str] = frozenset()


def unexplained(looks: Iterable[LoggedLook], relations: Mapping[str, Relation]) -> list[LoggedLook]:
    """The looks at a case that the person has no known relation to: not of one of its units, never its caseworker, and no event in it."""
    return [
        look
        for look in looks
        if look.case is not None and look.action in SEES_CASES and not _is_related(look, relations.get(look.case, Relation()))
    ]


def _is_related(look: LoggedLook, relation: Relation) -> bool:
    return look.person in relation.persons or not relation.units.isdisjoint(look.units)


def drawn(seed: str, numbers: Iterable[int], most: int = DRAWN) -> list[int]:
    """The numbers that a seed draws: the same whenever it is done again, and none that could be told without it."""
    return sorted(sorted(numbers, key=lambda number: sha256(f"{seed} {number}".encode()).digest())[:most])


def is_overdue(last: datetime | None, first_look: datetime | None, now: datetime, days: int) -> bool:
    """Whether a spot check is due: so many days after the last, or after the first look where there was none."""
    since = last or first_look
    return since is not None and now - since > timedelta(days=days)


def open_outcomes(check: Sequence[int], outcomes: Mapping[int, Outcome]) -> list[int]:
    """The looks of a spot check that are not done: not reviewed, or still to be asked about."""
    return [number for number in check if outcomes.get(number, "to_be_asked") == "to_be_asked"]
