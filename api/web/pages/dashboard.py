"""The routes of the dashboard: each of its pages, the page that every figure has, and what they give to take away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response
from msgspec import Struct
from msgspec.structs import replace
from starlette.exceptions import HTTPException

from api.answers.adoptions import adoptions
from api.answers.batch import answer_questions
from api.clock import today
from api.register.served import Served
from api.web.access.looks import Looks
from api.web.dependencies import TAKES_FILE, LooksDep, RegisterDep, may
from api.web.figure_query import figure_words
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.query import Words, page_day, query_words, with_days_read
from api.web.rest.csv import MEDIA_TYPE as CSV_TYPE
from api.web.view_query import KNOWN_DAY, page_words, requested_view
from dashboards import site
from dashboards.definitions import adopted_words
from dashboards.figures import FIGURES
from dashboards.figures.figure import cases_named
from dashboards.figures.readings import CHOICES, PRINTED, RULES
from dashboards.figures.spreadsheet import Sheet, as_csv, workbook
from dashboards.pages.catalogue import DASHBOARDS
from dashboards.pages.figure_page import OfFigure
from dashboards.pages.page import Dashboard, Page, page, page_questions
from dashboards.pages.provenance import lines
from dashboards.view import View
from journey.codes import CodeLists
from journey.log.migrate import READ
from journey.refusals import Refused
from projections.rows.adoptions import Adoption

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

DAYS = ("valid_at", "from", "to", "last", KNOWN_DAY)
"""The fields of the forms that a day is written in."""

router = APIRouter(include_in_schema=False, dependencies=[may("read_figures")])


class DashboardPage(Struct, frozen=True):
    """A page of the dashboard: its id, which its files are found by, its address, its title, and what makes it."""

    id: str
    address: str
    title: str
    dashboard: Dashboard


def _route_of(name: str) -> Callable[[Request, RegisterDep, LooksDep], Response]:
    def dashboard_page(request: Request, register: RegisterDep, looks: LooksDep) -> Response:
        return _rendered(request, register, looks, _page_named(request, name))

    return dashboard_page


for _page in site.PAGES:
    if _page.id in DASHBOARDS:
        router.add_api_route(_page.address, _route_of(_page.id), name=_page.id, response_class=Response)


@router.get(site.FIGURE_ROUTE)
def figure_page(request: Request, figure: str, register: RegisterDep, looks: LooksDep) -> Response:
    """The page of a figure."""
    return _rendered(request, register, looks, _page_named(request, site.figure_page_id(figure)))


@router.get(site.DOWNLOAD_ROUTE, dependencies=[TAKES_FILE])
def tables_file(request: Request, name: str, part: str, form: str, register: RegisterDep, looks: LooksDep) -> Response:
    """The tables of a chart as a file, with title, definition, both times, position and source in it."""
    description = _page_named(request, name)
    try:
        words = _words(request, register.codes, description)
        if KNOWN_DAY in words:
            raise Refused("bad_parameter", "Her bruges known_at.", place=KNOWN_DAY)
        description = _with_words(description, words)
        answered = _answered_page(request, register, looks, description, words)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    if part not in answered.parts or form not in ("csv", "xlsx"):
        raise HTTPException(404)
    section, its, chart = answered.parts[part]
    sheet = Sheet(chart.title, its.tables, lines(answered.view, section))
    content = as_csv(sheet, answered.view.translate) if form == "csv" else workbook([sheet])
    named = (
        re.sub(r"[^a-z0-9-]", "-", f"{description.id}-{part}")
        + f"_{answered.view.valid_at}_position-{answered.view.position}.{form}"
    )
    return Response(
        content,
        media_type=CSV_TYPE if form == "csv" else XLSX_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{named}"'},
    )


def _page_named(request: Request, name: str) -> DashboardPage:
    translate = language_of(request)
    if figure := FIGURES.get(site.figure_of(name) or ""):
        return DashboardPage(name, site.figure_page(figure.id), figure.title(translate), OfFigure(figure, {}))
    for listed in site.PAGES:
        if listed.id == name and name in DASHBOARDS:
            return DashboardPage(name, listed.address, translate(listed.title), DASHBOARDS[name])
    raise HTTPException(404)


def _words(request: Request, codes: CodeLists, description: DashboardPage) -> Words:
    """The words of the page's query, without the empty ones that its form sends. Raises Refused (`bad_parameter`)."""
    if isinstance(description.dashboard, OfFigure):
        figure = description.dashboard.figure
        blank = (KNOWN_DAY, "known_at", *(name for name in figure.takes.names if name != "valid_at"))
        words = figure_words(request, figure, (KNOWN_DAY, *site.TIMES_AND_LANGUAGE), blank=blank)
        return with_days_read(words, DAYS)
    return page_words(request, codes, (KNOWN_DAY,), (KNOWN_DAY, "known_at", "from", "last", *CHOICES))


def _with_words(description: DashboardPage, words: Words) -> DashboardPage:
    """The page, a figure's with the words that it is asked with."""
    if not isinstance(description.dashboard, OfFigure):
        return description
    return replace(description, dashboard=OfFigure(description.dashboard.figure, words))


def _answered_page(request: Request, register: Served, looks: Looks, description: DashboardPage, words: Words) -> Page:
    """The page's sections, all its questions answered."""
    if isinstance(description.dashboard, OfFigure):  # its period, units and reading are the figure's own parameters
        words = {name: texts[-1:] for name, texts in words.items() if name in ("valid_at", "known_at")}
    view, ledger = requested_view(register, words, today(), language_of(request))
    answers = answer_questions(register, page_questions(description.dashboard, view, ledger))
    looks.saw("list", *cases_named(cell for answer in answers.values() for cell in answer.cells))
    return page(description.dashboard, view, ledger, answers)


def _rendered(request: Request, register: Served, looks: Looks, description: DashboardPage) -> Response:
    codes, wrong_day = register.codes, None
    try:
        words = _words(request, codes, description)
        if KNOWN_DAY in words:
            return RedirectResponse(_with_known_at(request, words), 303)
    except Refused as refused:
        if refused.place not in DAYS:
            return wrong(request, refused)
        words, wrong_day = query_words(request), refused  # the form is shown again with what was written in it
    description = _with_words(description, words)
    values: dict[str, Any] = {
        "title": description.title,
        "here": description.address,
        "given": words,
        "units": codes["units"].codes,
        "readings": RULES,
        "as_printed": PRINTED,
        "reading_choices": CHOICES,
    }
    if isinstance(description.dashboard, OfFigure):
        values["is_stock"] = description.dashboard.figure.is_stock
        values["of_period"] = "valid_at" not in description.dashboard.figure.takes.names
        values["fields"] = description.dashboard.fields(codes, language_of(request))
    try:
        if wrong_day is not None:
            raise wrong_day
        answered = _answered_page(request, register, looks, description, words)
    except PAGE_ERRORS as error:
        refused = error if isinstance(error, Refused) else None
        return rendered(
            request, "dashboard.html.j2", 400 if refused else 503, wrong=refused, valid_at=_day_or_today(words), **values
        )
    days = [*words.get("valid_at", ())] or [answered.view.valid_at.isoformat()]
    if isinstance(description.dashboard, OfFigure):
        figure = description.dashboard.figure
        values["asked"] = description.dashboard.link_parameters(answered.view.valid_at)
        values["adopted"] = adopted_words(figure, _adoptions(register, answered.view), answered.view.translate)
        values["adopt"] = {"figure": figure.id}
    pinned = [
        *((name, value) for name, texts in words.items() if name not in ("valid_at", "known_at") for value in texts),
        *(("valid_at", each) for each in days),
        ("known_at", str(answered.view.position)),
    ]

    def files(part: str, form: str) -> str:
        return f"{site.download(description.id, part, form)}?{urlencode(pinned)}"

    return rendered(request, "dashboard.html.j2", page=answered, valid_at=answered.view.valid_at, files=files, **values)


def _adoptions(register: Served, view: View) -> list[Adoption]:
    """The adoptions that stand on the page's day, as known at its position."""
    with register.connected(READ) as conn:
        return adoptions(conn, view.position, view.valid_at)


def _with_known_at(request: Request, words: Words) -> str:
    """The page's address with the day of the form's own field as `known_at`. Raises Refused (`bad_parameter`) where both are given."""
    if "known_at" in words:
        raise Refused("bad_parameter", "Angiv enten en dag eller en position for det, vi vidste.", place=KNOWN_DAY)
    page_day(words, KNOWN_DAY)
    rest = [(name, text) for name, texts in words.items() if name != KNOWN_DAY for text in texts]
    return f"{request.url.path}?{urlencode([*rest, ('known_at', words[KNOWN_DAY][0])])}"


def _day_or_today(words: Words) -> date:
    try:
        return page_day(words, "valid_at") or today()
    except Refused:
        return today()
