"""The kinds of event of what is done and written in a case: activities (handlinger) and notes (notater)."""

from __future__ import annotations

from types import MappingProxyType

from journey.events.fields import Code, Id, Sha256
from journey.events.kind import Kind


class ActivityRecorded(Kind, frozen=True, forbid_unknown_fields=True):
    """Something was done in the case: a meeting, a home visit, a call."""

    danish = "handling i sagen"
    english = "activity recorded"
    codes = MappingProxyType({"activity": "activities"})
    activity: Code
    worker: Id | None = None


class NoteAdded(Kind, frozen=True, forbid_unknown_fields=True):
    """A note was written; its text is kept encrypted beside the log, never in it."""

    danish = "notat"
    english = "note added"
    text_hash: Sha256
    cipher_hash: Sha256 | None = None
