"""The routes behind a figure's cells: the cases that a cell is made of, and the events that moved it."""

from __future__ import annotations

from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers.drilldown import cases_behind
from api.answers.why import why, why_json
from api.register.answer import Answer, known_json, question_json
from api.web.figure_query import Asked, FigureId, asked_of, described
from api.web.query import one, served, whole
from api.web.rest import openapi as doc
from api.web.rest.csv import MEDIA_TYPE as CSV_TYPE
from api.web.rest.csv import csv_of_cases, file_name
from api.web.rest.schemas import CasesAnswer, WhyAnswer
from dashboards.drilldown.cases import CellCases
from dashboards.drilldown.why import Why
from journey.refusals import Refused

PAGE, LONGEST_PAGE, LAST = 100, 10_000, 10**9

router = APIRouter(tags=["Tal"])

_KNOWN = {"position": 1201, "moment": "2025-02-03T08:00:00+01:00"}
_ASKED = {"figure": "caseload", "version": 1, "parameters": {"unit": ["ungeindsatsen"], "valid_at": ["2025-02-01"]}}
_CELL = {"unit": "ungeindsatsen", "valid_at": "2025-02-01", "value": 96}
_EVENT = {
    "position": 940,
    "kind": "referred",
    "withdraws": None,
    "valid_at": "2024-03-01",
    "known_at": "2024-03-04T09:12:00+01:00",
    "how": "late",
}
_CASES = {
    **_ASKED,
    "known_at": _KNOWN,
    "cell": _CELL,
    "about_cases": True,
    "adds_up": True,
    "total": 96,
    "cases": [{"case": "N-2023-0042", "value": 1, "since": _EVENT}],
    "next": 1,
}
_WHY = {
    **_ASKED,
    "known_from": {"position": 900, "moment": "2025-01-03T08:00:00+01:00"},
    "known_at": _KNOWN,
    "moved": [
        {
            "cell": {"unit": "ungeindsatsen", "valid_at": "2025-02-01"},
            "before": 95,
            "after": 96,
            "adds_up": True,
            "events": [{**_EVENT, "case": "N-2023-0042", "delta": 1}],
        }
    ],
}
_CSV_EXAMPLE = (
    "case;value;since_kind;since_withdraws;since_valid_at;since_known_at;since_position;cell_unit;cell_value;figure;version\r\n"
)
_FORMAT = doc.query("format", "json eller csv; udeladt: json.", {"type": "string", "enum": ["json", "csv"]})
_PAGING = [
    doc.query("offset", "Så mange sager springes over.", {"type": "integer", "minimum": 0, "maximum": LAST, "default": 0}),
    doc.query("limit", "Højst så mange.", {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": PAGE}),
]
_REFUSED = doc.refusals("no_page", "bad_parameter", "position_unknown", "rows_behind", "rows_stopped", "too_slow")


@router.get(
    "/api/figures/{figure}/cases",
    summary="Sagerne bag en celle",
    response_class=Response,
    openapi_extra={"parameters": [*described(cell=True), *_PAGING, _FORMAT]},
    responses={
        200: {
            "description": "Sagerne.",
            "content": {
                doc.JSON: {"schema": doc.ref(CasesAnswer), "example": _CASES},
                doc.CSV: {"schema": {"type": "string"}, "example": _CSV_EXAMPLE},
            },
        },
        **_REFUSED,
        **doc.refusals("no_page", "no_cell"),
    },
)
def get_cases(figure: FigureId, request: Request) -> Response:
    """Figuren spurgt om hver sag alene: de sager, der har del i cellen, hvad hver tæller med, og hændelsen, siden hvilken den gør det."""
    asked = asked_of(request, figure, ("offset", "limit", "format"))
    format_ = one(asked.said, "format")
    if format_ not in (None, "json", "csv"):
        raise Refused("bad_parameter", "Værdien er hverken json eller csv.", place="format")
    behind = behind_of(request, asked, PAGE)
    if format_ == "csv":
        name = file_name(Answer(behind.ask.figure, behind.ask.question, behind.moment, []), "sager")
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(csv_of_cases(behind), headers=headers, media_type=CSV_TYPE)
    return Response(msgspec.json.encode(_cases_json(behind)), media_type=doc.JSON)


def behind_of(request: Request, asked: Asked, page: int) -> CellCases:
    """The page of cases that a request asks for."""
    offset = whole(asked.said, "offset", 0, LAST)
    limit = whole(asked.said, "limit", page, LONGEST_PAGE, least=1)
    return cases_behind(served(request), asked.ask, asked.cell, offset, limit)


@router.get(
    "/api/figures/{figure}/why",
    summary="Hvorfor er tallet ændret?",
    response_class=Response,
    openapi_extra={
        "parameters": [
            *described(cell=False),
            {**doc.KNOWN_AT, "name": "known_from", "description": "Hvad registret vidste før; som known_at.", "required": True},
        ]
    },
    responses={200: doc.answer("Forskellen.", doc.ref(WhyAnswer), _WHY), **_REFUSED},
)
def get_why(figure: FigureId, request: Request) -> Response:
    """Cellerne, der har flyttet sig mellem to viden-tidspunkter, og for hver sag de hændelser, der flyttede dem.

    De dage, der spørges om, er de samme. Er cellen en sum over sager, er hændelsernes delta tilsammen hele forskellen.
    """
    return Response(
        msgspec.json.encode(why_json(why_of(request, asked_of(request, figure, ("known_from",))))), media_type=doc.JSON
    )


def why_of(request: Request, asked: Asked) -> Why:
    """The difference that a request asks about. Raises Refused (`bad_parameter`) where it does not say from when."""
    known_from = one(asked.said, "known_from")
    if known_from is None:
        raise Refused("bad_parameter", "Parameteren skal angives.", place="known_from")
    register = served(request)
    return why(register, asked.ask, register.position(known_from))


def _cases_json(behind: CellCases) -> dict[str, Any]:
    return {
        **question_json(behind.ask.figure, behind.ask.question),
        "known_at": known_json(behind.ask.question.position, behind.moment),
        "cell": behind.cell,
        "about_cases": behind.has_cases,
        "adds_up": behind.adds_up,
        "total": behind.total,
        "cases": [line.json for line in behind.lines],
        "next": behind.next,
    }
