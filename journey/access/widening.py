"""Gains of a person by another role file: nobody takes part in putting one into force that gives themselves more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple

from journey.access.role_file import RoleFile, RoleGrant, grants_for


class Gain(NamedTuple):
    """A role that a person would have from a day on, and has not as much of by the file in force."""

    day: date
    grant: RoleGrant


def gains(claims: Mapping[str, Any], old: RoleFile | None, new: RoleFile, today: date) -> list[Gain]:
    """The person's gains by the new file, today and on every later day on which either file changes by itself; one a role.

    Each file reads the id from the claims by itself. Without a file in force every role is a gain.
    """
    changing = new.days if old is None else new.days | old.days
    days = sorted({today, *(day for day in changing if day > today)})
    found: dict[str, Gain] = {}
    for day in days:
        has = {grant.role: grant for grant in grants_for(claims, old, day)} if old else {}
        for grant in grants_for(claims, new, day):
            if grant.role not in has or not has[grant.role].covers(grant):
                found.setdefault(grant.role, Gain(day, grant))
    return list(found.values())
