"""The page of the committee pack: a form, what could mislead in the paper, and the paper to take away in three forms."""

from __future__ import annotations

import threading
from collections.abc import Hashable
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from msgspec import Struct
from starlette.exceptions import HTTPException

from api.answers.pack import packed
from api.answers.pack_files import MEDIA_TYPES, WRITERS, file_name
from api.answers.pictures import with_pictures
from api.answers.viewing import last
from api.clock import today
from api.register.cache import Cache
from api.web.pages.render import WRONG, language_of, rendered, wrong
from api.web.query import every, served
from dashboards import site
from dashboards.figures.parameters import value_of
from dashboards.pack.paper import StatusPaper
from dashboards.pack.status import checked
from dashboards.pack.traps import traps_in
from journey.refusals import Refused

MOST_PAPERS = 4
"""How many papers with their pictures are kept for who takes the next form of them."""

router = APIRouter(include_in_schema=False)


class Asked(Struct, frozen=True):
    """What the address asks for."""

    year: int
    valid_at: date | None
    known_at: str | None

    @property
    def words(self) -> str:
        """The same as an address has it, without the year."""
        said = {"valid_at": self.valid_at and self.valid_at.isoformat(), "known_at": self.known_at}
        given = urlencode({name: value for name, value in said.items() if value})
        return f"?{given}" if given else ""


class Papers:
    """Papers with their pictures, kept by what they are of; one browser at a time draws them."""

    def __init__(self) -> None:
        self._kept: Cache[tuple[StatusPaper, StatusPaper]] = Cache(MOST_PAPERS)
        self._drawing = threading.Lock()

    def drawn(self, paper: StatusPaper) -> StatusPaper:
        """The paper, checked and with its pictures."""
        of = paper.of
        key: Hashable = of.year, of.position, tuple(of.days.items()), of.made_on
        with self._drawing:
            kept = self._kept.get(key)
            if kept is None or kept[0] != paper:  # what has been published since stands in it too
                kept = paper, with_pictures(checked(paper))
                self._kept.put(key, kept)
            return kept[1]


@router.get(site.REPORT.address)
def report(request: Request) -> HTMLResponse:
    """The year's paper, gone through for what could mislead; a year without data says so."""
    try:
        asked = _asked(request)
        paper = packed(served(request), asked.year, asked.valid_at, asked.known_at, today())
    except Refused as refused:
        if refused.code != "nothing_to_report":
            return wrong(request, refused)
        return rendered(request, "report.html.j2", asked=_asked(request), nothing=refused, forms=WRITERS)
    except WRONG as error:
        return wrong(request, error)
    found = traps_in(paper, language_of(request))
    return rendered(request, "report.html.j2", asked=asked, paper=paper, found=found, forms=WRITERS, file_name=file_name)


@router.get(site.REPORT_FILE_ROUTE)
def report_file(request: Request, year: str, form: str) -> Response:
    """The year's paper in one of its forms."""
    if form not in WRITERS:
        raise HTTPException(404)
    try:
        asked = _asked(request, year)
        paper = packed(served(request), asked.year, asked.valid_at, asked.known_at, today())
    except WRONG as error:
        return wrong(request, error)
    papers: Papers = request.app.state.papers
    content = WRITERS[form](papers.drawn(paper))
    attached = {"Content-Disposition": f'attachment; filename="{file_name(asked.year, form)}"'}
    return Response(content, media_type=MEDIA_TYPES[form], headers=attached)


def _asked(request: Request, year: str | None = None) -> Asked:
    """What the address asks for; where it says no year the latest with a 1 February behind the day that another page showed."""
    given = every(request)
    said, text, known_at = last(given, "valid_at"), year or last(given, "year"), last(given, "known_at")
    chosen = value_of("valid_at", said, served(request).codes) if said else None
    if text is None:
        shown = chosen or today()
        return Asked(shown.year if shown >= date(shown.year, 2, 1) else shown.year - 1, None, known_at)
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise Refused("bad_parameter", "Året skal skrives som 2025.", place="year")
    return Asked(int(text), chosen, known_at)
