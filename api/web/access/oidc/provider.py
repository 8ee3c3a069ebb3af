"""The provider: what it says of itself at its address and its keys, asked anew now and then, and the exchange of a code for tokens."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote_plus, urlencode, urlsplit

import httpx
from authlib.oauth2.client import OAuth2Client
from joserfc.jwk import Key
from msgspec import Struct

from api.oidc_settings import OidcSettings, is_this_machine
from api.web.access.oidc.discovery import Provider, ProviderDown, described, read_json
from api.web.access.oidc.provider_keys import BadToken, usable_keys
from dashboards import site

FRESH_FOR = 600.0
"""Seconds that what the provider says is used without asking again."""
TOO_OLD = 3600.0
"""Seconds that it is used at most where the provider cannot be reached: a key that it has withdrawn is then no good either."""
PAUSE = 30.0
"""Seconds between two looks for a key of an unknown id, whoever sends tokens with one."""
BACK_OFF = 5.0
"""Seconds that a provider which has not answered is left alone, so that not every request waits for it."""
PATIENCE = 5.0
"""Seconds that the provider has for each step of an answer."""


class CodeRefused(Exception):
    """The provider gives no tokens for the code."""


class Tokens(Struct, frozen=True):
    """Tokens that the provider gives for a code."""

    id_token: str
    access_token: str | None


class Connection:
    """The connection to the provider of the settings; shared by all requests."""

    def __init__(self, settings: OidcSettings, secret: str, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings, self._clock = settings, clock
        self._basic = httpx.BasicAuth(quote_plus(settings.client_id), quote_plus(secret))
        # A municipality's servers may reach the world by a proxy only, and its own login without.
        local = is_this_machine(urlsplit(settings.issuer).hostname or "")
        self._http = httpx.Client(timeout=PATIENCE, trust_env=not local, headers={"Accept": "application/json"})
        self._lock = threading.Lock()
        self._provider: Provider | None = None
        self._keys: list[Key] = []
        self._asked = self._asked_keys = -math.inf
        self._next = self._looked = -math.inf
        self._fault = ""
        self._up, self._up_at = False, -math.inf

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def provider(self) -> Provider:
        """The provider as it describes itself. Raises ProviderDown."""
        with self._lock:
            now = self._clock()
            if now - self._asked >= FRESH_FOR and now >= self._next:
                try:
                    self._provider, self._asked = described(self._http, self.settings.issuer), now
                except ProviderDown as error:
                    self._fault, self._next = str(error), self._clock() + BACK_OFF
            if self._provider is None or now - self._asked >= TOO_OLD:
                raise ProviderDown(self._fault)
            return self._provider

    def is_up(self) -> bool:
        """Whether the provider answers now, whatever it has described before; as it was some seconds ago, to ask it no more often."""
        with self._lock:
            if self._clock() - self._up_at >= BACK_OFF:
                try:
                    described(self._http, self.settings.issuer)
                    self._up = True
                except ProviderDown:
                    self._up = False
                self._up_at = self._clock()
            return self._up

    def keys(self, kid: str | None) -> Sequence[Key]:
        """The provider's keys, asked for anew where they are old, or none has the id. Raises ProviderDown."""
        provider = self.provider()
        with self._lock:
            now = self._clock()
            unknown = kid is not None and all(key.get("kid") != kid for key in self._keys)
            if (now - self._asked_keys >= FRESH_FOR or unknown) and now - self._looked >= (PAUSE if self._keys else BACK_OFF):
                self._looked = now
                try:
                    self._keys, self._asked_keys = usable_keys(read_json(self._http, provider.jwks)), now
                except (ProviderDown, BadToken) as error:
                    self._fault = str(error)
            if now - self._asked_keys >= TOO_OLD:
                self._keys = []
            if not self._keys:
                raise ProviderDown(self._fault)
            return tuple(self._keys)

    def authorization(self, *, state: str, nonce: str, verifier: str) -> str:
        """The address of the provider's page, for a sign-in with these secrets. Raises ProviderDown."""
        address, _ = self._flow().create_authorization_url(
            self.provider().authorize, state=state, code_verifier=verifier, nonce=nonce, response_mode="query"
        )
        return address

    def tokens(self, code: str, verifier: str) -> Tokens:
        """The tokens that the provider gives for the code. Raises ProviderDown and CodeRefused."""
        endpoint = self.provider().token
        try:
            given = self._flow().fetch_token(
                endpoint, auth=self._basic, grant_type="authorization_code", code=code, code_verifier=verifier
            )
        except httpx.HTTPError as error:
            raise ProviderDown(type(error).__name__) from None
        except Exception as error:  # noqa: BLE001 -- whatever the library makes of an answer that is no token
            raise CodeRefused(type(error).__name__) from None
        token, access = given.get("id_token"), given.get("access_token")
        if not isinstance(token, str) or not isinstance(access, str | None):
            raise CodeRefused("no ID token")
        return Tokens(token, access)

    def end_session(self, id_token: str | None, back: str) -> str | None:
        """The address at which the provider ends its own session and comes back; None where it has none, or is down."""
        try:
            address = self.provider().end_session
        except ProviderDown:
            return None
        words = {"client_id": self.settings.client_id, "post_logout_redirect_uri": back}
        hint = {} if id_token is None else {"id_token_hint": id_token}
        return address and f"{address}{'&' if '?' in address else '?'}{urlencode(hint | words)}"

    def _flow(self) -> Any:
        """The client of the code flow with PKCE."""
        client: Any = OAuth2Client
        return client(
            self._http,
            client_id=self.settings.client_id,
            scope=self.settings.scope,
            redirect_uri=callback(self.settings),
            code_challenge_method="S256",
        )


def callback(settings: OidcSettings) -> str:
    """The address that the provider sends the browser back to."""
    return f"{settings.public_url}{site.SIGN_IN_ANSWER}"
