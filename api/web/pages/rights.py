"""The page about rights: the table of rules, the role file in force, and the rights that somebody answers for every half year."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.answers.roles import attest, attestations_of, roles_state
from api.clock import today
from api.register.served import Served
from api.web.access.caller import Caller
from api.web.dependencies import PUBLIC, CallerDep, RegisterDep, may
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.pages.sent_form import sent_form
from api.web.query import checked_words, form_words
from api.web.view_query import page_words
from dashboards import site
from dashboards.rights import answer_text, attestation_table, due_text, name_of, rights_table, rule_tables
from journey.access.attestation import VERDICTS, Attestation, Verdict, may_attest
from journey.access.rules import ON_THIS_MACHINE, rules
from journey.refusals import Refused

FORM_FIELDS = ("name", "unit", "hash", "verdict")

router = APIRouter(include_in_schema=False)


@router.get(site.RIGHTS.address, dependencies=[PUBLIC])
def rights(request: Request, register: RegisterDep, caller: CallerDep) -> HTMLResponse:
    """The rules with what is in force, since when and by whose signatures."""
    try:
        page_words(request, register.codes)
        state, attestations = roles_state(register), attestations_of(register, today())
    except PAGE_ERRORS as error:
        return wrong(request, error)
    translate, units, table = language_of(request), register.codes["units"], rules()
    return rendered(
        request,
        "rights.html.j2",
        rules=table,
        name_of=name_of,
        tables=rule_tables(table, translate),
        state=state,
        given=rights_table(state.file, table, units, translate, whole=False) if state.file else None,
        attestations=attestation_table(attestations, table, units, today(), translate) if attestations else None,
        overdue=sum(each.is_overdue(today()) for each in attestations),
        wrongs=sum(each.is_no_longer_right for each in attestations),
        alone=caller.role in ON_THIS_MACHINE,
        may_attest=caller.may("attest_roles"),
        may_read_looks=caller.may("read_looks"),
        may_propose=caller.may("propose_roles"),
    )


@router.get(site.ATTEST, dependencies=[may("attest_roles")])
def to_attest(request: Request, register: RegisterDep, caller: CallerDep) -> HTMLResponse:
    """The rights that the caller answers for."""
    try:
        checked_words(request, ("lang",))
        return _shown(request, register, caller)
    except PAGE_ERRORS as error:
        return wrong(request, error)


@router.post(site.ATTEST, dependencies=[may("attest_roles")])
async def answered(request: Request, register: RegisterDep, caller: CallerDep) -> HTMLResponse:
    """Record the form's answer about one right."""
    try:
        body = await sent_form(request)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return await run_in_threadpool(_recorded, request, register, caller, body)


def _recorded(request: Request, register: Served, caller: Caller, body: bytes) -> HTMLResponse:
    try:
        fields = form_words(body, FORM_FIELDS)
        right = _chosen(fields, _own(register, caller)).right
        verdict = fields.get("verdict")
        if verdict not in VERDICTS:
            raise Refused(
                "bad_value", "Svaret kan kun være, at retten stadig er rigtig, eller at den skal fjernes.", place="verdict"
            )
        attest(register, right, cast(Verdict, verdict), caller.person)
        return _shown(request, register, caller, made=True)
    except ValueError:
        return wrong(request, Refused("bad_parameter", "Formularen kan ikke læses."))
    except PAGE_ERRORS as error:
        return wrong(request, error)


def _own(register: Served, caller: Caller) -> list[Attestation]:
    found = attestations_of(register, today())
    return [each for each in found if may_attest(caller.role, caller.units, each.right)]


def _chosen(fields: Mapping[str, str], own: list[Attestation]) -> Attestation:
    """The right that the form is about. Raises Refused (`bad_value`) where it is none of the caller's, or is as it was no more."""
    key = fields.get("name"), fields.get("unit", ""), fields.get("hash")
    for each in own:
        if key == (each.right.name, each.right.unit, each.right.hash.hex()):
            return each
    raise Refused(
        "bad_value", "Retten er ændret eller trådt ud af kraft, eller en anden svarer for den; se listen igen.", place="name"
    )


def _shown(request: Request, register: Served, caller: Caller, *, made: bool = False) -> HTMLResponse:
    translate, units, table = language_of(request), register.codes["units"], rules()
    lines: list[dict[str, Any]] = [
        {
            "right": each.right,
            "role": name_of(table.role[each.right.role], translate),
            "unit": translate.label(units.codes[each.right.unit]) if each.right.unit else "–",
            "last": answer_text(each, translate),
            "due": due_text(each, today(), translate),
            "late": each.is_overdue(today()),
        }
        for each in sorted(_own(register, caller), key=lambda each: each.due)
    ]
    return rendered(request, "attest.html.j2", 201 if made else 200, lines=lines, made=made)
