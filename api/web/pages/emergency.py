"""The pages of emergency access (nødadgang): the form that opens a case, whose answer is the same whether there is such a case, and what
the review of one is sent to."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.answers.protection import access_overview, open_emergency, review_emergency
from api.register.served import Served
from api.web.access.caller import Caller
from api.web.access.looks import Looks
from api.web.access.reach import may_do
from api.web.dependencies import SHOWS_NO_CASE, CallerDep, LooksDep, RegisterDep, may
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.pages.sent_form import sent_form
from api.web.problem_types import remedy_of
from api.web.query import checked_words, form_words
from api.web.security_log import note, session_name
from dashboards import site
from dashboards.case.access_words import REASON_WORDS
from journey.access.protection import DAYS_TO_REVIEW, HOURS, MOST_HOURS
from journey.access.rules import CaseAccess
from journey.refusals import Refused

FORM_FIELDS = ("case", "reason", "remark", "hours")
REVIEW_FIELDS = ("emergency", "outcome", "remark")

router = APIRouter(include_in_schema=False)


@router.get(site.EMERGENCY, dependencies=[may("open_emergency"), SHOWS_NO_CASE])
def emergency_form(request: Request, caller: CallerDep) -> HTMLResponse:
    """The empty form."""
    try:
        checked_words(request, ("lang",))
        return _shown(request, caller, {})
    except PAGE_ERRORS as error:
        return wrong(request, error)


@router.post(site.EMERGENCY, dependencies=[may("open_emergency")])
async def open_case(request: Request, register: RegisterDep, caller: CallerDep, looks: LooksDep) -> HTMLResponse:
    """The page that says until when the case is open to the caller, if there is such a case."""
    try:
        body = await sent_form(request)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    answer = await run_in_threadpool(_opened, request, register, caller, looks, body)
    if answer.status_code == 200:
        note(request.scope, "emergency_opened", role=caller.role, session=session_name(caller.session))
    return answer


@router.post(site.REVIEW_EMERGENCY, dependencies=[may("review_emergency")])
async def review(request: Request, register: RegisterDep, caller: CallerDep, looks: LooksDep) -> Response:
    """The list of accesses, once what the review found is recorded."""
    try:
        body = await sent_form(request)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    answer = await run_in_threadpool(_reviewed, request, register, caller, looks, body)
    if answer.status_code == 303:
        note(request.scope, "emergency_reviewed", role=caller.role, session=session_name(caller.session))
    return answer


def _opened(request: Request, register: Served, caller: Caller, looks: Looks, body: bytes) -> HTMLResponse:
    fields: Mapping[str, str] = {}
    looks.nothing()  # but for the case, once it is named
    try:
        fields = form_words(body, FORM_FIELDS)
        opened = open_emergency(register, fields, caller.reader, caller.units)
        looks.searched(opened[0], 0)
        return _shown(request, caller, {}, opened=opened)
    except ValueError:
        return wrong(request, Refused("bad_parameter", "Formularen kan ikke læses."))
    except Refused as refused:
        return _shown(request, caller, fields, refused)
    except PAGE_ERRORS as error:
        return wrong(request, error)


def _reviewed(request: Request, register: Served, caller: Caller, looks: Looks, body: bytes) -> Response:
    looks.nothing()  # but for the case, once it is found
    try:
        fields = form_words(body, REVIEW_FIELDS)
        emergency = next(
            (
                each
                for each in access_overview(register).emergencies
                if str(each.id) == fields.get("emergency") and may_do(caller, "review_emergency", CaseAccess(each.unit))
            ),
            None,
        )
        if emergency is None or not review_emergency(register, emergency, fields, caller.person):
            raise Refused("bad_value", "den er efterset i forvejen, eller den er ikke din at efterse", place="emergency")
        if emergency.known:
            looks.saw("record", emergency.case)
    except ValueError:
        return wrong(request, Refused("bad_parameter", "Formularen kan ikke læses."))
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return RedirectResponse(site.ACCESS.address + ("?lang=en" if language_of(request).code == "en" else ""), 303)


def _shown(
    request: Request,
    caller: Caller,
    fields: Mapping[str, str],
    refused: Refused | None = None,
    opened: tuple[str, object] | None = None,
) -> HTMLResponse:
    translate = language_of(request)
    return rendered(
        request,
        "emergency.html.j2",
        400 if refused else 200,
        opened=opened,
        values=fields if refused and refused.code != "personal_number" else {},
        refused=refused,
        remedy=remedy_of(refused) if refused else "",
        labels={
            "case": translate("Sagens reference"),
            "reason": translate("Hvorfor nu"),
            "remark": translate("Kort begrundelse"),
            "hours": translate("Timer"),
        },
        reasons=REASON_WORDS,
        hours=HOURS,
        most_hours=MOST_HOURS,
        days=DAYS_TO_REVIEW,
        sees_all=caller.reader.reach == "everything",
    )
