"""The kinds of event of support (støtte) and of the benefit a citizen lives on (forsørgelsesydelse)."""

from __future__ import annotations

from types import MappingProxyType

from journey.events.fields import Code, Id, Kroner
from journey.events.kind import Kind


class BenefitChanged(Kind, frozen=True, forbid_unknown_fields=True):
    """The citizen's means of support changed."""

    danish = "forsørgelsesydelse ændret"
    english = "benefit changed"
    codes = MappingProxyType({"benefit": "benefits"})
    benefit: Code


class SupportGranted(Kind, frozen=True, forbid_unknown_fields=True):
    """A support was granted and runs until it is ended."""

    danish = "støtte bevilget"
    english = "support granted"
    codes = MappingProxyType({"support": "supports", "forum": "forums"})
    grant: Id
    support: Code
    yearly_amount: Kroner | None = None
    forum: Code | None = None


class SupportEnded(Kind, frozen=True, forbid_unknown_fields=True):
    """A running grant ended; the day is the first without it."""

    danish = "støtte ophørt"
    english = "support ended"
    codes = MappingProxyType({"reason": "endings"})
    grant: Id
    reason: Code | None = None


class SupportRefused(Kind, frozen=True, forbid_unknown_fields=True):
    """A support was refused."""

    danish = "afslag på støtte"
    english = "support refused"
    codes = MappingProxyType({"support": "supports"})
    support: Code
