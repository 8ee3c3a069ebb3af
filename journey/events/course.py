"""The kinds of event (hændelsestyper) that begin, move and end a course (forløb)."""

from __future__ import annotations

from types import MappingProxyType

from journey.events.fields import Code, Id, Month
from journey.events.kind import Kind


class Referred(Kind, frozen=True, forbid_unknown_fields=True):
    """A citizen was referred, or applied: the course begins in a unit."""

    danish = "henvist / ansøgning modtaget"
    english = "referred"
    codes = MappingProxyType({"unit": "units", "channel": "channels"})
    unit: Code
    citizen: Id
    born: Month | None = None
    channel: Code = "application"
    in_scope: bool = True


class Transferred(Kind, frozen=True, forbid_unknown_fields=True):
    """The case was handed over to another unit."""

    danish = "overdraget"
    english = "transferred"
    codes = MappingProxyType({"to": "units", "reason": "transfer_reasons"})
    to: Code
    reason: Code


class SentToRehabilitation(Kind, frozen=True, forbid_unknown_fields=True):
    """The case was sent to the rehabilitation team."""

    danish = "sendt til rehabiliteringsteam"
    english = "sent to rehabilitation"


class Closed(Kind, frozen=True, forbid_unknown_fields=True):
    """The case was closed, and with it all that ran in it."""

    danish = "afsluttet"
    english = "closed"
    codes = MappingProxyType({"reason": "closings"})
    reason: Code


class Reopened(Kind, frozen=True, forbid_unknown_fields=True):
    """A closed case was taken up again."""

    danish = "genoptaget"
    english = "reopened"
