"""Discovery: what the provider says of itself at its own address, and whether that can be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import httpx
from msgspec import Struct

from api.oidc_settings import is_safe_address
from api.web.access.oidc.provider_keys import ALGORITHMS

DISCOVERY = "/.well-known/openid-configuration"
_LONGEST = 1 << 20


class ProviderDown(Exception):
    """The provider cannot be reached, or what it says cannot be used; the message says why, in English and without data, for the log."""


class Provider(Struct, frozen=True):
    """Provider as it describes itself: its addresses."""

    authorize: str
    token: str
    jwks: str
    end_session: str | None
    names_issuer: bool
    """Whether its answers hold `iss` (RFC 9207)."""


def described(http: httpx.Client, issuer: str) -> Provider:
    """The provider as it describes itself at its issuer's address. Raises ProviderDown."""
    described = read_json(http, issuer.removesuffix("/") + DISCOVERY)
    if described.get("issuer") != issuer:
        raise ProviderDown("the issuer says that it is another")
    if "S256" not in _texts(described.get("code_challenge_methods_supported", ["S256"])):
        raise ProviderDown("it does not take PKCE with S256")
    if not set(ALGORITHMS) & set(_texts(described.get("id_token_signing_alg_values_supported", ["RS256"]))):
        raise ProviderDown("it signs with no algorithm that is allowed")
    places = {name: described.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")}
    end = described.get("end_session_endpoint")
    for name, address in places.items():
        if not isinstance(address, str) or not is_safe_address(address.partition("?")[0]):
            raise ProviderDown(f"its {name} is no safe address")
    safe_end = end if isinstance(end, str) and is_safe_address(end.partition("?")[0]) else None
    authorize, token, jwks = (str(address) for address in places.values())
    return Provider(authorize, token, jwks, safe_end, described.get("authorization_response_iss_parameter_supported") is True)


def read_json(http: httpx.Client, address: str) -> Mapping[str, Any]:
    """The JSON object at the address. Raises ProviderDown."""
    try:
        with http.stream("GET", address) as answer:
            if answer.status_code != 200:
                raise ProviderDown(f"it answers {answer.status_code}")
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > _LONGEST:
                    raise ProviderDown("its answer is too long")
        found = httpx.Response(200, content=body).json()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise ProviderDown(type(error).__name__) from None
    except (ValueError, RecursionError):
        raise ProviderDown("its answer is no JSON") from None
    if not isinstance(found, dict):
        raise ProviderDown("its answer is no object")
    return cast(dict[str, Any], found)


def _texts(value: object) -> list[str]:
    return [each for each in cast(list[object], value) if isinstance(each, str)] if isinstance(value, list) else []
