"""Findings (fund): the places where the history made no sense, or hardly can be right, each with its event."""

from __future__ import annotations

from datetime import date

from journey.case import finding_of
from projections.fold import Book, Projection, Row, Step


class Finding(Row, frozen=True):
    """One event that made no sense in its place, or whose day hardly can be right: the code of the reason (`journey.refusals`)."""

    valid_at: date
    position: int
    code: str


def _fold(_: None, step: Step, book: Book) -> None:
    code = finding_of(step.recorded, step.finding)
    if code is not None:
        book.add(Finding(step.recorded.valid_at, step.recorded.position, code))


findings = Projection(Finding, _fold)
