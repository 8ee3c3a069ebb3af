"""The route that records the adoption of a definition."""

from __future__ import annotations

from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Request
from msgspec.structs import replace
from starlette.responses import Response

from api.answers.adoptions import AdoptionOrder, AdoptionResult, record_adoption
from api.answers.commands import idempotency_key
from api.web.dependencies import CallerDep, RegisterDep, may
from api.web.query import no_words
from api.web.rest import openapi as doc
from api.web.rest.cases import json_body
from api.web.rest.publications import KEY_HEADER, order_in

router = APIRouter(tags=["Tal"], dependencies=[may("adopt")])

_ORDER = {
    "figure": "caseworker_changes",
    "version": 1,
    "body": "Voksen- og Plejeudvalget",
    "valid_at": "2025-05-14",
    "by": "sb-92",
}
_RESULT = {
    **{name: value for name, value in _ORDER.items() if name != "by"},
    "rule": "Et skift er begyndelsen på et nyt forløb hos en anden sagsbehandler …",
    "position": 1203,
    "known_at": "2025-05-15T08:00:00+02:00",
    "withdrawn": False,
}


@router.post(
    "/api/adoptions",
    summary="Registrér, at et organ har vedtaget en figurs opgørelse",
    status_code=201,
    response_class=Response,
    openapi_extra={
        "requestBody": {"required": True, "content": {doc.JSON: {"schema": doc.ref(AdoptionOrder), "example": _ORDER}}},
        "parameters": [KEY_HEADER],
    },
    responses={
        201: doc.answer("Registreret.", doc.ref(AdoptionResult), _RESULT),
        **doc.refusals(
            *("other_site", "bad_json", "bad_header", "no_key", "not_json", "too_large", "bad_parameter", "bad_value"),
            *("not_an_id", "personal_number", "too_early", "adopted_already", "not_adopted", "command_reused"),
            *("rows_behind", "rows_stopped", "busy"),
        ),
    },
)
def post_adoption(
    request: Request, register: RegisterDep, caller: CallerDep, body: Annotated[bytes, Depends(json_body)]
) -> Response:
    """Vedtagelsen registreres som en hændelse, gældende fra den dag, organet traf den. Med withdrawal annulleres den, fordi den aldrig var.

    Sendes det samme med samme id igen, registreres der ikke igen, og svaret er det samme.
    """
    no_words(request)
    key = idempotency_key(request.headers.get("idempotency-key"))
    order = order_in(body, AdoptionOrder)
    result = record_adoption(register, register.log, replace(order, by=caller.signs(order.by) or ""), key)
    return Response(msgspec.json.encode(result), 201, media_type=doc.JSON)
