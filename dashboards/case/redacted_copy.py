"""The redacted copy of a case (redigeret kopi): its content and files, all of them with months in place of days."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct

from dashboards.case.cards import Card, cards
from dashboards.case.facts import Fact, facts
from dashboards.case.file import MANIFEST, READ_ME, as_json
from dashboards.case.linkage import Linkage
from dashboards.case.obligations import Obligation, obligations
from dashboards.case.questions import RuleQuestion, questions
from dashboards.case.redaction import Recipient, month_of
from dashboards.case.story import story
from dashboards.words.language import DANISH, Language
from journey.codes import CodeLists
from journey.events import NAMES
from journey.history import Recorded


class Months(Language, frozen=True):
    """Danish that tells the month of a day and no more."""

    def __call__(self, danish: str, **values: Any) -> str:
        return "i samme måned" if danish == "i dag" else super().__call__(danish, **values)

    def day(self, value: date) -> str:
        return self.month(value)

    def short(self, value: date) -> str:
        return self.month(value)

    def moment(self, value: datetime | None) -> str:  # noqa: ARG002 -- no moment is told
        return ""

    def days(self, count: float) -> str:
        """The months between the first days of two months."""
        months = round(count / 30.4375)
        return "1 måned" if months == 1 else f"{self.number(months)} måneder"


MONTHS = Months(*(getattr(DANISH, name) for name in DANISH.__struct_fields__))


class MonthState(Struct, frozen=True):
    """The case at the end of a month, in words."""

    month: str
    facts: tuple[Fact, ...]
    open: tuple[Obligation, ...]
    questions: tuple[RuleQuestion, ...]


class RedactedCopy(Struct, frozen=True):
    """One case for one recipient, to be read without the register."""

    case: str
    recipient: Recipient
    events: Sequence[Recorded]
    """The events that stand, redacted, in their order."""
    states: tuple[MonthState, ...]
    cards: tuple[Card, ...]
    linkage: Linkage


def redacted_copy(
    case: str, events: Sequence[Recorded], days: Sequence[date], recipient: Recipient, measured: Linkage, codes: CodeLists
) -> RedactedCopy:
    """The copy of redacted events, with the state at the end of the month of each day."""
    course = story(case, events)
    months = sorted({month_of(day) for day in days})
    states: list[MonthState] = []
    for month in months:
        state, clocks = course.at(month)
        opened = obligations(state, clocks, month, codes, MONTHS)
        states.append(
            MonthState(f"{month:%Y-%m}", facts(state, codes, MONTHS), opened, questions(events, month, codes, MONTHS))
        )
    shown = cards(course.events, max(months, default=date.max), codes, MONTHS)
    return RedactedCopy(case, recipient, events, tuple(states), shown, measured)


def month_name(month: str) -> str:
    """A month (`YYYY-MM`) in words."""
    return MONTHS.month(date.fromisoformat(f"{month}-01"))


def redacted_contents(copy: RedactedCopy, read_me: str) -> dict[str, bytes]:
    """Every file by its name in the zip; the last is the manifest, with the size and SHA-256 of the others."""
    files = {
        READ_ME: read_me.encode(),
        "haendelser.jsonl": b"".join(_line(copy.case, each) for each in copy.events),
        "tilstand.json": as_json(copy.states),
    }
    about = {
        "case": copy.case,
        "redacted": True,
        "recipient": copy.recipient.name,
        "purpose": copy.recipient.purpose,
        "months": [state.month for state in copy.states],
        "linkage": {**msgspec.structs.asdict(copy.linkage), "share_percent": round(copy.linkage.share, 1)},
        "files": {
            name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in files.items()
        },
    }
    return {**files, MANIFEST: as_json(about)}


def _line(case: str, recorded: Recorded) -> bytes:
    """An event as a line of its own form: no register takes it in."""
    values: Mapping[str, Any] = msgspec.to_builtins(recorded.event, builtin_types=(date,))
    data = {name: f"{value:%Y-%m}" if isinstance(value, date) else value for name, value in values.items() if value is not None}
    line = {
        "case": case,
        "number": recorded.position,
        "kind": NAMES[type(recorded.event)],
        "month": f"{recorded.valid_at:%Y-%m}",
        **({"by": recorded.by} if recorded.by else {}),
        "data": data,
    }
    return msgspec.json.encode(line) + b"\n"
