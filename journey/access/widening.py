"""Gains of a person by another role file: nobody takes part in putting one into force that gives themselves more."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, NamedTuple

from msgspec.structs import replace

from journey.access.role_file import RoleGrant, grants_for, person_of
from journey.access.role_form import ClaimGrant, RoleFile


class Gain(NamedTuple):
    """A role that a person would have from a day on, and has not as much of by the file in force."""

    day: date
    grant: RoleGrant


def gains(
    claims: Mapping[str, Any], old: RoleFile | None, new: RoleFile, today: date, not_held: Collection[str] = ()
) -> list[Gain]:
    """The person's gains by the new file, today and on every later day on which either file changes by itself; one a role.

    Each file reads the id from the claims by itself. Without a file in force every role is a gain. Of the claims that are `not_held`,
    because a session saves none of them, it is assumed that they have whatever value the new file asks for.
    """
    unknown = {*not_held} - {*claims}
    if new.person.id in unknown:  # whoever they will be called, they may be any of its deputies
        person, unknown = person_of(claims, old or RoleFile()), unknown - {new.person.id}
        claims = {**claims, new.person.id: person}
        new = replace(new, deputies=[replace(deputy, person=person) for deputy in new.deputies], blocked=[])
    new = replace(new, grants=[_assumed(grant, unknown, new.person.id, person_of(claims, new)) for grant in new.grants])
    changing = new.days if old is None else new.days | old.days
    days = sorted({today, *(day for day in changing if day > today)})
    found: dict[str, Gain] = {}
    for day in days:
        has = {grant.role: grant for grant in grants_for(claims, old, day)} if old else {}
        for grant in grants_for(claims, new, day):
            if grant.role not in has or not has[grant.role].covers(grant):
                found.setdefault(grant.role, Gain(day, grant))
    return list(found.values())


def _assumed(grant: ClaimGrant, unknown: Collection[str], id_claim: str, person: str) -> ClaimGrant:
    """The grant as it is for a person whose unknown claims have the values that it asks for."""
    if grant.each in unknown:
        units = None if grant.units_from is None else [*grant.units_from.map.values()]
        return replace(grant, each=None, claim=id_claim, value=person, also={}, units_from=None, units=units or grant.units)
    if grant.each is not None:
        return grant
    grant = replace(grant, also={claim: values for claim, values in grant.also.items() if claim not in unknown})
    if grant.units_from is not None and grant.units_from.claim in unknown:
        grant = replace(grant, units_from=None, units=[*grant.units_from.map.values()])
    return replace(grant, claim=id_claim, value=person) if grant.claim in unknown else grant
