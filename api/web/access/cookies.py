"""Cookies of a request, as they were sent: every value of a name, so that one that stands twice is seen."""

from __future__ import annotations

from starlette.requests import Request


def cookie_values(request: Request, name: str) -> list[str]:
    """Every value that the request gives under the cookie's name."""
    pairs = (pair.partition("=") for header in request.headers.getlist("cookie") for pair in header.split(";"))
    return [value.strip() for each, _, value in pairs if each.strip() == name]
