"""The static files of the pages, all from this server: style sheet, scripts, icon, and plotly.js as the package has it."""

from __future__ import annotations

import gzip
import hashlib
import re
from functools import cache
from importlib import resources
from importlib.metadata import version

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from api.web.dependencies import PUBLIC
from api.web.query import checked_words, first, no_words
from journey.refusals import Refused

_INJECTED = re.compile(r'if\(!document\.getElementById\("([0-9a-f]{64})"\)\)')
"""The ids of the style elements that plotly.js injects unless there is an element of that id: the page has one, so that it does not,
and the policy of `api.web.guard` need allow no inline style. (Those are for maps; its other styles it leaves out where the page says so
by a class, and they are in `page.css`.)"""
FOR_EVER = "public, max-age=31536000, immutable"
MEDIA_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml"}
STATIC = tuple(sorted(path.name for path in resources.files("dashboards").joinpath("static").iterdir()))
PLOTLY = f"/plotly-{version('plotly')}.js"

router = APIRouter(include_in_schema=False, dependencies=[PUBLIC])


def asset(name: str) -> str:
    """The address of a file of the pages, its content's hash in it."""
    return f"/static/{name}?v={hashlib.sha256(_static(name)).hexdigest()[:12]}"


@cache
def injected() -> list[str]:
    """The ids of the style elements that plotly.js would inject."""
    return _INJECTED.findall(_plotly_js().decode())


@cache
def _static(name: str) -> bytes:
    return resources.files("dashboards").joinpath("static", name).read_bytes()


@router.get("/static/{name}")
def static(name: str, request: Request) -> Response:
    """A file of the pages; its address has its content's hash, so a browser may keep it for ever."""
    if name not in STATIC:
        raise HTTPException(404)
    version_of = first(checked_words(request, ("v",)), "v")
    if version_of is not None and not re.fullmatch(r"[0-9a-f]{12}", version_of):
        raise Refused("bad_parameter", "Filens adresse har en anden udgave.", place="v")
    return Response(_static(name), media_type=MEDIA_TYPES[name.rpartition(".")[2]], headers={"Cache-Control": FOR_EVER})


@router.get(PLOTLY)
def plotly_js(request: Request) -> Response:
    """plotly.js as it lies in the installed package, its version in the address."""
    no_words(request)
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
