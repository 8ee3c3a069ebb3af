"""A case's recorded events: what was known at a position, and the order that the fold takes them in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from journey.events import Event, Withdrawn

FOREVER = date(9999, 12, 31)
"""The day that no period reaches: the end of what has not ended."""

LAST_DAY = FOREVER - timedelta(days=1)
"""The last day that an event can have."""

COPENHAGEN = ZoneInfo("Europe/Copenhagen")

SAMPLE_SOURCES = "proevedata-"
"""How the names of the sample register's sources begin. A register with an event of such a source is a sample: the mark is in each of its
events, so that it goes along with an export, a part of one, and a mapping."""
"""The zone whose calendar days the register counts by."""


class Recorded(Struct, frozen=True, gc=False):
    """One event as the log holds it: `position` in the log, `version` in its stream, and both times."""

    position: int
    version: int
    valid_at: date
    known_at: datetime
    known_day: date
    """The calendar day of `known_at` in Copenhagen."""
    source: str
    source_id: str
    event: Event
    by: str | None = None
    source_case: str | None = None
    source_known_at: datetime | None = None
    """The source's own registration moment, where it could not be the register's."""


def place(recorded: Recorded) -> tuple[date, int]:
    """Place of the event in its case's order (domain.md section 1, the end-of-day rule)."""
    return recorded.valid_at, recorded.position


def known_by(history: Iterable[Recorded], position: int) -> list[Recorded]:
    """Events known at the position: recorded by then."""
    return [recorded for recorded in history if recorded.position <= position]


def withdrawn_ids(history: Iterable[Recorded]) -> frozenset[tuple[str, str]]:
    """The (source, source_id) of every event that one of these withdraws."""
    return frozenset(
        (recorded.event.source, recorded.event.source_id) for recorded in history if isinstance(recorded.event, Withdrawn)
    )


def in_order(history: Sequence[Recorded]) -> list[Recorded]:
    """The events that the fold takes, in its order: those not withdrawn, and no withdrawals (domain.md section 1)."""
    withdrawn = withdrawn_ids(history)
    return sorted(
        (
            recorded
            for recorded in history
            if not isinstance(recorded.event, Withdrawn) and (recorded.source, recorded.source_id) not in withdrawn
        ),
        key=place,
    )
