"""The page that finds a citizen's case by the CPR number: it is sent in a form, never in an address, and no answer repeats it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.answers.identities import cases_of_number
from api.register.served import Served
from api.web.access.caller import Caller
from api.web.access.looks import Looks
from api.web.access.reach import in_reach
from api.web.dependencies import SHOWS_NO_CASE, CallerDep, LooksDep, RegisterDep, may
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.pages.sent_form import sent_form
from api.web.problem_types import remedy_of
from api.web.query import checked_words, form_words
from dashboards import site
from journey.personal import personal_number
from journey.refusals import Refused

FORM_FIELDS = ("number",)

router = APIRouter(include_in_schema=False, dependencies=[may("find_citizen")])


@router.get(site.FIND_CITIZEN, dependencies=[SHOWS_NO_CASE])
def citizen_form(request: Request) -> HTMLResponse:
    """The empty form."""
    try:
        checked_words(request, ("lang",))
        return rendered(request, "find_citizen.html.j2")
    except PAGE_ERRORS as error:
        return wrong(request, error)


@router.post(site.FIND_CITIZEN)
async def find_citizen(request: Request, register: RegisterDep, caller: CallerDep, looks: LooksDep) -> Response:
    """A redirect to the citizen's case, the list where there are several, or the same answer for none and for none of the caller's."""
    try:
        body = await sent_form(request)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return await run_in_threadpool(_found, request, register, caller, looks, body)


def _found(request: Request, register: Served, caller: Caller, looks: Looks, body: bytes) -> Response:
    looks.nothing()  # but for the number, once it is read
    try:
        digits = personal_number(form_words(body, FORM_FIELDS).get("number", ""))
        if digits is None:
            refused = Refused("bad_value", "Det har ikke form som et CPR-nummer: ti cifre, hvis første seks er en dag.")
            refused.remedy = "Skriv nummeret igen, med eller uden bindestreg."
            return rendered(request, "find_citizen.html.j2", 400, refused=refused, remedy=remedy_of(refused))
        chains = cases_of_number(register, digits)
        found = sorted({case for chain in chains for case in chain if in_reach(register, caller, "find_citizen", case)})
    except ValueError:
        return wrong(request, Refused("bad_parameter", "Formularen kan ikke læses."))
    except PAGE_ERRORS as error:
        return wrong(request, error)
    looks.searched(digits, len(found))
    looks.saw("list", *found)
    if len(found) == 1:
        words = "?lang=en" if language_of(request).code == "en" else ""
        return RedirectResponse(site.case_page(found[0]) + words, 303)
    return rendered(request, "find_citizen.html.j2", 200 if found else 404, found=found, searched=True)
