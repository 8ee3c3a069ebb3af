"""The ledger's pages: every published number beside what the same question answers today, and the publishing of a figure."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import msgspec
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from msgspec import Struct
from starlette.concurrency import run_in_threadpool

from api.answers.commands import command_key
from api.answers.ledger import compared
from api.answers.ledger_lines import at_a_glance, folded, line_of
from api.answers.publishing import Order
from api.clock import today
from api.web.figure_query import asked_of
from api.web.pages.render import WRONG, language_of, rendered, wrong
from api.web.problem_types import remedy_of
from api.web.problems import Problem
from api.web.query import served
from api.web.rest.publications import publish_order
from dashboards import site
from dashboards.figures import FIGURES
from dashboards.figures.question import parameters_of
from dashboards.figures.table import known_text, table_of
from dashboards.published.ledger import words
from dashboards.words.language import Language
from journey.refusals import Refused

LONGEST_FORM = 100_000

router = APIRouter(include_in_schema=False)


@router.get(site.LEDGER.address)
def ledger(request: Request) -> HTMLResponse:
    """Every publication, the latest paper first."""
    register, translate = served(request), language_of(request)
    try:
        every = compared(register, today())
    except WRONG as error:
        return wrong(request, error)
    lines = [line_of(one, register.codes, today(), translate) for one in every]
    return rendered(request, "ledger.html.j2", papers=folded(lines, translate), whole=at_a_glance(lines, translate))


@router.get(site.PUBLISH)
def choose(request: Request) -> HTMLResponse:
    """The figure's cells as they would be frozen, and the form for the paper; all figures where none is chosen."""
    figure = request.query_params.get("figure")
    if not figure:
        return rendered(request, "publish.html.j2", figures=FIGURES.values())
    try:
        ask = asked_of(request, figure, ("figure", "lang", *site.SHARED_PARAMETERS), lenient=True).ask
        given = words(parameters_of(ask.figure.takes, ask.question))
        return _form(request, ask.figure.id, given, str(ask.question.position))
    except WRONG as error:
        return wrong(request, error)


@router.post(site.PUBLISH)
async def confirm(request: Request) -> HTMLResponse:
    """Publish what the form says, once; the form again with what is wrong with it."""
    if not _from_here(request):
        return wrong(request, Refused("bad_parameter", "Formularen skal sendes fra registrets egen side.", place="Origin"))
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LONGEST_FORM:
            return wrong(request, Problem("too_large"))
    return await run_in_threadpool(_published, request, bytes(body))


def _published(request: Request, body: bytes) -> HTMLResponse:
    said: dict[str, str] = {}
    try:
        said = {name: texts[-1].strip() for name, texts in parse_qs(body.decode()).items()}
        asked = msgspec.json.decode(said.get("order", ""), type=_Asked)
    except (ValueError, RecursionError):
        return wrong(request, Refused("bad_parameter", "Formularen kan ikke læses."))
    try:
        order = _order(asked, said)
        made = publish_order(served(request), order, command_key(said.get("key")))
    except Refused as refused:
        try:
            return _form(request, asked.figure, asked.parameters, asked.known_at, said, refused)
        except WRONG as error:
            return wrong(request, error)
    except WRONG as error:
        return wrong(request, error)
    return rendered(request, "publish.html.j2", 201 if made.is_new else 200, made=made, figure=FIGURES[asked.figure])


class _Asked(Struct, frozen=True, forbid_unknown_fields=True):
    """The question that the form was shown with."""

    figure: str
    parameters: dict[str, list[str]]
    known_at: str


def _order(asked: _Asked, said: Mapping[str, str]) -> Order:
    if said.get("confirmed") != "yes":
        raise Refused("bad_value", "Bekræft, at tallene er dem, der står i papiret.", place="confirmed")
    given = {name: said[name] for name in ("paper_case", "paper_title", "paper_date", "by", "correction") if said.get(name)}
    try:
        return msgspec.convert(
            {**given, "figure": asked.figure, "parameters": asked.parameters, "known_at": asked.known_at}, Order
        )
    except msgspec.ValidationError:
        raise Refused("bad_value", "Papirets sagsnummer, titel og dag og hvem du er, skal udfyldes.") from None


def _form(
    request: Request,
    figure: str,
    given: Mapping[str, list[str]],
    known_at: str,
    said: Mapping[str, str] | None = None,
    refused: Refused | None = None,
) -> HTMLResponse:
    translate, register = language_of(request), served(request)
    answer = register.ask(figure, given, known_at)
    known = known_text(answer.question.position, translate.moment(answer.moment), translate)
    asked = _Asked(figure, {name: list(texts) for name, texts in given.items()}, known_at)
    return rendered(
        request,
        "publish.html.j2",
        400 if refused else 200,
        figure=answer.figure,
        table=table_of(answer.figure, answer.question, answer.cells, known, translate),
        asked=msgspec.json.encode(asked).decode(),
        key=(said or {}).get("key") or uuid.uuid4().hex,
        said=said or {},
        refused=refused,
        remedy=remedy_of(refused) if refused else "",
        fields=_fields(translate),
    )


def _fields(translate: Language) -> list[tuple[str, str, str, int]]:
    """The form's fields: name, label, kind and width."""
    return [
        ("paper_case", translate("Papirets sagsnummer"), "text", 12),
        ("paper_title", translate("Papirets titel"), "text", 24),
        ("paper_date", translate("Papirets dag"), "date", 10),
        ("by", translate("Hvem offentliggør (pseudonym)"), "text", 12),
        ("correction", translate("Er det en rettelse: hvorfor?"), "text", 24),
    ]


def _from_here(request: Request) -> bool:
    """Whether the form was sent from a page of ours, as a browser says it."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    if site is not None:
        return site == "same-origin"
    return origin is not None and urlsplit(origin).netloc == request.headers.get("host")
