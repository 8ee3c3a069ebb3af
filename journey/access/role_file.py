"""Roles that a role file gives: to whoever's sign-in has the claims that it names, until when.

The file is written by the municipality from its own catalogue of rights. It gives nothing by itself: a person without a claim that
it names has no role, and neither has one that it blocks. Days are half-open: `until` is the first day without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from itertools import chain
from typing import Any, cast

import msgspec
from msgspec import Struct

from journey.access.reader import Reach
from journey.access.role_form import RoleFile
from journey.access.rules import WHOLE, reader_of, rules
from journey.codes import folded


class RoleGrant(Struct, frozen=True):
    """A role that a person has: its units, the first day without it as it is now, and the names of what gave it."""

    role: str
    units: tuple[str, ...] = ()
    until: date | None = None
    name: str = ""

    @property
    def reach(self) -> Reach:
        """The cases whose rows the role reaches with its units, by the table of rules."""
        return reader_of("", self.role, self.units).reach

    def runs_on(self, day: date) -> bool:
        """Whether the role has not ended by itself: asked at each request."""
        return self.until is None or day < self.until

    def covers(self, other: RoleGrant) -> bool:
        """Whether nothing that the other gives is missing, days apart."""
        return self.role == other.role and (self.units == WHOLE or {*other.units} <= {*self.units})


@cache
def takes_units(role: str) -> bool:
    """Whether the role does anything that its units decide; the others are told apart by nothing but their role."""
    return any(action.scope.get(role) in ("units", "every_unit") for action in rules().action.values())


def person_of(claims: Mapping[str, Any], file: RoleFile) -> str:
    """The id of the person whose claims they are; empty where the claim is missing or is no text."""
    person = claims.get(file.person.id)
    return person if isinstance(person, str) else ""


def grants_for(claims: Mapping[str, Any], file: RoleFile, today: date) -> list[RoleGrant]:
    """The roles that a person with the claims has today, one of each kind, in the order of the file; none where the file names none of
    the claims, or blocks the person."""
    person = person_of(claims, file)
    if not person or is_blocked(person, file):
        return []
    parts = list(chain(_by_claims(claims, file), _as_deputy(person, file)))
    running = [grant for first, grant in parts if (first is None or first <= today) and grant.runs_on(today)]
    return [
        _united([grant for grant in running if grant.role == role]) for role in dict.fromkeys(grant.role for grant in running)
    ]


def is_blocked(person: str, file: RoleFile) -> bool:
    """Whether the file blocks the person; a sign-in that spells an id in other letters finds no way around it."""
    return folded(person) in (folded(each.person) for each in file.blocked)


def _by_claims(claims: Mapping[str, Any], file: RoleFile) -> Iterator[tuple[date | None, RoleGrant]]:
    for grant in file.grants:
        for table in [claims] if grant.each is None else _tables(claims.get(grant.each)):
            if not _has(table, grant.claim, [grant.value]) or not all(_has(table, *each) for each in grant.also.items()):
                continue
            units = tuple(grant.units or ())
            if grant.units_from is not None:
                given = _values(table.get(grant.units_from.claim))
                units = tuple(dict.fromkeys(unit for value, unit in grant.units_from.map.items() if value in given))
            if units or not takes_units(grant.role):
                yield None, RoleGrant(grant.role, units, grant.until, grant.name)


def _as_deputy(person: str, file: RoleFile) -> Iterator[tuple[date | None, RoleGrant]]:
    for deputy in file.deputies:
        if deputy.person == person:
            yield deputy.first, RoleGrant(deputy.role, tuple(deputy.units or ()), deputy.until, deputy.name)


def _has(table: Mapping[str, Any], claim: str, values: Iterable[str]) -> bool:
    return not _values(table.get(claim)).isdisjoint(values)


def _values(claim: object) -> frozenset[str]:
    """The texts that a claim is: one, or those of a list."""
    if isinstance(claim, str):
        return frozenset([claim])
    items = cast("list[object]", claim) if isinstance(claim, list) else []
    return frozenset(item for item in items if isinstance(item, str))


def _tables(claim: object) -> list[Mapping[str, Any]]:
    """The tables that a claim is a list of; one alone is a list of one."""
    items = cast("list[object]", claim) if isinstance(claim, list) else [claim]
    return [cast("dict[str, Any]", item) for item in items if isinstance(item, dict)]


def _united(parts: list[RoleGrant]) -> RoleGrant:
    """The grants of one role as one, until the first day on which it would be less."""
    whole = _union(parts)
    ends = sorted({part.until for part in parts if part.until is not None})
    less = (end for end in ends if not _union([part for part in parts if part.runs_on(end)] or [RoleGrant("")]).covers(whole))
    return msgspec.structs.replace(whole, until=next(less, None))


def _union(parts: list[RoleGrant]) -> RoleGrant:
    units = sorted({unit for part in parts for unit in part.units})
    names = dict.fromkeys(part.name for part in parts)
    return RoleGrant(parts[0].role, WHOLE if WHOLE[0] in units else tuple(units), None, ", ".join(names))
