"""The pages behind a number: the cases that it is made of, and the events that moved it."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from api.answers.cohorts import MOST_SENT, log_of
from api.answers.drilldown import references_behind
from api.register.answer import Answer
from api.web.figure_query import Asked, asked_of
from api.web.pages.render import WRONG, language_of, rendered, wrong
from api.web.query import served
from api.web.rest.csv import file_name
from api.web.rest.drilldown import LONGEST_PAGE, behind_of, why_of
from dashboards import site
from dashboards.case.words import kind_word
from dashboards.drilldown.cell import OF_CELL
from dashboards.drilldown.inclusion import in_words
from dashboards.drilldown.why import MovingEvent
from dashboards.drilldown.why_table import difference, signed
from dashboards.figures import FIGURES
from dashboards.figures.table import known_text, scope, times
from dashboards.words.language import Language
from journey.exchange.exporting import LOG_FORMATS
from journey.refusals import Refused

PAGE = 50
"""So many cases stand on a page."""

_FILES = {"xes": ("xes", "application/xml"), "ocel": ("json", "application/json")}
"""How the file of each form ends, and what it is sent as."""

router = APIRouter(include_in_schema=False)


@router.get(site.CELL_CASES_ROUTE)
def cases(figure: str, request: Request) -> HTMLResponse:
    """The cases behind a cell, a page at a time, in the order of their references."""
    try:
        asked = asked_of(request, figure, ("lang", "offset", "limit", *site.SHARED_PARAMETERS))
        behind = behind_of(request, asked, PAGE)
    except WRONG as error:
        return wrong(request, error)
    size = max(len(behind.lines), 1) if behind.next else PAGE
    at = asked.ask.question.position  # the pages of a list are of one moment
    before = _again(request, known_at=at, offset=max(behind.offset - size, 0)) if behind.offset else ""
    given = _given(request, asked)
    logs = {form: f"{site.cell_log(figure, form)}?{urlencode(given)}" for form in LOG_FORMATS}
    return rendered(
        request,
        "cases.html.j2",
        found=behind,
        before=before,
        after=_again(request, known_at=at, offset=behind.next) if behind.next else "",
        csvs=_csvs(figure, given, behind.total),
        logs=logs if behind.total <= MOST_SENT else {},
        most_sent=MOST_SENT,
        **_shown(request, asked, behind.moment),
    )


def _csvs(figure: str, given: list[tuple[str, str]], total: int) -> list[tuple[int, int, str]]:
    """The files of the whole list, one where it holds it: each the first and last of its cases, and its address."""
    return [
        (
            first + 1,
            min(first + LONGEST_PAGE, total),
            f"/api/figures/{figure}/cases?"
            + urlencode([*given, *([("offset", str(first))] if first else []), ("limit", LONGEST_PAGE), ("format", "csv")]),
        )
        for first in range(0, total, LONGEST_PAGE)
    ]


@router.get(site.CELL_LOG_ROUTE)
def log_of_cases(figure: str, form: str, request: Request) -> Response:
    """Every case behind a cell as a log of process mining, as known at the question's position; at most `MOST_SENT`."""
    try:
        asked = asked_of(request, figure, ())
        if form not in LOG_FORMATS:
            raise Refused(
                "bad_parameter", f"Her kan bruges kun {', '.join(LOG_FORMATS)}.", place=form if form.isprintable() else ""
            )
        register, (ask_figure, question) = served(request), (asked.ask.figure, asked.ask.question)
        cases = references_behind(register, asked.ask, asked.cell)
        if len(cases) > MOST_SENT:
            raise Refused("bad_parameter", "Der er flere sager, end siden sender: brug journey export --cases.", place="cell")
        log = log_of(register, cases, form, question.position)
    except WRONG as error:
        return wrong(request, error)
    ending, media_type = _FILES[form]
    name = file_name(Answer(ask_figure, question, None, []), "sager").removesuffix("csv") + ending
    return StreamingResponse(log, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@router.get(site.WHY.address)
def changed(request: Request) -> HTMLResponse:
    """The cells that moved between two moments of knowledge; the form alone while a figure or the first moment is missing."""
    figure, known_from = request.query_params.get("figure", ""), request.query_params.get("known_from", "")
    values: dict[str, Any] = {
        "figures": FIGURES.values(),
        "figure": FIGURES.get(figure),
        "known_from": known_from,
        "known_at": request.query_params.get("known_at", ""),
        "kept": [(name, text) for name, text in _said(request) if name not in ("figure", "known_from", "known_at")],
    }
    if not figure or not known_from:
        return rendered(request, "why.html.j2", **values)
    try:
        asked = asked_of(request, figure, ("lang", "figure", "known_from", *site.SHARED_PARAMETERS), lenient=True)
        why = why_of(request, asked)
    except WRONG as error:
        return wrong(request, error)
    return rendered(request, "why.html.j2", **{**values, **_shown(request, asked, why.moment)}, why=why)


def _shown(request: Request, asked: Asked, moment: Any) -> dict[str, Any]:
    """What both pages say of what was asked, and how they write."""
    translate, (figure, question) = language_of(request), (asked.ask.figure, asked.ask.question)
    lang = {"lang": translate.code} if translate.code != "da" else {}

    def case_page(case: str, position: int = question.position) -> str:
        day = {"valid_at": question.valid_at[0].isoformat()} if question.valid_at else {}
        return f"{site.case_page(case)}?{urlencode({**day, 'known_at': position, **lang})}"

    return {
        "figure": figure,
        "figure_page": f"{site.figure_page(figure.id)}?{urlencode([*_of_question(request, asked), *lang.items()])}",
        "times": times(question, figure, known_text(question.position, translate.moment(moment), translate), translate),
        "scope": scope(question, figure, (), translate),
        "case_page": case_page,
        "event": lambda told: _event(told, translate),
        "cell": lambda cell: in_words(cell, question.codes, translate),
        "difference": lambda one: difference(one, translate),
        "signed": lambda value: signed(value, translate),
    }


def _event(told: MovingEvent, translate: Language) -> str:
    kind = kind_word(type(told.recorded.event), translate)
    return f"{kind}: {kind_word(type(told.target.event), translate)}" if told.target else kind


def _said(request: Request) -> list[tuple[str, str]]:
    return [(name, text) for name, text in request.query_params.multi_items() if text]


def _given(request: Request, asked: Asked) -> list[tuple[str, str]]:
    """What was said of the question and its cell, its position said too."""
    cell = [(name, text) for name, text in _said(request) if name.startswith(OF_CELL)]
    return [*_of_question(request, asked), *cell]


def _of_question(request: Request, asked: Asked) -> list[tuple[str, str]]:
    """What was said of the question, its position said too."""
    said = [(name, text) for name, text in _said(request) if name in asked.ask.figure.takes.names]
    return [*said, ("known_at", str(asked.ask.question.position))]


def _again(request: Request, **more: Any) -> str:
    rest = [(name, text) for name, text in _said(request) if name not in more]
    return f"{request.url.path}?{urlencode([*rest, *more.items()])}"
