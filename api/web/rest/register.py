"""The routes of the whole register: findings, the ledger, code lists, the catalogue of refusals, and the stream of changes."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from msgspec import UNSET
from starlette.responses import Response, StreamingResponse

from api.answers.ledger import compared
from api.clock import today
from api.register.answer import caution_of
from api.register.follower import Follower
from api.web.dependencies import PUBLIC, ClosingDep, LooksDep, RegisterDep, may
from api.web.problem_types import PROBLEMS, status_of, type_of
from api.web.problems import HttpProblem
from api.web.query import checked_words, first, last_event_id, no_words, valid_day, whole_number
from api.web.rest import openapi as doc
from api.web.rest.schemas import (
    CodeAnswer,
    CodeListAnswer,
    CodeListsAnswer,
    Entry,
    Findings,
    FoundEvent,
    Known,
    LegalBasisAnswer,
    PublishedNumber,
)
from dashboards.figures.quality.findings import FINDINGS, FINDINGS_COUNT
from journey.codes import CodeEntry, LegalBasis
from journey.history import COPENHAGEN
from journey.log.migrate import READ
from journey.log.reading import moment_of
from journey.refusals import finding_text

router = APIRouter(tags=["Register"])

PAGE, LONGEST_PAGE = 1_000, 10_000
LONGEST_STREAM, LOOK, HEARTBEAT = 3_600, 0.1, 15.0
"""Seconds that a stream of changes may last, between two looks, and between two signs of life."""

_KNOWN = {"position": 1201, "moment": "2025-02-03T08:00:00+01:00"}
_FOUND = {
    "case": "N-2023-0042",
    "valid_at": "2025-02-01",
    "position": 940,
    "code": "not_open",
    "text": "Sagen er ikke åben den dag.",
}
_NUMBER: dict[str, Any] = {
    "id": "ui-2025",
    "figure": "caseload",
    "parameters": {"unit": ["ungeindsatsen"], "valid_at": ["2025-02-01"]},
    "cell": {"unit": "ungeindsatsen", "valid_at": "2025-02-01"},
    "value": 96,
    "qualifier": "exact",
    "paper": {"case": "25/1234", "title": "Status", "date": "2025-02-20"},
    "notes": [],
    "position": 1201,
    "frozen": None,
    "derived": 96,
    "derived_now": 97,
    "drift": False,
    "earlier_version": None,
    "judged": "agrees",
    "moved": True,
}


def _entry(code: str) -> Entry:
    refusal = PROBLEMS[code]
    return Entry(type_of(code), code, status_of(code), refusal.meaning, refusal.remedy)


@router.get(
    "/api/findings",
    dependencies=[may("read_findings")],
    summary="Fund: de steder, hvor historien ikke giver mening",
    response_class=Response,
    openapi_extra={
        "parameters": [
            doc.KNOWN_AT,
            doc.query("after", "Kun fund efter den position; til den næste side.", {"type": "integer", "minimum": 0}),
            doc.query("limit", "Højst så mange.", {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": PAGE}),
        ]
    },
    responses={
        200: doc.answer("Fundene.", doc.ref(Findings), {"known_at": _KNOWN, "total": 1, "findings": [_FOUND], "next": None}),
        **doc.refusals("position_unknown", "rows_behind", "rows_stopped"),
    },
)
def get_findings(request: Request, register: RegisterDep, looks: LooksDep) -> Response:
    """Hvert fund med sin sag og hændelse, i loggens orden, side for side."""
    words = checked_words(request, ("known_at", "after", "limit"))
    limit = whole_number(words, "limit", PAGE, LONGEST_PAGE, least=1)
    values = {
        "at": register.position(first(words, "known_at")),
        "after": whole_number(words, "after", 0, 2**62),
        "limit": limit,
    }
    with register.connected(READ) as conn:
        moment = moment_of(conn, values["at"])
        rows = conn.execute(FINDINGS, values).fetchall()
        total = conn.execute(FINDINGS_COUNT, values).fetchone()
    looks.saw("list", *(row[0] for row in rows))
    caution = caution_of(first(words, "known_at")) or UNSET
    known = Known(values["at"], moment and moment.astimezone(COPENHAGEN).isoformat(), caution)
    found = [FoundEvent(case, day.isoformat(), position, code, finding_text(code)) for case, day, position, code in rows]
    more = rows[-1][2] if len(rows) == limit else None
    return _json(Findings(known, total[0] if total else 0, found, more))


@router.get(
    "/api/ledger",
    dependencies=[may("read_figures")],
    summary="Fortegnelsen over offentliggjorte tal, talt igen",
    response_class=Response,
    responses={
        200: doc.answer("Tallene.", doc.listed(PublishedNumber), [_NUMBER]),
        **doc.refusals("rows_behind", "too_slow"),
    },
)
def get_ledger(request: Request, register: RegisterDep) -> Response:
    """Hvert tal, som det blev trykt, som det blev kendt da, og som det er kendt nu."""
    no_words(request)
    return _json([number.json for number in compared(register, today())])


@router.get(
    "/api/codes",
    dependencies=[PUBLIC],
    summary="Kodelisterne",
    response_class=Response,
    openapi_extra={"parameters": [doc.VALID_AT]},
    responses={
        200: doc.answer("Listerne.", doc.ref(CodeListsAnswer), {"digest": "9b1d…", "valid_at": "2025-02-01", "lists": []})
    },
)
def get_codes(request: Request, register: RegisterDep) -> Response:
    """Hver liste med sine koder: navne, dage, andre stavemåder, navne udenfor, gruppe og lovgrundlag.

    `in_force` er det lovgrundlag, der gælder dagen.
    """
    codes = register.codes
    day = valid_day(checked_words(request, ("valid_at",)), codes)
    lists = [
        CodeListAnswer(listed.name, listed.danish, listed.open, [_code(*item, day) for item in listed.codes.items()])
        for listed in codes.lists.values()
    ]
    return _json(CodeListsAnswer(codes.digest, day.isoformat(), lists))


def _code(code: str, entry: CodeEntry, day: date) -> CodeAnswer:
    in_force = entry.basis_on(day)
    return CodeAnswer(
        code,
        entry.da,
        entry.en,
        list(entry.aliases),
        entry.group,
        entry.unit,
        entry.support_class,
        entry.hoi,
        _day(entry.valid_from),
        _day(entry.valid_to),
        _day(entry.closed_to_new),
        list(entry.succeeded_by),
        entry.days_verified,
        list(entry.kle),
        list(entry.ffb),
        list(entry.dst),
        list(entry.lab),
        [_basis(each) for each in entry.basis],
        in_force and _basis(in_force),
    )


def _basis(basis: LegalBasis) -> LegalBasisAnswer:
    return LegalBasisAnswer(
        basis.act, basis.printed, basis.verified, _day(basis.verified_on), _day(basis.first), _day(basis.until)
    )


def _day(day: date | None) -> str | None:
    return day and day.isoformat()


@router.get(
    "/api/problems",
    dependencies=[PUBLIC],
    summary="Kataloget over alt, der afvises",
    response_class=Response,
    responses={200: doc.answer("Kataloget.", doc.listed(Entry), [msgspec.to_builtins(_entry("not_open"))])},
)
def get_problems(request: Request) -> Response:
    """Hver afvisning med sin kode, hvad den betyder, og hvad man gør."""
    no_words(request)
    return _json([_entry(code) for code in sorted(PROBLEMS)])


@router.get(
    "/api/problems/{code}",
    dependencies=[PUBLIC],
    summary="En afvisning",
    response_class=Response,
    responses={
        200: doc.answer("Afvisningen.", doc.ref(Entry), msgspec.to_builtins(_entry("not_open"))),
        **doc.refusals("no_page"),
    },
)
def get_problem(code: str, request: Request) -> Response:
    """Hvad afvisningen betyder, og hvad man gør."""
    no_words(request)
    if code not in PROBLEMS:
        raise HttpProblem("no_page")
    return _json(_entry(code))


@router.get(
    "/api/changes",
    dependencies=[PUBLIC],
    summary="Følg med: besked, når tallene har flyttet sig",
    response_class=StreamingResponse,
    openapi_extra={
        "parameters": [
            doc.query("after", "Positionen, som er set.", {"type": "integer", "minimum": 0, "default": 0}),
            doc.query(
                "seconds",
                "Så længe varer strømmen; 0: kun den position, der er nu.",
                {"type": "integer", "minimum": 0, "maximum": LONGEST_STREAM, "default": 600},
            ),
        ]
    },
    responses={
        200: {
            "description": "Hændelser af typen rows (text/event-stream), med positionen som id.",
            "content": {
                "text/event-stream": {
                    "schema": {"type": "object", "properties": {name: {"type": "string"} for name in ("event", "id", "data")}},
                    "example": {"event": "rows", "id": "1201", "data": '{"position": 1201}'},
                }
            },
        }
    },
)
async def get_changes(request: Request, register: RegisterDep, closing: ClosingDep) -> StreamingResponse:
    """Server-sent events: én, hver gang rækkerne er nået længere end det, der er set; med restored, hvis databasen er sat tilbage."""
    words = checked_words(request, ("after", "seconds"))
    seen = last_event_id(request)
    after = whole_number(words, "after", 0, 2**62) if seen is None else seen
    seconds = whole_number(words, "seconds", 600, LONGEST_STREAM)
    return StreamingResponse(
        _moves(register.follower, closing, after, seconds), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _moves(follower: Follower, closing: threading.Event, after: int, seconds: int) -> AsyncIterator[str]:
    """The events of the stream, with a comment as a sign of life where nothing moves."""
    began = sent = time.monotonic()
    restarts = follower.restarts
    yield "retry: 1000\n\n"
    while True:
        position, now = follower.position, time.monotonic()
        if follower.ready and (follower.restarts != restarts or follower.is_beyond(after, began)):
            after, sent, restarts = position, now, follower.restarts
            yield f'event: rows\nid: {position}\ndata: {{"position": {position}, "restored": true}}\n\n'
        elif position > after:
            after, sent = position, now
            yield f'event: rows\nid: {position}\ndata: {{"position": {position}}}\n\n'
        elif now - sent > HEARTBEAT:
            sent = now
            yield ": \n\n"
        if now - began >= seconds or follower.stopping or closing.is_set():
            return
        await asyncio.sleep(LOOK)


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type=doc.JSON)
