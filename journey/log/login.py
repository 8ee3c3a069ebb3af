"""The address with which a process takes on one of the register's roles, and the session that is opened at it."""

from __future__ import annotations

import re
from typing import Any, Self

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.rows import Row, tuple_row

from journey.log.migrate import READ
from journey.refusals import Refused

PRIMARY, COPY_FOR_READERS = "primary", "prefer-standby"
"""Which of several hosts a session is for: the one that is written on, or for readers a copy of it, where there is one."""

NO_LIMITS = {
    "statement_timeout": "0",
    "lock_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
    "idle_session_timeout": "0",
}
"""Limits that a database may set for every login, lifted: an event whose fold or seal is cut off once would be cut off for ever."""

SESSION = {"default_transaction_isolation": "read committed", "DateStyle": "ISO", "default_transaction_read_only": "off"}
"""Other settings of a session: with a lock in hand the program counts on seeing what others committed, and on one form of moments;
a database may have made its sessions read-only."""

_POOLED = "journey.pooled"
"""The option that says of an address that it leads to a pooler, which passes no options on."""
_OPTION = re.compile(r"\s*(?:-c\s*|--)((?:\\.|[^\s\\=])+)=((?:\\.|[^\s\\])*)", re.DOTALL)


class DatabaseSession(psycopg.Connection[Row]):
    """Connection to an address of `as_role`: through a pooler it takes on the role by a statement, or is closed again.

    Straight to the database the address's options do that, at no cost of their own.
    """

    @classmethod
    def connect(cls, conninfo: str = "", *, autocommit: bool = False, **kwargs: Any) -> Self:
        """Open a session."""
        if _POOLED not in conninfo:
            return super().connect(conninfo, autocommit=autocommit, **kwargs)
        settings = _settings(str(conninfo_to_dict(conninfo).get("options")))
        conn = super().connect(make_conninfo(conninfo, options=""), autocommit=True, **kwargs)
        try:
            conn.cursor(row_factory=tuple_row).execute(
                "select set_config(name, value, false) from unnest(%s::text[], %s::text[]) as setting (name, value)",
                (list(settings), list(settings.values())),
            )
            conn.autocommit = autocommit
        except psycopg.Error as error:
            conn.close()
            raise psycopg.OperationalError(*error.args) from error  # as where the database itself refuses the options
        return conn


def _settings(options: str) -> dict[str, str]:
    """The settings that options give, as the server would read them. Raises Refused (`wrong_start`) for what is none."""
    if _OPTION.sub("", options).strip():
        raise Refused("wrong_start", "Adressens options kan ikke læses. Skriv dem som -c navn=værdi, eller tag dem ud.")
    return {
        re.sub(r"\\(.)", r"\1", name): re.sub(r"\\(.)", r"\1", value)
        for name, value in _OPTION.findall(options)
        if name != _POOLED
    }


def as_role(url: str, role: str, **settings: str) -> str:
    """The address with the role taken on from the first statement, the session's clock in UTC, and no limits but those given;
    a transaction sees what others have committed.

    Of several hosts it leads to the primary; a reader's leads to a copy where the address prefers one. What else an address or the
    environment says of `target_session_attrs` would be held against the session's own settings: with `read-write` no reader that is
    told to read only could ever connect.
    """
    given = conninfo_to_dict(url).get("options") or ""
    place = COPY_FOR_READERS if role == READ and prefers_copy(url) else PRIMARY
    session = {"role": role, "TimeZone": "UTC", **SESSION, **NO_LIMITS, **settings}
    options = " ".join("-c {}={}".format(name, value.replace(" ", r"\ ")) for name, value in session.items())
    return make_conninfo(url, options=f"{given} {options}".strip(), target_session_attrs=place)


def through_pooler(url: str) -> str:
    """The address, said to lead to a pooler."""
    return make_conninfo(url, options=f"{conninfo_to_dict(url).get('options') or ''} -c {_POOLED}=on".strip())


def to_primary(url: str) -> str:
    """The address, of its hosts the one that can be written on."""
    return make_conninfo(url, target_session_attrs=PRIMARY)


def prefers_copy(url: str) -> bool:
    """Whether the address lets readers read from a copy (standby) of the database."""
    return conninfo_to_dict(url).get("target_session_attrs") == COPY_FOR_READERS
