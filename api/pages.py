"""The pages' routes: the first page as HTML, and the files it is made of, all from this server."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from importlib import resources
from typing import Any

import jinja2
import plotly  # pyright: ignore[reportMissingTypeStubs] -- plotly comes without types
import psycopg
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from psycopg_pool import PoolTimeout
from starlette.exceptions import HTTPException

from api.clock import today
from api.first_page import Given, chosen_day, first_page
from api.problems import Problem
from api.served import Served
from dashboards.danish import day, number
from dashboards.section import numeric
from dashboards.theme import DARK
from journey.refusals import Refused

_INJECTED = re.compile(r'if\(!document\.getElementById\("([0-9a-f]{64})"\)\)')
"""The ids of the style elements that plotly.js injects unless there is an element of that id: the page has one, so that it does not,
and the policy of `api.guard` need allow no inline style. (Those are for maps; its other styles it leaves out where the page says so
by a class, and they are in `page.css`.)"""
FOR_EVER = "public, max-age=31536000, immutable"
MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
STATIC = ("page.css", "page.js", "icon.svg")
PLOTLY = f"/plotly-{plotly.__version__}.js"

router = APIRouter(include_in_schema=False)


@router.get("/")
def the_first_page(request: Request) -> HTMLResponse:
    """The first page at the times that the address says."""
    register: Served = request.app.state.register
    given = {name: request.query_params.getlist(name) for name in request.query_params}
    try:
        shown = first_page(register, given, today())
    except Refused as refused:
        return _page(400, wrong=refused, valid_at=_day_or_today(given), given=given)
    except (Problem, PoolTimeout, psycopg.OperationalError):
        return _page(503, valid_at=_day_or_today(given), given=given)
    return _page(200, page=shown, valid_at=shown.view.valid_at, given=given)


def _day_or_today(given: Given) -> Any:
    try:
        return chosen_day(given, today())
    except Refused:
        return today()


def _page(status: int, **values: Any) -> HTMLResponse:
    html = _templates().get_template("first_page.html.j2").render(today=today(), status=status, **values)
    return HTMLResponse(html, status, {"Retry-After": "5"} if status == 503 else None)


@cache
def _templates() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dashboards"),
        autoescape=True,
        undefined=jinja2.ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"day": day, "number": number}
    environment.globals |= {
        "numeric": numeric,
        "dark": DARK,
        "plotly": PLOTLY,
        "injected": _INJECTED.findall(_plotly_js().decode()),
        "static": {name: f"/static/{name}?v={hashlib.sha256(_static(name)).hexdigest()[:12]}" for name in STATIC},
    }
    return environment


@cache
def _static(name: str) -> bytes:
    return resources.files("dashboards").joinpath("static", name).read_bytes()


@router.get("/static/{name}")
def static(name: str) -> Response:
    """A file of the pages; its address has its content's hash, so it may be kept for ever."""
    if name not in STATIC:
        raise HTTPException(404)
    return Response(_static(name), media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers={"Cache-Control": FOR_EVER})


@router.get(PLOTLY)
def plotly_js(request: Request) -> Response:
    """plotly.js as it lies in the installed package, its version in the address."""
    headers = {"Cache-Control": FOR_EVER, "Vary": "Accept-Encoding"}
    if "gzip" not in request.headers.get("accept-encoding", ""):
        return Response(_plotly_js(), media_type=MEDIA_TYPES["js"], headers=headers)
    return Response(_zipped_plotly_js(), media_type=MEDIA_TYPES["js"], headers={**headers, "Content-Encoding": "gzip"})


@cache
def _plotly_js() -> bytes:
    return resources.files("plotly").joinpath("package_data", "plotly.min.js").read_bytes()


@cache
def _zipped_plotly_js() -> bytes:
    return gzip.compress(_plotly_js(), 6, mtime=0)
