"""The milestones (milepæle) of a journey, each with the one before it: what the process map is counted from."""

from __future__ import annotations

from datetime import date

from journey.case import primary_support
from journey.events import AssessmentOpened, MergedInto, SupportGranted, Transferred, Visited
from projections.fold import ENDS, OPENS, Book, Projection, Row, Step

NAMES = {
    "Referred": "referred",
    "AssessmentOpened": "assessment",
    "Visited": "visited",
    "SupportGranted": "support_began",
    "Transferred": "transferred",
    "Closed": "closed",
    "Rejected": "rejected",
    "MergedInto": "merged",
    "Reopened": "reopened",
}
"""What a milestone of each kind of event is called."""


class Milestone(Row, frozen=True):
    """One event that took a journey on, and the milestone right before it."""

    day: date
    position: int
    milestone: str
    unit: str
    """The unit that the case is in after it."""
    after: str | None
    """The milestone before; None for a case's first."""
    since: date | None
    """The day of that."""


def _fold(last: Milestone | None, step: Step, book: Book) -> Milestone | None:
    event = step.recorded.event
    name = NAMES.get(type(event).__name__)
    if name is None or not step.effective or (isinstance(event, SupportGranted) and not _begins(step)):
        return last
    if isinstance(event, MergedInto) and not step.before.open:
        return last
    now = Milestone(
        step.recorded.valid_at,
        step.recorded.position,
        name,
        step.after.unit or "",
        last and last.milestone,
        last and last.day,
    )
    book.add(now)
    return now


def _begins(step: Step) -> bool:
    """Whether the case had no support (accessories aside) before the grant, and has one now."""
    return primary_support(step.before, step.classes) is None and primary_support(step.after, step.classes) is not None


milestones = Projection(
    Milestone,
    _fold,
    (*OPENS, *ENDS, AssessmentOpened, Visited, SupportGranted, Transferred),
    ("(day)",),
)
