"""The routes of the case page: find a case, and see it replayed at both its times, alone or beside another."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.answers.audits import audit_case
from api.answers.casefiles import gathered
from api.answers.inclusion import counted_in
from api.answers.viewing import chosen_day, last
from api.clock import today
from api.register.answer import known_position
from api.register.served import Served
from api.web.pages.render import WRONG, language_of, rendered, wrong
from api.web.query import every, served, whole
from api.web.rest.drilldown import LAST
from dashboards import site
from dashboards.case.page import Asked, CasePage, page
from dashboards.words.language import Language
from journey.history import known_by
from journey.log.migrate import READ
from journey.log.reading import history, moment_of, streams_beginning
from journey.log.stored import STREAM
from journey.personal import has_control_character
from journey.refusals import Refused

router = APIRouter(include_in_schema=False)

MOST_FOUND = 20


@router.get(site.CASE.address)
def find_case(request: Request) -> Response:
    """The search field; straight to the case where what is asked for is one."""
    asked = last(every(request), "sag") or ""
    register = served(request)
    try:
        found: list[str] = []
        if asked and not has_control_character(asked):
            with register.connected(READ) as conn:
                found = streams_beginning(conn, asked, MOST_FOUND)
        found = [case for case in found if not case.startswith(STREAM)]
    except WRONG as error:
        return wrong(request, error)
    if asked in found:
        kept = {name: value for name, value in request.query_params.items() if name != "sag" and value}
        return RedirectResponse(site.case_page(asked) + (f"?{urlencode(kept)}" if kept else ""), 303)
    return rendered(request, "find_case.html.j2", 404 if asked and not found else 200, asked=asked, found=found)


@router.get(site.CASE_ROUTE)
def case_page(case: str, request: Request) -> HTMLResponse:
    """The case at both times, beside another where the address names one in `ved`."""
    try:
        shown = the_page(served(request), case, request, language_of(request))
    except Refused as refused:
        if refused.code != "unknown_case":
            return wrong(request, refused)
        return rendered(request, "find_case.html.j2", 404, asked=refused.place or case, found=[])
    except WRONG as error:
        return wrong(request, error)
    return rendered(request, "case.html.j2", page=shown, case=case, beside=last(every(request), "ved"))


@router.get(site.CASE_FILE_ROUTE)
def case_file(case: str, request: Request) -> Response:
    """The case's file as a zip, or with `redigeret=ja` the redacted copy of it."""
    register = served(request)
    try:
        day, known_at = _day(request), last(every(request), "known_at")
        if has_control_character(case) or case.startswith(STREAM):
            raise Refused("unknown_case")
        with register.connected(READ) as conn:
            position = known_position(conn, known_at)
        name, content = gathered(register, case, [day], position, redact=last(every(request), "redigeret") == "ja")
    except WRONG as error:
        return wrong(request, error)
    name = f"sagsmappe-{re.sub(r'[^A-Za-z0-9-]+', '_', name)}.zip"
    return Response(content, media_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def the_page(register: Served, case: str, request: Request, translate: Language) -> CasePage:
    """What the address asks for. Raises Refused (`unknown_case`, `bad_parameter`, `position_unknown`)."""
    valid_at, known_at = _day(request), last(every(request), "known_at")
    reached = register.believe()
    with register.connected(READ) as conn:
        end = known_position(conn, None)
        position = end if known_at is None else known_position(conn, known_at)
        moment = moment_of(conn, position)
    beside = last(every(request), "ved")
    names = (case, beside) if beside and beside != case else (case,)
    firsts = _number(request, "fra"), _number(request, "fra_ved")
    asked = [_asked(register, name, min(position, reached), first) for name, first in zip(names, firsts, strict=False)]
    return page(asked, valid_at, position, moment, end=end, now=known_at is None, codes=register.codes, translate=translate)


def _asked(register: Served, case: str, position: int, first: int | None) -> Asked:
    if has_control_character(case) or case.startswith(STREAM):
        raise Refused("unknown_case")
    with register.connected(READ) as conn:
        whole = history(conn, case)
    if not whole:
        raise Refused("unknown_case", place=case)
    agreement = audit_case(register, case, known_by(whole, position), position)
    return Asked(case, whole, agreement, position, counted_in(register, case, position, today()), first)


def _day(request: Request) -> date:
    return chosen_day(every(request), "valid_at") or today()


def _number(request: Request, name: str) -> int | None:
    text = last(every(request), name)
    return None if text is None else whole({name: [text]}, name, 1, LAST, 1)
