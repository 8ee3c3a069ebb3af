"""The kinds of event of follow-ups (opfølgninger)."""

from __future__ import annotations

from datetime import date
from types import MappingProxyType

from journey.events.fields import Code
from journey.events.kind import Kind


class FollowUpAgreed(Kind, frozen=True, forbid_unknown_fields=True):
    """A follow-up was agreed for a day, perhaps in place of an earlier one."""

    danish = "opfølgning aftalt"
    english = "follow up agreed"
    codes = MappingProxyType({"track": "tracks"})
    due: date
    track: Code | None = None
    moved_from: date | None = None


class FollowUpHeld(Kind, frozen=True, forbid_unknown_fields=True):
    """A follow-up was held, with its outcome."""

    danish = "opfølgning holdt"
    english = "follow up held"
    codes = MappingProxyType({"outcome": "follow_up_outcomes", "track": "tracks"})
    outcome: Code
    track: Code | None = None
