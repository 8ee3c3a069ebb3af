"""The accessibility statement that a public body must have, with what the municipality says of itself by settings."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.clock import today
from api.settings import RESPONSIBLE
from api.web.pages.render import language_of, rendered
from api.web.query import served
from dashboards import site

A_YEAR = timedelta(days=366)
"""The statement must be looked at again each year (bekendtgørelse nr. 904 af 22. august 2019)."""

router = APIRouter(include_in_schema=False)


@router.get(site.STATEMENT_SHORT)
def short(request: Request) -> RedirectResponse:
    """The short address that a public body's site must have: on to its statement, or to this one while there is none."""
    return RedirectResponse(served(request).settings.responsible.statement or site.STATEMENT.address)


@router.get(site.STATEMENT.address)
def statement(request: Request) -> HTMLResponse:
    """The statement; what the municipality has not said is named as missing."""
    said, translate = served(request).settings.responsible, language_of(request)
    return rendered(
        request,
        "statement.html.j2",
        authority=said.authority or translate("Kommunen"),
        mail=said.mail,
        phone=said.phone,
        reviewed=translate.day(said.reviewed) if said.reviewed else None,
        stale=said.reviewed is not None and today() - said.reviewed > A_YEAR,
        statement=said.statement,
        missing=[setting for name, setting in RESPONSIBLE.items() if getattr(said, name) is None],
    )
