"""The address by which a process takes on one of the register's roles."""

from __future__ import annotations

from psycopg.conninfo import conninfo_to_dict, make_conninfo

NO_LIMITS = {
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
}
"""What a database may have been told for every login: an event that is cut off each time it is folded or sealed would be so for ever."""

AS_WE_READ = {"default_transaction_isolation": "read committed", "DateStyle": "ISO"}
"""What else it may have been told: with a lock in hand the program counts on seeing what others wrote, and on one form of moments."""


def as_role(url: str, role: str, **settings: str) -> str:
    """Gives the address with the role taken on from the first statement, the session's clock in UTC, and no limits but those given;
    a transaction sees what others have committed."""
    said = conninfo_to_dict(url).get("options") or ""
    asked = {"role": role, "TimeZone": "UTC", **AS_WE_READ, **NO_LIMITS, **settings}
    options = " ".join("-c {}={}".format(name, value.replace(" ", r"\ ")) for name, value in asked.items())
    return make_conninfo(url, options=f"{said} {options}".strip())
