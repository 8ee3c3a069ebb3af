"""The address by which a process takes on one of the register's roles."""

from __future__ import annotations

from psycopg.conninfo import conninfo_to_dict, make_conninfo


def as_role(url: str, role: str, **settings: str) -> str:
    """Gives the address with the role taken on from the first statement, the session's clock in UTC, and other settings."""
    said = conninfo_to_dict(url).get("options") or ""
    asked = {"role": role, "TimeZone": "UTC", **settings}
    options = " ".join("-c {}={}".format(name, value.replace(" ", r"\ ")) for name, value in asked.items())
    return make_conninfo(url, options=f"{said} {options}".strip())
