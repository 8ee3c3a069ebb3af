"""The drill-down page of a number: the cases that it is made of; and what it shares with the page of what changed it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response, StreamingResponse

from api.answers.cohorts import MOST_SENT, event_log
from api.answers.drilldown import references_of_cell
from api.register.answer import Answer
from api.web.dependencies import TAKES_FILE, LooksDep, RegisterDep, may
from api.web.figure_query import FigureQuery, figure_query
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.rest.csv import file_name
from api.web.rest.drilldown import LONGEST_PAGE, page_of_cases
from dashboards import site
from dashboards.case.words import kind_word
from dashboards.drilldown.cell import OF_CELL
from dashboards.drilldown.inclusion import in_words
from dashboards.drilldown.why import Moved, MovingEvent
from dashboards.drilldown.why_table import difference, signed
from dashboards.figures.figure import Cell
from dashboards.figures.followed import list_cautions
from dashboards.figures.table import known_text, scope, times
from dashboards.words.language import Language
from journey.refusals import Refused

PAGE = 50
"""How many cases a page has."""

_FILES = {"xes": ("xes", "application/xml"), "ocel": ("json", "application/json")}
"""The ending and the media type of the file of each form."""

router = APIRouter(include_in_schema=False, dependencies=[may("list_cases")])


@router.get(site.CELL_CASES_ROUTE)
def cases_page(figure: str, request: Request, register: RegisterDep, looks: LooksDep) -> HTMLResponse:
    """The cases in a cell, a page at a time, in the order of their references."""
    try:
        query = figure_query(register, request, figure, ("offset", "limit", *site.TIMES_AND_LANGUAGE), of_cell=True)
        page = page_of_cases(register, query, PAGE)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    looks.saw("list", *(line.case for line in page.lines))
    size = max(len(page.lines), 1) if page.next else PAGE
    position = query.ask.question.position  # the pages of a list are of one moment
    before = _same_page(request, known_at=position, offset=max(page.offset - size, 0)) if page.offset else ""
    cell_words = _cell_words(request, query)
    logs = {form: f"{site.cell_log(figure, form)}?{urlencode(cell_words)}" for form in _FILES}
    return rendered(
        request,
        "cases.html.j2",
        found=page,
        before=before,
        after=_same_page(request, known_at=position, offset=page.next) if page.next else "",
        csvs=_csv_files(figure, cell_words, page.total),
        logs=logs if page.total <= MOST_SENT else {},
        most_sent=MOST_SENT,
        **shared_values(request, query, page.moment, page.covered.followed),
    )


def _csv_files(figure: str, words: list[tuple[str, str]], total: int) -> list[tuple[int, int, str]]:
    """The files of the whole list, each with the numbers of its first and last case and its address; one file where that holds all."""
    return [
        (
            first + 1,
            min(first + LONGEST_PAGE, total),
            f"/api/figures/{figure}/cases?"
            + urlencode([*words, *([("offset", str(first))] if first else []), ("limit", LONGEST_PAGE), ("format", "csv")]),
        )
        for first in range(0, total, LONGEST_PAGE)
    ]


@router.get(site.CELL_LOG_ROUTE, dependencies=[TAKES_FILE])
def log_of_cases(figure: str, form: str, request: Request, register: RegisterDep, looks: LooksDep) -> Response:
    """Every case in a cell as a log of process mining, as known at the question's position; at most `MOST_SENT`."""
    try:
        query = figure_query(register, request, figure, (), of_cell=True)
        if form not in _FILES:
            raise Refused("bad_parameter", f"Her kan kun bruges {', '.join(_FILES)}.", place=form if form.isprintable() else "")
        cases = references_of_cell(register, query.ask, query.cell)
        if len(cases) > MOST_SENT:
            raise Refused("bad_parameter", "Der er flere sager, end siden sender: brug journey export --cases.", place="cell")
        log = event_log(register, cases, form, query.ask.question.position)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    looks.saw("export", *cases)
    ending, media_type = _FILES[form]
    name = file_name(Answer(query.ask.figure, query.ask.question, None, []), "sager").removesuffix("csv") + ending
    return StreamingResponse(log, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def shared_values(request: Request, query: FigureQuery, moment: datetime | None, followed: Collection[str]) -> dict[str, Any]:
    """The template values of both pages: the question in words, and the functions that write addresses, events and cells."""
    translate, (figure, question) = language_of(request), (query.ask.figure, query.ask.question)
    lang = {"lang": translate.code} if translate.code != "da" else {}

    def case_page(case: str, position: int = question.position) -> str:
        day = {"valid_at": question.valid_at[0].isoformat()} if question.valid_at else {}
        return f"{site.case_page(case)}?{urlencode({**day, 'known_at': position, **lang})}"

    def event(moving: MovingEvent) -> str:
        return _event(moving, translate)

    def cell(dimensions: Cell) -> str:
        return in_words(dimensions, question.codes, translate)

    def difference_in_words(moved: Moved) -> str:
        return difference(moved, translate)

    def signed_number(value: float | None) -> str:
        return signed(value, translate)

    return {
        "figure": figure,
        "figure_page": f"{site.figure_page(figure.id)}?{urlencode([*_question_words(request, query), *lang.items()])}",
        "known": known_text(question.position, translate.moment(moment), translate),
        "times": times(question, figure, known_text(question.position, translate.moment(moment), translate), translate),
        "scope": scope(question, figure, (), translate),
        "cautions": list_cautions(figure, followed, translate),
        "case_page": case_page,
        "event": event,
        "cell": cell,
        "difference": difference_in_words,
        "signed": signed_number,
    }


def _event(moving: MovingEvent, translate: Language) -> str:
    kind = kind_word(type(moving.recorded.event), translate)
    return f"{kind}: {kind_word(type(moving.target.event), translate)}" if moving.target else kind


def _filled(request: Request) -> list[tuple[str, str]]:
    """The query's words that are not empty, in their order."""
    return [(name, text) for name, text in request.query_params.multi_items() if text]


def _cell_words(request: Request, query: FigureQuery) -> list[tuple[str, str]]:
    """The words of the question and its cell, with the position it was asked at."""
    cell = [(name, text) for name, text in _filled(request) if name.startswith(OF_CELL)]
    return [*_question_words(request, query), *cell]


def _question_words(request: Request, query: FigureQuery) -> list[tuple[str, str]]:
    """The words of the question, with the position it was asked at."""
    parameters = [(name, text) for name, text in _filled(request) if name in query.ask.figure.takes.names]
    return [*parameters, ("known_at", str(query.ask.question.position))]


def _same_page(request: Request, **more: Any) -> str:
    """The address of this page with other values of some names."""
    rest = [(name, text) for name, text in _filled(request) if name not in more]
    return f"{request.url.path}?{urlencode([*rest, *more.items()])}"
