"""The kinds of event (hændelsestyper) that begin, move and end a course (forløb)."""

from __future__ import annotations

from types import MappingProxyType

from journey.events.fields import Code, Id, Label, Month
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


class HandoverProposed(Kind, frozen=True, forbid_unknown_fields=True):
    """A handover of the case to another unit was proposed."""

    danish = "overdragelse foreslået"
    english = "handover proposed"
    codes = MappingProxyType({"to": "units"})
    to: Code


class HandoverAccepted(Kind, frozen=True, forbid_unknown_fields=True):
    """The unit accepted the handover proposed to it."""

    danish = "overdragelse modtaget"
    english = "handover accepted"
    codes = MappingProxyType({"to": "units"})
    to: Code


class HandoverRefused(Kind, frozen=True, forbid_unknown_fields=True):
    """The unit refused the handover proposed to it."""

    danish = "overdragelse afslået"
    english = "handover refused"
    codes = MappingProxyType({"to": "units"})
    to: Code
    reason: Label | None = None


class DisabilityPensionExpected(Kind, frozen=True, forbid_unknown_fields=True):
    """A disability pension (førtidspension) is expected to be granted soon."""

    danish = "førtidspension ventes"
    english = "disability pension expected"


class SentToRehabilitation(Kind, frozen=True, forbid_unknown_fields=True):
    """The case was sent to the rehabilitation team."""

    danish = "sendt til rehabiliteringsteam"
    english = "sent to rehabilitation"


class MergedInto(Kind, frozen=True, forbid_unknown_fields=True):
    """The case was merged into another, which goes on; this one is closed, and their citizens are the same person."""

    danish = "lagt sammen med"
    english = "merged into"
    case: Id


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
