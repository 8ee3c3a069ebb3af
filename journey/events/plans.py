"""The kinds of event of plans (planer)."""

from __future__ import annotations

from types import MappingProxyType

from journey.events.fields import Code, Count
from journey.events.kind import Kind


class PlanAgreed(Kind, frozen=True, forbid_unknown_fields=True):
    """A plan was agreed with the citizen."""

    danish = "plan aftalt"
    english = "plan agreed"
    codes = MappingProxyType({"plan": "plans"})
    plan: Code


class PlanRevised(Kind, frozen=True, forbid_unknown_fields=True):
    """A plan was revised, materially or not."""

    danish = "plan revideret"
    english = "plan revised"
    codes = MappingProxyType({"plan": "plans"})
    plan: Code
    material: bool | None = None


class BackgroundGroupFormed(Kind, frozen=True, forbid_unknown_fields=True):
    """A background group (baggrundsgruppe) was formed around the citizen's plan."""

    danish = "baggrundsgruppe nedsat"
    english = "background group formed"
    size: Count | None = None
