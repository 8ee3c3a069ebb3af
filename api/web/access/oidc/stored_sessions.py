"""Sessions of browsers in the database: an id is known by its hash only, and a session ends by itself, by its person, or by the login."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any, Literal

import psycopg
from msgspec import Struct
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from api.connections import with_keepalives
from api.web.access.oidc.tokens import FRESH, SKEW
from api.web.access.sessions import IDLE, LONGEST
from journey.log.login import DatabaseSession, as_role
from journey.log.migrate import SESSION

Why = Literal["signed_out", "login_ended", "idle", "over", "stopped"]
Kind = Literal["login", "emergency"]

LONGEST_EMERGENCY = 4 * 3600
"""Seconds after which a session of the emergency account ends."""
SIGN_IN_SECONDS = 600
"""Seconds in which a sign-in must come back from the login."""
MOST_SIGN_INS = 100_000
"""Sign-ins under way, at most; nobody needs to be let in to begin one."""
FORGOTTEN_DAYS = 30
"""Days after which a session that has ended is deleted."""

_NOTED = 60
"""Seconds between two notes that a session is in use."""
_MOST_CONNECTIONS = 4
_WAIT = 5.0
_LOGIN_LOCK = 7220133
"""The advisory lock of whoever opens or ends a session of the login."""

_FIND = (
    "select id, kind, subject, person, role, claims, opened, used, until from access.sessions where id = %s and ended is null"
)
_INSERT = """
insert into access.sessions (id, kind, subject, person, role, claims, opened, used, until, sid, id_token)
values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""
_END = """
with old as (select id, id_token from access.sessions where id = %s and ended is null for update)
update access.sessions s set ended = %s, why = %s, id_token = null from old where s.id = old.id returning old.id_token
"""
_END_OF_LOGIN = """
update access.sessions set ended = %s, why = 'login_ended', id_token = null
where ended is null and kind = 'login' and (sid = %s or (%s::text is null and subject = %s))
"""


class OpenSession(Struct, frozen=True):
    """An open session: the person, the role they have chosen (None until they have), and the claims that their roles come from."""

    id: bytes
    """The hash of what the browser has."""
    kind: Kind
    subject: str
    person: str
    role: str | None
    claims: Mapping[str, Any]
    opened: datetime
    used: datetime
    until: datetime


class PendingSignIn(Struct, frozen=True):
    """A sign-in under way: what the answer must hold, and the page that the person was on their way to."""

    nonce: str
    verifier: str
    page: str


class TooManySignIns(Exception):
    """More sign-ins are under way than there is room for."""


def hashed(secret: str) -> bytes:
    """The hash that a secret of 256 random bits is known by."""
    return sha256(secret.encode()).digest()


class StoredSessions:
    """The sessions of the register, shared by every server of it; `clock` gives the seconds since 1970."""

    def __init__(self, url: str, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._pool = ConnectionPool(
            as_role(with_keepalives(url), SESSION, statement_timeout="5s"),
            connection_class=DatabaseSession[Any],
            kwargs={"autocommit": True},
            min_size=1,
            max_size=_MOST_CONNECTIONS,
            timeout=_WAIT,
            check=ConnectionPool.check_connection,
            open=False,
        )
        self.ends = 0
        """The number of times that this process has ended sessions: what an answer under way looks at."""

    def close(self) -> None:
        """Close the connections."""
        self._pool.close()

    def begin(self, browser: str, state: str, pending: PendingSignIn) -> None:
        """Note a sign-in under way, of the browser that has the secret. Raises TooManySignIns."""
        now = self.moment()
        with self.connected() as conn:
            conn.execute("delete from access.sign_ins where at < %s", (now - timedelta(seconds=SIGN_IN_SECONDS),))
            count = conn.execute("select count(*) from access.sign_ins").fetchone()
            if count is None or count[0] >= MOST_SIGN_INS:
                raise TooManySignIns
            conn.execute(
                "insert into access.sign_ins (state, browser, nonce, verifier, page, at) values (%s, %s, %s, %s, %s, %s)",
                (hashed(state), hashed(browser), pending.nonce, pending.verifier, pending.page, now),
            )

    def take(self, browser: str, state: str) -> PendingSignIn | None:
        """The sign-in under way that the browser has begun, once; None where there is none, or another browser began it."""
        with self.connected() as conn:
            row = conn.execute(
                "delete from access.sign_ins where state = %s and browser = %s and at >= %s returning nonce, verifier, page",
                (hashed(state), hashed(browser), self.moment() - timedelta(seconds=SIGN_IN_SECONDS)),
            ).fetchone()
        return row and PendingSignIn(*row)

    def open(
        self,
        subject: str,
        person: str,
        claims: Mapping[str, Any],
        *,
        sid: str | None = None,
        role: str | None = None,
        id_token: str | None = None,
        issued: float | None = None,
    ) -> str | None:
        """Open a session of the login; gives its id. None where the login has ended its own since it `issued` what it said."""
        now, session_id = self.moment(), secrets.token_urlsafe(32)
        with self.connected() as conn, conn.transaction():
            self._forget(conn, now)
            # Whoever ends a session of the login holds the same lock, so that neither misses the other.
            conn.execute("select pg_advisory_xact_lock(%s)", (_LOGIN_LOCK,))
            gone = conn.execute(
                "select exists (select from access.logouts where sid = %s or (sid is null and subject = %s and issued >= %s))",
                (sid, subject, datetime.fromtimestamp(issued or 0, UTC)),
            ).fetchone()
            if gone is None or gone[0]:
                return None
            self._insert(conn, session_id, "login", subject, person, claims, sid, role, id_token, LONGEST)
        return session_id

    def open_emergency(self, conn: psycopg.Connection[Any], person: str, role: str, subject: str) -> str:
        """Open a session of the emergency account in the connection's transaction; gives its id."""
        session_id = secrets.token_urlsafe(32)
        self._insert(conn, session_id, "emergency", subject, person, {}, None, role, None, LONGEST_EMERGENCY)
        return session_id

    def find(self, session_id: str, *, is_used: bool = True) -> OpenSession | None:
        """The open session; `is_used` where a person does something, so that its idle time begins anew.

        One that has run out is ended where it is found.
        """
        return self._find(hashed(session_id), is_used=is_used)

    def is_open(self, key: bytes) -> bool:
        """Whether the session of the hash is still open."""
        return self._find(key, is_used=False) is not None

    def choose(self, key: bytes, role: str) -> None:
        """Set the role that the person acts in."""
        with self.connected() as conn:
            conn.execute("update access.sessions set role = %s where id = %s and ended is null", (role, key))
        self.ends += 1  # what is on its way was asked for in another role

    def end(self, key: bytes, why: Why) -> str | None:
        """End the session; gives the token that the login is told of its end by."""
        with self.connected() as conn:
            row = conn.execute(_END, (key, self.moment(), why)).fetchone()
        self.ends += 1
        return row and row[0]

    def end_of_login(self, jti: str, issued: float, *, subject: str | None, sid: str | None) -> bool:
        """End the sessions that the login says are over; False where it has said so before in the same words."""
        now = self.moment()
        with self.connected() as conn, conn.transaction():
            conn.execute("select pg_advisory_xact_lock(%s)", (_LOGIN_LOCK,))
            fresh = conn.execute(
                "insert into access.logouts (token, subject, sid, issued, at) values (%s, %s, %s, %s, %s)"
                " on conflict do nothing returning true",
                (hashed(jti), subject, sid, datetime.fromtimestamp(issued, UTC), now),
            ).fetchone()
            if fresh is None:
                return False
            conn.execute(_END_OF_LOGIN, (now, sid, sid, subject))
        self.ends += 1
        return True

    def end_of_person(self, person: str) -> None:
        """End every session of the person."""
        with self.connected() as conn:
            conn.execute(
                "update access.sessions set ended = %s, why = 'stopped', id_token = null where ended is null and person = %s",
                (self.moment(), person),
            )
        self.ends += 1

    def _find(self, key: bytes, *, is_used: bool) -> OpenSession | None:
        now = self.moment()
        with self.connected() as conn:
            row = conn.execute(_FIND, (key,)).fetchone()
            if row is None:
                return None
            session = OpenSession(*row)
            if now >= session.until or now >= session.used + timedelta(seconds=IDLE):
                why: Why = "over" if now >= session.until else "idle"
                conn.execute(
                    "update access.sessions set ended = %s, why = %s, id_token = null where id = %s and ended is null",
                    (now, why, key),
                )
                return None
            if is_used and now >= session.used + timedelta(seconds=_NOTED):
                conn.execute("update access.sessions set used = %s where id = %s and ended is null", (now, key))
            return session

    def _insert(
        self,
        conn: psycopg.Connection[Any],
        session_id: str,
        kind: Kind,
        subject: str,
        person: str,
        claims: Mapping[str, Any],
        sid: str | None,
        role: str | None,
        id_token: str | None,
        longest: int,
    ) -> None:
        now = self.moment()
        conn.execute(
            _INSERT,
            (
                *(hashed(session_id), kind, subject, person, role, Jsonb(dict(claims))),
                *(now, now, now + timedelta(seconds=longest), sid, id_token),
            ),
        )

    def _forget(self, conn: psycopg.Connection[Any], now: datetime) -> None:
        """Delete what is of no use any more: sessions some weeks after their end, logouts that no sign-in can be older than."""
        conn.execute("delete from access.sessions where until < %s", (now - timedelta(days=FORGOTTEN_DAYS),))
        conn.execute("delete from access.logouts where at < %s", (now - timedelta(seconds=LONGEST + FRESH + SKEW),))

    @contextmanager
    def connected(self) -> Generator[psycopg.Connection[Any]]:
        """A connection of the role that sessions are read and written by."""
        self._pool.open()  # where it is open already, nothing
        with self._pool.connection() as conn:
            yield conn

    def moment(self) -> datetime:
        """The moment it is."""
        return datetime.fromtimestamp(self._clock(), UTC)
