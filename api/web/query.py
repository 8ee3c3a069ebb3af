"""The one parser of a request's words: its query, its form and what its headers prefer; each name known and given once.

`view_query` and `figure_query` interpret what is parsed here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from urllib.parse import parse_qs

from fastapi import Request
from starlette.responses import Response

from api.clock import today
from api.register.served import MOST_VALUES
from dashboards.figures.parameters import value_of
from dashboards.words.danish import number
from journey.codes import CodeLists
from journey.refusals import Refused

Words = Mapping[str, Sequence[str]]
"""Each name with the texts given under it, in their order."""

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""The days a page can be asked for."""

LONGEST_QUERY = 32_000
"""Bytes of a query: every parameter at its most values is shorter."""
MOST_WORDS = 1_000
"""How often a query may say `name=text`, and a form."""


def is_too_long(query: bytes) -> bool:
    """Whether a query has more bytes or words than any question needs; asked before it is parsed."""
    return len(query) > LONGEST_QUERY or query.count(b"&") >= MOST_WORDS


def query_words(request: Request) -> Words:
    """Every word of the query, unchecked."""
    words: dict[str, list[str]] = {}
    for name, text in request.query_params.multi_items():
        words.setdefault(name, []).append(text)
    return words


def form_words(body: bytes) -> dict[str, str]:
    """The last text of each field of a form that was sent. Raises ValueError for what is no form."""
    return {name: texts[-1].strip() for name, texts in parse_qs(body.decode(), max_num_fields=MOST_WORDS).items()}


def checked_words(request: Request, names: Collection[str], many: Collection[str] = (), *, lenient: bool = False) -> Words:
    """The query's words, each of a name in `names`, and once unless in `many`.

    If `lenient`: without the empty ones that a form sends, and the last of what may be given once only.
    Raises Refused (`bad_parameter`) for another name, a name given too often, and an empty or unprintable text.
    """
    words = query_words(request)
    if lenient:
        filled = {name: [text for text in texts if text] for name, texts in words.items()}
        words = {name: texts if name in many else texts[-1:] for name, texts in filled.items() if texts}
    for name, texts in words.items():
        if name not in names:
            known = f"kun {', '.join(names)}" if names else "ingen parametre"
            raise Refused("bad_parameter", f"Her kan bruges {known}.", place=name if name.isprintable() else "")
        if len(texts) > (MOST_VALUES if name in many else 1):
            raise Refused("bad_parameter", "Parameteren er angivet for mange gange.", place=name)
        check_texts(name, texts)
    return words


def check_texts(name: str, texts: Sequence[str]) -> None:
    """Check the texts given under a name. Raises Refused (`bad_parameter`) for none, an empty or an unprintable one."""
    if not texts or not all(text and text.isprintable() for text in texts):
        raise Refused("bad_parameter", "Værdien er tom eller har styretegn.", place=name if name.isprintable() else "")


def no_words(request: Request) -> None:
    """Refuse a query where none is taken. Raises Refused (`bad_parameter`)."""
    checked_words(request, ())


def first(words: Words, name: str) -> str | None:
    """The first text of a name; None where it is not given."""
    return words.get(name, [None])[0]


def last(words: Words, name: str) -> str | None:
    """The last text of a name that is not blank, since a form sends its empty fields too; None where there is none."""
    return next((text.strip() for text in reversed(words.get(name, ())) if text.strip()), None)


def whole_number(words: Words, name: str, default: int, most: int, least: int = 0) -> int:
    """A whole number from `least` to `most`. Raises Refused (`bad_parameter`)."""
    text = first(words, name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,18}", text) or not least <= int(text) <= most:
        raise Refused("bad_parameter", f"Værdien skal være et helt tal fra {number(least)} til {number(most)}.", place=name)
    return int(text)


def valid_day(words: Words, codes: CodeLists) -> date:
    """The day under `valid_at` (virkningsdag); today where none is given. Raises Refused (`bad_parameter`)."""
    text = first(words, "valid_at")
    return today() if text is None else value_of("valid_at", text, codes)


def page_day(words: Words, name: str) -> date | None:
    """The last day given under a name, from 1900 to 2199; None where none is. Raises Refused (`bad_parameter`)."""
    text = last(words, name)
    if text is None:
        return None
    try:
        day = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        day = None
    if day is None or not FIRST_DAY <= day <= LAST_DAY:
        raise Refused("bad_parameter", "Dagen skal være på formen 2025-02-01.", place=name)
    return day


def page_number(words: Words, name: str, most: int) -> int | None:
    """The last whole number from 1 given under a name; None where none is. Raises Refused (`bad_parameter`)."""
    text = last(words, name)
    return None if text is None else whole_number({name: [text]}, name, 1, most, 1)


def format_named(words: Words) -> str | None:
    """`json` or `csv` as named by `format`; None where it is left out. Raises Refused (`bad_parameter`)."""
    named = first(words, "format")
    if named not in (None, "json", "csv"):
        raise Refused("bad_parameter", "Værdien er hverken json eller csv.", place="format")
    return named


def unchanged(request: Request, etag: str) -> Response | None:
    """The answer 304 where the caller has the answer already (`If-None-Match`)."""
    etags = request.headers.get("if-none-match", "")
    if etags.strip() == "*" or etag in re.findall(r'"[^"]*"', etags):
        return Response(status_code=304, headers={"ETag": etag})
    return None


def wait_preferred(request: Request) -> int | None:
    """The seconds of `Prefer: wait=2` (RFC 7240), at most ten; None where there is no preference."""
    found = re.search(r"(?:^|[,;\s])wait=([0-9]{1,4})(?:$|[,;\s])", request.headers.get("prefer", ""))
    return min(int(found[1]), 10) if found else None


def last_event_id(request: Request) -> int | None:
    """The position in `Last-Event-ID`, as a browser sends it when it comes back to a stream; None where there is none."""
    text = request.headers.get("last-event-id", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
