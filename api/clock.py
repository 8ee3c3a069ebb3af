"""The clock: the one place that knows what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime

from journey.history import COPENHAGEN


def now() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    """The day it is in Copenhagen."""
    return datetime.now(COPENHAGEN).date()
