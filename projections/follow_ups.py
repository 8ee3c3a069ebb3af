"""Follow-ups (opfølgninger) that count: agreed, not replaced, not ended with the case before they were due."""

from __future__ import annotations

from datetime import date

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


class _Fold:
    __slots__ = ("rows",)

    def __init__(self, _classes: object) -> None:
        self.rows: dict[int, FollowUpRow] = {}
        """The unanswered ones, by the position that agreed them."""

    def step(self, step: Step, book: Book) -> None:
        before, after = step.before.follow_ups, step.after.follow_ups
        if before is after:
            return
        held = step.recorded.valid_at if isinstance(step.recorded.event, FollowUpHeld) else None
        for gone in before:
            if gone in after:
                continue
            row = self.rows.pop(gone.position)
            book.unsay(row)
            if held is not None:
                book.say(replace(row, held=held))
        for agreed in after:
            if agreed.position not in self.rows:
                row = self.rows[agreed.position] = FollowUpRow(agreed.position, agreed.track, agreed.due)
                book.say(row)


follow_ups = Projection(FollowUpRow, _Fold, (*ENDS, FollowUpAgreed, FollowUpHeld), ("(due)",))
