"""The page "Er registret ubrudt?": the state of the seal, the last verification, what to do, and how to verify alone."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.answers.seal import seal_state
from api.web.dependencies import PUBLIC, RegisterDep
from api.web.pages.render import PAGE_ERRORS, rendered, wrong
from api.web.view_query import page_words
from dashboards import site
from dashboards.words.seal_words import ACTS, FAULTS

router = APIRouter(include_in_schema=False, dependencies=[PUBLIC])


@router.get(site.SEAL.address)
def seal_page(request: Request, register: RegisterDep) -> HTMLResponse:
    """The state of the seal now."""
    try:
        page_words(request, register.codes)
        state = seal_state(register)
    except PAGE_ERRORS as error:
        return wrong(request, error)
    return rendered(request, "seal.html.j2", seal=state, when=datetime.fromisoformat, faults=FAULTS, acts=ACTS)
