"""Forged tokens: thirty ways to make one that is not the provider's for this site now, and none is accepted; the real ones all are."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc import jwe, jws
from joserfc.jwk import ECKey, Key, OKPKey, RSAKey

from api.web.access.oidc.provider_keys import BadToken, usable_keys
from api.web.access.oidc.tokens import (
    LOGOUT_EVENT,
    SKEW,
    Claims,
    Client,
    access_token,
    id_token,
    logout_token,
)

pytestmark = pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")

NOW = 1_800_000_000
ISSUER = "https://login.example.dk"
SITE = Client(ISSUER, "journey", "https://sager.example.dk")
NONCE = "n" * 43
ALL = [*jws.JWSRegistry.algorithms]


@cache
def key(name: str, algorithm: str) -> RSAKey | ECKey | OKPKey:
    """A key of the provider's, or of another's, by its name."""
    parameters: Any = {"kid": name}
    if algorithm in ("RS256", "PS256"):
        return RSAKey.generate_key(2048, parameters)
    return ECKey.generate_key("P-256", parameters) if algorithm == "ES256" else OKPKey.generate_key("Ed25519", parameters)


def published() -> list[dict[str, Any]]:
    """The provider's key set, as it publishes it."""
    names = (("rsa", "RS256"), ("pss", "PS256"), ("ec", "ES256"), ("ed", "EdDSA"))
    return [dict(key(name, algorithm).as_dict(private=False), use="sig", alg=algorithm) for name, algorithm in names]


@cache
def _usable() -> tuple[Key, ...]:
    return tuple(usable_keys({"keys": published()}))


def keys(_: str | None) -> Sequence[Key]:
    return _usable()


ID = {"iss": ISSUER, "aud": "journey", "sub": "p-1", "nonce": NONCE, "sid": "s-1", "iat": NOW, "exp": NOW + 300}
ACCESS = {"iss": ISSUER, "aud": SITE.audience, "sub": "robot-1", "client_id": "robot-1", "iat": NOW, "exp": NOW + 300}
LOGOUT = {
    "iss": ISSUER,
    "aud": "journey",
    "sid": "s-1",
    "jti": "j-1",
    "iat": NOW,
    "exp": NOW + 120,
    "events": {LOGOUT_EVENT: {}},
}
TYPES = {"id": "JWT", "access": "at+jwt", "logout": "logout+jwt"}
CLAIMS: Mapping[str, dict[str, Any]] = {"id": ID, "access": ACCESS, "logout": LOGOUT}
KEY_OF = {"RS256": "rsa", "PS256": "pss", "ES256": "ec", "EdDSA": "ed"}


def signed(claims: object, header: dict[str, Any] | None = None, by: Key | None = None) -> str:
    """A token of the claims, signed by the provider's RSA key unless another signs it."""
    head = {"alg": "RS256", "kid": "rsa", "typ": "JWT", **(header or {})}
    head = {name: value for name, value in head.items() if value is not None}
    payload = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    registry = jws.JWSRegistry(algorithms=ALL, strict_check_header=False)
    return jws.serialize_compact(head, payload, by or key("rsa", "RS256"), registry=registry)


def judged(kind: str, token: str, *, now: float = NOW, access: str | None = "at") -> Claims:
    if kind == "id":
        return id_token(token, keys, SITE, nonce=NONCE, access_token=access, now=now)
    return (access_token if kind == "access" else logout_token)(token, keys, SITE, now=now)


def good(kind: str, *, header: dict[str, Any] | None = None, by: Key | None = None, **claims: Any) -> str:
    """A real token of the kind but for the claims; a claim that is None is left out."""
    whole = {name: value for name, value in {**CLAIMS[kind], **claims}.items() if value is not None}
    return signed(whole, {"typ": TYPES[kind], **(header or {})}, by)


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def unsigned(kind: str, **header: Any) -> str:
    return f"{part({'typ': TYPES[kind], **header})}.{part(CLAIMS[kind])}."


def public_as_secret(kind: str, secret: bytes) -> str:
    signing = f"{part({'alg': 'HS256', 'kid': 'rsa', 'typ': TYPES[kind]})}.{part(CLAIMS[kind])}"
    mac = base64.urlsafe_b64encode(hmac.digest(secret, signing.encode(), "sha256")).decode().rstrip("=")
    return f"{signing}.{mac}"


def other_key(kind: str, header: dict[str, Any]) -> str:
    """Signed by a key of the forger's own, which the header brings or names."""
    return good(kind, header={"kid": "forger", **header}, by=key("forger", "RS256"))


def changed(kind: str, **claims: Any) -> str:
    """A real token with other claims under the old signature."""
    head, _, signature = good(kind).split(".")
    return f"{head}.{part({**CLAIMS[kind], **claims})}.{signature}"


def with_raw_header(kind: str, header: dict[str, Any]) -> str:
    """A token that the provider's key has signed, with a header that the library would not write."""
    signing = f"{part({'alg': 'RS256', 'kid': 'rsa', 'typ': TYPES[kind], **header})}.{part(CLAIMS[kind])}"
    secret: Any = key("rsa", "RS256").private_key
    signature = secret.sign(signing.encode(), PKCS1v15(), SHA256())
    return f"{signing}.{base64.urlsafe_b64encode(signature).decode().rstrip('=')}"


def flipped(kind: str) -> str:
    token = good(kind)
    at = token.rindex(".") + 20
    return f"{token[:at]}{'A' if token[at] != 'A' else 'B'}{token[at + 1 :]}"


def twice(kind: str, name: str, value: str) -> bytes:
    """The claims with one that stands twice: as it should be, and as the forger would have it."""
    return json.dumps(CLAIMS[kind])[:-1].encode() + f', "{name}": "{value}"}}'.encode()


def pem() -> bytes:
    return key("rsa", "RS256").as_pem(private=False)


def encrypted(kind: str) -> str:
    public = RSAKey.import_key(key("rsa", "RS256").as_dict(private=False))
    return jwe.encrypt_compact({"alg": "RSA-OAEP", "enc": "A128GCM"}, json.dumps(CLAIMS[kind]), public)


EVERY: dict[str, Callable[[str], str]] = {
    "alg none": lambda kind: unsigned(kind, alg="none"),
    "alg NONE": lambda kind: unsigned(kind, alg="NoNe"),
    "alg none, with a signature": lambda kind: unsigned(kind, alg="none") + "AAAA",
    "no alg": lambda kind: unsigned(kind) + "AAAA",
    "no signature": lambda kind: good(kind).rpartition(".")[0] + ".",
    "two parts": lambda kind: good(kind).rpartition(".")[0],
    "a bit of the signature flipped": flipped,
    "the subject changed": lambda kind: changed(kind, sub="p-2"),
    "the public key as the secret, PEM": lambda kind: public_as_secret(kind, pem()),
    "the public key as the secret, its number": lambda kind: public_as_secret(
        kind, base64.urlsafe_b64decode(str(key("rsa", "RS256").as_dict(private=False)["n"]) + "==")
    ),
    "an empty secret": lambda kind: unsigned(kind, alg="HS256", kid="rsa") + "AAAA",
    "an algorithm that is not allowed": lambda kind: good(kind, header={"alg": "RS512"}),
    "a weaker algorithm of the key's": lambda kind: good(kind, header={"alg": "RS256", "kid": "pss"}, by=key("pss", "PS256")),
    "another's key under an id of ours": lambda kind: good(kind, by=key("forger", "RS256")),
    "a key that nobody has published": lambda kind: other_key(kind, {}),
    "jwk in the header": lambda kind: other_key(kind, {"jwk": key("forger", "RS256").as_dict(private=False)}),
    "jku in the header": lambda kind: other_key(kind, {"jku": "https://evil.example/keys"}),
    "x5u in the header": lambda kind: other_key(kind, {"x5u": "https://evil.example/cert"}),
    "x5c in the header": lambda kind: other_key(kind, {"x5c": ["MIIB"]}),
    "jku beside the right key": lambda kind: good(kind, header={"jku": "https://evil.example/keys"}),
    "crit in the header": lambda kind: with_raw_header(kind, {"crit": ["exp"], "exp": 1}),
    "crit that is empty": lambda kind: with_raw_header(kind, {"crit": []}),
    "a payload that is not encoded": lambda kind: good(kind, header={"crit": ["b64"], "b64": True}),
    "a path as key id": lambda kind: good(kind, header={"kid": "../../dev/null"}),
    "a list as key id": lambda kind: f"{part({'alg': 'RS256', 'kid': ['rsa'], 'typ': TYPES[kind]})}.{part(CLAIMS[kind])}.AAAA",
    "an encrypted one": encrypted,
    "another issuer": lambda kind: good(kind, iss="https://evil.example"),
    "an issuer like ours": lambda kind: good(kind, iss=ISSUER + "/"),
    "no issuer": lambda kind: good(kind, iss=None),
    "another audience": lambda kind: good(kind, aud="another"),
    "no audience": lambda kind: good(kind, aud=None),
    "an empty audience": lambda kind: good(kind, aud=[]),
    "an audience that is no text": lambda kind: good(kind, aud={"journey": 1}),
    "expired": lambda kind: good(kind, exp=NOW - SKEW),
    "an end that is a text": lambda kind: good(kind, exp=str(NOW + 300)),
    "an end that is true": lambda kind: good(kind, exp=True),
    "an end that is no number": lambda kind: signed(
        json.dumps({**CLAIMS[kind], "exp": float("nan")}).encode(), {"typ": TYPES[kind]}
    ),
    "from the future": lambda kind: good(kind, iat=NOW + SKEW + 1),
    "no moment": lambda kind: good(kind, iat=None),
    "not good yet": lambda kind: good(kind, nbf=NOW + SKEW + 1),
    "the issuer twice": lambda kind: signed(twice(kind, "iss", "https://evil.example"), {"typ": TYPES[kind]}),
    "claims that are a list": lambda kind: signed([CLAIMS[kind]], {"typ": TYPES[kind]}),
    "claims that are no JSON": lambda kind: signed(b"{", {"typ": TYPES[kind]}),
    "claims without a floor": lambda kind: signed(b"[" * 9000, {"typ": TYPES[kind]}),
    "a type of another token": lambda kind: good(kind, header={"typ": "dpop+jwt"}),
    "far too long": lambda kind: good(kind, more="x" * 20_000),
    "nothing": lambda kind: "",
    "letters that are not ASCII": lambda kind: good(kind) + "æ",
    "a line at its end": lambda kind: good(kind) + "\n",
}
"""Forgeries of every kind of token."""

OF_ID: dict[str, Callable[[], str]] = {
    "another nonce": lambda: good("id", nonce="m" * 43),
    "no nonce": lambda: good("id", nonce=None),
    "a nonce that is a list": lambda: good("id", nonce=[NONCE]),
    "given to another": lambda: good("id", azp="another"),
    "for another beside us": lambda: good("id", aud=["journey", "another"], azp="journey"),
    "without an end": lambda: good("id", exp=None),
    "made long before": lambda: good("id", iat=NOW - 3600),
    "no subject": lambda: good("id", sub=None),
    "an empty subject": lambda: good("id", sub=""),
    "a subject that is a number": lambda: good("id", sub=7),
    "another access token": lambda: good("id", at_hash="x" * 22),
    "an access token": lambda: good("access", aud="journey", nonce=NONCE),
    "a logout token": lambda: good("logout", sub="p-1", nonce=NONCE),
    "a logout token in its clothes": lambda: good("id", events={LOGOUT_EVENT: {}}),
}
OF_ACCESS: dict[str, Callable[[], str]] = {
    "an ID token": lambda: good("id", aud=SITE.audience),
    "an ID token in its clothes": lambda: good("access", nonce=NONCE),
    "a logout token in its clothes": lambda: good("access", events={LOGOUT_EVENT: {}}),
    "a person's": lambda: good("access", sub="p-1"),
    "of no client": lambda: good("access", client_id=None),
    "given to another": lambda: good("access", azp="another"),
    "for the site as client": lambda: good("access", aud="journey"),
    "without an end": lambda: good("access", exp=None),
    "without a type": lambda: good("access", header={"typ": None}),
}
OF_LOGOUT: dict[str, Callable[[], str]] = {
    "an ID token": lambda: good("id"),
    "an ID token with the event": lambda: good("id", events={LOGOUT_EVENT: {}}, jti="j"),
    "an access token": lambda: good("access", aud="journey"),
    "no event": lambda: good("logout", events=None),
    "another event": lambda: good("logout", events={"https://example.dk/other": {}}),
    "an event that is a list": lambda: good("logout", events=[LOGOUT_EVENT]),
    "with a nonce": lambda: good("logout", nonce=NONCE),
    "no id": lambda: good("logout", jti=None),
    "nobody's": lambda: good("logout", sid=None),
    "old": lambda: good("logout", iat=NOW - 3600, exp=None),
    "a session that is a list": lambda: good("logout", sid=["s-1"]),
}
FORGERIES = [
    *((f"{kind}: {name}", kind, lambda kind=kind, make=make: make(kind)) for kind in TYPES for name, make in EVERY.items()),
    *((f"id: {name}", "id", make) for name, make in OF_ID.items()),
    *((f"access: {name}", "access", make) for name, make in OF_ACCESS.items()),
    *((f"logout: {name}", "logout", make) for name, make in OF_LOGOUT.items()),
]


@pytest.mark.parametrize(
    ("kind", "make"), [(kind, make) for _, kind, make in FORGERIES], ids=[name for name, _, _ in FORGERIES]
)
def test_a_forged_token_is_not_accepted(kind: str, make: Callable[[], str]) -> None:
    with pytest.raises(BadToken):
        judged(kind, make())


def test_there_are_more_than_twenty_classes_of_each_kind() -> None:
    for kind in TYPES:
        assert sum(of == kind for _, of, _ in FORGERIES) >= 50


# --- the real ones: else every check above could be the same one ------------------------------------------------------------


@pytest.mark.parametrize("kind", TYPES)
@pytest.mark.parametrize("algorithm", KEY_OF)
def test_a_real_token_is_accepted(kind: str, algorithm: str) -> None:
    name = KEY_OF[algorithm]

    claims = judged(kind, good(kind, header={"alg": algorithm, "kid": name}, by=key(name, algorithm)))

    assert dict(claims) == CLAIMS[kind]


@pytest.mark.parametrize(
    ("kind", "claims"),
    [
        ("id", {"aud": ["journey"]}),
        ("id", {"azp": "journey"}),
        ("id", {"sid": None}),
        ("id", {"exp": NOW - SKEW + 1}),
        ("id", {"iat": NOW + SKEW}),
        ("id", {"nbf": NOW + SKEW}),
        ("id", {"at_hash": base64.urlsafe_b64encode(sha256(b"at-1").digest()[:16]).decode().rstrip("=")}),
        ("access", {"aud": ["another", SITE.audience]}),
        ("access", {"jti": "a-1", "scope": "x", "azp": "robot-1"}),
        ("logout", {"exp": None}),
        ("logout", {"sid": None, "sub": "p-1"}),
        ("logout", {"sub": "p-1"}),
    ],
)
def test_what_a_real_token_may_hold_beside_is_accepted(kind: str, claims: dict[str, Any]) -> None:
    assert judged(kind, good(kind, **claims), access="at-1")


@pytest.mark.parametrize("header", [{"typ": None}, {"x5t": "abc"}, {"x5t#S256": "abc"}])
def test_what_the_header_may_hold_beside_is_accepted(header: dict[str, Any]) -> None:
    assert judged("id", good("id", header=header))


def test_a_header_that_is_written_by_hand_is_as_good_as_the_library_s() -> None:
    """Or the forgeries that are written so would be refused for that."""
    assert judged("id", with_raw_header("id", {}))


def test_a_key_without_an_id_is_taken_where_it_is_the_only_one() -> None:
    token = good("id", header={"kid": None})
    [rsa] = usable_keys({"keys": published()[:1]})

    assert id_token(token, lambda _: [rsa], SITE, nonce=NONCE, access_token=None, now=NOW)
    with pytest.raises(BadToken):
        id_token(token, lambda _: [rsa, key("forger", "RS256")], SITE, nonce=NONCE, access_token=None, now=NOW)


# --- the key set -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "given",
    [
        None,
        [],
        {},
        {"keys": {}},
        {"keys": []},
        {"keys": [None, 7, "key"]},
        {"keys": [{"kty": "oct", "k": "AAAA", "kid": "rsa"}]},
        {"keys": [{**published()[0], "use": "enc"}]},
        {"keys": [{**published()[0], "alg": "RS512"}]},
        {"keys": [{**published()[0], "alg": "HS256"}]},
        {"keys": [{"kty": "RSA", "n": published()[0]["n"][:170], "e": "AQAB"}]},
        {"keys": [dict(ECKey.generate_key("P-384").as_dict(private=False))]},
        {"keys": [dict(OKPKey.generate_key("X25519").as_dict(private=False))]},
        {"keys": [{"kty": "RSA", "n": "!", "e": "AQAB"}]},
        {"keys": [{"kty": ["RSA"]}]},
    ],
)
def test_a_key_set_without_a_key_of_ours_has_none(given: object) -> None:
    with pytest.raises(BadToken):
        usable_keys(given)


def test_of_a_key_set_the_usable_keys_are_taken() -> None:
    odd = [{"kty": "oct", "k": "AAAA", "kid": "x"}, {"kty": "AKP", "alg": "ML-DSA-44", "kid": "y"}, None]

    assert [found.get("kid") for found in usable_keys({"keys": [*odd, *published()]})] == ["rsa", "pss", "ec", "ed"]
