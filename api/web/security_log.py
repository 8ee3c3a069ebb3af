"""Log of security: the closed list of its events and of what each says, so that no person, case or text of theirs can be in it.

A line has `"event": "security"`, the time, `kind`, the fields of its kind, the route and the request's id, by which it stands beside the
line of the request. Who a session is of stands in the database alone.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from typing import Any

from starlette.types import Scope

from journey.access.rules import ON_THIS_MACHINE, rules

ROLES = frozenset({*rules().role, *ON_THIS_MACHINE, "none"})
FIELDS: Mapping[str, Callable[[str], object]] = {
    "session": re.compile(r"[0-9a-f]{12}|none").fullmatch,
    "role": ROLES.__contains__,
    "action": rules().action.__contains__,
    "by": {"link", "login", "emergency", "person"}.__contains__,
    "reason": {
        *("wrong", "used", "expired", "bad_state", "bad_issuer", "refused", "bad_code", "bad_token", "no_person", "no_role"),
        *("ended", "login_down", "login_up", "bad_halves"),
    }.__contains__,
    "limit": {"person", "stranger", "sign_in", "files"}.__contains__,
}
"""What each field can say, and nothing else: codes of the program's own, and the beginning of a session's hash."""
EVENTS: Mapping[str, tuple[str, ...]] = {
    "signed_in": ("by", "role", "session"),
    "sign_in_refused": ("by", "reason"),
    "role_chosen": ("role", "session"),
    "signed_out": ("by", "session"),
    "not_signed_in": (),
    "denied": ("action", "role", "session"),
    "emergency_opened": ("role", "session"),
    "emergency_reviewed": ("role", "session"),
    "rate_limited": ("limit", "role", "session"),
    "other_site": (),
    "bad_host": (),
}
"""Every event with its fields: a way in that was used, one that was refused, a role chosen, a way out, a request without any way in, an
action that the caller's role does not have or not with the case, an emergency access that was opened and one that was reviewed, one
request too many, and one that another site's page or another host's name may stand behind."""
BY_PROBLEM = ("not_signed_in", "other_site", "bad_host")
"""The events that are a refusal of that code, and say nothing more."""
_KEY = "security"


def event(kind: str, **fields: str) -> dict[str, str]:
    """An event of the list. Raises ValueError for one that is not, and for a field that says what it cannot."""
    if kind not in EVENTS or {*fields} != {*EVENTS[kind]}:
        raise ValueError(f"{kind} is no event of the list, or has other fields")
    for name, value in fields.items():
        if not FIELDS[name](value):
            raise ValueError(f"{kind} has a {name} that is not of the list")  # without the value: it may be anybody's
    return {"kind": kind, **fields}


def note(scope: Scope, kind: str, **fields: str) -> None:
    """Note an event of the request, which `api.web.guard` writes when it is answered. Raises ValueError as `event` does."""
    scope.setdefault(_KEY, []).append(event(kind, **fields))


def noted(scope: Scope) -> list[dict[str, str]]:
    """The events of the request, with the one that its refusal is."""
    problem: Any = scope.get("problem")
    return [*scope.get(_KEY, ()), *([event(problem)] if problem in BY_PROBLEM else [])]


def session_name(session_id: str | None) -> str:
    """The name of a session in the log: the beginning of its hash; `none` for a request that has no session."""
    return "none" if session_id is None else hashlib.sha256(session_id.encode()).hexdigest()[:12]
