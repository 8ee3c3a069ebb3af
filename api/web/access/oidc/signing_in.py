"""Sign-in from its first step to the session: the secrets that bind the answer to the browser, and every check of the answer."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Literal

from api.web.access.oidc.discovery import ProviderDown
from api.web.access.oidc.oidc_access import OidcAccess
from api.web.access.oidc.provider import CodeRefused
from api.web.access.oidc.provider_keys import BadToken
from api.web.access.oidc.stored_sessions import PendingSignIn, TooManySignIns, hashed
from api.web.access.oidc.tokens import id_token

Reason = Literal["bad_state", "bad_issuer", "refused", "bad_code", "bad_token", "no_person", "no_role", "ended", "login_down"]
"""Why nobody was let in: an answer to nothing that this browser began, one that is another provider's, one that says no, a code or a
token that is not good, a person without an id that the register may hold, or without a role, and a login that is over or down."""

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")


class SignInRefused(Exception):
    """A sign-in that lets nobody in."""

    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason
        super().__init__(reason)


def begun(access: OidcAccess, cookies: Sequence[str], page: str) -> tuple[str, str]:
    """The address of the login's page for a sign-in that begins now, and the browser's secret, that of its cookie where it has one.

    Raises SignInRefused (`login_down`).
    """
    browser = cookies[0] if len(cookies) == 1 and _SECRET.fullmatch(cookies[0]) else secrets.token_urlsafe(32)
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    if not access.connection.is_up():
        raise SignInRefused("login_down")
    try:
        address = access.connection.authorization(state=state, nonce=nonce, verifier=verifier)
        access.sessions.begin(browser, state, PendingSignIn(nonce, verifier, page))
    except (ProviderDown, TooManySignIns):
        raise SignInRefused("login_down") from None
    return address, browser


class SignedIn:
    """A person let in: their session's id, the role they act in where they have one alone, and the page that they were on their way to."""

    def __init__(self, session_id: str, role: str | None, page: str) -> None:
        self.session_id, self.role, self.page = session_id, role, page


def finished(access: OidcAccess, cookies: Sequence[str], words: Mapping[str, Sequence[str]]) -> SignedIn:
    """Let in the person that the login's answer is of. Raises SignInRefused."""
    state, code = _single(words, "state"), _single(words, "code")
    pending = access.sessions.take(cookies[0], state) if state and len(cookies) == 1 else None
    if pending is None:
        raise SignInRefused("bad_state")
    try:
        issuer = _single(words, "iss")
        if issuer != access.settings.issuer and ("iss" in words or access.connection.provider().names_issuer):
            raise SignInRefused("bad_issuer")
        if "error" in words or code is None:
            raise SignInRefused("refused")
        tokens = access.connection.tokens(code, pending.verifier)
        claims = id_token(
            tokens.id_token,
            access.connection.keys,
            access.client,
            nonce=pending.nonce,
            access_token=tokens.access_token,
            now=access.clock(),
        )
    except ProviderDown:
        raise SignInRefused("login_down") from None
    except CodeRefused:
        raise SignInRefused("bad_code") from None
    except BadToken:
        raise SignInRefused("bad_token") from None
    entitled = access.roles.of(claims)
    if not entitled.person:
        raise SignInRefused("no_person")
    if not entitled.roles:
        raise SignInRefused("no_role")
    role = entitled.roles[0].role if len(entitled.roles) == 1 else None
    session_id = access.sessions.open(
        claims["sub"],
        entitled.person,
        access.roles.saved(claims),
        sid=claims.get("sid"),
        role=role,
        id_token=tokens.id_token,
        issued=claims["iat"],
    )
    if session_id is None:
        raise SignInRefused("ended")
    return SignedIn(session_id, role, pending.page)


def replaced(access: OidcAccess, session_ids: Sequence[str]) -> None:
    """End the sessions that the browser had before it signed in anew."""
    for session_id in session_ids:
        access.sessions.end(hashed(session_id), "signed_out")


def _single(words: Mapping[str, Sequence[str]], name: str) -> str | None:
    """The word of the name; None for one that is not there, or stands twice."""
    found = words.get(name, ())
    return found[0] if len(found) == 1 else None
