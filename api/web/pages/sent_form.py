"""The body of a form that one of the register's own pages sends."""

from __future__ import annotations

from fastapi import Request

from api.web.query import body_of, checked_words
from api.web.same_origin import is_same_origin
from journey.refusals import Refused

LONGEST_FORM = 100_000
"""Bytes of a form, at most."""


async def sent_form(request: Request, longest: int = LONGEST_FORM) -> bytes:
    """The body. Raises Refused (`bad_parameter`, `too_large`) for one that no page of this server sent, or that is too long."""
    if not is_same_origin(request.headers):
        raise Refused("bad_parameter", "Formularen skal sendes fra registrets egen side.", place="Origin")
    checked_words(request, ("lang",))
    return await body_of(request, longest)
