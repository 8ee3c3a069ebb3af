"""The pages of who may see a case: the list for whoever looks after that, and a case's own with the forms that change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.answers.protection import AccessOrder, access_of, access_overview, carry_out, order_of
from api.clock import now, today
from api.register.served import Served
from api.web.access.caller import Caller
from api.web.access.looks import Looks
from api.web.access.reach import check_reach, in_reach, may_do
from api.web.dependencies import CallerDep, LooksDep, RegisterDep, may, may_in_case
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.pages.sent_form import sent_form
from api.web.problem_types import remedy_of
from api.web.query import checked_words, form_words, page_day
from dashboards import site
from dashboards.case.access_words import BLOCKED_AS, LINKED_AS, OUTCOME_WORDS, PROTECTED_AS, REASON_WORDS, in_words
from dashboards.case.words import label
from dashboards.words.language import Language
from journey.access.rules import CaseAccess
from journey.refusals import Refused

FORM_FIELDS = ("act", "kind", "source", "since", "person", "purpose", "last", "other", "number", "confirmed")
DAYS = ("since", "last")

router = APIRouter(include_in_schema=False)


@router.get(site.ACCESS.address, dependencies=[may("protect_case")])
def access_list(request: Request, register: RegisterDep, caller: CallerDep, looks: LooksDep) -> HTMLResponse:
    """The emergency accesses that wait for the caller's review, and the protected and granted cases that are theirs to look after."""
    try:
        checked_words(request, ("lang",))
        found = access_overview(register)
    except PAGE_ERRORS as error:
        return wrong(request, error)

    def own(action: str, unit: str) -> bool:
        return may_do(caller, action, CaseAccess(unit))

    emergencies = [each for each in found.emergencies if own("review_emergency", each.unit)]
    protected = {case for case, _ in found.protected}
    cases = [(case, unit, case in protected) for case, unit in found.cases if own("protect_case", unit)]
    looks.saw("list", *(case for case, *_ in cases), *(each.case for each in emergencies if each.known))
    return rendered(
        request,
        "access.html.j2",
        waiting=[each for each in emergencies if each.outcome is None],
        reviewed=[each for each in emergencies if each.outcome is not None],
        caller=caller,
        now=now(),
        protected=len(found.protected),
        cases=cases,
        unit=_unit_words(register, language_of(request)),
        reasons=REASON_WORDS,
        outcomes=OUTCOME_WORDS,
    )


@router.get(site.CASE_ACCESS_ROUTE, dependencies=may_in_case("protect_case"))
def case_access(case: str, request: Request, register: RegisterDep, caller: CallerDep, looks: LooksDep) -> HTMLResponse:
    """Everything about who may see the case, and the forms."""
    try:
        checked_words(request, ("lang",))
        return _shown(request, register, caller, looks, case)
    except PAGE_ERRORS as error:
        return wrong(request, error)


@router.post(site.CASE_ACCESS_ROUTE, dependencies=may_in_case("protect_case"))
async def change_access(case: str, request: Request, register: RegisterDep, caller: CallerDep, looks: LooksDep) -> Response:
    """The page with what the form would do; once that is confirmed, it is done and the page shown anew."""
    try:
        body = await sent_form(request)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return await run_in_threadpool(_changed, request, register, caller, looks, case, body)


def _changed(request: Request, register: Served, caller: Caller, looks: Looks, case: str, body: bytes) -> Response:
    fields: Mapping[str, str] = {}
    try:
        fields = form_words(body, FORM_FIELDS)
        order = order_of(fields, case, caller.person, today(), {name: _day(fields, name) for name in DAYS})
        check_reach(register, caller, order.action, case, *([order.other] if order.other else []))
        if fields.get("confirmed") != "yes":
            return _shown(request, register, caller, looks, case, fields, proposed=order)
        looks.saw("record", case)
        carry_out(register, order, caller.person)
        words = f"?lang={language_of(request).code}" if language_of(request).code != "da" else ""
        return RedirectResponse(site.case_access(case) + words, 303)
    except ValueError:
        return wrong(request, Refused("bad_parameter", "Formularen kan ikke læses."))
    except Refused as refused:
        return _refused(request, register, caller, looks, case, fields, refused)
    except PAGE_ERRORS as error:
        return wrong(request, error)


def _refused(
    request: Request,
    register: Served,
    caller: Caller,
    looks: Looks,
    case: str,
    fields: Mapping[str, str],
    refused: Refused,
) -> HTMLResponse:
    try:
        return _shown(request, register, caller, looks, case, fields, refused)
    except PAGE_ERRORS as error:
        return wrong(request, error)


def _day(fields: Mapping[str, str], name: str) -> date | None:
    return page_day({name: [fields[name]]}, name) if fields.get(name) else None


def _shown(
    request: Request,
    register: Served,
    caller: Caller,
    looks: Looks,
    case: str,
    fields: Mapping[str, str] | None = None,
    refused: Refused | None = None,
    proposed: AccessOrder | None = None,
) -> HTMLResponse:
    translate = language_of(request)
    access = access_of(register, case)
    looks.saw("read", case)
    others = {each.id: each.other if each.case == case else each.case for each in access.links}
    others = {number: other for number, other in others.items() if in_reach(register, caller, "link_cases", other)}
    looks.saw("list", *others.values())
    return rendered(
        request,
        "case_access.html.j2",
        400 if refused else 200,
        access=access,
        others=others,
        unit=_unit_words(register, translate),
        proposed=in_words(proposed, translate) if proposed else "",
        sent={name: text for name, text in (fields or {}).items() if name != "confirmed"},
        refused=refused,
        remedy=remedy_of(refused) if refused else "",
        labels=_labels(translate),
        protected_as=PROTECTED_AS,
        blocked_as=BLOCKED_AS,
        linked_as=LINKED_AS,
        today=today(),
    )


def _unit_words(register: Served, translate: Language) -> Callable[[str], str]:
    """The label of a unit by its code; that of no unit is said so."""
    return lambda unit: label(register.codes, "units", unit, translate) if unit else translate("ingen enhed")


def _labels(translate: Language) -> Mapping[str, str]:
    """The label of each field of the forms, as a refusal names it."""
    return {
        "kind": translate("Hvorfor"),
        "source": translate("Hvem siger det"),
        "since": translate("Gælder fra"),
        "person": translate("Personens id"),
        "purpose": translate("Formål"),
        "last": translate("Til og med"),
        "other": translate("Den anden sag"),
        "number": translate("Det, der ophører"),
    }
