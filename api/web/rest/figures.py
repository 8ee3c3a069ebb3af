"""The routes of the figures: each its own, with the parameters that it takes, as JSON or CSV."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec
from fastapi import APIRouter, Request
from starlette.responses import Response

from api.answers.adoptions import adoptions
from api.clock import today
from api.register.answer import caution_of, with_caution
from api.register.served import key_of
from api.web.dependencies import LooksDep, RegisterDep, may
from api.web.figure_query import figure_words, question_in
from api.web.query import first, format_named, no_words, unchanged
from api.web.rest import openapi as doc
from api.web.rest.csv import MEDIA_TYPE as CSV_TYPE
from api.web.rest.csv import csv_of, file_name
from api.web.rest.schemas import Adopted, Definition, Definitions, FigureAnswer, FigureEntry, TakenParameter, Title
from dashboards.figures import FIGURES
from dashboards.figures.figure import Figure, cases_named
from dashboards.figures.parameters import PARAMETERS
from dashboards.figures.spreadsheet import DANISH_CSV
from journey.codes import CodeLists
from journey.history import FOREVER
from journey.log.migrate import READ
from projections.engine.follow import definition

CACHED = {"Cache-Control": "private, no-cache", "Vary": "Accept"}
_FORMAT = doc.query("format", "json eller csv; udeladt: det, Accept siger.", {"type": "string", "enum": ["json", "csv"]})
_CSV_EXAMPLE = (
    "unit;valid_at;value;why;figure;version;parameters;known_position;known_at\r\n"
    "ungeindsatsen;2025-02-01;96;;caseload;1;unit=ungeindsatsen valid_at=2025-02-01;1201;2025-02-03T08:00:00+01:00\r\n"
)


def figure_routes(codes: CodeLists) -> APIRouter:
    """A route for each figure, described with the codes that its parameters take."""
    router = APIRouter(tags=["Tal"], dependencies=[may("read_figures")])
    router.add_api_route("/api/figures", _figures, **_list_of_figures())
    router.add_api_route("/api/definitions", _definitions, **_list_of_definitions())
    for figure in FIGURES.values():
        router.add_api_route(
            f"/api/figures/{figure.id}",
            _route_of(figure),
            summary=figure.title_da,
            description=f"{figure.rule}\n\nEnhed: {figure.unit}. {figure.source}",
            operation_id=f"figure_{figure.id}",
            response_class=Response,
            openapi_extra={"parameters": [*_parameters(figure, codes), doc.KNOWN_AT, _FORMAT]},
            responses=_responses(figure),
        )
    return router


def _route_of(figure: Figure) -> Callable[[Request, RegisterDep, LooksDep], Response]:
    def answer_figure(request: Request, register: RegisterDep, looks: LooksDep) -> Response:
        words = figure_words(request, figure, ("known_at", "format"))
        as_csv = _as_csv(request, format_named(words))
        question = question_in(register, figure, words)
        caution = caution_of(first(words, "known_at"))
        form = DANISH_CSV if as_csv else doc.JSON
        ended = register.municipality.ended_sources
        state = f"{form}|{caution}|{register.codes.digest}|{_rows_digest()}|{register.generation}|{ended}"
        digest = hashlib.sha256(key_of(figure.id, question) + state.encode())
        etag = f'"{digest.hexdigest()[:32]}"'
        same = unchanged(request, etag)
        if same is not None:
            same.headers.update(CACHED)
            return same
        answer = register.answer(figure.id, question)
        looks.saw("list", *cases_named(answer.cells))
        headers = {"ETag": etag, **CACHED}
        if as_csv:
            headers["Content-Disposition"] = f'attachment; filename="{file_name(answer)}"'
            return Response(csv_of(answer), headers=headers, media_type=CSV_TYPE)
        content = with_caution(answer.json, {"known_at": first(words, "known_at")})
        return Response(msgspec.json.encode(content), headers=headers, media_type=doc.JSON)

    return answer_figure


def _as_csv(request: Request, format_: str | None) -> bool:
    accept = request.headers.get("accept", "")
    return format_ == "csv" or (format_ is None and doc.CSV in accept and doc.JSON not in accept)


@cache
def _rows_digest() -> str:
    return definition()


def _parameters(figure: Figure, codes: CodeLists) -> list[dict[str, Any]]:
    out: list[dict[str, Any]] = []
    for name in figure.takes.names:
        schema = PARAMETERS[name].json_schema(codes)
        if name in figure.takes.repeatable:
            schema = {"type": "array", "items": schema, "minItems": 1, "maxItems": 400}
        required = {"required": True} if name in figure.takes.required else {}
        out.append(doc.query(name, PARAMETERS[name].danish, schema, **required))
    return out


def _responses(figure: Figure) -> dict[int | str, dict[str, Any]]:
    example = {
        "figure": figure.id,
        "version": figure.version,
        "parameters": {},
        "valid_at": [] if figure.takes.has_period else ["2025-02-01"],
        "known_at": {"position": 1201, "moment": "2025-02-03T08:00:00+01:00"},
        "covered": {"from": "2022-08-01", "to": "2025-02-03"},
        "cells": [{"value": 96}],
        "source": figure.source,
    }
    answer = doc.answer("Tallet.", doc.ref(FigureAnswer), example, headers=doc.ETAG)
    answer["content"][doc.CSV] = {"schema": {"type": "string"}, "example": _CSV_EXAMPLE}
    return {
        200: answer,
        304: {"description": "Uændret, siden svaret med det ETag.", "headers": doc.ETAG},
        **doc.refusals("bad_parameter", "position_unknown", "rows_behind", "rows_stopped", "too_slow"),
    }


def _list_of_figures() -> dict[str, Any]:
    example = [
        {
            "figure": "caseload",
            "version": 1,
            "title": {"da": "Antal sager", "en": "Caseload"},
            "address": "/api/figures/caseload",
        }
    ]
    answer = doc.answer("Figurerne.", doc.listed(FigureEntry), example)
    return {"summary": "Alle figurer", "response_class": Response, "responses": {200: answer}}


def _figures(request: Request) -> Response:
    """Hver figur med titel og adresse."""
    no_words(request)
    found = [
        FigureEntry(figure.id, figure.version, Title(figure.title_da, figure.title_en), f"/api/figures/{figure.id}")
        for figure in FIGURES.values()
    ]
    return Response(msgspec.json.encode(found), media_type=doc.JSON)


def _list_of_definitions() -> dict[str, Any]:
    answer = doc.answer("Definitionerne.", doc.ref(Definitions), {"rows": "5f2c…", "figures": []})
    responses = {200: answer, **doc.refusals("rows_behind", "rows_stopped")}
    return {"summary": "Alle figurers opgørelse", "response_class": Response, "responses": responses}


def _definitions(request: Request, register: RegisterDep) -> Response:
    """Hver figurs version, titel, opgørelse på almindeligt dansk og parametre, og hvem der har vedtaget hvilken version hvornår."""
    no_words(request)
    adopted: dict[str, list[Adopted]] = {}
    known = register.position(None)
    with register.connected(READ) as conn:
        for each in adoptions(conn, known, FOREVER):
            adopted.setdefault(each.figure, []).append(
                Adopted(each.body, each.version, each.valid_at.isoformat(), each.position)
            )
    found = [_definition(figure, adopted.get(figure.id, [])) for figure in FIGURES.values()]
    return Response(msgspec.json.encode(Definitions(_rows_digest(), found)), media_type=doc.JSON)


def _definition(figure: Figure, adopted: list[Adopted]) -> Definition:
    takes = figure.takes
    parameters = [
        TakenParameter(
            name,
            PARAMETERS[name].danish,
            name in takes.repeatable,
            name in takes.required,
        )
        for name in takes.names
    ]
    title = Title(figure.title_da, figure.title_en)
    in_force = any(each.version == figure.version and each.valid_at <= today().isoformat() for each in adopted)
    return Definition(figure.id, figure.version, title, figure.rule, figure.unit, figure.source, parameters, adopted, in_force)
