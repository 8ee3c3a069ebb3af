"""The page of role files: what is proposed, what it changes and who has signed it; it is proposed, signed and taken back here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from api.answers.roles import RolesState, forms_of, propose_roles, roles_state, sign_roles, withdraw_roles
from api.clock import today
from api.register.served import Served
from api.web.access.access import Access
from api.web.access.caller import Caller
from api.web.access.oidc.oidc_access import OidcAccess
from api.web.access.oidc.roles_of_claims import NOT_SAVED
from api.web.dependencies import AccessDep, CallerDep, RegisterDep, may
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.pages.sent_form import sent_form
from api.web.problem_types import remedy_of
from api.web.query import checked_words, form_words
from dashboards import site
from dashboards.figures.table import Table
from dashboards.rights import changed_lines, rights_table
from dashboards.words.language import Language
from journey.access.role_faults import MOST, faults_on, role_faults
from journey.access.rules import rules
from journey.log.acts import Act
from journey.log.roles import Proposal, RoleSigner
from journey.problem import Problem
from journey.refusals import Refused

LONGEST_FILE_FORM = 8 * MOST
"""Bytes of a form with a role file, at most: each letter may be sent as several."""
PROPOSE_FIELDS, NUMBER_FIELDS = ("text", "confirmed"), ("number",)

router = APIRouter(include_in_schema=False)


class WaitingProposal(Struct, frozen=True):
    """A proposal that waits, as the page shows it: what it gives, what it changes of the file in force, and whether the caller may sign."""

    proposal: Proposal
    table: Table
    changes: list[str]
    may_sign: bool


class Done(Struct, frozen=True):
    """Result of a form: the proposal, and whether it was proposed, signed, taken into force or taken back."""

    number: int
    what: str


def signer_of(request: Request, access: Access, caller: Caller) -> RoleSigner:
    """The caller as they sign: with what their sign-in says of them, where the municipality's login let them in."""
    session = access.session_of(request) if isinstance(access, OidcAccess) else None
    if session is None or session.kind != "login":
        return RoleSigner(caller.person)
    return RoleSigner(caller.person, session.claims, not_held=NOT_SAVED)


@router.get(site.ROLE_FILE, dependencies=[may("propose_roles")])
def proposals(request: Request, register: RegisterDep, caller: CallerDep) -> HTMLResponse:
    """The proposals that wait, and the file in force to make the next from."""
    try:
        checked_words(request, ("lang",))
        return _shown(request, register, caller)
    except PAGE_ERRORS as error:
        return wrong(request, error)


@router.post(site.ROLE_FILE, dependencies=[may("propose_roles")])
async def propose(request: Request, register: RegisterDep, caller: CallerDep, access: AccessDep) -> HTMLResponse:
    """Show what the sent file gives, or all that is wrong with it; propose it once that is confirmed."""

    def proposed(fields: Mapping[str, str]) -> HTMLResponse:
        text = fields.get("text", "").replace("\r\n", "\n").rstrip() + "\n"
        forms = forms_of(register)
        faults = role_faults(text, forms.units, forms.person_ids) or faults_on(forms.parse(text), today())
        if faults or fields.get("confirmed") != "yes":
            return _shown(request, register, caller, text=text, faults=faults)
        number = propose_roles(register, text, signer_of(request, access, caller), today())
        return _shown(request, register, caller, done=Done(number, "proposed"))

    return await _sent(request, register, caller, PROPOSE_FIELDS, proposed)


@router.post(site.SIGN_ROLE_FILE, dependencies=[may("approve_roles")])
async def sign(request: Request, register: RegisterDep, caller: CallerDep, access: AccessDep) -> HTMLResponse:
    """Sign the proposal of the form."""

    def signed(fields: Mapping[str, str]) -> HTMLResponse:
        number = _number(fields)
        act: Act | None = sign_roles(register, number, signer_of(request, access, caller), today())
        return _shown(request, register, caller, done=Done(number, "in_force" if act else "signed"))

    return await _sent(request, register, caller, NUMBER_FIELDS, signed)


@router.post(site.WITHDRAW_ROLE_FILE, dependencies=[may("propose_roles")])
async def withdraw(request: Request, register: RegisterDep, caller: CallerDep) -> HTMLResponse:
    """Take the proposal of the form back."""

    def withdrawn(fields: Mapping[str, str]) -> HTMLResponse:
        number = _number(fields)
        withdraw_roles(register, number, caller.person)
        return _shown(request, register, caller, done=Done(number, "withdrawn"))

    return await _sent(request, register, caller, NUMBER_FIELDS, withdrawn)


async def _sent(
    request: Request,
    register: Served,
    caller: Caller,
    names: tuple[str, ...],
    do: Callable[[Mapping[str, str]], HTMLResponse],
) -> HTMLResponse:
    try:
        body = await sent_form(request, LONGEST_FILE_FORM)
    except PAGE_ERRORS as error:
        return wrong(request, error)

    def done() -> HTMLResponse:
        fields: Mapping[str, str] = {}
        try:
            fields = form_words(body, names)
            return do(fields)
        except ValueError:
            return wrong(request, Refused("bad_parameter", "Formularen kan ikke læses."))
        except Refused as refused:
            return _shown(request, register, caller, text=fields.get("text"), refused=refused)
        except PAGE_ERRORS as error:
            return wrong(request, error)

    return await run_in_threadpool(done)


def _number(fields: Mapping[str, str]) -> int:
    text = fields.get("number", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Refused("no_proposal", "Der er intet forslag med det nummer.")
    return int(text)


def _shown(
    request: Request,
    register: Served,
    caller: Caller,
    *,
    text: str | None = None,
    faults: list[Problem] | None = None,
    refused: Refused | None = None,
    done: Done | None = None,
) -> HTMLResponse:
    """The page: what was done or is wrong, the proposals that wait, and the form with the text that was sent or the file in force."""
    translate, state = language_of(request), roles_state(register)
    now_in_force = state.in_force.text if state.in_force else ""
    preview = text is not None and not faults and refused is None
    return rendered(
        request,
        "role_file.html.j2",
        400 if faults or refused else 201 if done else 200,
        state=state,
        text=now_in_force if text is None else text,
        faults=faults or [],
        refused=refused,
        remedy=remedy_of(refused) if refused else "",
        done=done,
        given=_table(register, text, translate) if preview and text else None,
        changes=changed_lines(now_in_force, text) if preview and text else [],
        waiting=_waiting(register, caller, state, translate),
    )


def _waiting(register: Served, caller: Caller, state: RolesState, translate: Language) -> list[WaitingProposal]:
    before, found = state.in_force.text if state.in_force else "", list[WaitingProposal]()
    for each in state.waiting:
        table = _table(register, each.text, translate)
        if table is not None:
            has_signed = any(signature.person == caller.person for signature in each.signatures)
            may_sign = caller.may("approve_roles") and not has_signed and state.in_force is not None
            found.append(WaitingProposal(each, table, changed_lines(before, each.text), may_sign))
    return found


def _table(register: Served, text: str, translate: Language) -> Table | None:
    file = forms_of(register).readable(text)
    return None if file is None else rights_table(file, rules(), register.codes["units"], translate, whole=True)
