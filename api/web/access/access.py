"""Access to the register, decided in one place: every request has a caller, or is answered 401 but for the open addresses.

On this machine the caller shows the session cookie that a one-time link gives, or the token of the API; behind a proxy on it that asks
for a login the proxy shows its secret with every request. On a server for several people the municipality's own login lets in (oidc/).
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Callable
from typing import Protocol

import psycopg
from psycopg_pool import PoolTimeout
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from api.web.access.answer_in_session import AnswerInSession
from api.web.access.caller import LOCAL_PERSON, NOBODY, Caller
from api.web.access.cookies import cookie_values
from api.web.access.links import Links
from api.web.access.open_addresses import is_open
from api.web.access.sessions import LONGEST, Sessions
from api.web.problems import HttpProblem
from api.web.rate_limits import RateLimits, count, sender
from api.web.same_origin import SAFE
from api.web.security_log import session_name
from dashboards import site

PROXY_HEADER = "X-Journey-Proxy-Secret"


class Access(Protocol):
    """A way to tell who sends a request."""

    async def caller(self, request: Request) -> Caller | None:
        """The caller; None where nothing in the request lets them in. Raises HttpProblem, and the errors of a database that is down."""
        ...

    async def is_still_open(self, caller: Caller) -> bool:
        """Whether the caller's session is open still, for an answer that is under way."""
        ...

    @property
    def changes(self) -> int:
        """A number that is another when this process has ended a session, or put one in another role."""
        ...

    def refusal(self) -> HttpProblem:
        """The problem that a request without a caller is answered with."""
        ...


class WithoutEnds:
    """Access whose sessions nobody ends from outside."""

    changes = 0

    async def is_still_open(self, caller: Caller) -> bool:  # noqa: ARG002 -- of the protocol
        """Whether an answer under way may go on: as it began."""
        return True


class LocalAccess(WithoutEnds):
    """Access on this machine: by the token of the API, or a session that a one-time link has opened.

    A token or an id has 256 random bits, so wrong ones are not counted: guessing needs no limit, and a limit would let another
    account keep the person out.
    """

    def __init__(self, token: str, port: int, clock: Callable[[], float] = time.time) -> None:
        self._token, self.port = token, port
        self.links, self._sessions = Links(token, port, clock), Sessions(clock)
        self._cookie = f"journey-session-{port}"  # cookies are shared by all ports of a host

    async def caller(self, request: Request) -> Caller | None:
        """The person of this machine. An `Authorization` decides alone; a header or cookie that is given twice lets nobody in."""
        authorizations = request.headers.getlist("authorization")
        if authorizations:
            known = len(authorizations) == 1 and self._is_token(authorizations[0])
        else:
            ids = cookie_values(request, self._cookie)
            known = len(ids) == 1 and self._sessions.has(ids[0], is_used=request.scope["path"] not in site.UNUSED_BY_PEOPLE)
        return LOCAL_PERSON if known else None

    def refusal(self) -> HttpProblem:
        """The problem, with what lets a program in; a browser gets a page."""
        return HttpProblem("not_signed_in", headers={"WWW-Authenticate": 'Bearer realm="journey"'})

    def open_session(self, response: Response) -> str:
        """Open a session and set its cookie; gives the session's name in the log.

        Strict: a page of another site then cannot have the browser send it to another port of this machine, where another account
        may listen. Over http on this machine there is no `Secure`, and so no `__Host-` name.
        """
        session_id = self._sessions.open()
        response.set_cookie(self._cookie, session_id, max_age=LONGEST, path="/", httponly=True, samesite="strict", secure=False)
        return session_name(session_id)

    def _is_token(self, authorization: str) -> bool:
        scheme, _, given = authorization.partition(" ")
        return scheme.lower() == "bearer" and hmac.compare_digest(given.strip().encode(), self._token.encode())


class ProxyAccess(WithoutEnds):
    """Access behind a proxy that has asked for a login: it sends the secret with every request, once."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    async def caller(self, request: Request) -> Caller | None:
        """The person whom the proxy has let in."""
        secrets = request.headers.getlist(PROXY_HEADER)
        return LOCAL_PERSON if len(secrets) == 1 and hmac.compare_digest(secrets[0].encode(), self._secret) else None

    def refusal(self) -> HttpProblem:
        """The problem, with what the proxy must send."""
        return HttpProblem(
            "not_signed_in",
            remedy=f"Gå til registret gennem proxyen; den skal selv sætte {PROXY_HEADER}, én gang, på hver forespørgsel.",
            headers={"WWW-Authenticate": PROXY_HEADER},
        )


class AccessCheck:
    """ASGI middleware before every route: it puts the caller into the scope, or answers 401, or 429 where they send too much."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        access: Access,
        limits: RateLimits | None,
        answer: Callable[[Request, Access, HttpProblem], Response],
    ) -> None:
        self._app, self._access, self._limits, self._answer = app, access, limits, answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":  # no socket has a check of its own, so none is answered
            return
        request = Request(scope)
        try:
            caller = await self._access.caller(request)
            problem = self._limited(scope, caller) or self._refused(scope, caller)
        except HttpProblem as refused:
            caller, problem = None, self._limited(scope, None) or refused
        except (PoolTimeout, psycopg.OperationalError):
            caller, problem = None, HttpProblem("no_database")
        if problem is not None:
            await self._answered(request, problem, receive, send)
            return
        scope["caller"] = caller = caller or NOBODY
        sending = send
        if caller.session is not None and not is_open(scope["path"]):
            sending = AnswerInSession(
                send,
                lambda: self._access.changes,
                lambda: self._access.is_still_open(caller),
                lambda: self._answered(request, self._access.refusal(), receive, send),
            )
        await self._app(scope, receive, sending)

    async def _answered(self, request: Request, problem: HttpProblem, receive: Receive, send: Send) -> None:
        request.scope["problem"] = problem.code
        answer = await run_in_threadpool(self._answer, request, self._access, problem)
        await answer(request.scope, receive, send)

    def _refused(self, scope: Scope, caller: Caller | None) -> HttpProblem | None:
        """The problem of a request that nobody, or nobody in this role, may send, whatever it asks for."""
        path = scope["path"]  # and not `url`, which the header Host is a part of
        if is_open(path):
            return None
        if caller is None:
            return self._access.refusal()
        if caller.role == NOBODY.role and path != site.SIGN_IN_ROLE:
            return HttpProblem("no_role")
        return HttpProblem("on_behalf_of_nobody") if caller.acts_for_nobody and scope["method"] not in SAFE else None

    def _limited(self, scope: Scope, caller: Caller | None) -> HttpProblem | None:
        """Note the sender and count the request; the problem of one too many. Who comes by the proxy alone is the proxy's to count."""
        if self._limits is None or caller == LOCAL_PERSON:
            return None
        scope["sender"] = sent_by = sender(scope, caller or NOBODY)
        try:
            count(self._limits, scope, sent_by, sent_by.limit)
        except HttpProblem as problem:
            return problem
        return None
