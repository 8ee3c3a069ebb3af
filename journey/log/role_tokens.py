"""One-time tokens (engangskoder) that a role file is signed by, where no right to sign is there yet; known by their SHA-256 alone."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from psycopg import Connection

from journey.refusals import Refused

TOKEN_DAYS = 30
"""Days that a one-time token is good for."""
_TOKEN_BYTES = 20


def make_tokens(conn: Connection[Any], made_by: str, now: datetime) -> tuple[str, str]:
    """Two one-time tokens of a pair, for two people; only their hashes are stored. For the database's owner."""
    pair = int.from_bytes(secrets.token_bytes(7))
    tokens = _new_token(), _new_token()
    for token in tokens:
        conn.execute(
            "insert into access.role_tokens (token, pair, made_by, until) values (%s, %s, %s, %s)",
            (_hash(token), pair, made_by, now + timedelta(days=TOKEN_DAYS)),
        )
    return tokens


def usable_token(conn: Connection[Any], token: str) -> bytes:
    """The SHA-256 of a token that can still be used. For the role `journey_roles`. Raises Refused (`bad_token`)."""
    hashed = _hash(token)
    row = conn.execute(
        "select from access.role_tokens t where t.token = %s and t.until > statement_timestamp()"
        " and not exists (select from access.role_signatures s where s.token = t.token)",
        (hashed,),
    ).fetchone()
    if row is None:
        raise Refused("bad_token")
    return hashed


def _new_token() -> str:
    letters = base64.b32encode(secrets.token_bytes(_TOKEN_BYTES)).decode()
    return "-".join(letters[first : first + 4] for first in range(0, len(letters), 4))


def _hash(token: str) -> bytes:
    """The SHA-256 of a token, however it is typed."""
    letters: Sequence[str] = [letter for letter in token.upper() if letter.isascii() and letter.isalnum()]
    return sha256("".join(letters).encode()).digest()
