"""The page of a one-time link, and the page of whoever has not been let in.

Following a link only shows a button, so that a program that fetches links ahead uses none up; the button uses it.
"""

from __future__ import annotations

import re

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.socket import LOOPBACK
from api.web.access.access import Access, LocalAccess
from api.web.access.caller import LOCAL_PERSON, NOBODY
from api.web.access.links import MINUTES, Refusal
from api.web.access.oidc.oidc_access import OidcAccess
from api.web.access.sessions import LONGEST
from api.web.dependencies import PUBLIC, SIGNS_IN, AccessDep, CallerDep
from api.web.pages import login
from api.web.pages.render import PAGE_ERRORS, rendered, wrong
from api.web.problems import HttpProblem, problem_response
from api.web.query import body_of, checked_words, first, form_words, own_page
from api.web.security_log import note
from dashboards import site
from journey.refusals import Refused

LONGEST_FORM = 10_000
STATUS: dict[Refusal, int] = {"wrong": 401, "used": 410, "expired": 410}

router = APIRouter(include_in_schema=False, dependencies=[PUBLIC])


def locked(request: Request, access: Access, problem: HttpProblem) -> Response:
    """The answer to whoever is not let in, or sends too much: a page for a browser, the problem for a program."""
    page = "text/html" in request.headers.get("accept", "") and not request.scope["path"].startswith("/api/")
    if not page:
        return problem_response(problem, request.scope.get("request_id"))
    if problem.code not in ("not_signed_in", "no_role"):
        answer = wrong(request, problem)
    elif not isinstance(access, OidcAccess):
        answer = _shown(request, access, 401)
    elif problem.code == "no_role":
        return login.without_role(request, access)
    else:
        answer = login.entrance(request, access, 401, page=_wanted_page(request))
    answer.headers.update(problem.headers)
    return answer


def _wanted_page(request: Request) -> str:
    """The page that was asked for, to come back to; none where something else than a page was."""
    query = request.scope["query_string"].decode("latin-1")
    return f"{request.scope['path']}{'?' if query else ''}{query}" if request.method == "GET" else ""


@router.get(site.SIGN_IN)
def sign_in(request: Request, access: AccessDep, caller: CallerDep) -> Response:
    """The button that opens the register, where the link is good, or the way to the login; whoever is let in already goes on."""
    try:
        words = checked_words(request, ("kode", "side", "lang"))
        page = own_page(first(words, "side"))
    except Refused as error:
        return wrong(request, error)
    if caller is not NOBODY:
        return RedirectResponse(page, 303)
    if isinstance(access, OidcAccess):
        return login.entrance(request, access, page=first(words, "side") or "")
    code = first(words, "kode")
    refusal: Refusal | None = "wrong" if code is None else _local(access).links.refusal(code)
    if refusal:
        return _shown(request, access, STATUS[refusal], refusal=refusal)
    return _shown(request, access, 200, code=code, page=first(words, "side"))


@router.post(site.SIGN_IN, dependencies=[SIGNS_IN])
async def use_link(request: Request, access: AccessDep) -> Response:
    """Use the link up: a session for the browser, and on to the page that it was for."""
    try:
        checked_words(request, ("lang",))
        body = await body_of(request, LONGEST_FORM)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return await run_in_threadpool(_used, request, _local(access), body)


def _used(request: Request, access: LocalAccess, body: bytes) -> Response:
    try:
        fields = form_words(body, ("kode", "side"))
        page = own_page(fields.get("side"))
    except Refused as refused:
        return wrong(request, refused)
    except ValueError:
        fields, page = {}, site.OVERVIEW.address
    refusal = access.links.use(fields.get("kode", ""))
    if refusal:
        note(request.scope, "sign_in_refused", by="link", reason=refusal)
        return _shown(request, access, STATUS[refusal], refusal=refusal)
    answer = RedirectResponse(page, 303)
    note(request.scope, "signed_in", by="link", role=LOCAL_PERSON.role, session=access.open_session(answer))
    return answer


def _local(access: Access) -> LocalAccess:
    """The access that takes links. Raises HTTPException (404) where another is in use."""
    if not isinstance(access, LocalAccess):
        raise HTTPException(404)
    return access


def _shown(
    request: Request,
    access: Access,
    status: int,
    *,
    refusal: Refusal | None = None,
    code: str | None = None,
    page: str | None = None,
) -> HTMLResponse:
    """The page: the button of a good link, or how to be let in."""
    address = _address(request, access.port) if isinstance(access, LocalAccess) else None
    values = {
        "address": address,
        "refusal": refusal,
        "code": code,
        "page": page or "",
        "minutes": MINUTES,
        "hours": LONGEST // 3600,
    }
    return rendered(request, "sign_in.html.j2", status, **values)


def _address(request: Request, port: int) -> str:
    """The address for `journey open`: by the name that the browser uses, since a cookie is a name's; of ours only, to be safe to copy."""
    given = request.headers.get("host", "").lower()
    return given if re.sub(r":[0-9]+$", "", given) in LOOPBACK else f"{LOOPBACK[1]}:{port}"
