"""Tokens of the provider: signed by one of its keys with an algorithm of ours, for this site, of now, and of the kind that was asked for.

Everything that is not just so is refused: a header that brings or names a key of its own, a kind of token in another's place, a claim
that stands twice.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from joserfc import jwt
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import Key
from msgspec import Struct

from api.web.access.oidc.provider_keys import ALGORITHMS, BadToken, algorithms_of
from api.web.access.oidc.strict_json import StrictDecoder, listed, object_of

SKEW = 60
"""Seconds by which the provider's clock may differ from ours."""
FRESH = 600
"""Seconds for which a token that is used at once is fresh."""

LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

# Providers do not use the newer name, Ed25519, yet.
warnings.filterwarnings("ignore", "EdDSA is deprecated", SecurityWarning)

_LONGEST = 16_384
_COMPACT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_HEADERS = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})
_ID_TYPES = (None, "JWT")
_ACCESS_TYPES = ("at+jwt", "application/at+jwt")
_LOGOUT_TYPES = ("logout+jwt", "application/logout+jwt", "JWT", None)
_LONGEST_TEXT = 255

Keys = Callable[[str | None], Sequence[Key]]
"""The provider's keys, given the id that the token says: all of them, after a new look where none has the id."""


class Client(Struct, frozen=True):
    """The client of a provider that tokens are for."""

    issuer: str
    client_id: str
    audience: str
    """The audience of the API's tokens."""


Claims = Mapping[str, Any]


def id_token(token: str, keys: Keys, client: Client, *, nonce: str, access_token: str | None, now: float) -> Claims:
    """The claims of an ID token that answers the request with this nonce. Raises BadToken."""
    claims = _claims(token, keys, client, _ID_TYPES, now)
    if claims["aud"] not in (client.client_id, [client.client_id]):
        raise BadToken("it is for another client")
    if claims.get("azp", client.client_id) != client.client_id:
        raise BadToken("it was given to another client")
    given = claims.get("nonce")
    if not isinstance(given, str) or not hmac.compare_digest(given.encode(), nonce.encode()):
        raise BadToken("its nonce is another")
    if "events" in claims:
        raise BadToken("it is a message of an event")
    if claims["iat"] < now - FRESH - SKEW:
        raise BadToken("it was made before it was asked for")
    at_hash = claims.get("at_hash")
    if at_hash is not None and (access_token is None or at_hash != _half_hash(access_token, _header(token)["alg"])):
        raise BadToken("it belongs to another access token")
    _text(claims, "sub")
    if claims.get("sid") is not None:
        _text(claims, "sid")
    return claims


def access_token(token: str, keys: Keys, client: Client, *, now: float) -> Claims:
    """The claims of an access token that a client has got in its own name (client credentials). Raises BadToken."""
    claims = _claims(token, keys, client, _ACCESS_TYPES, now)
    if client.audience not in listed(claims["aud"]):
        raise BadToken("it is for another audience")
    sender = claims.get("client_id")
    if sender is None or sender != _text(claims, "sub") or claims.get("azp", sender) != sender:
        raise BadToken("it is not a client's own")
    if "nonce" in claims or "events" in claims:
        raise BadToken("it is of another kind")
    return claims


def logout_token(token: str, keys: Keys, client: Client, *, now: float) -> Claims:
    """The claims of a logout token of the provider (OpenID Connect Back-Channel Logout 1.0). Raises BadToken."""
    claims = _claims(token, keys, client, _LOGOUT_TYPES, now, has_end=False)
    if claims["aud"] not in (client.client_id, [client.client_id]):
        raise BadToken("it is for another client")
    if not isinstance(object_of(claims.get("events")).get(LOGOUT_EVENT), dict):
        raise BadToken("it is no logout")
    if "nonce" in claims:
        raise BadToken("it has a nonce")
    if claims["iat"] < now - FRESH - SKEW:
        raise BadToken("it is old")
    _text(claims, "jti")
    if claims.get("sub") is None and claims.get("sid") is None:
        raise BadToken("it says neither who nor which session")
    for name in ("sub", "sid"):
        if claims.get(name) is not None:
            _text(claims, name)
    return claims


def _claims(
    token: str, keys: Keys, client: Client, types: tuple[str | None, ...], now: float, *, has_end: bool = True
) -> dict[str, Any]:
    """The claims of a token that the provider has signed, now good, from itself; what all kinds of token have in common."""
    header = _header(token)
    if header.get("alg") not in ALGORITHMS:
        raise BadToken("its algorithm is not allowed")
    if header.get("typ") not in types:
        raise BadToken("it is of another type")
    if set(header) - _HEADERS:
        raise BadToken("its header has a part that is not allowed")
    claims = _verified(token, _key_for(header, keys), header["alg"])
    if claims.get("iss") != client.issuer:
        raise BadToken("it is another issuer's")
    audiences = listed(claims.get("aud"))
    if not audiences or not all(isinstance(each, str) for each in audiences):
        raise BadToken("it has no audience")
    if _moment(claims, "iat") > now + SKEW:
        raise BadToken("it is from the future")
    if (has_end or "exp" in claims) and _moment(claims, "exp") <= now - SKEW:
        raise BadToken("it has expired")
    if "nbf" in claims and _moment(claims, "nbf") > now + SKEW:
        raise BadToken("it is not good yet")
    return claims


def _header(token: str) -> dict[str, Any]:
    if len(token) > _LONGEST or not _COMPACT.fullmatch(token):
        raise BadToken("it is no signed token")
    try:
        first = token.partition(".")[0]
        header = json.loads(base64.urlsafe_b64decode(first + "=" * (-len(first) % 4)).decode(), cls=StrictDecoder)
    except (ValueError, binascii.Error, RecursionError):
        raise BadToken("its header cannot be read") from None
    if not isinstance(header, dict):
        raise BadToken("its header cannot be read")
    return cast(dict[str, Any], header)


def _key_for(header: Mapping[str, Any], keys: Keys) -> Key:
    kid = header.get("kid")
    if kid is not None and not isinstance(kid, str):
        raise BadToken("its key's id is no text")
    able = [key for key in keys(kid) if header["alg"] in algorithms_of(key)]
    fitting = able if kid is None else [key for key in able if key.get("kid") == kid]
    if len(fitting) != 1:
        raise BadToken("no key, or more than one, is the one that signed it")
    return fitting[0]


def _verified(token: str, key: Key, algorithm: str) -> dict[str, Any]:
    try:
        return jwt.decode(token, key, algorithms=[algorithm], decoder_cls=StrictDecoder).claims
    except (JoseError, ValueError, TypeError, RecursionError):
        raise BadToken("it is not signed by the provider, or cannot be read") from None


def _moment(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e11:
        raise BadToken(f"its {name} is no moment")
    return value


def _text(claims: Claims, name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST_TEXT or not value.isprintable():
        raise BadToken(f"its {name} is no text")
    return value


def _half_hash(text: str, algorithm: str) -> str:
    """The hash of an access token that its ID token holds: the left half of the signature's own hash (SHA-512 of Ed25519)."""
    digest = (hashlib.sha512 if algorithm == "EdDSA" else hashlib.sha256)(text.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
