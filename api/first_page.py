"""The first page's answers: both times settled, the ledger and the findings read, every question asked of the register."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
import psycopg

from api.answers import known_position
from api.served import Served
from dashboards.page import Page, page, questions
from dashboards.status_days import Printed
from dashboards.view import Told, View
from journey.events import FigurePublished
from journey.migrate import READ
from journey.reading import moment_of
from journey.refusals import Refused

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""The days a page can be asked for."""

_LEDGER = (
    "SELECT position, known_from, known_to, published FROM rows.publications WHERE known_from <= %s AND known_to > %s"
    " ORDER BY valid_at, position"
)
_FINDINGS = "SELECT count(*) FROM rows.findings WHERE known_from <= %s AND known_to > %s"

Given = Mapping[str, Sequence[str]]
"""What the address says, every name with its values."""


def first_page(register: Served, given: Given, today: date) -> Page:
    """The page that the address asks for. Raises Refused (`bad_parameter`, `position_unknown`)."""
    valid_at, known_at = chosen_day(given, today), _last(given, "known_at")
    reached = register.believe()
    stopped = register.follower.health().stopped
    with register.connected(READ) as conn:
        end = known_position(conn, None)
        asked = end if known_at is None else known_position(conn, known_at)
        position = min(asked, reached)
        view = View(
            valid_at=valid_at,
            position=position,
            moment=moment_of(conn, position),
            asked_position=asked,
            end=end,
            now=known_at is None,
            stopped=stopped,
            codes=register.codes,
        )
        ledger = _ledger(conn, min(end, reached), position)
        findings = conn.execute(_FINDINGS, (position, position)).fetchone()
    answers = {
        name: Told(ask, register.answer(ask.figure.id, ask.question).cells) for name, ask in questions(view, ledger).items()
    }
    return page(view, ledger, answers, findings[0] if findings else 0)


def chosen_day(given: Given, today: date) -> date:
    """The day that the address asks for; today where it says none."""
    text = _last(given, "valid_at")
    if text is None:
        return today
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise Refused("bad_parameter", "Virkningsdagen skal være en dag på formen 2025-02-01.", place="valid_at")
    return found


def _last(given: Given, name: str) -> str | None:
    """The last value given that is not empty: a form sends its empty fields too."""
    return next((text.strip() for text in reversed(given.get(name, ())) if text.strip()), None)


def _ledger(conn: psycopg.Connection[Any], upto: int, after: int) -> list[Printed]:
    """All that was published up to a position and that the register still held for true after another."""
    return [
        Printed(position, known_from, known_to, msgspec.json.decode(text, type=FigurePublished))
        for position, known_from, known_to, text in conn.execute(_LEDGER, (upto, after)).fetchall()
    ]
