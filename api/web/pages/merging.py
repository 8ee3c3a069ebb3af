"""The page that merges two cases of one citizen: what it would do first, then the merge. The form is sent, never in an address."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import date

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.answers.commands import idempotency_key
from api.answers.identities import MergeOrder, MergeResult, preview_merge, record_merge
from api.clock import today
from api.register.served import Served
from api.web.access.caller import Caller
from api.web.access.looks import Looks
from api.web.access.reach import check_reach
from api.web.dependencies import SHOWS_NO_CASE, CallerDep, LooksDep, RegisterDep, may
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.pages.sent_form import sent_form
from api.web.problem_types import remedy_of
from api.web.query import checked_words, form_words, page_day
from dashboards import site
from dashboards.case.merging import MergePreview
from dashboards.words.language import Language
from journey.personal import has_personal_number
from journey.refusals import Refused

FORM_FIELDS = ("case", "into", "valid_at", "by", "key", "confirmed")

router = APIRouter(include_in_schema=False, dependencies=[may("merge_cases")])


@router.get(site.MERGE, dependencies=[SHOWS_NO_CASE])
def merge_form(request: Request) -> HTMLResponse:
    """The empty form."""
    try:
        checked_words(request, ("lang",))
        return _shown(request, {})
    except PAGE_ERRORS as error:
        return wrong(request, error)


@router.post(site.MERGE)
async def confirm(request: Request, register: RegisterDep, caller: CallerDep, looks: LooksDep) -> HTMLResponse:
    """The page with the effect of the form's merge; once that is confirmed, with the merge done."""
    try:
        body = await sent_form(request)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return await run_in_threadpool(_merged, request, register, caller, looks, body)


def _merged(request: Request, register: Served, caller: Caller, looks: Looks, body: bytes) -> HTMLResponse:
    fields: Mapping[str, str] = {}
    looks.nothing()  # but for the two cases, once they are named
    try:
        fields = form_words(body, FORM_FIELDS)
        order = _order(fields)
        check_reach(register, caller, "merge_cases", order.case, order.into)
        order = msgspec.structs.replace(order, by=caller.signs(order.by))
        looks.saw("record" if fields.get("confirmed") == "yes" else "read", order.case, order.into)
        if fields.get("confirmed") != "yes":
            return _shown(request, fields, preview=preview_merge(register, order, language_of(request)))
        result = record_merge(register, register.log, order, idempotency_key(fields.get("key")))
        if result.position is not None:
            register.believe(result.position)
        return _shown(request, {}, made=result)
    except ValueError:
        return wrong(request, Refused("bad_parameter", "Formularen kan ikke læses."))
    except Refused as refused:
        return _refused(request, register, caller, fields, refused)
    except PAGE_ERRORS as error:
        return wrong(request, error)


def _refused(request: Request, register: Served, caller: Caller, fields: Mapping[str, str], refused: Refused) -> HTMLResponse:
    """The form with the refusal; where only who records is wrong, with what the merge would do."""
    try:
        preview = None
        if refused.place == "by":
            order = _order({**fields, "by": "", "confirmed": ""})
            check_reach(register, caller, "merge_cases", order.case, order.into)
            preview = preview_merge(register, order, language_of(request))
        return _shown(request, fields, refused, preview)
    except PAGE_ERRORS as error:
        return wrong(request, error)


def _order(fields: Mapping[str, str]) -> MergeOrder:
    """The order that the form makes. Raises Refused (`bad_value`, `bad_parameter`, `personal_number`) with the field."""
    needed = ("case", "into", "by") if fields.get("confirmed") == "yes" else ("case", "into")
    for name in needed:
        if not fields.get(name):
            raise Refused("bad_value", "skal udfyldes", place=name)
        if has_personal_number(fields[name]):
            refused = Refused("personal_number", "Her skrives sagens reference, ikke et CPR-nummer.", place=name)
            refused.remedy = (
                "Find sagen med journey identity find på registrets maskine: dér spørges der om nummeret, og det vises ikke."
            )
            raise refused
    return MergeOrder(fields["case"], fields["into"], _day(fields), fields.get("by") or None)


def _day(fields: Mapping[str, str]) -> date:
    given = {"valid_at": [fields["valid_at"]]} if fields.get("valid_at") else {}
    return page_day(given, "valid_at") or today()


def _shown(
    request: Request,
    fields: Mapping[str, str],
    refused: Refused | None = None,
    preview: MergePreview | None = None,
    made: MergeResult | None = None,
) -> HTMLResponse:
    """The form, empty or as it was filled in, with the refusal, what it would do, or what it did."""
    translate = language_of(request)
    return rendered(
        request,
        "merge.html.j2",
        400 if refused else 201 if made and made.position is not None else 200,
        made=made,
        preview=preview,
        key=fields.get("key") or uuid.uuid4().hex,
        values={name: "" if has_personal_number(text) else text for name, text in fields.items()},
        refused=refused,
        remedy=remedy_of(refused) if refused else "",
        fields=_fields(translate),
        labels={name: label for name, label, _ in (*_fields(translate), _by(translate))},
        by=_by(translate)[1],
        today=today().isoformat(),
    )


def _fields(translate: Language) -> list[tuple[str, str, str]]:
    """The form's fields: name, label and kind."""
    return [
        ("case", translate("Sagen, der lukkes"), "text"),
        ("into", translate("Sagen, der går videre"), "text"),
        ("valid_at", translate("Dagen, den lukkes"), "date"),
    ]


def _by(translate: Language) -> tuple[str, str, str]:
    return "by", translate("Hvem registrerer (pseudonym)"), "text"
