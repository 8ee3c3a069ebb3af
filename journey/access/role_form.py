"""The role file (rollefilen) as it is written: which claims of the municipality's sign-in give which role, units and last day."""

from __future__ import annotations

from datetime import date
from itertools import chain
from typing import Annotated

from msgspec import Meta, Struct, field

Text = Annotated[str, Meta(min_length=1, max_length=300)]
"""The name or the value of a claim; those of Fælleskommunal Adgangsstyring are long addresses."""
GrantName = Annotated[str, Meta(min_length=1, max_length=80)]
PersonId = Annotated[str, Meta(min_length=1, max_length=200)]


class PersonClaim(Struct, frozen=True, forbid_unknown_fields=True):
    """The claim that names the person: its value stands in the register as `by`, so it is a pseudonym and no name."""

    id: Text = "sub"


class UnitsFrom(Struct, frozen=True, forbid_unknown_fields=True):
    """Units taken from a claim: each of its values that `map` names gives that unit, and any other gives none."""

    claim: Text
    map: dict[str, str]


class ClaimGrant(Struct, frozen=True, forbid_unknown_fields=True):
    """A role given to whoever's claim has the value: one `[[grant]]`."""

    name: GrantName
    claim: Text
    value: Text
    role: str
    units: list[str] | None = None
    """Codes of units, or `["*"]` for all of them."""
    units_from: UnitsFrom | None = None
    each: Text | None = None
    """The claim that is a list of tables; the other claims are then read in each of them by itself, so that the limits of one role
    (dataafgrænsninger) are never lent to another."""
    also: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Other claims that must each have one of the values."""
    external: bool | None = None
    until: date | None = None


class Deputy(Struct, frozen=True, forbid_unknown_fields=True, rename={"first": "from"}):
    """Deputy (stedfortræder): a role that one person has in another's place for some days; one `[[deputy]]`."""

    name: GrantName
    person: PersonId
    stands_in_for: PersonId
    role: str
    first: date
    until: date
    units: list[str] | None = None


class Blocked(Struct, frozen=True, forbid_unknown_fields=True):
    """A person who has no role whatever the claims say; one `[[blocked]]`."""

    person: PersonId


class RoleFile(Struct, frozen=True, forbid_unknown_fields=True, rename={"grants": "grant", "deputies": "deputy"}):
    """A role file as it is written, units by their codes."""

    person: PersonClaim = PersonClaim()
    grants: list[ClaimGrant] = field(default_factory=list[ClaimGrant])
    deputies: list[Deputy] = field(default_factory=list[Deputy])
    blocked: list[Blocked] = field(default_factory=list[Blocked])

    @property
    def days(self) -> frozenset[date]:
        """The days on which what it gives may change by itself."""
        ends = (grant.until for grant in self.grants if grant.until is not None)
        return frozenset(chain(ends, *((deputy.first, deputy.until) for deputy in self.deputies)))
