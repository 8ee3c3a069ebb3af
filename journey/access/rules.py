"""The rules of access: one table of role by action by case, read from `rules.toml`; what it does not name is not allowed."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

import msgspec
from msgspec import Struct

from journey.access.reader import LOCAL, Reach, Reader

Mark = Literal["public", "aggregate", "case", "command", "operate"]
"""What a route answers with: nothing that is the register's own, numbers over cases (tal), anything of a single case (sag), a change
of the register, or what keeps it running and looked after."""
Scope = Literal["no", "yes", "every_unit", "units", "all"]
"""The cases that a role may do an action with; see `rules.toml`."""

ON_THIS_MACHINE = (LOCAL.role, "machine")
"""The roles of whoever holds the register's keys: everything that does not take two people."""
WHOLE: tuple[str, ...] = ("*",)
"""Units of a person who works for all of them."""


class Role(Struct, frozen=True, forbid_unknown_fields=True):
    """Role (rolle): its names, and in a sentence what it is for."""

    danish: str
    english: str
    does: str


class Action(Struct, frozen=True, forbid_unknown_fields=True):
    """Action (handling): the mark of its routes, and each role's scope; `two_person` where no one person may do it alone."""

    mark: Mark
    danish: str
    english: str
    scope: Mapping[str, Scope]
    protected: Literal["granted", "as_others"] = "granted"
    two_person: bool = False


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """The table of rules: roles and actions, each by its code."""

    role: Mapping[str, Role]
    action: Mapping[str, Action]


class CaseAccess(Struct, frozen=True):
    """Case as access sees it: the unit that it is in now (empty where none is known), whether it is protected, whether a grant of the
    reader's runs, and whether the reader is blocked from it."""

    unit: str
    protected: bool = False
    granted: bool = False
    blocked: bool = False


@cache
def rules() -> Rules:
    """The table that comes with the product."""
    text = resources.files("journey").joinpath("access", "rules.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), Rules)


def scope_of(role: str, action: str, table: Rules | None = None) -> Scope:
    """The scope that a role has of an action; `no` for a role that the table does not name."""
    rule = (table or rules()).action[action]
    if role in ON_THIS_MACHINE:
        return "no" if rule.two_person else "all"
    return rule.scope.get(role, "no")


def allows(role: str, units: tuple[str, ...], action: str, case: CaseAccess | None = None, table: Rules | None = None) -> bool:
    """Whether a person in the role, of the units, may do the action: at all, or with the case.

    The one function that routes, pages and the command line depend on.
    """
    scope = scope_of(role, action, table)
    if scope == "no" or (scope == "every_unit" and units != WHOLE):
        return False
    if case is None or role in ON_THIS_MACHINE:
        return True
    if case.blocked:
        return False
    if (table or rules()).action[action].protected == "granted" and (case.granted or case.protected):
        return case.granted
    return scope == "all" or (scope == "units" and (units == WHOLE or case.unit in units))


def reader_of(person: str, role: str, units: tuple[str, ...]) -> Reader:
    """The reader that the person is in the role: as far as the widest of its actions that show cases. What is done from outside a case
    shows none of its rows."""
    if role in ON_THIS_MACHINE:
        return Reader(person, role, "everything")
    scopes = {scope_of(role, action) for action, rule in rules().action.items() if rule.mark == "case"}
    reach: Reach = "none"
    if "all" in scopes or ("units" in scopes and units == WHOLE):
        reach = "all"
    elif "units" in scopes:
        reach = "units"
    return Reader(person, role, reach, units if reach == "units" else ())


def reader_of_looks(person: str, role: str, units: tuple[str, ...]) -> Reader:
    """The reader of the log of looks that the person is in the role: of all looks, or of those by people of the own units."""
    if role in ON_THIS_MACHINE:
        return Reader(person, role, "everything")
    scope = scope_of(role, "read_looks")
    if scope == "all" or (scope == "units" and units == WHOLE):
        return Reader(person, role, "all")
    return Reader(person, role, "units", units) if scope == "units" else Reader(person, role)
