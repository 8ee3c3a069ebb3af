"""Problem details (RFC 9457) for everything that is refused, in Danish, without what could be a CPR number."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import psycopg
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from msgspec import UNSET, Struct, UnsetType
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.register.request_rejected import RequestRejected
from api.web.problem_types import PROBLEMS, remedy_of, status_of, type_of
from journey.exchange.importing import BadLines
from journey.log.recorder import Busy
from journey.personal import without_numbers
from journey.refusals import Refused, StreamMoved

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER = "1"
"""Seconds until a request may be sent again as it is."""


class Wrong(Struct, frozen=True):
    """One of several problems."""

    type: str
    code: str
    detail: str
    place: str
    remedy: str


class ProblemDetails(Struct, frozen=True, omit_defaults=True):
    """A refusal: `type` is the address of its entry in the catalogue, `place` where in what was sent it lies."""

    type: str
    title: str
    status: int
    code: str
    detail: str | UnsetType = UNSET
    remedy: str | UnsetType = UNSET
    place: str | UnsetType = UNSET
    errors: tuple[Wrong, ...] | UnsetType = UNSET
    version: int | UnsetType = UNSET
    """The case's version, where another was expected."""
    request_id: str | UnsetType = UNSET


class HttpProblem(Exception):
    """A request that is answered with problem details; `code` is one of `problem_types`."""

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        place: str = "",
        remedy: str = "",
        errors: Sequence[Wrong] = (),
        version: int | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.code, self.detail, self.place, self.version = code, detail, place, version
        self.remedy = remedy or PROBLEMS[code].remedy
        self.errors, self.headers = tuple(errors), dict(headers or {})
        super().__init__(code)


def wrong(code: str, detail: str, place: str) -> Wrong:
    """One of several problems, with its entry's address and remedy."""
    return Wrong(type_of(code), code, without_numbers(detail), without_numbers(place), PROBLEMS[code].remedy)


def problem_response(problem: HttpProblem, request_id: str | None = None) -> Response:
    """The response with the problem's details."""
    status = status_of(problem.code)
    details = ProblemDetails(
        type_of(problem.code),
        PROBLEMS[problem.code].meaning,
        status,
        problem.code,
        without_numbers(problem.detail) or UNSET,
        problem.remedy,
        without_numbers(problem.place) or UNSET,
        problem.errors or UNSET,
        UNSET if problem.version is None else problem.version,
        request_id or UNSET,
    )
    retry = {"Retry-After": RETRY_AFTER} if status == 503 else {}
    return Response(msgspec.json.encode(details), status, {**problem.headers, **retry}, MEDIA_TYPE)


def problem_of(error: Exception) -> HttpProblem | None:
    """The problem that an error is to the caller; None for a bug."""
    match error:
        case HttpProblem():
            return error
        case RequestRejected():
            errors = [wrong(fault.code, fault.reason, fault.place) for fault in error.faults]
            return HttpProblem(error.code, error.detail, place=error.place, errors=errors)
        case BadLines():
            errors = [wrong(line.code, line.reason, f"{line.line}.{line.field}") for line in error.problems]
            return HttpProblem(error.code, error.message, place=error.place, errors=errors)
        case Refused(code="command_reused"):
            return HttpProblem(error.code, error.message, place="Idempotency-Key")
        case Refused(code="unknown_case"):
            return HttpProblem(error.code, error.message, place="case")
        case Refused():
            return HttpProblem(error.code, error.message, place=error.place, remedy=remedy_of(error))
        case StreamMoved():
            return HttpProblem("stream_moved", place="If-Match", version=error.found)
        case Busy():
            return HttpProblem("busy")
        case RequestValidationError():
            return _invalid(error)
        case HTTPException():
            code = {404: "no_page", 405: "method_not_allowed", 413: "too_large"}.get(error.status_code, "bad_request")
            return HttpProblem(code, headers=error.headers)
        case psycopg.errors.QueryCanceled():
            return HttpProblem("too_slow")
        case PoolTimeout() | psycopg.OperationalError() | psycopg.InterfaceError():
            return HttpProblem("no_database")
        case _:
            return None


def _invalid(error: RequestValidationError) -> HttpProblem:
    places = [".".join(map(str, fault["loc"][1:])) for fault in error.errors()]
    errors = [wrong("bad_parameter", "Værdien kan ikke bruges.", place) for place in places]
    return HttpProblem("bad_parameter", place=places[0] if len(places) == 1 else "", errors=errors if len(errors) > 1 else ())


async def answer_error(request: Request, error: Exception) -> Response:
    """Exception handler: the problem that the error is; a bug is raised again."""
    problem = problem_of(error)
    if problem is None:
        raise error
    request.scope["problem"] = problem.code
    return problem_response(problem, request.scope.get("request_id"))


def install(app: FastAPI) -> None:
    """Answer every error that is not a bug as a problem; a bug goes on to `api.web.guard`, which stands outside."""
    for kind in (
        HttpProblem,
        RequestRejected,
        Refused,
        StreamMoved,
        Busy,
        RequestValidationError,
        HTTPException,
        psycopg.OperationalError,
        psycopg.InterfaceError,
    ):
        app.add_exception_handler(kind, answer_error)
