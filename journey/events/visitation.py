"""The kinds of event of assessment (udredning) and admission by a forum (visitation)."""

from __future__ import annotations

from types import MappingProxyType

from journey.events.fields import Code
from journey.events.kind import Kind


class Presented(Kind, frozen=True, forbid_unknown_fields=True):
    """A matter in the case was put before a forum."""

    danish = "forelagt for et forum"
    english = "presented"
    codes = MappingProxyType({"forum": "forums", "by": "presenters", "matter": "matters"})
    forum: Code
    by: Code
    matter: Code


class AssessmentOpened(Kind, frozen=True, forbid_unknown_fields=True):
    """An assessment of the citizen's needs began."""

    danish = "udredning påbegyndt"
    english = "assessment opened"
    codes = MappingProxyType({"method": "methods"})
    method: Code


class AssessmentClosed(Kind, frozen=True, forbid_unknown_fields=True):
    """The assessment that was open ended."""

    danish = "udredning afsluttet"
    english = "assessment closed"


class Visited(Kind, frozen=True, forbid_unknown_fields=True):
    """A forum admitted the citizen to the holistic effort."""

    danish = "visiteret"
    english = "visited"
    codes = MappingProxyType({"forum": "forums", "layer": "layers"})
    forum: Code
    layer: Code | None = None


class Rejected(Kind, frozen=True, forbid_unknown_fields=True):
    """A forum turned the citizen away, which ends the case."""

    danish = "afvist ved visitation"
    english = "rejected"
    codes = MappingProxyType({"forum": "forums", "reason": "rejections"})
    forum: Code
    reason: Code
