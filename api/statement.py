"""The accessibility statement that a public body must have, with what the municipality says of itself by settings."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.asking import served
from api.paging import language_of, rendered
from api.settings import RESPONSIBLE

router = APIRouter(include_in_schema=False)


@router.get("/tilgaengelighed")
def statement(request: Request) -> HTMLResponse:
    """The statement; what the municipality has not said is named as missing."""
    said, say = served(request).settings.responsible, language_of(request)
    return rendered(
        request,
        "statement.html.j2",
        authority=said.authority or say("Kommunen"),
        mail=said.mail,
        phone=said.phone,
        reviewed=say.day(said.reviewed) if said.reviewed else None,
        missing=[setting for name, setting in RESPONSIBLE.items() if getattr(said, name) is None],
    )
