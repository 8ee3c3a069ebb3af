"""Days that hardly can be right: an event of such a day is taken, counts, and is a finding (domain.md section 10, rule 10)."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from journey.case import NEW, evolve, finding_of
from journey.commands import senseless_events
from journey.events import ActivityRecorded, Event, Referred
from journey.history import Recorded
from projections.fold import Book, Step
from projections.rows.findings import Finding, findings


def recorded(day: str, known: str, event: Event | None = None) -> Recorded:
    moment = datetime.fromisoformat(f"{known}T12:00:00").replace(tzinfo=UTC)
    return Recorded(7, 1, date.fromisoformat(day), moment, moment.date(), "log", "7", event or ActivityRecorded("moede"))


DAYS = [
    ("1989-12-31", "2024-03-01", True),
    ("1990-01-01", "2024-03-01", False),
    ("0202-03-01", "2024-03-01", True),
    ("1985-03-01", "1984-03-01", True),
    ("2026-03-01", "2024-03-01", False),
    ("2026-03-02", "2024-03-01", True),
    ("2026-02-28", "2024-02-29", False),
    ("2026-03-01", "2024-02-29", True),
    ("2025-12-31", "2023-12-31", False),
    ("2026-01-01", "2023-12-31", True),
    ("9999-12-30", "2024-03-01", True),
    ("2023-01-01", "2024-03-01", False),
]


@pytest.mark.parametrize(("day", "known", "improbable"), DAYS)
def test_a_day_that_hardly_can_be_right_is_a_finding(day: str, known: str, improbable: bool) -> None:
    event = recorded(day, known)
    code = "improbable_day" if improbable else None

    assert finding_of(event, None) == code
    assert finding_of(event, "not_open") == "not_open"  # one finding an event: what makes no sense comes first
    assert [found.code for found in senseless_events([event])] == ([code] if code else [])


@pytest.mark.parametrize(("day", "known", "improbable"), DAYS)
def test_the_event_counts_all_the_same(day: str, known: str, improbable: bool) -> None:
    event = recorded(day, known, Referred("social", "b1"))
    after, code = evolve(NEW, event)
    book = Book()

    findings.fold(None, Step(NEW, event, after, code, {}), book)

    assert after.open
    assert code is None
    assert list(book.opened) == [Finding(event.valid_at, 7, "improbable_day")] * improbable
