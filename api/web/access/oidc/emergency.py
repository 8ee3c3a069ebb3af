"""Emergency account, for the hours when the login is down: two halves of a secret, with two people, good once and together."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

import psycopg

from api.web.access.oidc.stored_sessions import LONGEST_EMERGENCY, StoredSessions
from journey.access.reader import LOCAL
from journey.log.acts import record_act
from journey.log.migrate import APPEND, SESSION

MADE, USED = "emergency_account_made", "emergency_sign_in"
"""The kinds of act that the account leaves."""

_BYTES = 20
_HALVES = "select pair, person from access.emergency_halves where half = any(%s) and ended is null for update"
_END = "update access.emergency_halves set ended = %s, why = %s where ended is null"


def make(conn: psycopg.Connection[Any], people: Sequence[str], now: datetime) -> tuple[str, str]:
    """Make an account for two people, in the place of any before; gives the half of each, of which the hash alone is stored.

    For the role of sessions, of a login that may take on that of the register's acts.
    """
    first, second = people
    if first == second:
        raise ValueError("an account is two people's")
    halves = _new_half(), _new_half()
    pair = int.from_bytes(secrets.token_bytes(7))
    with conn.transaction():
        conn.execute(_END, (now, "replaced"))
        for half, person in zip(halves, (first, second), strict=True):
            conn.execute(
                "insert into access.emergency_halves (half, pair, person, made) values (%s, %s, %s, %s)",
                (_hash(half), pair, person, now),
            )
        _take_on(conn, APPEND)
        record_act(conn, MADE, (first, second), {})
        _take_on(conn, SESSION)
    return halves


def has_account(conn: psycopg.Connection[Any]) -> bool:
    """Whether there is an account that has not been used."""
    row = conn.execute("select exists (select from access.emergency_halves where ended is null)").fetchone()
    return row is not None and row[0]


def use(sessions: StoredSessions, first: str, second: str) -> str | None:
    """Open the session of the account by both its halves, and use it up; gives its id, None for halves that are not of one account.

    What the session records is by `emergency:` and the number of the act that says whose halves they were.
    """
    with sessions.connected() as conn, conn.transaction():
        found = conn.execute(_HALVES, ([_hash(first), _hash(second)],)).fetchall()
        if len(found) != 2 or len({pair for pair, _ in found}) != 1:
            return None
        conn.execute(_END, (sessions.moment(), "used"))
        _take_on(conn, APPEND)
        act = record_act(conn, USED, sorted(person for _, person in found), {"hours": LONGEST_EMERGENCY // 3600})
        _take_on(conn, SESSION)
        return sessions.open_emergency(conn, f"emergency:{act.number}", LOCAL.role, f"act {act.number}")


def _take_on(conn: psycopg.Connection[Any], role: str) -> None:
    """Take on another of the program's roles until the transaction ends."""
    conn.execute("select set_config('role', %s, true)", (role,))


def _new_half() -> str:
    letters = base64.b32encode(secrets.token_bytes(_BYTES)).decode()
    return "-".join(letters[first : first + 4] for first in range(0, len(letters), 4))


def _hash(half: str) -> bytes:
    """The SHA-256 of a half, however it is typed."""
    letters = "".join(letter for letter in half.upper() if letter.isascii() and letter.isalnum())
    return sha256(letters.encode()).digest()
