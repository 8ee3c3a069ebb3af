"""Survey waves: the answers to each statement, as the paper has them."""

from __future__ import annotations

from datetime import date

from journey.events import SurveyRecorded
from projections.fold import Book, Projection, Row, Step


class SurveyAnswers(Row, frozen=True):
    """The answers to one statement, None where the paper's bar is missing."""

    valid_at: date
    position: int
    wave: str
    statement: str
    meget_uenig: int | None
    uenig: int | None
    hverken: int | None
    enig: int | None
    meget_enig: int | None
    n: int
    invited: int | None


def _fold(_: None, step: Step, book: Book) -> None:
    event, recorded = step.recorded.event, step.recorded
    if isinstance(event, SurveyRecorded):
        meget_uenig, uenig, hverken, enig, meget_enig = event.answers or [None] * 5
        book.add(
            SurveyAnswers(
                recorded.valid_at,
                recorded.position,
                event.wave,
                event.statement,
                meget_uenig,
                uenig,
                hverken,
                enig,
                meget_enig,
                event.n,
                event.invited,
            )
        )


surveys = Projection(SurveyAnswers, _fold, (SurveyRecorded,), ("(wave)",))
