"""What an address asks to see: both times settled, units, period and reading read, the ledger and the findings at hand."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from api.answers.publications import publications
from api.register.answer import known_position
from api.register.served import MOST_VALUES, Served
from dashboards.figures.findings import FINDINGS_COUNT
from dashboards.figures.parameters import value_of
from dashboards.figures.readings import AS_PRINTED_WORD, CHOICES, RuleReading
from dashboards.published.status_days import Printed
from dashboards.view import View
from dashboards.words.language import Language
from journey.codes import CodeLists
from journey.log.migrate import READ
from journey.log.reading import moment_of
from journey.refusals import Refused

FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
"""The days a page can be asked for."""

Given = Mapping[str, Sequence[str]]
"""What the address says, every name with its values."""


def chosen(register: Served, given: Given, today: date, translate: Language) -> tuple[View, list[Printed]]:
    """The view that the address asks for, and the ledger. Raises Refused (`bad_parameter`, `position_unknown`)."""
    known_at = last(given, "known_at")
    first_day, last_day = chosen_day(given, "from"), chosen_day(given, "last")
    choices: dict[str, Any] = {
        "valid_at": chosen_day(given, "valid_at") or today,
        "codes": register.codes,
        "translate": translate,
        "chosen_units": _units(given, register.codes),
        "from_day": first_day,
        "last_day": last_day,
        "reading": _reading(given),
    }
    if (first_day or FIRST_DAY) > (last_day or choices["valid_at"]):
        raise Refused("bad_parameter", "Perioden slutter, før den begynder.", place="from")
    reached = register.believe()
    stopped = register.follower.health().stopped
    with register.connected(READ) as conn:
        end = known_position(conn, None)
        asked = end if known_at is None else known_position(conn, known_at)
        position = min(asked, reached)
        findings = conn.execute(FINDINGS_COUNT, {"at": position}).fetchone()
        view = View(
            **choices,
            position=position,
            moment=moment_of(conn, position),
            requested_position=asked,
            end=end,
            now=known_at is None,
            stopped=stopped,
            findings=findings[0] if findings else 0,
        )
        return view, publications(conn, min(end, reached), position)


def chosen_day(given: Given, name: str) -> date | None:
    """The day that the address says under a name; None where it says none. Raises Refused (`bad_parameter`)."""
    text = last(given, name)
    if text is None:
        return None
    try:
        found = date.fromisoformat(text) if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        found = None
    if found is None or not FIRST_DAY <= found <= LAST_DAY:
        raise Refused("bad_parameter", "Dagen skal være på formen 2025-02-01.", place=name)
    return found


def last(given: Given, name: str) -> str | None:
    """The last value given that is not empty: a form sends its empty fields too."""
    return next((text.strip() for text in reversed(given.get(name, ())) if text.strip()), None)


def _units(given: Given, codes: CodeLists) -> tuple[str, ...]:
    said = [text for text in given.get("unit", ())[:MOST_VALUES] if text.strip()]
    return tuple(dict.fromkeys(value_of("unit", text, codes) for text in said))


def _reading(given: Given) -> RuleReading:
    said = {name: text for name in CHOICES if (text := last(given, name)) and text != AS_PRINTED_WORD.get(name)}
    for name, text in said.items():
        if text not in CHOICES[name]:
            raise Refused("bad_parameter", f"Her kan kun vælges {' eller '.join(CHOICES[name])}.", place=name)
    return RuleReading(**said)
