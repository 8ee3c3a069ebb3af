"""The query of a page as a view: both times, units, period and reading, with the ledger and the count of findings."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

from fastapi import Request

from api.answers.publications import publications
from api.register.answer import findings_count, known_position, position_or_moment
from api.register.served import Served
from api.web.query import FIRST_DAY, Words, checked_words, first, page_day, with_days_read
from dashboards import site
from dashboards.figures.parameters import value_of
from dashboards.figures.readings import AS_PRINTED_WORD, CHOICES, RuleReading
from dashboards.published.status_days import Printed
from dashboards.view import View
from dashboards.words.language import Language
from journey.codes import CodeLists
from journey.log.deliveries import gone_at
from journey.log.migrate import READ
from journey.log.reading import moment_of
from journey.refusals import Refused

KNOWN_DAY = "known_day"
"""The form's own field for a `known_at` that is a day: a browser without the page's script sends both fields."""


def page_words(request: Request, codes: CodeLists, own: Collection[str] = (), blank: Collection[str] = ()) -> Words:
    """The words of a page's query: those that links carry on from page to page, each with a value that it can have, and the page's own.

    Raises Refused (`bad_parameter`) as `checked_words` does, and for a shared word with another value.
    """
    words = checked_words(request, (*site.SHARED_PARAMETERS, *own), ("unit",), blank=blank)
    check_shared(words, codes)
    return with_days_read(words, ("valid_at", "from", "last", KNOWN_DAY))


def check_shared(words: Words, codes: CodeLists) -> None:
    """Check the words that links carry on. Raises Refused (`bad_parameter`) for a value that none of them has."""
    for name in ("valid_at", "from", "last"):
        page_day(words, name)
    for name, texts in with_days_read(words, ()).items():
        if name in ("known_at", "known_from"):
            position_or_moment(texts[0])
    _units(words, codes)
    _reading(words)


def requested_view(register: Served, words: Words, today: date, translate: Language) -> tuple[View, list[Printed]]:
    """The view that the query asks for, and the ledger. Raises Refused (`bad_parameter`, `position_unknown`)."""
    known_at = first(words, "known_at")
    first_day, last_day = page_day(words, "from"), page_day(words, "last")
    choices: dict[str, Any] = {
        "codes": register.codes,
        "municipality": register.municipality,
        "sample": register.is_sample(),
        "translate": translate,
        "chosen_units": _units(words, register.codes),
        "from_day": first_day,
        "last_day": last_day,
        "reading": _reading(words),
    }
    chosen = page_day(words, "valid_at")
    reached = register.believe()
    stopped = register.follower.health().stopped
    with register.connected(READ) as conn:
        end = known_position(conn, None)
        requested = end if known_at is None else known_position(conn, known_at)
        position = min(requested, reached)
        covered = register.covered(conn, position)
        valid_at = chosen or covered.opening_day(today)
        if (first_day or FIRST_DAY) > (last_day or valid_at):
            raise Refused("bad_parameter", "Perioden slutter, før den begynder.", place="from")
        view = View(
            **choices,
            valid_at=valid_at,
            covered=covered,
            today=today if chosen is None and valid_at != today else None,
            position=position,
            moment=moment_of(conn, position),
            requested_position=requested,
            end=end,
            now=known_at is None,
            stopped=stopped,
            findings=findings_count(conn, position),
            gone=tuple(gone_at(conn, position)),
        )
        return view, publications(conn, min(end, reached), position)


def _units(words: Words, codes: CodeLists) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value_of("unit", text, codes) for text in words.get("unit", ())))


def _reading(words: Words) -> RuleReading:
    chosen = {name: text for name in CHOICES if (text := first(words, name)) and text != AS_PRINTED_WORD.get(name)}
    for name, text in chosen.items():
        if text not in CHOICES[name]:
            raise Refused("bad_parameter", f"Her kan kun vælges {' eller '.join(CHOICES[name])}.", place=name)
    return RuleReading(**chosen)
