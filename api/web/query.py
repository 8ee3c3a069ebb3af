"""What a request asks: its query's words, each name known and said once, and what its headers prefer."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date

from fastapi import Request
from starlette.responses import Response

from api.clock import today
from api.register.served import MOST_VALUES, Served
from dashboards.figures.parameters import value_of
from dashboards.words.danish import number
from journey.refusals import Refused

Words = dict[str, list[str]]


def served(request: Request) -> Served:
    """The register that the app serves."""
    return request.app.state.register


def every(request: Request) -> Words:
    """All the query's words by name."""
    return {name: request.query_params.getlist(name) for name in request.query_params}


def words(request: Request, names: Collection[str], many: Collection[str] = (), *, lenient: bool = False) -> Words:
    """The query's words by name; if `lenient`, without the empty ones that a form sends, and the last of what is asked once.

    Raises Refused (`bad_parameter`) for a name that is not asked for, or words that cannot be read.
    """
    said = every(request)
    if lenient:
        filled = {name: [text for text in texts if text] for name, texts in said.items()}
        said = {name: texts if name in many else texts[-1:] for name, texts in filled.items() if texts}
    for name, texts in said.items():
        if name not in names:
            known = f"kun {', '.join(names)}" if names else "ingen parametre"
            raise Refused("bad_parameter", f"Her kan bruges {known}.", place=name if name.isprintable() else "")
        if len(texts) > (MOST_VALUES if name in many else 1):
            raise Refused("bad_parameter", "Parameteren er angivet for mange gange.", place=name)
        if not all(text and text.isprintable() for text in texts):
            raise Refused("bad_parameter", "Værdien er tom eller har styretegn.", place=name)
    return said


def one(said: Words, name: str) -> str | None:
    return said.get(name, [None])[0]


def whole(said: Words, name: str, default: int, most: int, least: int = 0) -> int:
    """A whole number from `least` to `most`."""
    text = one(said, name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,18}", text) or not least <= int(text) <= most:
        raise Refused("bad_parameter", f"Værdien skal være et helt tal fra {number(least)} til {number(most)}.", place=name)
    return int(text)


def valid_day(request: Request, said: Words) -> date:
    """The day asked about; today where none is given."""
    text = one(said, "valid_at")
    return today() if text is None else value_of("valid_at", text, served(request).codes)


def unchanged(request: Request, etag: str) -> Response | None:
    """The answer 304 where the asker has the answer already."""
    said = request.headers.get("if-none-match", "")
    if said.strip() == "*" or etag in re.findall(r'"[^"]*"', said):
        return Response(status_code=304, headers={"ETag": etag})
    return None


def wait_preferred(request: Request) -> int | None:
    """The seconds of `Prefer: wait=2` (RFC 7240), at most ten."""
    found = re.search(r"(?:^|[,;\s])wait=([0-9]{1,4})(?:$|[,;\s])", request.headers.get("prefer", ""))
    return min(int(found[1]), 10) if found else None
