"""The route that publishes a figure."""

from __future__ import annotations

from typing import Annotated, TypeVar

import msgspec
from fastapi import APIRouter, Depends, Request
from msgspec.structs import replace
from starlette.responses import Response

from api.answers.commands import LONGEST_KEY, idempotency_key
from api.answers.publishing import Order, PublicationResult, publish_figure
from api.register.served import Served
from api.web.dependencies import CallerDep, RegisterDep, may
from api.web.problems import HttpProblem
from api.web.query import check_texts, no_words
from api.web.rest import openapi as doc
from api.web.rest.cases import json_body
from dashboards.figures import FIGURES
from journey.json_text import BadJson, decoded
from journey.personal import without_numbers
from journey.refusals import Refused

OrderT = TypeVar("OrderT")

router = APIRouter(tags=["Tal"], dependencies=[may("publish")])

_ORDER = {
    "figure": "caseload",
    "parameters": {"unit": ["ungeindsatsen"], "valid_at": ["2025-02-01"]},
    "paper_case": "25/1978",
    "paper_title": "Status på helhedsorienteret sagsbehandling",
    "paper_date": "2025-05-14",
    "by": "sb-92",
}
_PUBLICATION = {
    "id": "caseload-9e6bfa03f96e",
    "figure": "caseload",
    "position": 1202,
    "known_position": 1201,
    "known_at": "2025-05-15T08:00:00+02:00",
    "cells": 1,
    "is_new": True,
}
KEY_HEADER = doc.header(
    "Idempotency-Key",
    "Kommandoens eget id. Sendes den igen, registreres der ikke igen, og svaret er det samme.",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY, "pattern": "^[!-~]+$"},
    required=True,
    example="5f2c4a0e-6d0b-4f43-9f3e-0d6f2f6f1c11",
)


@router.post(
    "/api/publications",
    summary="Offentliggør en figur",
    status_code=201,
    response_class=Response,
    openapi_extra={
        "requestBody": {"required": True, "content": {doc.JSON: {"schema": doc.ref(Order), "example": _ORDER}}},
        "parameters": [KEY_HEADER],
    },
    responses={
        201: doc.answer("Offentliggjort.", doc.ref(PublicationResult), _PUBLICATION),
        200: doc.answer(
            "Det samme stod der i forvejen.", doc.ref(PublicationResult), {**_PUBLICATION, "known_at": None, "is_new": False}
        ),
        **doc.refusals(
            *("other_site", "bad_json", "bad_header", "no_key", "not_json", "too_large"),
            *("bad_parameter", "bad_value", "personal_number"),
            *("published_otherwise", "command_reused", "different_content", "position_unknown", "future_knowledge"),
            *("rows_behind", "rows_stopped", "too_slow", "busy"),
        ),
    },
)
def post_publication(
    request: Request, register: RegisterDep, caller: CallerDep, body: Annotated[bytes, Depends(json_body)]
) -> Response:
    """Figurens celler fryses som en hændelse, med opgørelsens udgave, parametre, begge tider og kodelisternes aftryk.

    Det samme igen til samme papir gør ingen forskel; andet indhold er en rettelse og skal have en begrundelse (correction).
    """
    no_words(request)
    key = idempotency_key(request.headers.get("idempotency-key"))
    order = order_in(body, Order)
    publication = publish_order(register, replace(order, by=caller.signs(order.by) or ""), key)
    return Response(msgspec.json.encode(publication), 201 if publication.is_new else 200, media_type=doc.JSON)


def order_in(body: bytes, type_: type[OrderT]) -> OrderT:
    """The order that was sent. Raises HttpProblem (`bad_json`) and Refused (`bad_value`)."""
    try:
        return decoded(body, type_)
    except msgspec.ValidationError as error:
        raise Refused("bad_value", "Indholdet passer ikke: se /api/openapi.json.", place=_place(error)) from None
    except BadJson as error:
        raise HttpProblem("bad_json", f"Indholdet {error.reason}.", place=error.place) from None


def _place(error: msgspec.ValidationError) -> str:
    """Where it is, as the library says it at the end of its message."""
    return without_numbers(str(error).rpartition("$")[2].strip("`. ")[:80])


def publish_order(register: Served, order: Order, key: str) -> PublicationResult:
    """Publish the figure's answer. Raises Refused as `published` does, and for a question that cannot be asked."""
    if order.figure not in FIGURES:
        raise Refused("bad_parameter", f"Der er ingen figur {without_numbers(order.figure)}.", place="figure")
    for name, texts in order.given.items():
        check_texts(name, texts)
    answer = register.ask(order.figure, order.given, order.known_at)
    return publish_figure(register, register.log, order, answer, key)
