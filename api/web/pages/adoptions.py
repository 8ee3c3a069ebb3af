"""The page of the definitions: which body adopted which version, and the form that records an adoption."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from starlette.concurrency import run_in_threadpool

from api.answers.adoptions import AdoptionOrder, AdoptionResult, adoptions, record_adoption
from api.answers.commands import idempotency_key
from api.answers.publishing import day_of
from api.clock import today
from api.register.served import Served
from api.web.dependencies import RegisterDep, caller_of, may
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.pages.sent_form import sent_form
from api.web.problem_types import remedy_of
from api.web.query import Words, checked_words, first, form_words, page_day
from dashboards import site
from dashboards.definitions import adopted_words
from dashboards.figures import FIGURES
from dashboards.words.language import Language
from journey.log.migrate import READ
from journey.personal import has_personal_number
from journey.refusals import Refused

FORM_FIELDS = ("figure", "version", "body", "valid_at", "by", "withdrawal", "key")

router = APIRouter(include_in_schema=False, dependencies=[may("adopt")])


@router.get(site.ADOPT)
def definitions(request: Request, register: RegisterDep) -> HTMLResponse:
    """Every figure's definition with its adoptions, at both times, and the form; `figure` chooses one in it."""
    try:
        words = checked_words(request, ("figure", *site.TIMES_AND_LANGUAGE))
        figure = first(words, "figure") or ""
        if figure and figure not in FIGURES:
            raise Refused("bad_parameter", f"Der er ingen figur {figure}.", place="figure")
        version = str(FIGURES[figure].version) if figure else ""
        return _shown(request, register, {"figure": figure, "version": version}, words)
    except PAGE_ERRORS as error:
        return wrong(request, error)


@router.post(site.ADOPT)
async def confirm(request: Request, register: RegisterDep) -> HTMLResponse:
    """Record what the form says, once; the form again with what is wrong with it."""
    try:
        body = await sent_form(request)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return await run_in_threadpool(_recorded, request, register, body)


def _recorded(request: Request, register: Served, body: bytes) -> HTMLResponse:
    """The page after the form was sent: what was recorded, or the form with the refusal."""
    fields: Mapping[str, str] = {}
    try:
        fields = form_words(body, FORM_FIELDS)
        order = _order(fields)
        order = msgspec.structs.replace(order, by=caller_of(request).signs(order.by) or "")
        result = record_adoption(register, register.log, order, idempotency_key(fields.get("key")))
        register.believe(result.position)
        return _shown(request, register, {}, made=result)
    except Refused as refused:
        try:
            return _shown(request, register, fields, refused=refused)
        except PAGE_ERRORS as error:
            return wrong(request, error)
    except PAGE_ERRORS as error:
        return wrong(request, error)


def _order(fields: Mapping[str, str]) -> AdoptionOrder:
    """The order that the form makes. Raises Refused (`bad_value`, `bad_parameter`) for a field that is missing or cannot be read."""
    for name in ("figure", "version", "body", "valid_at", "by"):
        if not fields.get(name, "").strip():
            raise Refused("bad_value", "skal udfyldes", place=name)
    version = fields["version"].strip()
    if not (version.isascii() and version.isdigit() and len(version) <= 4):
        raise Refused("bad_value", "skal være et helt tal", place="version")
    return AdoptionOrder(
        fields["figure"],
        int(version),
        fields["body"],
        day_of(fields["valid_at"], "valid_at"),
        fields["by"].strip(),
        fields.get("withdrawal") or None,
    )


def _shown(
    request: Request,
    register: Served,
    fields: Mapping[str, str],
    words: Words | None = None,
    refused: Refused | None = None,
    made: AdoptionResult | None = None,
) -> HTMLResponse:
    """The definitions with the adoptions that are known at both times, and the form: empty, or as it was filled in with the refusal."""
    translate = language_of(request)
    position, day = register.position(first(words or {}, "known_at")), page_day(words or {}, "valid_at") or today()
    with register.connected(READ) as conn:
        known = adoptions(conn, position, day)
    return rendered(
        request,
        "adopt.html.j2",
        400 if refused else 201 if made else 200,
        figures=[(figure, adopted_words(figure, known, translate)) for figure in FIGURES.values()],
        valid_at=day,
        position=position,
        made=made,
        made_title=FIGURES[made.figure].title(translate) if made else "",
        key=fields.get("key") or uuid.uuid4().hex,
        values={name: "" if has_personal_number(text) else text for name, text in fields.items()},
        refused=refused,
        remedy=remedy_of(refused) if refused else "",
        fields=_fields(translate),
        labels={name: label for name, label, _, _ in _fields(translate)},
        reasons=[(code, translate.label(entry)) for code, entry in register.codes["withdrawals"].codes.items()],
        latest=today().isoformat(),
    )


def _fields(translate: Language) -> list[tuple[str, str, str, int]]:
    """The form's fields: name, label, kind and width."""
    return [
        ("figure", translate("Figur"), "figure", 24),
        ("version", translate("Udgave"), "number", 4),
        ("body", translate("Organet, der vedtog den"), "text", 24),
        ("valid_at", translate("Dagen, den blev vedtaget"), "date", 10),
        ("by", translate("Hvem registrerer (pseudonym)"), "text", 12),
        ("withdrawal", translate("Skal den annulleres: hvorfor?"), "reason", 24),
    ]
