"""The pages of the ledger (fortegnelsen): every published number beside today's answer, and the publishing of a figure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

import msgspec
import msgspec.structs
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from api.answers.commands import idempotency_key
from api.answers.ledger_lines import at_a_glance, counted_lines, folded
from api.answers.publishing import Order
from api.clock import today
from api.register.served import Served
from api.web.dependencies import RegisterDep, caller_of, may
from api.web.figure_query import figure_query
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.pages.sent_form import sent_form
from api.web.problem_types import remedy_of
from api.web.query import checked_words, form_words, page_day
from api.web.rest.publications import publish_order
from api.web.view_query import check_shared, page_words
from dashboards import site
from dashboards.figures import FIGURES
from dashboards.figures.question import parameters_of
from dashboards.published.ledger import words
from dashboards.words.language import Language
from journey.refusals import Refused

FORM_FIELDS = ("order", "key", "paper_case", "paper_title", "paper_date", "by", "correction", "confirmed")

router = APIRouter(include_in_schema=False)


@router.get(site.LEDGER.address, dependencies=[may("read_figures")])
def ledger(request: Request, register: RegisterDep) -> HTMLResponse:
    """Every publication, the latest paper first."""
    translate = language_of(request)
    try:
        page_words(request, register.codes)
        lines = counted_lines(register, today(), translate)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return rendered(request, "ledger.html.j2", papers=folded(lines, translate), whole=at_a_glance(lines, translate))


@router.get(site.PUBLISH, dependencies=[may("publish")])
def choose(request: Request, register: RegisterDep) -> HTMLResponse:
    """The figure's cells as they would be frozen, and the form for the paper; all figures where none is chosen."""
    try:
        figure = request.query_params.get("figure")
        if figure is None:
            check_shared(checked_words(request, site.TIMES_AND_LANGUAGE), register.codes)
            return rendered(request, "publish.html.j2", figures=FIGURES.values())
        ask = figure_query(register, request, figure, ("figure", *site.TIMES_AND_LANGUAGE)).ask
        parameters = {name: [*texts] for name, texts in words(parameters_of(ask.figure.takes, ask.question)).items()}
        return _form(request, register, FormQuestion(ask.figure.id, parameters, str(ask.question.position)))
    except PAGE_ERRORS as error:
        return wrong(request, error)


@router.post(site.PUBLISH, dependencies=[may("publish")])
async def confirm(request: Request, register: RegisterDep) -> HTMLResponse:
    """Publish what the form says, once; the form again with what is wrong with it."""
    try:
        body = await sent_form(request)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return await run_in_threadpool(_published, request, register, body)


class FormQuestion(Struct, frozen=True, forbid_unknown_fields=True):
    """The question that the form was shown with, sent back with it as JSON."""

    figure: str
    parameters: dict[str, list[str]]
    known_at: str


def _published(request: Request, register: Served, body: bytes) -> HTMLResponse:
    """The page after the form was sent: what was published, or the form with the refusal."""
    fields: dict[str, str] = {}
    try:
        fields = form_words(body, FORM_FIELDS)
        question = msgspec.json.decode(fields.get("order", ""), type=FormQuestion)
    except Refused as refused:
        return wrong(request, refused)
    except (ValueError, RecursionError):
        return wrong(request, Refused("bad_parameter", "Formularen kan ikke læses."))
    try:
        order = _order(question, fields)
        order = msgspec.structs.replace(order, by=caller_of(request).signs(order.by) or "")
        publication = publish_order(register, order, idempotency_key(fields.get("key")))
    except Refused as refused:
        try:
            return _form(request, register, question, fields, refused)
        except PAGE_ERRORS as error:
            return wrong(request, error)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    figure, status = FIGURES[question.figure], 201 if publication.is_new else 200
    return rendered(request, "publish.html.j2", status, made=publication, figure=figure)


def _order(question: FormQuestion, fields: Mapping[str, str]) -> Order:
    """The order that the form makes. Raises Refused (`bad_value`) for a form that is not confirmed or not filled in."""
    if fields.get("confirmed") != "yes":
        raise Refused("bad_value", "Bekræft, at tallene er dem, der står i papiret.", place="confirmed")
    paper = {name: fields[name] for name in ("paper_case", "paper_title", "paper_date", "by", "correction") if fields.get(name)}
    if day := page_day({name: [text] for name, text in paper.items()}, "paper_date"):
        paper["paper_date"] = day.isoformat()
    try:
        return msgspec.convert({**paper, **msgspec.structs.asdict(question)}, Order)
    except msgspec.ValidationError:
        raise Refused("bad_value", "Papirets sagsnummer, titel og dag og hvem du er, skal udfyldes.") from None


def _form(
    request: Request,
    register: Served,
    question: FormQuestion,
    fields: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> HTMLResponse:
    """The cells that the question gives, and the form: empty, or as it was filled in with the refusal."""
    translate = language_of(request)
    answer = register.ask(question.figure, question.parameters, question.known_at)
    return rendered(
        request,
        "publish.html.j2",
        400 if refused else 200,
        figure=answer.figure,
        table=answer.table(translate),
        asked=msgspec.json.encode(question).decode(),
        key=(fields or {}).get("key") or uuid.uuid4().hex,
        said=fields or {},
        refused=refused,
        remedy=remedy_of(refused) if refused else "",
        fields=_fields(translate),
        reasons=[(code, translate.label(entry)) for code, entry in register.codes["withdrawals"].codes.items()],
    )


def _fields(translate: Language) -> list[tuple[str, str, str, int]]:
    """The form's fields: name, label, kind and width."""
    return [
        ("paper_case", translate("Papirets sagsnummer"), "text", 12),
        ("paper_title", translate("Papirets titel"), "text", 24),
        ("paper_date", translate("Papirets dag"), "date", 10),
        ("by", translate("Hvem offentliggør (pseudonym)"), "text", 12),
        ("correction", translate("Er det en rettelse: hvorfor?"), "select", 24),
    ]
