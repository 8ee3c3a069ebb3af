"""Who comes to an address that there is not: a person meets a page with the ways on, a program a problem."""

from __future__ import annotations

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from api.web.pages.render import wrong
from api.web.problems import answer, problem_of


def install(app: FastAPI) -> None:
    """To be called after `problems.install`, which answers everything else that is refused."""
    app.add_exception_handler(HTTPException, _answer)


async def _answer(request: Request, error: Exception) -> Response:
    problem = problem_of(error)
    if problem is None or not _asks_for_a_page(request):
        return await answer(request, error)
    request.scope["problem"] = problem.code
    return wrong(request, problem)


def _asks_for_a_page(request: Request) -> bool:
    """Whether a browser asks for what it will show; never of the API."""
    wanted = "text/html" in request.headers.get("accept", "")
    return request.method in ("GET", "HEAD") and wanted and not request.url.path.startswith("/api/")
