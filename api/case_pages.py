"""The routes of the case page: find a case, and see it replayed at both its times, alone or beside another."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import quote, urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.answers import known_position
from api.asking import served
from api.audits import audit_case
from api.casefiles import gathered
from api.clock import today
from api.counted_in import counted_in
from api.paging import WRONG, language_of, rendered, wrong
from api.served import Served
from dashboards.case.page import Asked, CasePage, page
from dashboards.language import Language
from journey.history import known_by
from journey.migrate import READ
from journey.personal import has_control_character
from journey.reading import history, moment_of, streams_beginning
from journey.refusals import Refused
from journey.stored import STREAM

router = APIRouter(include_in_schema=False)

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""The days that the page can be asked for."""
MOST_FOUND = 20


@router.get("/sag")
def find_case(request: Request) -> Response:
    """The search field; straight to the case where what is asked for is one."""
    asked = _last(request, "sag") or ""
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
        return RedirectResponse(f"/sag/{quote(asked, safe='')}" + (f"?{urlencode(kept)}" if kept else ""), 303)
    return rendered(request, "find_case.html.j2", 404 if asked and not found else 200, asked=asked, found=found)


@router.get("/sag/{case:path}")
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
    return rendered(request, "case.html.j2", page=shown, case=case, beside=_last(request, "ved"))


@router.get("/sagsmappe/{case:path}")
def case_file(case: str, request: Request) -> Response:
    """The case's file as a zip, or with `redigeret=ja` the redacted copy of it."""
    register = served(request)
    try:
        day, known_at = _day(request), _last(request, "known_at")
        if has_control_character(case) or case.startswith(STREAM):
            raise Refused("unknown_case")
        with register.connected(READ) as conn:
            position = known_position(conn, known_at)
        name, content = gathered(register, case, [day], position, redact=_last(request, "redigeret") == "ja")
    except WRONG as error:
        return wrong(request, error)
    name = f"sagsmappe-{re.sub(r'[^A-Za-z0-9-]+', '_', name)}.zip"
    return Response(content, media_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def the_page(register: Served, case: str, request: Request, say: Language) -> CasePage:
    """What the address asks for. Raises Refused (`unknown_case`, `bad_parameter`, `position_unknown`)."""
    valid_at, known_at = _day(request), _last(request, "known_at")
    reached = register.believe()
    with register.connected(READ) as conn:
        end = known_position(conn, None)
        position = end if known_at is None else known_position(conn, known_at)
        moment = moment_of(conn, position)
    beside = _last(request, "ved")
    names = (case, beside) if beside and beside != case else (case,)
    firsts = _number(request, "fra"), _number(request, "fra_ved")
    asked = [_asked(register, name, min(position, reached), first) for name, first in zip(names, firsts, strict=False)]
    return page(asked, valid_at, position, moment, end=end, now=known_at is None, codes=register.codes, say=say)


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
    text = _last(request, "valid_at")
    if text is None:
        return today()
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise Refused("bad_parameter", "Virkningsdagen skal være en dag på formen 2025-02-01.", place="valid_at")
    return found


def _number(request: Request, name: str) -> int | None:
    text = _last(request, name)
    if text is not None and not re.fullmatch("[1-9][0-9]{0,8}", text, re.ASCII):
        raise Refused("bad_parameter", "Nummeret på den første hændelse, der skal vises, er et tal fra 1.", place=name)
    return None if text is None else int(text)


def _last(request: Request, name: str) -> str | None:
    """The last value given that is not empty: a form sends its empty fields too."""
    said = (text.strip() for text in reversed(request.query_params.getlist(name)))
    return next((text for text in said if text), None)
