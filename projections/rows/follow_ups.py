"""Follow-ups (opfølgninger): when each was agreed and due, and how it ended being unanswered (domain.md section 4, version 2)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType

from msgspec.structs import replace

from journey.case import answered_by
from journey.events import FollowUpAgreed, FollowUpHeld
from journey.history import FOREVER
from projections.fold import ENDS, Book, Projection, Row, Step


class FollowUpRow(Row, frozen=True):
    """One agreed follow-up, unanswered at the ends of the days `[valid_from, valid_to)`."""

    agreed: int
    """The position of the event that agreed it."""
    track: str | None
    due: date
    valid_from: date
    valid_to: date = FOREVER
    outcome: str | None = None
    """`held`, `overtaken`, `moved` or `closed`, from `valid_to` on; None while it is unanswered."""

    @property
    def held(self) -> date | None:
        """The day it was held; None where it was not."""
        return self.valid_to if self.outcome == "held" else None


_Rows = Mapping[int, FollowUpRow]
"""The unanswered ones, by the position that agreed them."""


def _fold(rows: _Rows, step: Step, book: Book) -> _Rows:
    before, after = step.before.follow_ups, step.after.follow_ups
    if before is after:
        return rows
    day, changed = step.recorded.valid_at, dict(rows)
    outcomes = _outcomes(step)
    for follow_up in before:
        if follow_up not in after:
            row = changed.pop(follow_up.position)
            book.replace(row, replace(row, valid_to=day, outcome=outcomes.get(follow_up.position, outcomes[None])))
    for agreed in after:
        if agreed.position not in changed:
            row = changed[agreed.position] = FollowUpRow(agreed.position, agreed.track, agreed.due, day)
            book.add(row)
    return changed


def _outcomes(step: Step) -> Mapping[int | None, str]:
    """The outcome of those that the event ends, by the position that agreed them; under None that of all others."""
    match event := step.recorded.event:
        case FollowUpHeld():
            answered = answered_by(step.before, event.track, step.recorded.valid_at)
            return {None: "overtaken"} | ({answered.position: "held"} if answered else {})
        case FollowUpAgreed():
            return {None: "moved"}
        case _:
            return {None: "closed"}


follow_ups = Projection(FollowUpRow, _fold, (*ENDS, FollowUpAgreed, FollowUpHeld), ("(due)",), MappingProxyType({}))
