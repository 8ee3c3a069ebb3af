"""The kinds of event of complaints (klager) and their answers."""

from __future__ import annotations

from types import MappingProxyType

from journey.events.fields import Code, Id
from journey.events.kind import Kind


class ComplaintReceived(Kind, frozen=True, forbid_unknown_fields=True):
    """The citizen complained of a decision."""

    danish = "klage modtaget"
    english = "complaint received"
    complaint: Id


class ComplaintReassessed(Kind, frozen=True, forbid_unknown_fields=True):
    """The municipality looked at its decision again."""

    danish = "klage genvurderet af kommunen"
    english = "complaint reassessed"
    codes = MappingProxyType({"outcome": "reassessments"})
    complaint: Id
    outcome: Code


class ComplaintDecided(Kind, frozen=True, forbid_unknown_fields=True):
    """Ankestyrelsen decided the complaint."""

    danish = "klage afgjort i Ankestyrelsen"
    english = "complaint decided"
    codes = MappingProxyType({"outcome": "decisions"})
    complaint: Id
    outcome: Code
