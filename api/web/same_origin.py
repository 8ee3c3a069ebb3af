"""Sender of a request, by what a browser says of itself: a page of this server, or one of another site."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
"""The methods that change nothing."""


def is_same_origin(headers: Headers) -> bool | None:
    """Whether a page of this server sent the request; None where no browser says, as with a program that uses the API."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site == "same-origin"
    try:
        return None if origin is None else urlsplit(origin).netloc == headers.get("host")
    except ValueError:
        return False
