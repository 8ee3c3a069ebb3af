"""The routes of a figure's drill-down: the cases in a cell, and the events that moved it."""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers.drilldown import cases_of_cell
from api.answers.why import Comparison, comparison, comparison_json
from api.register.answer import Answer, known_json, question_json, with_caution
from api.register.register import Register
from api.web.dependencies import LooksDep, RegisterDep, may
from api.web.figure_query import FigureId, FigureQuery, figure_query
from api.web.query import first, format_named, whole_number
from api.web.rest import openapi as doc
from api.web.rest.csv import MEDIA_TYPE as CSV_TYPE
from api.web.rest.csv import csv_of_cases, csv_of_comparison, file_name
from api.web.rest.schemas import CasesAnswer
from api.web.rest.why_schemas import WhyAnswer
from dashboards.drilldown.cases import CellCases
from dashboards.drilldown.cell import OF_CELL
from dashboards.figures.followed import cautions_json
from dashboards.figures.parameters import PARAMETERS, value_of
from dashboards.words.danish import DIMENSIONS

PAGE, LONGEST_PAGE, LAST = 100, 10_000, 10**9

router = APIRouter(tags=["Tal"], dependencies=[may("list_cases")])

_KNOWN = {"position": 1201, "moment": "2025-02-03T08:00:00+01:00"}
_QUESTION = {"figure": "caseload", "version": 1, "parameters": {"unit": ["ungeindsatsen"], "valid_at": ["2025-02-01"]}}
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
    **_QUESTION,
    "known_at": _KNOWN,
    "cell": _CELL,
    "about_cases": True,
    "adds_up": True,
    "total": 96,
    "cases": [{"case": "N-2023-0042", "value": 1, "since": _EVENT}],
    "next": 1,
    "left_out": None,
}
_WHY = {
    **_QUESTION,
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
    "days": {
        "valid_from": "2024-02-02",
        "valid_at": "2025-02-01",
        "covered": {"from": "2021-12-01", "to": "2025-06-30"},
        "cell": None,
        "first": 117,
        "left": 51,
        "came": 30,
        "last": 96,
        "cells": [
            {
                "cell": {"unit": "ungeindsatsen"},
                "first": 117,
                "left": 51,
                "gone": 0,
                "changed": 0,
                "new": 0,
                "came": 30,
                "last": 96,
                "adds_up": True,
            }
        ],
        "cases": [
            {
                "case": "N-2022-0042",
                "way": "left",
                "first": [{"unit": "ungeindsatsen", "value": 1}],
                "last": [],
                "day": "2024-10-03",
                "cause": "afsluttet: forsørgelse afklaret",
                "event": {
                    "position": 14021,
                    "kind": "closed",
                    "valid_at": "2024-10-03",
                    "known_at": "2024-10-04T09:12:00+02:00",
                    "codes": {"reason": "income_settled"},
                },
            }
        ],
    },
}
_CSV_EXAMPLE = (
    "case;value;since_kind;since_withdraws;since_valid_at;since_known_at;since_position;cell_unit;cell_value;figure;version\r\n"
)
_FORMAT = doc.query("format", "json eller csv; udeladt: json.", {"type": "string", "enum": ["json", "csv"]})
_PAGING = [
    doc.query("offset", "Så mange sager springes over.", {"type": "integer", "minimum": 0, "maximum": LAST, "default": 0}),
    doc.query("limit", "Højst så mange.", {"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": PAGE}),
]


def _figure_parameters(*, cell: bool) -> list[dict[str, Any]]:
    """The parameters of any figure, and the dimensions of a cell, as the API describes them."""
    of_figures = [
        doc.query(name, parameter.danish, {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": 400})
        for name, parameter in PARAMETERS.items()
    ]
    dimensions = [
        doc.query(f"{OF_CELL}{name}", f"Cellens {danish.lower()}; - for ingen.", {"type": "string", "minLength": 1})
        for name, danish in DIMENSIONS.items()
        if name != "value"
    ]
    return [*of_figures, doc.KNOWN_AT, *(dimensions if cell else ())]


_REFUSED = doc.refusals("no_page", "bad_parameter", "position_unknown", "rows_behind", "rows_stopped", "too_slow")


@router.get(
    "/api/figures/{figure}/cases",
    summary="Sagerne bag en celle",
    response_class=Response,
    openapi_extra={"parameters": [*_figure_parameters(cell=True), *_PAGING, _FORMAT]},
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
def get_cases(figure: FigureId, request: Request, register: RegisterDep, looks: LooksDep) -> Response:
    """Figuren spurgt om hver sag alene: de sager, der har del i cellen, hvad hver tæller med, og hændelsen, siden hvilken den gør det."""
    query = figure_query(register, request, figure, ("offset", "limit", "format"), of_cell=True)
    as_csv = format_named(query.words) == "csv"
    cases = page_of_cases(register, query, PAGE)
    looks.saw("export" if as_csv else "list", *(line.case for line in cases.lines))
    if as_csv:
        name = file_name(Answer(cases.ask.figure, cases.ask.question, cases.moment, []), "sager")
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(csv_of_cases(cases), headers=headers, media_type=CSV_TYPE)
    content = with_caution(_cases_json(cases), {"known_at": first(query.words, "known_at")})
    return Response(msgspec.json.encode(content), media_type=doc.JSON)


def page_of_cases(register: Register, query: FigureQuery, size: int) -> CellCases:
    """The page of cases that a query asks for: `size` of them unless it says a `limit`."""
    offset = whole_number(query.words, "offset", 0, LAST)
    limit = whole_number(query.words, "limit", size, LONGEST_PAGE, least=1)
    return cases_of_cell(register, query.ask, query.cell, offset, limit)


_DAY = {"type": "string", "format": "date", "example": "2024-02-02"}


@router.get(
    "/api/figures/{figure}/why",
    summary="Hvorfor er tallet ændret? Hvem gik, hvem kom?",
    response_class=Response,
    openapi_extra={
        "parameters": [
            *_figure_parameters(cell=True),
            {**doc.KNOWN_AT, "name": "known_from", "description": "Hvad registret vidste før; som known_at."},
            doc.query("valid_from", "Den tidligere dag, hvor valid_at er den senere: figurer, der tæller på en dag.", _DAY),
            _FORMAT,
        ]
    },
    responses={
        200: {
            "description": "Forskellen.",
            "content": {
                doc.JSON: {"schema": doc.ref(WhyAnswer), "example": _WHY},
                doc.CSV: {"schema": {"type": "string"}, "example": "step;case;way;first;last;day;cause;…\r\n"},
            },
        },
        **_REFUSED,
        **doc.refusals("no_page", "no_cell"),
    },
)
def get_why(figure: FigureId, request: Request, register: RegisterDep, looks: LooksDep) -> Response:
    """To viden-tidspunkter (known_from), to dage (valid_from) eller begge; et af dem skal angives.

    Mellem to viden-tidspunkter: cellerne, der har flyttet sig, og for hver sag de hændelser, der flyttede dem; er cellen en sum over
    sager, er hændelsernes delta tilsammen hele forskellen. Mellem to dage (`days`): hver sag, der var med på den ene eller den anden,
    hvad den gjorde, og hændelsen, der gjorde det. Er begge angivet, gælder `moved` den tidligere dag, og de to trin lægges sammen.
    """
    query = figure_query(register, request, figure, ("known_from", "valid_from", "format"), of_cell=True)
    as_csv = format_named(query.words) == "csv"
    day = first(query.words, "valid_from")
    found = requested_comparison(register, query, None if day is None else value_of("valid_at", day, register.codes))
    looks.saw("export" if as_csv else "list", *found.cases)
    if as_csv:
        name = file_name(Answer(found.ask.figure, found.ask.question, None, []), "forskel")
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(csv_of_comparison(found), headers=headers, media_type=CSV_TYPE)
    times = {name: first(query.words, name) for name in ("known_from", "known_at")}
    return Response(msgspec.json.encode(with_caution(comparison_json(found), times)), media_type=doc.JSON)


def requested_comparison(register: Register, query: FigureQuery, first_day: date | None) -> Comparison:
    """The comparison with `known_from`, with an earlier day, or both. Raises Refused as `comparison` does."""
    known_from = first(query.words, "known_from")
    position = None if known_from is None else register.position(known_from)
    return comparison(register, query.ask, position, first_day, query.cell)


def _cases_json(page: CellCases) -> dict[str, Any]:
    return {
        **question_json(page.ask.figure, page.ask.question),
        "known_at": known_json(page.ask.question.position, page.moment),
        "cell": page.cell,
        "about_cases": page.has_cases,
        "adds_up": page.adds_up,
        "total": page.total,
        "cases": [case.json for case in page.lines],
        "next": page.next,
        "left_out": page.left_out and page.left_out.json,
        **cautions_json(page.ask.figure, page.covered.followed),
    }
