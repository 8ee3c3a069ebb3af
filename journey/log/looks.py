"""The log of looks (opslagsloggen): who saw what of which case, in which role and for what purpose, written before it is shown."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import tuple_row

from journey.personal import has_control_character

Action = Literal["read", "list", "search", "export", "decrypt", "record", "import", "denied", "read_log", "retention"]
ACTIONS: Mapping[str, str] = {
    "read": "læst",
    "list": "vist på en liste",
    "search": "søgt",
    "export": "skrevet ud",
    "decrypt": "notat dekrypteret",
    "record": "registreret i",
    "import": "leverance set",
    "denied": "afvist",
    "read_log": "opslagsloggen læst",
    "retention": "gamle opslag slettet",
}
"""What a look is, each with its Danish name."""

PURPOSES: Mapping[str, str] = {
    "casework": "sagsbehandling",
    "supervision": "ledelsestilsyn",
    "audit": "revision",
    "support": "drift og fejlsøgning",
    "access_request": "aktindsigt eller indsigt",
    "data_protection": "tilsyn med databeskyttelse",
}
"""What a look is for (formål), each with its Danish name."""
PURPOSE_OF_ROLE: Mapping[str, str] = {
    "unit_leader": "supervision",
    "management": "supervision",
    "auditor": "audit",
    "privacy_officer": "data_protection",
    "operator": "support",
    "machine": "support",
}
"""The purpose of whoever names none, by the role; of every other role it is casework."""

_TERM = b"journey look term\0"


class Viewer(Struct, frozen=True):
    """Viewer: the person who looks, in one role, with the units they work for, and the program that asks on their behalf."""

    person: str
    role: str
    units: tuple[str, ...] = ()
    client: str | None = None


class Look(Struct, frozen=True):
    """A look at one case, or with `case` None at something of several; `term`: what was searched for, which is stored keyed."""

    action: Action
    case: str | None = None
    term: str | None = None
    hits: int | None = None


def default_purpose(role: str) -> str:
    """The purpose of a look in the role where none is named."""
    return PURPOSE_OF_ROLE.get(role, "casework")


def looks_at(action: Action, cases: Iterable[str]) -> list[Look]:
    """A look at each of the cases, once; what can be no case's reference was searched for in vain."""
    return [
        Look("denied", None, case, 0) if has_control_character(case) else Look(action, case) for case in dict.fromkeys(cases)
    ]


def keyed(key: bytes, term: str) -> bytes:
    """The keyed form of a search term: the same for the same words, and nothing to whoever lacks the key."""
    return hmac.digest(key, _TERM + term.strip().encode("utf-8", "surrogatepass"), "sha256")


def drop_looks(conn: Connection[Any], request: str, months: int) -> int:
    """Drop the looks older than so many months that are sealed, and write a look that says up to which number; 0 where there was none.

    For the role `journey_look_retention`.
    """
    row = conn.cursor(row_factory=tuple_row).execute("select access.drop_looks(%s, %s, 'data_protection')", (months, request))
    return row.fetchall()[0][0]


_INSERT = """
insert into access.looks (request, person, client, units, role, purpose, action, case_id, term, hits)
select %s, %s, %s, %s, %s, %s, l.action, l.case_id, l.term, l.hits
from unnest(%s::text[], %s::text[], %s::bytea[], %s::bigint[]) with ordinality as l (action, case_id, term, hits, nth)
order by l.nth
"""


def record_looks(conn: Connection[Any], key: bytes, request: str, viewer: Viewer, purpose: str, looks: Sequence[Look]) -> None:
    """Write the looks of one request, in its order. For the role `journey_look`, which can do nothing else."""
    conn.execute(
        _INSERT,
        (
            request,
            viewer.person,
            viewer.client,
            list(viewer.units),
            viewer.role,
            purpose,
            [look.action for look in looks],
            [look.case for look in looks],
            [None if look.term is None else keyed(key, look.term) for look in looks],
            [look.hits for look in looks],
        ),
    )
