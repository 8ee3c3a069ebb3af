"""The handler of HTTP errors, 404 first of all: a page with the links on for a browser, problem details for a program."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.web.dependencies import note_sample, note_uploads
from api.web.pages.render import wrong
from api.web.problems import HttpProblem, answer_error, problem_of


def install(app: FastAPI) -> None:
    """Answer HTTP errors with a page where a browser asks for one; to be called after `problems.install`."""
    for kind in (HTTPException, HttpProblem):
        app.add_exception_handler(kind, _answer_http_error)


async def _answer_http_error(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem is None or not _wants_page(request):
        return await answer_error(request, error)
    request.scope["problem"] = problem.code
    await note_sample(request)
    await note_uploads(request)
    return wrong(request, problem)


def _wants_page(request: Request) -> bool:
    """Whether a browser asks for a page; never of the API."""
    wanted = "text/html" in request.headers.get("accept", "")
    return request.method in ("GET", "HEAD") and wanted and not request.url.path.startswith("/api/")
