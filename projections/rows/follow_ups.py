"""Follow-ups (opfølgninger) that count: agreed, not replaced, not ended with the case before they were due."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from msgspec.structs import replace

from journey.events import FollowUpAgreed, FollowUpHeld
from projections.fold import ENDS, Book, Projection, Row, Step


class FollowUpRow(Row, frozen=True):
    """One agreed follow-up: when it was due, and when it was held if it was."""

    agreed: int
    """The position of the event that agreed it."""
    track: str | None
    due: date
    held: date | None = None


_Rows = Mapping[int, FollowUpRow]
"""The unanswered ones, by the position that agreed them."""


def _fold(rows: _Rows, step: Step, book: Book) -> _Rows:
    before, after = step.before.follow_ups, step.after.follow_ups
    if before is after:
        return rows
    held = step.recorded.valid_at if isinstance(step.recorded.event, FollowUpHeld) else None
    changed = dict(rows)
    for follow_up in before:
        if follow_up in after:
            continue
        row = changed.pop(follow_up.position)
        book.retract(row)
        if held is not None:
            book.add(replace(row, held=held))
    for agreed in after:
        if agreed.position not in changed:
            row = changed[agreed.position] = FollowUpRow(agreed.position, agreed.track, agreed.due)
            book.add(row)
    return changed


follow_ups = Projection(FollowUpRow, _fold, (*ENDS, FollowUpAgreed, FollowUpHeld), ("(due)",), MappingProxyType({}))
