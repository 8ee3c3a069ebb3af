"""The page of the committee pack: a form, what could mislead in the paper, and the paper to take away in three forms."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response
from msgspec import Struct
from starlette.exceptions import HTTPException

from api.answers.pack import packed
from api.answers.pack_files import MEDIA_TYPES, WRITERS, file_name
from api.answers.pictures import with_pictures
from api.clock import today
from api.register.cache import Cache
from api.web.dependencies import TAKES_FILE, RegisterDep, may
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.query import Words, checked_words, first, query_words
from api.web.turns import IN_TURN
from api.web.view_query import page_words
from dashboards import site
from dashboards.figures.parameters import value_of
from dashboards.pack.paper import StatusPaper
from dashboards.pack.status import checked
from dashboards.pack.traps import traps_in
from journey.codes import CodeLists
from journey.refusals import Refused

MOST_PAPERS = 4
"""How many papers with their pictures are kept for the next form that is fetched of them."""

router = APIRouter(include_in_schema=False, dependencies=[may("read_figures")])


class ReportQuery(Struct, frozen=True):
    """The query of the page: the year of the status, and its two times where they are chosen."""

    year: int
    valid_at: date | None
    known_at: str | None

    @property
    def words(self) -> str:
        """The times as the query of an address."""
        times = {"valid_at": self.valid_at and self.valid_at.isoformat(), "known_at": self.known_at}
        query = urlencode({name: value for name, value in times.items() if value})
        return f"?{query}" if query else ""


class Papers:
    """A cache of papers with their pictures, by year, days and position; one browser at a time draws them."""

    def __init__(self) -> None:
        self._cache: Cache[tuple[StatusPaper, StatusPaper]] = Cache(MOST_PAPERS)
        self._drawing = threading.Lock()

    def drawn(self, paper: StatusPaper) -> StatusPaper:
        """The paper, checked and with its pictures."""
        occasion = paper.of
        key: Hashable = occasion.year, occasion.position, tuple(occasion.days.items()), occasion.made_on
        with self._drawing:
            cached = self._cache.get(key)
            if cached is None or cached[0] != paper:  # a publication made since is in the paper too
                cached = paper, with_pictures(checked(paper))
                self._cache.put(key, cached)
            return cached[1]


async def app_papers(request: Request) -> Papers:
    """The papers that the app keeps."""
    return request.app.state.papers


@router.get(site.REPORT.address, dependencies=[IN_TURN])
def report(request: Request, register: RegisterDep) -> HTMLResponse:
    """The year's paper, gone through for what could mislead; a year without data says so."""
    query: ReportQuery | None = None
    try:
        query = _query(page_words(request, register.codes, ("year",), ("valid_at", "known_at")), register.codes)
        paper = packed(register, query.year, query.valid_at, query.known_at, today())
    except Refused as refused:
        if refused.place == "valid_at" and query is None:
            given = query_words(request)
            unasked = ReportQuery(_year_or_last(given, register.codes), None, None)
            return rendered(request, "report.html.j2", 400, asked=unasked, wrong=refused, given=given, forms=WRITERS)
        if refused.code != "nothing_to_report" or query is None:
            return wrong(request, refused)
        return rendered(request, "report.html.j2", asked=query, nothing=refused, forms=WRITERS)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    found = traps_in(paper, language_of(request))
    return rendered(request, "report.html.j2", asked=query, paper=paper, found=found, forms=WRITERS, file_name=file_name)


@router.get(site.REPORT_FILE_ROUTE, dependencies=[TAKES_FILE, IN_TURN])
def report_file(
    request: Request, year: str, form: str, register: RegisterDep, papers: Annotated[Papers, Depends(app_papers)]
) -> Response:
    """The year's paper in one of its forms."""
    if form not in WRITERS:
        raise HTTPException(404)
    try:
        query = _query(checked_words(request, site.TIMES_AND_LANGUAGE), register.codes, year)
        paper = packed(register, query.year, query.valid_at, query.known_at, today())
    except PAGE_ERRORS as error:
        return wrong(request, error)
    content = WRITERS[form](papers.drawn(paper))
    attached = {"Content-Disposition": f'attachment; filename="{file_name(query.year, form)}"'}
    return Response(content, media_type=MEDIA_TYPES[form], headers=attached)


def _year_or_last(words: Words, codes: CodeLists) -> int:
    try:
        return _query({"year": words["year"]} if "year" in words else {}, codes).year
    except Refused:
        return today().year


def _query(words: Words, codes: CodeLists, year: str | None = None) -> ReportQuery:
    """The query; without a year the latest whose 1 February is not after the day that another page showed.

    Raises Refused (`bad_parameter`).
    """
    day, text, known_at = first(words, "valid_at"), year or first(words, "year"), first(words, "known_at")
    chosen = value_of("valid_at", day, codes) if day else None
    if text is None:
        shown = chosen or today()
        return ReportQuery(shown.year if shown >= date(shown.year, 2, 1) else shown.year - 1, None, known_at)
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise Refused("bad_parameter", "Året skal skrives som 2025.", place="year")
    return ReportQuery(int(text), chosen, known_at)
