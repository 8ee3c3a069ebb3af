"""The kind of event that corrects (retter) an earlier one; of a case or a stream."""

from __future__ import annotations

from types import MappingProxyType

from journey.events.fields import Code, Id
from journey.events.kind import Kind


class Withdrawn(Kind, frozen=True, forbid_unknown_fields=True):
    """An earlier event was never true."""

    danish = "annulleret"
    english = "withdrawn"
    codes = MappingProxyType({"reason": "withdrawals"})
    source_id: Id
    reason: Code
    source: Id
