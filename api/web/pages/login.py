"""The pages of the municipality's own login: the way to it and back, the choice of a role, and the way out from both sides."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response

from api.web.access.access import Access
from api.web.access.caller import NOBODY
from api.web.access.cookies import cookie_values
from api.web.access.oidc.discovery import ProviderDown
from api.web.access.oidc.emergency import use
from api.web.access.oidc.oidc_access import BROWSER_COOKIE, COOKIE, OidcAccess
from api.web.access.oidc.provider_keys import BadToken
from api.web.access.oidc.signing_in import Reason, SignInRefused, begun, finished, replaced
from api.web.access.oidc.stored_sessions import LONGEST_EMERGENCY, SIGN_IN_SECONDS, hashed
from api.web.access.oidc.tokens import logout_token
from api.web.access.sessions import IDLE, LONGEST
from api.web.dependencies import PUBLIC, SIGNS_IN, AccessDep, CallerDep, RegisterDep
from api.web.pages.render import PAGE_ERRORS, rendered, wrong
from api.web.pages.sent_form import sent_form
from api.web.problems import HttpProblem
from api.web.query import body_of, checked_words, first, form_words, own_page, query_words
from api.web.security_log import note, session_name
from dashboards import site
from journey.access.reader import LOCAL
from journey.access.rules import rules
from journey.refusals import Refused

Wrong = Reason | Literal["bad_halves", "login_up"]
"""Why the page of the login is shown again: also for the emergency account, with halves that are not good, or a login that is not down."""
LONGEST_TOKEN_FORM = 20_000
STATUS: dict[Wrong, int] = {"no_person": 403, "no_role": 403, "login_down": 503, "login_up": 403}
"""The status of a page that lets nobody in; any other is 401."""

router = APIRouter(include_in_schema=False, dependencies=[PUBLIC])


def entrance(
    request: Request, access: OidcAccess, status: int = 200, *, reason: Wrong | None = None, page: str = ""
) -> HTMLResponse:
    """The page with the way to the login; with why it did not let anybody in; with the emergency account where it is down."""
    account = access.takes_emergency()
    hours = {"idle": IDLE // 3600, "longest": LONGEST // 3600, "account": LONGEST_EMERGENCY // 3600}
    values = {
        "reason": reason,
        "start": f"{site.SIGN_IN_START}?{urlencode({'side': page})}" if page else site.SIGN_IN_START,
        "hours": hours,
        "account": account,
        "is_down": not access.connection.is_up(),
    }
    return rendered(request, "login.html.j2", status, **values)


def without_role(request: Request, access: OidcAccess) -> Response:
    """The answer to whoever has no role, or has not chosen one yet."""
    session = access.session_of(request)
    if session is not None and access.entitled(session).roles:
        return RedirectResponse(site.SIGN_IN_ROLE, 303)
    return entrance(request, access, 403, reason="no_role")


@router.get(site.SIGN_IN_START, dependencies=[SIGNS_IN])
def start(request: Request, access: AccessDep) -> Response:
    """Go to the login, and come back to the page that the person was on their way to."""
    known = _oidc(access)
    try:
        words = checked_words(request, ("side", "lang"))
        page = own_page(first(words, "side"))
        address, browser = begun(known, cookie_values(request, BROWSER_COOKIE), page)
    except Refused as error:
        return wrong(request, error)
    except SignInRefused as refused:
        return _refused(request, known, refused.reason)
    answer = RedirectResponse(address, 303)
    known.set_cookie(answer, BROWSER_COOKIE, browser, SIGN_IN_SECONDS)
    return answer


@router.get(site.SIGN_IN_ANSWER, dependencies=[SIGNS_IN])
def answered(request: Request, access: AccessDep) -> Response:
    """Take the login's answer: a session in place of the one that the browser had, and on to the page, or to the choice of a role."""
    known = _oidc(access)
    try:
        signed_in = finished(known, cookie_values(request, BROWSER_COOKIE), query_words(request))
    except SignInRefused as refused:
        return _refused(request, known, refused.reason)
    replaced(known, cookie_values(request, COOKIE))
    note(request.scope, "signed_in", by="login", role=signed_in.role or NOBODY.role, session=session_name(signed_in.session_id))
    answer = RedirectResponse(signed_in.page if signed_in.role else site.SIGN_IN_ROLE, 303)
    known.set_cookie(answer, COOKIE, signed_in.session_id, LONGEST)
    known.drop_cookie(answer, BROWSER_COOKIE)
    return answer


@router.get(site.SIGN_IN_ROLE)
def roles(request: Request, access: AccessDep, register: RegisterDep) -> Response:
    """The roles that the person has, to choose one of."""
    known = _oidc(access)
    try:
        checked_words(request, ("lang",))
    except Refused as error:
        return wrong(request, error)
    session = known.session_of(request)
    if session is None or session.kind != "login":
        return RedirectResponse(site.SIGN_IN, 303)
    units = {code: entry.da for code, entry in register.codes["units"].codes.items()}
    given = known.entitled(session).roles
    return rendered(request, "role.html.j2", roles=given, names=rules().role, chosen=session.role, units=units)


@router.post(site.SIGN_IN_ROLE)
async def choose_role(request: Request, access: AccessDep) -> Response:
    """Act in the role that was chosen."""
    known = _oidc(access)
    try:
        fields = form_words(await sent_form(request), ("rolle",))
    except (*PAGE_ERRORS, ValueError) as error:
        return wrong(
            request, error if not isinstance(error, ValueError) else Refused("bad_parameter", "Det er ikke en formular.")
        )
    return await run_in_threadpool(_chosen, request, known, fields.get("rolle"))


def _chosen(request: Request, access: OidcAccess, role: str | None) -> Response:
    session = access.session_of(request)
    found = None if session is None else access.entitled(session).role(role)
    if session is None or session.kind != "login" or found is None:
        return RedirectResponse(site.SIGN_IN_ROLE, 303)
    access.sessions.choose(session.id, found.role)
    note(request.scope, "role_chosen", role=found.role, session=session.id.hex()[:12])
    return RedirectResponse(site.OVERVIEW.address, 303)


@router.post(site.EMERGENCY_SIGN_IN, dependencies=[SIGNS_IN])
async def use_account(request: Request, access: AccessDep) -> Response:
    """Use the emergency account up, where the login is down: both halves of it, for one session."""
    known = _oidc(access)
    try:
        fields = form_words(await sent_form(request), ("first", "second"))
    except PAGE_ERRORS as error:
        return wrong(request, error)
    except ValueError:
        fields = {}
    return await run_in_threadpool(_account_used, request, known, fields.get("first", ""), fields.get("second", ""))


def _account_used(request: Request, access: OidcAccess, first: str, second: str) -> Response:
    reason: Wrong = "bad_halves"
    session_id = None
    if access.connection.is_up():
        reason = "login_up"
    else:
        session_id = use(access.sessions, first, second)
    if session_id is None:
        note(request.scope, "sign_in_refused", by="emergency", reason=reason)
        return entrance(request, access, STATUS.get(reason, 401), reason=reason)
    replaced(access, cookie_values(request, COOKIE))
    note(request.scope, "signed_in", by="emergency", role=LOCAL.role, session=session_name(session_id))
    answer = RedirectResponse(site.OVERVIEW.address, 303)
    access.set_cookie(answer, COOKIE, session_id, LONGEST_EMERGENCY)
    return answer


@router.post(site.SIGN_OUT)
async def sign_out(request: Request, access: AccessDep, caller: CallerDep) -> Response:
    """End the session here, and then the login's own."""
    known = _oidc(access)
    try:
        await sent_form(request)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    answer = await run_in_threadpool(_signed_out, request, known, caller.session)
    known.drop_cookie(answer, COOKIE)
    return answer


def _signed_out(request: Request, access: OidcAccess, session_id: str | None) -> Response:
    token = None if session_id is None else access.sessions.end(hashed(session_id), "signed_out")
    if session_id is not None:
        note(request.scope, "signed_out", by="person", session=session_name(session_id))
    address = access.connection.end_session(token, f"{access.settings.public_url}{site.SIGN_IN}")
    answer = rendered(request, "signed_out.html.j2", address=address)
    if address:
        # By the page, and not as the form's own answer: a form of ours may lead to no other site (form-action).
        answer.headers["Refresh"] = f"0; url={address}"
    return answer


@router.post(site.LOGIN_ENDED)
async def login_ended(request: Request, access: AccessDep) -> Response:
    """Take the login's own word that somebody has signed out of it (OpenID Connect Back-Channel Logout 1.0)."""
    known = _oidc(access)
    try:
        token = form_words(await body_of(request, LONGEST_TOKEN_FORM), ("logout_token",)).get("logout_token", "")
        fresh = await run_in_threadpool(_ended, known, token)
    except (Refused, ValueError, BadToken, HttpProblem):
        fresh = False
    except ProviderDown:
        raise HttpProblem("login_down") from None
    if not fresh:
        return JSONResponse({"error": "invalid_request"}, 400)
    note(request.scope, "signed_out", by="login", session=session_name(None))
    return Response(status_code=200)


def _ended(access: OidcAccess, token: str) -> bool:
    claims = logout_token(token, access.connection.keys, access.client, now=access.clock())
    return access.sessions.end_of_login(claims["jti"], claims["iat"], subject=claims.get("sub"), sid=claims.get("sid"))


def _refused(request: Request, access: OidcAccess, reason: Reason) -> Response:
    note(request.scope, "sign_in_refused", by="login", reason=reason)
    return entrance(request, access, STATUS.get(reason, 401), reason=reason)


def _oidc(access: Access) -> OidcAccess:
    """The access by the municipality's login. Raises HTTPException (404) where another is in use."""
    if not isinstance(access, OidcAccess):
        raise HTTPException(404)
    return access
