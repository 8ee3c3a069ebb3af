"""One-time links into a register on this machine, signed with the token of the API: whoever may read its file may make one.

No link is asked for over HTTP, so that the token is sent to nobody: another account may have taken the port of a server that stopped.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import threading
import time
from collections.abc import Callable
from typing import Literal
from urllib.parse import urlencode

from dashboards import site

MINUTES = 10
"""How long a link may be used."""

Refusal = Literal["wrong", "used", "expired"]

_NONCE, _MAC = 16, 32


def link(token: str, address: str, port: int, page: str = site.OVERVIEW.address, clock: Callable[[], float] = time.time) -> str:
    """A link that is good once, on the server of this port: `address` is that server's, without a path."""
    code = _signed(token, port, int(clock()), secrets.token_bytes(_NONCE))
    words = {"kode": base64.urlsafe_b64encode(code).decode().rstrip("=")}
    return f"{address}{site.SIGN_IN}?{urlencode(words | ({'side': page} if page != site.OVERVIEW.address else {}))}"


class Links:
    """The links that a server takes: each once, for some minutes, and none made before the server began, since it knows not their use."""

    def __init__(self, token: str, port: int, clock: Callable[[], float]) -> None:
        self._token, self._port, self._clock = token, port, clock
        self._began = int(clock())
        self._used: dict[bytes, int] = {}
        self._lock = threading.Lock()

    def refusal(self, code: str) -> Refusal | None:
        """Why a link cannot be used; None where it can."""
        return self._looked_at(code)[0]

    def use(self, code: str) -> Refusal | None:
        """Use a link up; why it cannot be used, or None."""
        with self._lock:
            refusal, nonce, made = self._looked_at(code)
            if refusal is None:
                old = self._clock() - 60 * MINUTES
                self._used = {each: at for each, at in self._used.items() if at > old} | {nonce: made}
            return refusal

    def _looked_at(self, code: str) -> tuple[Refusal | None, bytes, int]:
        """Why the link cannot be used, its nonce, and when it was made."""
        given = _decoded(code)
        made, nonce = int.from_bytes(given[:8]), given[8 : 8 + _NONCE]
        if not hmac.compare_digest(given, _signed(self._token, self._port, made, nonce)):
            return "wrong", nonce, made
        if nonce in self._used:
            return "used", nonce, made
        fresh = self._began <= made <= self._clock() < made + 60 * MINUTES
        return None if fresh else "expired", nonce, made


def _signed(token: str, port: int, made: int, nonce: bytes) -> bytes:
    """The code of a link: when it was made, a nonce, and the signature of both for the port."""
    body = made.to_bytes(8) + nonce
    return body + hmac.digest(token.encode(), b"journey one-time link %d " % port + body, hashlib.sha256)


def _decoded(code: str) -> bytes:
    """The bytes of a code; as many zeros for what is none."""
    try:
        given = base64.b64decode(code.encode("ascii") + b"=" * (-len(code) % 4), b"-_", validate=True)
    except ValueError:
        given = b""
    whole = 8 + _NONCE + _MAC
    return given if len(given) == whole else bytes(whole)
