"""The API's description of itself (OpenAPI): shapes, parameters, examples, and every refusal that an operation can answer with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api.answers import adoptions, commands, publishing, seal
from api.web import problems
from api.web.access.access import PROXY_HEADER
from api.web.access.oidc.oidc_access import ON_BEHALF_OF
from api.web.access.open_addresses import is_open
from api.web.problem_types import PROBLEMS, status_of, type_of
from api.web.rest import schemas, why_schemas

REF = "#/components/schemas/{name}"
JSON, CSV = "application/json", "text/csv"
SHAPES: tuple[type, ...] = (
    problems.ProblemDetails,
    schemas.Entry,
    commands.CommandResult,
    schemas.WholeHealth,
    seal.SealAnswer,
    schemas.ReceiptAnswer,
    schemas.ConsistencyAnswer,
    schemas.FigureAnswer,
    publishing.Order,
    publishing.PublicationResult,
    adoptions.AdoptionOrder,
    adoptions.AdoptionResult,
    schemas.CasesAnswer,
    why_schemas.WhyAnswer,
    schemas.CaseHistory,
    schemas.Findings,
    schemas.PublishedNumber,
    schemas.Definitions,
    schemas.FigureEntry,
    schemas.CodeListsAnswer,
    schemas.Alive,
)
PUBLIC_NAMES: Mapping[type, str] = {
    commands.CommandResult: "Taken",
    commands.CommandFinding: "Finding",
    publishing.PublicationResult: "Publication",
    adoptions.AdoptionOrder: "AdoptionOrder",
    adoptions.AdoptionResult: "Adoption",
    seal.WitnessSignature: "Seen",
}
"""The names of shapes in the description, where these are others than their classes'."""
ABOUT = (
    "Registrets API: kommandoer ind, alle tal ud. Hvert spørgsmål har to tider: valid_at (virkning) og known_at (registrering). "
    "Alt, der afvises, har én form (RFC 9457) og henviser til kataloget under /api/problems."
)
EVERYWHERE = (
    *("bad_host", "too_long", "bad_parameter", "not_signed_in", "too_many_requests", "unexpected", "no_database"),
    *("bad_header", "login_down"),
)
"""What any operation can refuse."""
CLOSED, CHANGES = ("no_page", "no_role"), ("other_site", "on_behalf_of_nobody")
"""What one can refuse too that is not open to everybody, and one that changes something."""
SECURITY: Mapping[str, Mapping[str, str]] = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "description": "Nøglen i filen api.token i registrets datamappe; under kommunens log ind programmets access token (JWT) derfra.",
    },
    "proxy": {
        "type": "apiKey",
        "in": "header",
        "name": PROXY_HEADER,
        "description": "Proxyens hemmelighed, hvor registret står bag en; så lukker intet andet ind.",
    },
}
"""What lets a program in: one of these. A browser has a cookie, which a one-time link gives it."""


def ref(shape: type) -> dict[str, Any]:
    return {"$ref": REF.format(name=PUBLIC_NAMES.get(shape, shape.__name__))}


def listed(shape: type) -> dict[str, Any]:
    return {"type": "array", "items": ref(shape)}


def answer(description: str, schema: Mapping[str, Any], example: Any, **also: Any) -> dict[str, Any]:
    """An answer in JSON with its schema and an example of it."""
    return {"description": description, "content": {JSON: {"schema": schema, "example": example}}, **also}


def refusals(*codes: str) -> dict[int | str, dict[str, Any]]:
    """The answers of these refusals, by status, each with an example."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for code in codes:
        refusal, status = PROBLEMS[code], status_of(code)
        example = {
            "type": type_of(code),
            "title": refusal.meaning,
            "status": status,
            "code": code,
            "remedy": refusal.remedy,
        }
        found = by_status.setdefault(
            status,
            {
                "description": refusal.meaning,
                "content": {problems.MEDIA_TYPE: {"schema": ref(problems.ProblemDetails), "examples": {}}},
            },
        )
        found["content"][problems.MEDIA_TYPE]["examples"][code] = {"summary": refusal.meaning, "value": example}
        if status in (429, 503):
            found["headers"] = {"Retry-After": {"description": "Sekunder.", "schema": {"type": "string"}}}
    return by_status


def query(name: str, danish: str, schema: Mapping[str, Any], **also: Any) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": danish, "schema": schema, **also}


def header(name: str, danish: str, schema: Mapping[str, Any], **also: Any) -> dict[str, Any]:
    return {"name": name, "in": "header", "description": danish, "schema": schema, **also}


DAY: Mapping[str, Any] = {"type": "string", "format": "date", "example": "2025-02-01"}
VALID_AT = query("valid_at", "Virkningsdag; udeladt: i dag.", DAY)
KNOWN_AT = query(
    "known_at",
    "Hvad registret vidste: en position, en dag (til dens udgang, dansk tid) eller et tidspunkt; udeladt: alt til nu.",
    {"type": "string", "minLength": 1, "examples": ["1200", "2025-02-01", "2025-02-01T12:00:00+01:00"]},
)
ON_BEHALF = header(
    ON_BEHALF_OF,
    "Under kommunens log ind: id'et på den person, som programmet handler for. Ellers uden betydning.",
    {"type": "string", "example": "az1234"},
)
ETAG = {"ETag": {"description": "Svarets mærke.", "schema": {"type": "string"}}}


def describe(app: FastAPI, more: Mapping[str, Any]) -> None:
    """Have the app describe itself with these shapes and more beside them."""
    components = _components()

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(title=app.title, version=app.version, description=ABOUT, routes=app.routes)
            document["components"] = {"schemas": {**components, **more}, "securitySchemes": SECURITY}
            document["security"] = [{name: []} for name in SECURITY]
            for path, methods in document["paths"].items():
                for method, operation in methods.items():
                    _complete(
                        operation, (*EVERYWHERE, *(() if is_open(path) else CLOSED), *(() if method == "get" else CHANGES))
                    )
                    if is_open(path):
                        operation["security"] = []
                    elif method != "get":
                        operation.setdefault("parameters", []).append(ON_BEHALF)
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi


def _components() -> dict[str, Any]:
    """The schemas of all shapes, by their public names."""
    _, components = msgspec.json.schema_components(SHAPES, ref_template=REF)
    text = msgspec.json.encode(components).decode()
    for shape, name in PUBLIC_NAMES.items():
        text = text.replace(f'"{shape.__name__}"', f'"{name}"').replace(f'/{shape.__name__}"', f'/{name}"')
    return msgspec.json.decode(text)


def _complete(operation: dict[str, Any], codes: Sequence[str]) -> None:
    """Each refusal that such an operation has, and none of the framework's own."""
    responses = operation["responses"]
    own = responses.get("422", {}).get("content", {})
    if own and problems.MEDIA_TYPE not in own:
        del responses["422"]
    for status, refusal in refusals(*codes).items():
        there = responses.setdefault(str(status), refusal)
        examples = there.get("content", {}).get(problems.MEDIA_TYPE, {}).get("examples", {})
        for code, example in refusal["content"][problems.MEDIA_TYPE]["examples"].items():
            examples.setdefault(code, example)
