"""Roles of who signs in: the role file in force, read anew now and then, and what it gives the person whom the claims are of."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from re import Pattern
from typing import Any

import psycopg
from msgspec import Struct

from api.clock import today
from journey.access.role_file import RoleFile, RoleGrant, grants_for, person_of
from journey.codes import CodeList
from journey.log.roles import Forms, roles_in_force
from journey.personal import is_clean, is_person_id

FRESH_FOR = 5.0
"""Seconds that the file is used without looking whether another is in force."""
NOT_SAVED = frozenset(
    {
        *(
            "iss",
            "aud",
            "azp",
            "exp",
            "iat",
            "nbf",
            "jti",
            "sid",
            "nonce",
            "at_hash",
            "c_hash",
            "s_hash",
            "auth_time",
            "acr",
            "amr",
        ),
        *(
            "name",
            "given_name",
            "family_name",
            "middle_name",
            "nickname",
            "preferred_username",
            "picture",
            "profile",
            "website",
        ),
        *(
            "email",
            "email_verified",
            "gender",
            "birthdate",
            "zoneinfo",
            "locale",
            "phone_number",
            "phone_number_verified",
            "address",
        ),
        *("updated_at", "rat", "ver", "uti"),
    }
)
"""Claims that no session holds, unless the role file in force names them: of the token itself, and of a person as a human being."""


class Entitled(Struct, frozen=True):
    """Person with the roles that they have today; the id is empty where none can be told that the register may hold."""

    person: str
    roles: tuple[RoleGrant, ...] = ()

    def role(self, name: str | None) -> RoleGrant | None:
        """The role of the name, where the person has it."""
        return next((role for role in self.roles if role.role == name), None)


class RolesOfClaims:
    """The role file in force; `connected` gives a connection that may read the register's acts."""

    def __init__(
        self,
        connected: Callable[[], AbstractContextManager[psycopg.Connection[Any]]],
        units: CodeList,
        person_ids: Pattern[str] | None = None,
        *,
        day: Callable[[], date] = today,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connected, self._forms, self._day, self._clock = connected, Forms(units, person_ids), day, clock
        self._lock = threading.Lock()
        self._file, self._act, self._looked = RoleFile(), 0, -FRESH_FOR

    def of(self, claims: Mapping[str, Any]) -> Entitled:
        """The person whom the claims are of, and their roles."""
        file = self._in_force()
        person = person_of(claims, file)
        if not is_person_id(person, self._forms.person_ids) or not is_clean(person):
            return Entitled("")
        return Entitled(person, tuple(grants_for(claims, file, self._day())))

    def of_program(self, name: str, claims: Mapping[str, Any]) -> Entitled:
        """The roles of a client program: its name stands in the place of a person's id."""
        file = self._in_force()
        return Entitled(name, tuple(grants_for({**claims, file.person.id: name}, file, self._day())))

    def saved(self, claims: Mapping[str, Any]) -> dict[str, Any]:
        """The claims that a session holds: those that a role file names or may come to name."""
        named = claims_named(self._in_force())
        return {name: value for name, value in claims.items() if name in named or name not in NOT_SAVED}

    def _in_force(self) -> RoleFile:
        """The file in force; one that gives nothing where there is none, or it can be read no more."""
        with self._lock:
            if self._clock() - self._looked >= FRESH_FOR:
                with self._connected() as conn:
                    found = roles_in_force(conn)
                if found is None:
                    self._file, self._act = RoleFile(), 0
                elif found.act != self._act:
                    self._file, self._act = self._forms.readable(found.text) or RoleFile(), found.act
                self._looked = self._clock()
            return self._file


def claims_named(file: RoleFile) -> frozenset[str]:
    """The claims that a role file reads."""
    names = {file.person.id}
    for grant in file.grants:
        names |= {grant.each or grant.claim, *grant.also, *([grant.units_from.claim] if grant.units_from else [])}
    return frozenset(names)
