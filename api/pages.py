"""The pages' routes."""

from __future__ import annotations

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.asking import served
from api.clock import today
from api.first_page import Given, chosen_day, first_page
from api.paging import WRONG, rendered
from journey.refusals import Refused

router = APIRouter(include_in_schema=False)


@router.get("/")
def the_first_page(request: Request) -> HTMLResponse:
    """The first page at the times that the address says."""
    given = {name: request.query_params.getlist(name) for name in request.query_params}
    try:
        shown = first_page(served(request), given, today())
    except WRONG as error:
        status, refused = (400, error) if isinstance(error, Refused) else (503, None)
        return rendered(request, "first_page.html.j2", status, wrong=refused, valid_at=_day_or_today(given), given=given)
    return rendered(request, "first_page.html.j2", page=shown, valid_at=shown.view.valid_at, given=given)


def _day_or_today(given: Given) -> date:
    try:
        return chosen_day(given, today())
    except Refused:
        return today()
