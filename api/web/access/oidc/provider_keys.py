"""Keys of the provider that a token may be signed by: public ones for signatures, each of them with the algorithms that it is for."""

from __future__ import annotations

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from api.web.access.oidc.strict_json import listed, object_of

ALGORITHMS = ("PS256", "RS256", "ES256", "EdDSA")
"""The algorithms that a token may be signed with: of public keys only, so that no public key can be taken for a secret."""

_NOT_PUBLIC = ("d", "p", "q", "dp", "dq", "qi", "oth", "x5c", "x5u")
_LEAST_RSA_BITS = 2048


class BadToken(Exception):
    """A token, or a key for one, that is not accepted; the message says why, in English and without anything of the token, for the log."""


def usable_keys(jwks: object) -> list[Key]:
    """The keys of a JSON Web Key Set that may verify: public ones for signatures, of our algorithms. Raises BadToken for none."""
    found = [key for key in map(_usable, listed(object_of(jwks).get("keys"))) if key is not None]
    if not found:
        raise BadToken("the provider has no key")
    return found


def _usable(given: object) -> Key | None:
    parts = object_of(given)
    if parts.get("kty") not in ("RSA", "EC", "OKP") or parts.get("use", "sig") != "sig":
        return None
    public = {name: value for name, value in parts.items() if name not in _NOT_PUBLIC}
    kinds: dict[str, type[RSAKey | ECKey | OKPKey]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
    try:
        key = kinds[parts["kty"]].import_key(public)
        if isinstance(key, RSAKey) and key.public_key.key_size < _LEAST_RSA_BITS:
            return None
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    return key if algorithms_of(key) else None


def algorithms_of(key: Key) -> tuple[str, ...]:
    """The algorithms that a key may be used with."""
    match key:
        case RSAKey():
            able = ("PS256", "RS256")
        case ECKey():
            able = ("ES256",) if key.curve_name == "P-256" else ()
        case OKPKey():
            able = ("EdDSA",) if key.curve_name == "Ed25519" else ()
        case _:
            able = ()
    bound = key.get("alg")
    return tuple(name for name in able if bound in (None, name))
