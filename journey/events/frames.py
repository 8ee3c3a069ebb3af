"""The kinds of event of frames (handlingsrammer): sums that the caseworker may draw on."""

from __future__ import annotations

from types import MappingProxyType

from journey.events.fields import Code, Kroner
from journey.events.kind import Kind


class FrameAgreed(Kind, frozen=True, forbid_unknown_fields=True):
    """A sum was set aside that the caseworker may draw on."""

    danish = "handlingsramme aftalt"
    english = "frame agreed"
    amount: Kroner


class FrameDrawn(Kind, frozen=True, forbid_unknown_fields=True):
    """The caseworker drew on the frame for a purpose."""

    danish = "træk på handlingsramme"
    english = "frame drawn"
    codes = MappingProxyType({"purpose": "purposes"})
    amount: Kroner
    purpose: Code
