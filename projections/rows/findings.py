"""Findings (fund): the places where the history made no sense, each with its event."""

from __future__ import annotations

from datetime import date

from projections.fold import Book, Projection, Row, Step


class Finding(Row, frozen=True):
    """One event that made no sense in its place, and the code of the reason (`journey.refusals`)."""

    valid_at: date
    position: int
    code: str


def _fold(_: None, step: Step, book: Book) -> None:
    if step.finding is not None:
        book.add(Finding(step.recorded.valid_at, step.recorded.position, step.finding))


findings = Projection(Finding, _fold)
