"""The handler of HTTP errors, 404 first of all: a page with the links on for a browser, problem details for a program."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.web.dependencies import note_sample, note_uploads
from api.web.pages.render import rendered, wrong
from api.web.problems import HttpProblem, answer_error, problem_of
from dashboards import site
from journey.refusals import Refused


def install(app: FastAPI) -> None:
    """Answer HTTP errors with a page where a browser asks for one; to be called after `problems.install`."""
    for kind in (HTTPException, HttpProblem):
        app.add_exception_handler(kind, _answer_http_error)
    app.add_exception_handler(Refused, _answer_refused)


async def _answer_http_error(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem is None or not _wants_page(request):
        return await answer_error(request, error)
    request.scope["problem"] = problem.code
    await note_sample(request)
    await note_uploads(request)
    return wrong(request, problem)


async def _answer_refused(request: Request, error: Exception) -> Response:
    """The page of a case that there is not, where the address is a page's and the case is not the caller's; else the problem."""
    if not isinstance(error, Refused) or error.code != "unknown_case" or request.url.path.startswith("/api/"):
        return await answer_error(request, error)
    request.scope["problem"] = error.code
    await note_sample(request)
    await note_uploads(request)
    if request.url.path.startswith(f"{site.CASE.address}/"):
        return rendered(request, "find_case.html.j2", 404, asked=error.place, found=[])
    return wrong(request, error)


def _wants_page(request: Request) -> bool:
    """Whether a browser asks for a page; never of the API."""
    wanted = "text/html" in request.headers.get("accept", "")
    return request.method in ("GET", "HEAD") and wanted and not request.url.path.startswith("/api/")
