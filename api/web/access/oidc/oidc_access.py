"""Access by the municipality's own login: a person's session by its cookie, or a client program by its token; nothing else lets in."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TypeVar

import anyio.to_thread
from starlette.requests import Request
from starlette.responses import Response

from api.oidc_settings import OidcSettings
from api.web.access.caller import NOBODY, Caller, program
from api.web.access.cookies import cookie_values
from api.web.access.oidc.discovery import ProviderDown
from api.web.access.oidc.emergency import has_account
from api.web.access.oidc.provider import Connection
from api.web.access.oidc.provider_keys import BadToken
from api.web.access.oidc.roles_of_claims import Entitled, RolesOfClaims
from api.web.access.oidc.stored_sessions import OpenSession, StoredSessions, hashed
from api.web.access.oidc.tokens import Client, access_token
from api.web.problems import HttpProblem
from dashboards import site
from journey.access.reader import LOCAL
from journey.personal import is_clean, is_person_id

COOKIE, BROWSER_COOKIE = "__Host-journey", "__Host-journey-login"
"""The cookies of a session, and of a browser with a sign-in under way: sent over https only, and set by no other host or path."""
ON_BEHALF_OF = "X-Journey-On-Behalf-Of"
"""The header in which a client program says whom it acts for."""
NO_ROLE = NOBODY.role

_CLIENT = re.compile(r"[A-Za-z0-9._:/-]{1,80}")
_THREADS = 4
_T = TypeVar("_T")


class OidcAccess:
    """Access by the provider of the settings."""

    def __init__(
        self,
        settings: OidcSettings,
        connection: Connection,
        sessions: StoredSessions,
        roles: RolesOfClaims,
        person_ids: re.Pattern[str] | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.settings, self.connection, self.sessions, self.roles = settings, connection, sessions, roles
        self.clock, self._person_ids = clock, person_ids
        self.client = Client(settings.issuer, settings.client_id, settings.public_url)
        self._threads = anyio.CapacityLimiter(_THREADS)  # of its own, so that no slow question holds up who signs out

    async def caller(self, request: Request) -> Caller | None:
        """The person of the session, in the role that they have chosen, or a client program.

        An `Authorization` decides alone; a header or cookie that is given twice lets nobody in.
        """
        authorizations = request.headers.getlist("authorization")
        if authorizations:
            return await self._in_thread(self._program, authorizations, request.headers.getlist(ON_BEHALF_OF))
        ids = cookie_values(request, COOKIE)
        if len(ids) != 1:
            return None
        return await self._in_thread(self._person, ids[0], request.scope["path"] not in site.UNUSED_BY_PEOPLE)

    async def is_still_open(self, caller: Caller) -> bool:
        """Whether the caller's session is still open, for who is still being answered."""
        return caller.session is None or await self._in_thread(self.sessions.is_open, hashed(caller.session))

    @property
    def changes(self) -> int:
        """A number that is another when sessions have ended, or are in another role."""
        return self.sessions.ends

    def refusal(self) -> HttpProblem:
        """The problem, with what lets a program in; a browser gets a page."""
        return HttpProblem(
            "not_signed_in",
            remedy="Log ind i browseren; et program sender Authorization: Bearer og sin nøgle (access token) fra kommunens log ind.",
            headers={"WWW-Authenticate": 'Bearer realm="journey"'},
        )

    def takes_emergency(self) -> bool:
        """Whether the emergency account can be used now: the login is down, and there is an account that has not been."""
        if self.connection.is_up():
            return False
        with self.sessions.connected() as conn:
            return has_account(conn)

    def session_of(self, request: Request) -> OpenSession | None:
        """The session of the browser; None where it has none that is open."""
        ids = cookie_values(request, COOKIE)
        return self.sessions.find(ids[0]) if len(ids) == 1 else None

    def entitled(self, session: OpenSession) -> Entitled:
        """The person of the session, with the roles that they have now."""
        return self.roles.of(session.claims)

    def set_cookie(self, answer: Response, name: str, value: str, seconds: int) -> None:
        """Give the browser a cookie that only this site is sent, over https only.

        Lax, since the browser comes from the login's own site when a session begins. What changes anything is told apart by the site
        that the browser says it comes from.
        """
        answer.set_cookie(name, value, max_age=seconds, path="/", secure=True, httponly=True, samesite="lax")

    def drop_cookie(self, answer: Response, name: str) -> None:
        """Have the browser forget a cookie."""
        answer.delete_cookie(name, path="/", secure=True, httponly=True, samesite="lax")

    def _person(self, session_id: str, is_used: bool) -> Caller | None:
        session = self.sessions.find(session_id, is_used=is_used)
        if session is None:
            return None
        if session.kind == "emergency":
            return Caller(session.person, LOCAL.role, session=session_id)
        entitled = self.entitled(session)
        role = entitled.role(session.role) if entitled.person == session.person else None
        if role is None:
            return Caller(session.person, NO_ROLE, session=session_id)
        return Caller(session.person, role.role, role.units, session_id)

    def _program(self, authorizations: list[str], on_behalf_of: list[str]) -> Caller | None:
        """The client program of a token; it acts in the first role that the role file gives it. Raises HttpProblem."""
        scheme, _, token = authorizations[0].partition(" ")
        if len(authorizations) != 1 or scheme.lower() != "bearer":
            return None
        try:
            claims = access_token(token.strip(), self.connection.keys, self.client, now=self.clock())
        except BadToken:
            return None
        except ProviderDown:
            raise HttpProblem("login_down") from None
        name = str(claims["client_id"])
        if not _CLIENT.fullmatch(name):
            return None
        person = program(name)
        if on_behalf_of:
            person = on_behalf_of[0]
            if len(on_behalf_of) != 1 or not is_person_id(person, self._person_ids) or not is_clean(person):
                raise HttpProblem("bad_header", "Det er ikke et id på en person.", place=ON_BEHALF_OF)
        roles = self.roles.of_program(name, claims).roles
        if not roles:
            return Caller(person, NO_ROLE, client=name)
        return Caller(person, roles[0].role, roles[0].units, client=name)

    async def _in_thread(self, work: Callable[..., _T], *values: object) -> _T:
        return await anyio.to_thread.run_sync(work, *values, limiter=self._threads)
