"""The page of the log of looks: what was looked at by whom, for a stated purpose; the citizen's extract; and the spot checks."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any, cast

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool

from api.answers.looks.finding import MOST_EXAMINED, extract_csv, find_looks
from api.answers.looks.spot_checks import draw_spot_check, review_look, spot_check_state
from api.clock import now
from api.register.served import Served
from api.web.access.caller import Caller
from api.web.dependencies import SHOWS_NO_CASE, CallerDep, LooksDep, RegisterDep, may
from api.web.pages.render import PAGE_ERRORS, language_of, rendered, wrong
from api.web.pages.sent_form import sent_form
from api.web.query import Words, checked_words, first, form_words, page_day
from api.web.rest.csv import MEDIA_TYPE as CSV_TYPE
from dashboards import site
from journey.access.looks import OUTCOMES, Outcome, open_outcomes
from journey.access.reader import Reader
from journey.access.rules import reader_of_looks
from journey.history import COPENHAGEN
from journey.log.look_reading import LookFilter
from journey.log.looks import ACTIONS, PURPOSES
from journey.refusals import Refused

PURPOSE = "formaal"
WORDS = (PURPOSE, "sag", "person", "fra", "til", "kun")
UNRELATED = "uden-tilknytning"
SHOWN = 200
"""Looks that a page shows, the newest."""

router = APIRouter(include_in_schema=False)


@router.get(site.LOOKS, dependencies=[may("read_looks")])
def looks_page(request: Request, register: RegisterDep, caller: CallerDep, looks: LooksDep) -> HTMLResponse:
    """The form alone until it is said what the log is read for; then the looks, and the spot checks."""
    looks.nothing()  # but for what is found
    try:
        words = checked_words(request, (*WORDS, "lang"), blank=WORDS)
        purpose, kind, chosen = first(words, PURPOSE), first(words, "kun"), _filter(words)
        if kind not in (None, UNRELATED):
            raise Refused("bad_parameter", f"Værdien kan kun være {UNRELATED}.", place="kun")
        values: dict[str, Any] = {"found": None, "state": None}
        if purpose is not None:
            if purpose not in PURPOSES:
                raise Refused("bad_parameter", f"Formålet er et af {', '.join(PURPOSES)}.", place=PURPOSE)
            looks.purpose, reader = purpose, _reader(caller)
            unrelated = kind == UNRELATED
            values["found"] = find_looks(register, reader, chosen, looks.add, only_unexplained=unrelated, most=SHOWN)
            days = register.settings.spot_check_days
            values["state"] = spot_check_state(register, reader, now(), days, looks.add)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return rendered(
        request,
        "looks.html.j2",
        **values,
        given={name: first(words, name) or "" for name in WORDS},
        shown=SHOWN,
        unrelated=UNRELATED,
        purposes=PURPOSES,
        actions=ACTIONS,
        outcomes=OUTCOMES,
        open_outcomes=open_outcomes,
        person=caller.person,
        may_review=caller.may("review_looks"),
    )


@router.get(site.LOOKS_EXTRACT, dependencies=[may("read_looks")])
def extract(request: Request, register: RegisterDep, caller: CallerDep, looks: LooksDep) -> Response:
    """The extract for the citizen of a case, as CSV: it names no employee."""
    looks.nothing()  # but for what is found
    try:
        words = checked_words(request, ("sag", "fra", "til", "lang"), blank=("sag", "fra", "til"))
        if first(words, "sag") is None:
            raise Refused("bad_parameter", "Udtrækket er af en sag: angiv dens reference.", place="sag")
        looks.purpose = "access_request"
        found = find_looks(register, _reader(caller), _filter(words), looks.add, most=MOST_EXAMINED)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    attached = {"Content-Disposition": 'attachment; filename="opslag-i-sagen.csv"'}
    return Response(extract_csv(found.looks, register.codes), media_type=CSV_TYPE, headers=attached)


@router.post(site.SPOT_CHECK, dependencies=[may("review_looks"), SHOWS_NO_CASE])
async def draw(request: Request, register: RegisterDep, caller: CallerDep) -> Response:
    """Draw a spot check."""
    try:
        await sent_form(request)
        await run_in_threadpool(draw_spot_check, register, _reader(caller), now())
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return _back(request)


@router.post(site.SPOT_CHECK_ROUTE, dependencies=[may("review_looks"), SHOWS_NO_CASE])
async def review(request: Request, check: int, register: RegisterDep, caller: CallerDep) -> Response:
    """Record what a look of a spot check came to."""
    try:
        body = await sent_form(request)
        await run_in_threadpool(_review, register, caller, check, body)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return _back(request)


def _review(register: Served, caller: Caller, check: int, body: bytes) -> None:
    try:
        fields = form_words(body, ("look", "outcome"))
        number, outcome = int(fields.get("look", "")), fields.get("outcome", "")
    except ValueError:
        raise Refused("bad_parameter", "Formularen kan ikke læses.") from None
    if outcome not in OUTCOMES or not 0 < number < 2**63 or not 0 < check < 2**63:
        raise Refused("bad_parameter", "Formularen kan ikke læses.")
    review_look(register, _reader(caller), check, number, cast(Outcome, outcome))


def _reader(caller: Caller) -> Reader:
    return reader_of_looks(caller.person, caller.role, caller.units)


def _filter(words: Words) -> LookFilter:
    begins, ends = page_day(words, "fra"), page_day(words, "til")
    return LookFilter(
        first(words, "sag"),
        person=first(words, "person"),
        first=None if begins is None else datetime.combine(begins, time(), COPENHAGEN),
        until=None if ends is None else datetime.combine(ends + timedelta(days=1), time(), COPENHAGEN),
    )


def _back(request: Request) -> Response:
    """The way back to the page, read for reviewing."""
    lang = "&lang=en" if language_of(request).code == "en" else ""
    return RedirectResponse(f"{site.LOOKS}?{PURPOSE}=data_protection{lang}#stikproever", 303)
