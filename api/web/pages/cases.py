"""The routes of the case page: find a case, and see it replayed at both its times, alone or beside another."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.answers.audits import audit_case
from api.answers.casefiles import casefile_zip, recipient_of, redacted_zip
from api.answers.inclusion import counted_in
from api.clock import today
from api.register.answer import known_position
from api.register.served import Served
from api.web.access.caller import Caller
from api.web.access.looks import Looks
from api.web.access.reach import check_reach
from api.web.dependencies import TAKES_FILE, CallerDep, LooksDep, RegisterDep, may, may_in_case
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.query import Words, first, page_day, page_number, query_words, yes_or_no
from api.web.rest.drilldown import LAST
from api.web.turns import IN_TURN
from api.web.view_query import page_words
from dashboards import site
from dashboards.case.page import CasePage, RegisteredCase, page
from dashboards.words.language import Language
from journey.history import known_by
from journey.log.migrate import READ
from journey.log.reading import history, moment_of, streams_beginning
from journey.log.stored import STREAM
from journey.personal import has_control_character
from journey.refusals import Refused

router = APIRouter(include_in_schema=False)

MOST_FOUND = 20
_FOR = ("modtager", "formaal")


@router.get(site.CASE.address, dependencies=[may("read_case")])
def find_case(request: Request, register: RegisterDep, looks: LooksDep) -> Response:
    """The search field; a redirect to the case where the text is the reference of one."""
    try:
        words = page_words(request, register.codes, ("sag",), ("sag",))
        reference, found = (first(words, "sag") or "").strip(), list[str]()
        if reference and not has_control_character(reference):
            with register.connected(READ) as conn:
                found = streams_beginning(conn, reference, MOST_FOUND)
        found = [case for case in found if not case.startswith(STREAM)]
    except PAGE_ERRORS as error:
        return wrong(request, error)
    if not reference:
        looks.nothing()
    else:
        looks.searched(reference, len(found))
    if reference in found:
        rest = [(name, text) for name, texts in words.items() if name != "sag" for text in texts]
        return RedirectResponse(site.case_page(reference) + (f"?{urlencode(rest)}" if rest else ""), 303)
    looks.saw("list", *found)
    return rendered(request, "find_case.html.j2", 404 if reference and not found else 200, asked=reference, found=found)


@router.get(site.CASE_ROUTE, dependencies=may_in_case("read_case"))
def case_page(case: str, request: Request, register: RegisterDep, caller: CallerDep, looks: LooksDep) -> HTMLResponse:
    """The case at both times, beside another where the address names one in `ved`."""
    try:
        words = page_words(request, register.codes, ("ved", "fra", "fra_ved"), ("known_at", "ved"))
        shown = _page_for(caller, register, case, words, language_of(request))
    except Refused as refused:
        if refused.place == "valid_at":
            return _wrong_day(request, register, caller, looks, case, refused)
        if refused.code != "unknown_case":
            return wrong(request, refused)
        looks.searched(refused.place or case, 0)
        return rendered(request, "find_case.html.j2", 404, asked=refused.place or case, found=[])
    except PAGE_ERRORS as error:
        return wrong(request, error)
    looks.saw("read", *_cases_on(words, case))
    moved = shown.valid_at != today() and first(words, "valid_at") is None
    return rendered(
        request,
        "case.html.j2",
        page=shown,
        case=case,
        beside=first(words, "ved"),
        today=today() if moved else None,
    )


def _page_for(caller: Caller, register: Served, case: str, words: Words, translate: Language) -> CasePage:
    """The page, where the case beside is the caller's too. Raises Refused as `requested_page` does."""
    if beside := first(words, "ved"):
        check_reach(register, caller, "read_case", beside)
    return requested_page(register, case, words, translate)


def _wrong_day(request: Request, register: Served, caller: Caller, looks: Looks, case: str, refused: Refused) -> HTMLResponse:
    """The case as it is without the day that could not be read, which stands in its field with the error beside it."""
    given = query_words(request)
    words = {name: texts for name, texts in given.items() if name != "valid_at" and texts[0]}
    try:
        shown = _page_for(caller, register, case, words, language_of(request))
    except PAGE_ERRORS:
        return wrong(request, refused)
    looks.saw("read", *_cases_on(words, case))
    values = {"page": shown, "case": case, "beside": first(words, "ved"), "wrong": refused, "given": given}
    return rendered(request, "case.html.j2", 400, **values)


@router.get(site.CASE_FILE_ROUTE, dependencies=[TAKES_FILE, *may_in_case("export_case"), IN_TURN])
def case_file(case: str, request: Request, register: RegisterDep, looks: LooksDep) -> Response:
    """The case's file as a zip, or with `redigeret=ja` the redacted copy of it for the recipient `modtager` and the purpose `formaal`."""
    try:
        words = page_words(request, register.codes, ("redigeret", *_FOR))
        recipient = None
        if yes_or_no(words, "redigeret"):
            recipient = recipient_of(first(words, _FOR[0]), first(words, _FOR[1]), _FOR)
        elif given := next((name for name in _FOR if name in words), None):
            raise Refused("bad_parameter", "Modtager og formål hører til en redigeret kopi: redigeret=ja.", place=given)
        day, known_at = _day(words), first(words, "known_at")
        if has_control_character(case) or case.startswith(STREAM):
            raise Refused("unknown_case")
        with register.connected(READ) as conn:
            position = known_position(conn, known_at)
        if recipient is None:
            name, content = casefile_zip(register, case, [day], position)
        else:
            name, content = redacted_zip(register, case, [day], position, recipient)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    looks.saw("export", case)
    name = f"sagsmappe-{re.sub(r'[^A-Za-z0-9-]+', '_', name)}.zip"
    return Response(content, media_type="application/zip", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def requested_page(register: Served, case: str, words: Words, translate: Language) -> CasePage:
    """The page that the query asks for. Raises Refused (`unknown_case`, `bad_parameter`, `position_unknown`)."""
    known_at = first(words, "known_at")
    reached = register.believe()
    with register.connected(READ) as conn:
        end = known_position(conn, None)
        position = end if known_at is None else known_position(conn, known_at)
        moment = moment_of(conn, position)
        valid_at = page_day(words, "valid_at") or register.covered(conn, min(position, reached)).opening_day(today())
    names = _cases_on(words, case)
    firsts = page_number(words, "fra", LAST), page_number(words, "fra_ved", LAST)
    histories = [_history(register, name, min(position, reached), shown) for name, shown in zip(names, firsts, strict=False)]
    return page(
        histories,
        valid_at,
        position,
        moment,
        end=end,
        now=known_at is None,
        codes=register.codes,
        municipality=register.municipality,
        translate=translate,
    )


def _cases_on(words: Words, case: str) -> tuple[str, ...]:
    """The cases on the page: the one of its address, and the one beside it."""
    beside = first(words, "ved")
    return (case, beside) if beside and beside != case else (case,)


def _history(register: Served, case: str, position: int, first_shown: int | None) -> RegisteredCase:
    """The history of one case, with its agreement and the figures that count it. Raises Refused (`unknown_case`)."""
    if has_control_character(case) or case.startswith(STREAM):
        raise Refused("unknown_case")
    with register.connected(READ) as conn:
        events = history(conn, case)
    if not events:
        raise Refused("unknown_case", place=case)
    agreement = audit_case(register, case, known_by(events, position), position)
    return RegisteredCase(case, events, agreement, position, counted_in(register, case, position, today()), first_shown)


def _day(words: Words) -> date:
    return page_day(words, "valid_at") or today()
