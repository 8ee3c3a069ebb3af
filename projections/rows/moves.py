"""Moves: every event that opened, closed or moved a case over a unit's border."""

from __future__ import annotations

from datetime import date

from journey.events import Closed, MergedInto, Referred, Rejected, Reopened, Transferred
from projections.fold import ENDS, OPENS, Book, Projection, Row, Step


class Move(Row, frozen=True):
    """One such event: the unit the case was active in before and after it, None where it was not open."""

    day: date
    position: int
    citizen: str
    from_unit: str | None
    to_unit: str | None
    cause: str
    """`referred`, `reopened`, `transferred`, `closed`, `rejected` or `merged`."""
    reason: str | None


def _fold(_: None, step: Step, book: Book) -> None:
    before, after, event = step.before, step.after, step.recorded.event
    match event:
        case Referred():
            cause, reason = "referred", None
        case Reopened():
            cause, reason = "reopened", None
        case Transferred():
            cause, reason = "transferred", event.reason
        case Closed():
            cause, reason = "closed", event.reason
        case Rejected():
            cause, reason = "rejected", event.reason
        case MergedInto():
            cause, reason = "merged", None
        case _:
            return
    if before is after:
        return
    book.add(
        Move(
            step.recorded.valid_at,
            step.recorded.position,
            after.citizen or "",
            before.unit if before.open else None,
            after.unit if after.open else None,
            cause,
            reason,
        )
    )


moves = Projection(
    Move,
    _fold,
    (*OPENS, *ENDS, Transferred),
    ("(day) INCLUDE (known_from, known_to, case_id, position, cause, reason, from_unit, to_unit, citizen)",),
)
