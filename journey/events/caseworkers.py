"""The kinds of event of caseworkers (sagsbehandlere) and support workers (bostøttemedarbejdere), and the caseworker roles."""

from __future__ import annotations

from types import MappingProxyType
from typing import Literal, get_args

from journey.events.fields import Code, Id
from journey.events.kind import Kind

Role = Literal["authority", "employment", "continuous"]
ROLES: tuple[Role, ...] = get_args(Role)
"""The caseworker roles: myndighed, beskæftigelse, fast/gennemgående."""


class CaseworkerAssigned(Kind, frozen=True, forbid_unknown_fields=True):
    """A caseworker was given a role in the case."""

    danish = "sagsbehandler tildelt"
    english = "caseworker assigned"
    codes = MappingProxyType({"role": "roles"})
    role: Code
    worker: Id


class CaseworkerChanged(Kind, frozen=True, forbid_unknown_fields=True):
    """Another caseworker took over a role, for a reason."""

    danish = "sagsbehandlerskift"
    english = "caseworker changed"
    codes = MappingProxyType({"role": "roles", "reason": "change_reasons"})
    role: Code
    worker: Id
    reason: Code
    approved_by_forum: bool | None = None


class CaseworkerEnded(Kind, frozen=True, forbid_unknown_fields=True):
    """A caseworker left a role; the day is the first without."""

    danish = "sagsbehandler fratrådt"
    english = "caseworker ended"
    codes = MappingProxyType({"role": "roles"})
    role: Code


class PerformerMatched(Kind, frozen=True, forbid_unknown_fields=True):
    """A support worker was matched with the citizen."""

    danish = "bostøttemedarbejder matchet"
    english = "performer matched"
    worker: Id


class PerformerEnded(Kind, frozen=True, forbid_unknown_fields=True):
    """A support worker's match ended; the day is the first without."""

    danish = "bostøttemedarbejder ophørt"
    english = "performer ended"
    worker: Id
