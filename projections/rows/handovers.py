"""Handovers (overdragelser) proposed to another unit, and how each proposal ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from msgspec.structs import replace

from journey.events import Event, HandoverAccepted, HandoverProposed, HandoverRefused, Transferred
from journey.history import FOREVER
from projections.fold import ENDS, Book, Projection, Row, Step


class HandoverRow(Row, frozen=True):
    """One proposal, unanswered at the ends of the days `[valid_from, valid_to)`."""

    valid_from: date
    position: int
    unit: str
    """The unit that proposes: the case's when it was proposed."""
    to_unit: str
    valid_to: date = FOREVER
    outcome: str | None = None
    """`accepted`, `refused`, `transferred` or `closed`, from `valid_to` on; None while it waits."""


OUTCOMES: Mapping[type[Event], str] = {HandoverAccepted: "accepted", HandoverRefused: "refused", Transferred: "transferred"}

_Rows = Mapping[str, HandoverRow]
"""Those that wait, by the unit proposed to."""


def _fold(rows: _Rows, step: Step, book: Book) -> _Rows:
    before, after = step.before.proposals, step.after.proposals
    if before == after:
        return rows
    day, changed = step.recorded.valid_at, dict(rows)
    outcome = OUTCOMES.get(type(step.recorded.event), "closed")
    for unit in before:
        if unit not in after:
            row = changed.pop(unit)
            book.replace(row, replace(row, valid_to=day, outcome=outcome))
    for unit in after:
        if unit not in before:
            row = changed[unit] = HandoverRow(day, step.recorded.position, step.before.unit or "", unit)
            book.add(row)
    return changed


handovers = Projection(HandoverRow, _fold, (*ENDS, *OUTCOMES, HandoverProposed), ("(valid_from)",), MappingProxyType({}))
