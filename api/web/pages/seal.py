"""The page "Er registret ubrudt?": how the seal is, what the last check found, what to do, and how to check it without us."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.answers.seal import seal_state
from api.web.pages.render import WRONG, rendered, wrong
from api.web.query import served
from dashboards import site
from dashboards.words.seal_words import FAULTS

router = APIRouter(include_in_schema=False)


@router.get(site.SEAL.address)
def the_seal(request: Request) -> HTMLResponse:
    """How the seal is now."""
    try:
        state = seal_state(served(request))
    except WRONG as error:
        return wrong(request, error)
    return rendered(request, "seal.html.j2", seal=state, when=datetime.fromisoformat, faults=FAULTS)
