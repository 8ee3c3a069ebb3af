"""Rate limits: how many requests a session, a client program and an address may send, counted in the memory of the process.

A limit is a bucket that holds as many requests as it allows in a minute and fills at that pace. Of a bucket only the moment at which it
is full again is noted, so that a full one takes no place. Where there are too many buckets, those that are the first to be full go.
"""

from __future__ import annotations

import hashlib
import heapq
import ipaddress
import math
import threading
import time
from collections.abc import Callable, Mapping
from typing import Literal

from msgspec import Struct
from starlette.types import Scope

from api.web.access.caller import NOBODY, Caller
from api.web.problems import HttpProblem
from api.web.security_log import note, session_name
from dashboards.words.danish import number

Limit = Literal["person", "stranger", "sign_in", "files"]

A_MINUTE: Mapping[Limit, int] = {"person": 600, "stranger": 1_200, "sign_in": 120, "files": 60}
"""Requests a minute: of a session or a client program; from an address without either, behind which many may sit; of these the ones that
sign in; and of a session the ones for files to take away or to send, which cost the most."""
MOST_BUCKETS = 20_000
"""How many buckets that are not full are told apart."""
_WHAT: Mapping[Limit, str] = {
    "person": "Der er sendt flere forespørgsler på et minut, end en session eller et program må sende",
    "stranger": "Der er sendt flere forespørgsler på et minut fra adressen, end der må, uden at være lukket ind",
    "sign_in": "Der er forsøgt at logge ind flere gange på et minut fra adressen, end der må",
    "files": "Der er hentet eller sendt flere filer på et minut, end en session eller et program må",
}


class Sender(Struct, frozen=True):
    """Sender of a request: the limit that holds for all their requests, their bucket's name, and what the log of security says of them."""

    limit: Limit
    bucket: bytes
    role: str
    session: str


class RateLimits:
    """The buckets of one app."""

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        a_minute: Mapping[Limit, int] = A_MINUTE,
        most: int = MOST_BUCKETS,
    ) -> None:
        self._clock, self._a_minute, self._most = clock, a_minute, most
        self._full_at: dict[tuple[Limit, bytes], float] = {}
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._full_at)

    def take(self, limit: Limit, bucket: bytes) -> None:
        """Take a request out of the bucket. Raises HttpProblem (`too_many_requests`) where there is none, and takes none."""
        now, each = self._clock(), 60 / self._a_minute[limit]
        with self._lock:
            full_at = max(self._full_at.get((limit, bucket), now), now) + each
            wait = full_at - now - 60
            if wait <= each / 1000:  # what rounding leaves over
                self._full_at[limit, bucket] = full_at
                if len(self._full_at) > self._most:
                    self._drop(now)
                return
        raise _too_many(limit, self._a_minute[limit], math.ceil(wait))

    def _drop(self, now: float) -> None:
        """Forget the full buckets; where they are too few, the ones too that are full the soonest, down to seven eighths."""
        self._full_at = {key: at for key, at in self._full_at.items() if at > now}
        for key in heapq.nsmallest(len(self._full_at) - self._most * 7 // 8, self._full_at, self._full_at.__getitem__):
            del self._full_at[key]


def sender(scope: Scope, caller: Caller) -> Sender:
    """The sender of a request: their session or program, or their address where they have neither."""
    session = session_name(caller.session)
    if caller == NOBODY:
        return Sender("stranger", _network(str((scope.get("client") or ("",))[0])), caller.role, session)
    return Sender("person", hashlib.sha256((caller.session or caller.person).encode()).digest(), caller.role, session)


def count(limits: RateLimits, scope: Scope, sent_by: Sender, limit: Limit) -> None:
    """Count the request of the sender. Raises HttpProblem (`too_many_requests`) for one too many, and has it in the log."""
    try:
        limits.take(limit, sent_by.bucket)
    except HttpProblem:
        note(scope, "rate_limited", limit=limit, role=sent_by.role, session=sent_by.session)
        raise


def _network(address: str) -> bytes:
    """The address; of IPv6 the first 64 bits, which one connection is given all of."""
    try:
        packed = ipaddress.ip_address(address.partition("%")[0]).packed
    except ValueError:  # a socket's file has no address
        return b""
    return packed[:8] if len(packed) == 16 else packed


def _too_many(limit: Limit, a_minute: int, seconds: int) -> HttpProblem:
    return HttpProblem(
        "too_many_requests",
        f"{_WHAT[limit]} ({number(a_minute)}).",
        remedy=f"Vent {seconds} {'sekund' if seconds == 1 else 'sekunder'}, og prøv igen.",
        headers={"Retry-After": str(seconds)},
    )
