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
from api.web.problems import HttpProblem
from dashboards import site
from dashboards.figures.parameters import value_of
from dashboards.words.danish import day_in, number
from dashboards.words.language import LANGUAGES
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


MOST_SHOWN = 80
"""How much of an unknown name a refusal repeats."""


def is_too_long(query: bytes) -> bool:
    """Whether a query has more bytes or words than any question needs; asked before it is parsed."""
    return len(query) > LONGEST_QUERY or query.count(b"&") >= MOST_WORDS


def query_words(request: Request) -> Words:
    """Every word of the query, unchecked."""
    words: dict[str, list[str]] = {}
    for name, text in request.query_params.multi_items():
        words.setdefault(name, []).append(text)
    return words


async def body_of(request: Request, most: int, why: str = "") -> bytes:
    """The body of a request, read only as far as `most` bytes. Raises HttpProblem (`too_large`) with the reason."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > most:
            raise HttpProblem("too_large", why)
    return bytes(body)


def form_words(body: bytes, names: Collection[str]) -> dict[str, str]:
    """The text of each field of a form that was sent, each of a name in `names` and once.

    Raises ValueError for what is no form, and Refused (`bad_parameter`) for another field or one sent twice.
    """
    words = parse_qs(body.decode(), max_num_fields=MOST_WORDS)
    _check_names(words, names, ())
    return {name: texts[0].strip() for name, texts in words.items()}


def checked_words(
    request: Request, names: Collection[str], many: Collection[str] = (), *, blank: Collection[str] = ()
) -> Words:
    """The query's words, each of a name in `names`, and once unless in `many`; without the empty ones of the names in `blank`, which the
    page's own form sends.

    Raises Refused (`bad_parameter`) for another name, a name given too often, and a text that is empty, unprintable or no language.
    """
    words = query_words(request)
    _check_names(words, names, many)
    words = {name: texts for name, texts in words.items() if name not in blank or any(text.strip() for text in texts)}
    for name, texts in words.items():
        check_texts(name, texts)
    if words.get("lang", ["da"])[0] not in LANGUAGES:
        raise Refused("bad_parameter", f"Sproget er et af: {', '.join(LANGUAGES)}.", place="lang")
    return words


def _check_names(words: Words, names: Collection[str], many: Collection[str]) -> None:
    for name, texts in words.items():
        if name not in names:
            known = f"Her kan kun bruges {', '.join(names)}." if names else "Her kan ingen parametre bruges."
            raise Refused("bad_parameter", known, place=name[:MOST_SHOWN] if name.isprintable() else "")
        if len(texts) > (MOST_VALUES if name in many else 1):
            raise Refused("bad_parameter", "Parameteren er angivet for mange gange.", place=name)


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


NO_DAY = "Det er ingen dag fra 1900 til 2199. Skriv dagen som 22-12-2025, 22.12.2025 eller 22. december 2025."


def page_day(words: Words, name: str) -> date | None:
    """The day under a name, from 1900 to 2199, in any form that `day_in` reads; None where it is left out.

    Raises Refused (`bad_parameter`).
    """
    text = first(words, name)
    if text is None:
        return None
    day = _day_read(name, text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Refused("bad_parameter", NO_DAY, place=name)
    return day


def _day_read(name: str, text: str) -> date:
    try:
        return day_in(text)
    except ValueError:
        raise Refused("bad_parameter", NO_DAY, place=name) from None


def with_days_read(words: Words, days: Collection[str], moments: Collection[str] = ("known_at", "known_from")) -> Words:
    """The words of a page with the days under some names, and those given for a moment, as the rest of the program writes them.

    A page takes a day in any form that `day_in` reads; the API takes only ISO dates. Raises Refused (`bad_parameter`) for what is no day;
    whether the figure takes the day is its own to say.
    """
    read: dict[str, Sequence[str]] = {**words}
    for name in days:
        if name in words:
            read[name] = [_day_read(name, text).isoformat() for text in words[name] if text]
    for name in moments:
        if name in words:
            read[name] = [_day_or_text(text) for text in words[name]]
    return read


def _day_or_text(text: str) -> str:
    try:
        return day_in(text).isoformat()
    except ValueError:
        return text


def page_number(words: Words, name: str, most: int) -> int | None:
    """The whole number from 1 under a name; None where none is given. Raises Refused (`bad_parameter`)."""
    return whole_number(words, name, 1, most, 1) if name in words else None


def yes_or_no(words: Words, name: str) -> bool:
    """Whether `ja` is given under a name; no where none is. Raises Refused (`bad_parameter`) for anything but `ja` and `nej`."""
    text = first(words, name)
    if text not in (None, "ja", "nej"):
        raise Refused("bad_parameter", "Værdien er hverken ja eller nej.", place=name)
    return text == "ja"


def format_named(words: Words) -> str | None:
    """`json` or `csv` as named by `format`; None where it is left out.

    Raises Refused (`bad_parameter`).
    """
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


def own_page(given: str | None) -> str:
    """The page of the site to go on to, the first where none is given. Raises Refused (`bad_parameter`) for another host."""
    if not given:
        return site.OVERVIEW.address
    if not given.startswith("/") or given.startswith(("//", "/\\")) or not given.isprintable():
        raise Refused("bad_parameter", "Det er ikke en side her på stedet.", place="side")
    return given
