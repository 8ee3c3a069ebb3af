"""When each event was true and when it was known: what lateness is counted from."""

from __future__ import annotations

from datetime import date

from projections.fold import Book, Projection, Row, Step


class Registration(Row, frozen=True):
    """One event that is not withdrawn, sensible or not."""

    valid_at: date
    known_day: date
    """The day of `known_at` in Copenhagen."""
    position: int


def _fold(_: None, step: Step, book: Book) -> None:
    recorded = step.recorded
    book.say(Registration(recorded.valid_at, recorded.known_day, recorded.position))


registrations = Projection(Registration, _fold, found_by=("(valid_at) INCLUDE (known_day, case_id, known_from, known_to)",))
