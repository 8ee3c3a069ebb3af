"""The address with which a process takes on one of the register's roles."""

from __future__ import annotations

from psycopg.conninfo import conninfo_to_dict, make_conninfo

NO_LIMITS = {
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
}
"""Limits that a database may set for every login, lifted: an event whose fold or seal is cut off once would be cut off for ever."""

SESSION = {"default_transaction_isolation": "read committed", "DateStyle": "ISO"}
"""Other settings of a session: with a lock in hand the program counts on seeing what others committed, and on one form of moments."""


def as_role(url: str, role: str, **settings: str) -> str:
    """The address with the role taken on from the first statement, the session's clock in UTC, and no limits but those given;
    a transaction sees what others have committed."""
    given = conninfo_to_dict(url).get("options") or ""
    session = {"role": role, "TimeZone": "UTC", **SESSION, **NO_LIMITS, **settings}
    options = " ".join("-c {}={}".format(name, value.replace(" ", r"\ ")) for name, value in session.items())
    return make_conninfo(url, options=f"{given} {options}".strip())
