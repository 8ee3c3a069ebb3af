"""The accessibility statement that a public body must have, with what the municipality's settings say of it."""

from __future__ import annotations

from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.clock import today
from api.settings import RESPONSIBLE
from api.web.dependencies import PUBLIC, RegisterDep
from api.web.pages.render import language_of, rendered, wrong
from api.web.query import no_words
from api.web.view_query import page_words
from dashboards import site
from journey.refusals import Refused

A_YEAR = timedelta(days=366)
"""The statement must be looked at again each year (bekendtgørelse nr. 904 af 22. august 2019)."""

router = APIRouter(include_in_schema=False, dependencies=[PUBLIC])


@router.get(site.STATEMENT_SHORT)
def short_address(request: Request, register: RegisterDep) -> RedirectResponse:
    """The short address that a public body's site must have: redirects to its statement, or to this one while there is none."""
    no_words(request)
    return RedirectResponse(register.settings.responsible.statement or site.STATEMENT.address)


@router.get(site.STATEMENT.address)
def statement(request: Request, register: RegisterDep) -> HTMLResponse:
    """The statement; what the municipality has not set is named as missing."""
    try:
        page_words(request, register.codes)
    except Refused as refused:
        return wrong(request, refused)
    responsible, translate = register.settings.responsible, language_of(request)
    return rendered(
        request,
        "statement.html.j2",
        authority=responsible.authority or translate("Kommunen"),
        mail=responsible.mail,
        phone=responsible.phone,
        reviewed=translate.day(responsible.reviewed) if responsible.reviewed else None,
        stale=responsible.reviewed is not None and today() - responsible.reviewed > A_YEAR,
        statement=responsible.statement,
        missing=[setting for name, setting in RESPONSIBLE.items() if getattr(responsible, name) is None],
    )
