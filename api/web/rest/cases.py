"""The routes of a case: events in, its history out."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.answers.commands import LONGEST_BODY, LONGEST_KEY, CommandResult, command, record
from api.answers.replays import replay
from api.register.answer import with_caution
from api.web.access.reach import check_command
from api.web.dependencies import CallerDep, LooksDep, MetricsDep, RegisterDep, may, may_in_case
from api.web.problems import HttpProblem
from api.web.query import body_of, checked_words, first, no_words, valid_day, wait_preferred
from api.web.rest import openapi as doc
from api.web.rest.event_schema import CORRECTION, EVENT, EXAMPLE
from api.web.rest.schemas import CaseHistory
from journey.personal import has_control_character
from journey.refusals import CATALOGUE, Refused

router = APIRouter(tags=["Sager"])

_OUTCOME = {
    "case": "N-2023-0042",
    "positions": [1201],
    "known": [],
    "version": 8,
    "known_at": "2024-03-04T09:12:00+01:00",
    "receipts": ["/api/receipts/1201"],
    "leaves": ["lC1YUSiuzAWiIiyv/l2iuF2sLcOYe3GHQKOF/KG6dMc="],
    "findings": [],
}
_HISTORY: dict[str, Any] = {
    "case": "N-2023-0042",
    "valid_at": "2025-02-01",
    "known_at": {"position": 1201, "moment": "2024-03-04T09:12:00+01:00"},
    "events": [],
    "state": {"open": True, "unit": "ungeindsatsen", "stage": "waiting"},
}
_OF_OTHERS = {
    *("bad_codes", "bad_file", "bad_mapping", "codes_changed", "not_empty", "wrong_start", "unknown_case"),
    *("bad_roles", "bad_token", "gains_right", "no_proposal", "roles_unchanged", "signed_already"),
}
_RULES = [code for code in CATALOGUE if code not in _OF_OTHERS]
_BODY = {
    "required": True,
    "content": {
        doc.JSON: {
            "schema": {"oneOf": [EVENT, {"type": "array", "items": EVENT, "minItems": 1, "maxItems": 100}]},
            "examples": {
                "one": {"summary": "En hændelse", "value": EXAMPLE},
                "correction": {"summary": "En rettelse: annullering og den rigtige, samlet", "value": CORRECTION},
            },
        }
    },
}
_HEADERS = [
    doc.header(
        "Idempotency-Key",
        "Kommandoens eget id. Sendes den igen, registreres den ikke igen, og svaret er det samme.",
        {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
        required=True,
        example="5f2c4a0e-6d0b-4f43-9f3e-0d6f2f6f1c11",
    ),
    doc.header(
        "If-Match", "Sagens version, som kommandoen bygger på.", {"type": "string", "pattern": '^"(0|[1-9][0-9]{0,17})"$'}
    ),
    doc.header(
        "Prefer",
        "wait=2: vent højst så mange sekunder på, at tallene har hændelserne med.",
        {"type": "string"},
        example="wait=2",
    ),
]


async def json_body(request: Request) -> bytes:
    """The body of the request. Raises HttpProblem (`not_json`, `too_large`)."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != doc.JSON:
        raise HttpProblem("not_json", place="Content-Type")
    return await body_of(request, LONGEST_BODY, f"Højst {LONGEST_BODY // 1_000_000} MB er tilladt.")


@router.post(
    "/api/cases/{case:path}/events",
    dependencies=[may("record_event")],
    summary="Registrér hændelser i en sag",
    status_code=201,
    response_class=Response,
    openapi_extra={"requestBody": _BODY, "parameters": _HEADERS},
    responses={
        201: doc.answer("Registreret.", doc.ref(CommandResult), _OUTCOME, headers=doc.ETAG),
        200: doc.answer(
            "Registret havde det hele i forvejen.", doc.ref(CommandResult), {**_OUTCOME, "positions": [], "known": [1201]}
        ),
        **doc.refusals(
            *(
                "other_site",
                "bad_json",
                "bad_header",
                "no_key",
                "not_json",
                "too_large",
                "bad_events",
                "stream_moved",
                "busy",
                "no_page",
                *_RULES,
            )
        ),
    },
)
def post_events(
    case: str,
    request: Request,
    register: RegisterDep,
    caller: CallerDep,
    metrics: MetricsDep,
    looks: LooksDep,
    body: Annotated[bytes, Depends(json_body)],
) -> Response:
    """En hændelse, eller en liste af dem som én transaktion: alle bliver registreret, eller ingen.

    Hver hændelse bedømmes på sin egen plads i sagens orden. Gør den en senere hændelse meningsløs, tages den, og svaret nævner fundet.
    """
    no_words(request)
    sent = command(case, request.headers.get("idempotency-key"), request.headers.get("if-match"), body, register, caller.signs)
    check_command(register, caller, case, sent.entries)
    looks.saw("record", case)
    outcome, is_new = record(register, sent)
    if is_new:
        metrics.appended.inc(len(outcome.positions))
    headers = {"ETag": f'"{outcome.version}"'}
    seconds = wait_preferred(request)
    if seconds is not None and register.follower.wait(max((*outcome.positions, *outcome.known)), seconds):
        headers["Preference-Applied"] = f"wait={seconds}"
    return _json(outcome, 201 if outcome.positions else 200, headers)


@router.get(
    "/api/cases/{case:path}",
    dependencies=may_in_case("read_case"),
    summary="En sags historie, som registret kendte den",
    response_class=Response,
    openapi_extra={"parameters": [doc.VALID_AT, doc.KNOWN_AT]},
    responses={
        200: doc.answer("Historien.", doc.ref(CaseHistory), _HISTORY, headers=doc.ETAG),
        **doc.refusals("unknown_case", "position_unknown", "bad_parameter"),
    },
)
def get_case(case: str, request: Request, register: RegisterDep, looks: LooksDep) -> Response:
    """Hændelserne i loggens orden, hver med sine to tider, og den tilstand, de giver ved udgangen af en dag."""
    words = checked_words(request, ("valid_at", "known_at"))
    known_at = first(words, "known_at")
    if has_control_character(case):
        raise Refused("unknown_case")
    replayed = replay(register, case, valid_day(words, register.codes), known_at)
    looks.saw("read", case)
    # The version to write to goes only with all that is known.
    headers = {"ETag": f'"{len(replayed.story.events)}"'} if known_at is None else {}
    return _json(with_caution(replayed.json, {"known_at": known_at}), 200, headers)


def _json(value: Any, status: int, headers: dict[str, str]) -> Response:
    return Response(msgspec.json.encode(value), status, headers, doc.JSON)
