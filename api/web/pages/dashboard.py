"""The routes of the dashboard: each of its pages, the page that every figure has, and what they give to take away."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from msgspec import Struct
from starlette.exceptions import HTTPException

from api.answers.batch import answer_questions
from api.answers.viewing import chosen, chosen_day
from api.clock import today
from api.web.pages.render import WRONG, language_of, rendered, wrong
from api.web.query import every, served
from api.web.rest.csv import MEDIA_TYPE as CSV_TYPE
from dashboards import site
from dashboards.figures import FIGURES
from dashboards.figures.readings import CHOICES, PRINTED, RULES
from dashboards.figures.spreadsheet import Sheet, as_csv, workbook
from dashboards.pages.catalogue import DASHBOARDS
from dashboards.pages.figure_page import OfFigure
from dashboards.pages.page import Dashboard, Page, page, page_questions
from dashboards.pages.provenance import lines
from journey.refusals import Refused

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

router = APIRouter(include_in_schema=False)


class Shown(Struct, frozen=True):
    """What a page of the dashboard is: its id, as its files are found by, its address, its title, and what makes it."""

    id: str
    address: str
    title: str
    dashboard: Dashboard


def _route_of(name: str) -> Callable[[Request], HTMLResponse]:
    def of_page(request: Request) -> HTMLResponse:
        return _answer(request, _shown(request, name))

    return of_page


for _page in site.PAGES:
    if _page.id in DASHBOARDS:
        router.add_api_route(_page.address, _route_of(_page.id), name=_page.id, response_class=HTMLResponse)


@router.get(site.FIGURE_ROUTE)
def of_figure(request: Request, figure: str) -> HTMLResponse:
    """The page that every figure has."""
    return _answer(request, _shown(request, site.figure_page_id(figure)))


@router.get(site.DOWNLOAD_ROUTE)
def take(request: Request, name: str, part: str, form: str) -> Response:
    """The tables of a chart as a file, with title, definition, both times, position and source in it."""
    shown = _shown(request, name)
    try:
        made = _made(request, shown)
    except WRONG as error:
        return wrong(request, error)
    if part not in made.parts or form not in ("csv", "xlsx"):
        raise HTTPException(404)
    section, its, chart = made.parts[part]
    sheet = Sheet(chart.title, its.tables, lines(made.view, section))
    content = as_csv(sheet, made.view.translate) if form == "csv" else workbook([sheet])
    named = re.sub(r"[^a-z0-9-]", "-", f"{shown.id}-{part}") + f"_{made.view.valid_at}_position-{made.view.position}.{form}"
    return Response(
        content,
        media_type=CSV_TYPE if form == "csv" else XLSX_TYPE,
        headers={"Content-Disposition": f'attachment; filename="{named}"'},
    )


def _shown(request: Request, name: str) -> Shown:
    translate = language_of(request)
    if figure := FIGURES.get(site.figure_of(name) or ""):
        return Shown(name, site.figure_page(figure.id), figure.title(translate), OfFigure(figure, every(request)))
    for listed in site.PAGES:
        if listed.id == name and name in DASHBOARDS:
            return Shown(name, listed.address, translate(listed.title), DASHBOARDS[name])
    raise HTTPException(404)


def _made(request: Request, shown: Shown) -> Page:
    register, given = served(request), every(request)
    if isinstance(shown.dashboard, OfFigure):  # its period, units and reading are the figure's own parameters
        given = {name: said for name, said in given.items() if name in ("valid_at", "known_at")}
    view, ledger = chosen(register, given, today(), language_of(request))
    return page(shown.dashboard, view, ledger, answer_questions(register, page_questions(shown.dashboard, view, ledger)))


def _answer(request: Request, shown: Shown) -> HTMLResponse:
    given, codes = every(request), served(request).codes
    values: dict[str, Any] = {
        "title": shown.title,
        "here": shown.address,
        "given": given,
        "units": codes["units"].codes,
        "readings": RULES,
        "as_printed": PRINTED,
        "reading_choices": CHOICES,
    }
    if isinstance(shown.dashboard, OfFigure):
        values["of_period"] = "valid_at" not in shown.dashboard.figure.takes.names
        values["fields"] = shown.dashboard.fields(codes, language_of(request))
    try:
        made = _made(request, shown)
    except WRONG as error:
        refused = error if isinstance(error, Refused) else None
        return rendered(
            request, "dashboard.html.j2", 400 if refused else 503, wrong=refused, valid_at=_day_or_today(given), **values
        )
    said = request.query_params.multi_items()
    days = [each for each in given.get("valid_at", ()) if each] or [made.view.valid_at.isoformat()]
    if isinstance(shown.dashboard, OfFigure):
        values["asked"] = shown.dashboard.link_parameters(days)
    pinned = [
        *((name, value) for name, value in said if name not in ("valid_at", "known_at")),
        *(("valid_at", each) for each in days),
        ("known_at", str(made.view.position)),
    ]

    def files(part: str, form: str) -> str:
        return f"{site.download(shown.id, part, form)}?{urlencode(pinned)}"

    return rendered(request, "dashboard.html.j2", page=made, valid_at=made.view.valid_at, files=files, **values)


def _day_or_today(given: Mapping[str, Sequence[str]]) -> date:
    try:
        return chosen_day(given, "valid_at") or today()
    except Refused:
        return today()
