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


def may_be_forged(headers: Headers) -> bool:
    """Whether a page of another site may have had a browser send the request.

    A program says nothing of sites. A browser always says where a change comes from; so what has a cookie, no credential of its own and
    no word of it, is refused.
    """
    same_origin = is_same_origin(headers)
    if same_origin is None:
        return "cookie" in headers and "authorization" not in headers
    return not same_origin
