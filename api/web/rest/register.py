"""The routes of the register as a whole: findings, ledger, code lists, the catalogue of refusals, and word of what has changed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response, StreamingResponse

from api.answers.ledger import compared
from api.clock import today
from api.web.problem_types import PROBLEMS, Entry, entry
from api.web.problems import Problem
from api.web.query import one, served, whole, words
from api.web.rest import openapi as doc
from api.web.rest.schemas import (
    CodeAnswer,
    CodeListAnswer,
    CodeListsAnswer,
    Findings,
    FoundEvent,
    Known,
    PublishedNumber,
)
from dashboards.figures.findings import FINDINGS, FINDINGS_COUNT
from journey.codes import CodeEntry
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
_NUMBER = {
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
}


@router.get(
    "/api/findings",
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
def get_findings(request: Request) -> Response:
    """Hvert fund med sin sag og hændelse, i loggens orden, side for side."""
    register, said = served(request), words(request, ("known_at", "after", "limit"))
    limit = whole(said, "limit", PAGE, LONGEST_PAGE, least=1)
    asked = {"at": register.position(one(said, "known_at")), "after": whole(said, "after", 0, 2**62), "limit": limit}
    with register.connected(READ) as conn:
        moment = moment_of(conn, asked["at"])
        rows = conn.execute(FINDINGS, asked).fetchall()
        total = conn.execute(FINDINGS_COUNT, asked).fetchone()
    known = Known(asked["at"], moment and moment.astimezone(COPENHAGEN).isoformat())
    found = [FoundEvent(case, day.isoformat(), position, code, finding_text(code)) for case, day, position, code in rows]
    more = rows[-1][2] if len(rows) == limit else None
    return _json(Findings(known, total[0] if total else 0, found, more))


@router.get(
    "/api/ledger",
    summary="Fortegnelsen over offentliggjorte tal, talt igen",
    response_class=Response,
    responses={
        200: doc.answer("Tallene.", doc.listed(PublishedNumber), [_NUMBER]),
        **doc.refusals("rows_behind", "too_slow"),
    },
)
def get_ledger(request: Request) -> Response:
    """Hvert tal, som det blev trykt, som det blev kendt da, og som det er kendt nu."""
    words(request, ())
    return _json([one.json for one in compared(served(request), today())])


@router.get(
    "/api/codes",
    summary="Kodelisterne",
    response_class=Response,
    responses={200: doc.answer("Listerne.", doc.ref(CodeListsAnswer), {"digest": "9b1d…", "lists": []})},
)
def get_codes(request: Request) -> Response:
    """Hver liste med sine koder: navne, gyldighed, andre stavemåder, gruppe og hjemmel."""
    words(request, ())
    codes = served(request).codes
    lists = [
        CodeListAnswer(one.name, one.danish, one.open, [_code(*item) for item in one.codes.items()])
        for one in codes.lists.values()
    ]
    return _json(CodeListsAnswer(codes.digest, lists))


def _code(code: str, said: CodeEntry) -> CodeAnswer:
    days = [day and day.isoformat() for day in (said.valid_from, said.valid_to, said.verified_on)]
    return CodeAnswer(
        code,
        said.da,
        said.en,
        list(said.aliases),
        said.group,
        said.unit,
        said.support_class,
        said.hoi,
        days[0],
        days[1],
        said.printed,
        said.verified,
        days[2],
    )


@router.get(
    "/api/problems",
    summary="Kataloget over alt, der afvises",
    response_class=Response,
    responses={200: doc.answer("Kataloget.", doc.listed(Entry), [msgspec.to_builtins(entry("not_open"))])},
)
def get_problems(request: Request) -> Response:
    """Hver afvisning med sin kode, hvad den betyder, og hvad man gør."""
    words(request, ())
    return _json([entry(code) for code in sorted(PROBLEMS)])


@router.get(
    "/api/problems/{code}",
    summary="En afvisning",
    response_class=Response,
    responses={
        200: doc.answer("Afvisningen.", doc.ref(Entry), msgspec.to_builtins(entry("not_open"))),
        **doc.refusals("no_page"),
    },
)
def get_problem(code: str, request: Request) -> Response:
    """Hvad afvisningen betyder, og hvad man gør."""
    words(request, ())
    if code not in PROBLEMS:
        raise Problem("no_page")
    return _json(entry(code))


@router.get(
    "/api/changes",
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
async def get_changes(request: Request) -> StreamingResponse:
    """Server-sent events: én, hver gang rækkerne er nået længere end det, der er set."""
    said = words(request, ("after", "seconds"))
    seen = request.headers.get("last-event-id", "")
    after = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 18 else whole(said, "after", 0, 2**62)
    seconds = whole(said, "seconds", 600, LONGEST_STREAM)
    return StreamingResponse(
        _moves(request, after, seconds), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _moves(request: Request, after: int, seconds: int) -> AsyncIterator[str]:
    follower = served(request).follower
    began = said = time.monotonic()
    yield "retry: 1000\n\n"
    while True:
        position, now = follower.position, time.monotonic()
        if position > after:
            after, said = position, now
            yield f'event: rows\nid: {position}\ndata: {{"position": {position}}}\n\n'
        elif now - said > HEARTBEAT:
            said = now
            yield ": \n\n"
        if now - began >= seconds or follower.stopping or request.app.state.closing.is_set():
            return
        await asyncio.sleep(LOOK)


def _json(value: Any) -> Response:
    return Response(msgspec.json.encode(value), media_type=doc.JSON)
