"""Definitions adopted (vedtaget): which body made which version of a figure's counting its own, and from which day."""

from __future__ import annotations

from datetime import date

from journey.events import DefinitionAdopted
from projections.fold import Book, Projection, Row, Step


class Adoption(Row, frozen=True):
    """One decision; an earlier one stands beside it as history."""

    valid_at: date
    position: int
    figure: str
    version: int
    body: str


def _fold(_: None, step: Step, book: Book) -> None:
    event, recorded = step.recorded.event, step.recorded
    if isinstance(event, DefinitionAdopted):
        book.add(Adoption(recorded.valid_at, recorded.position, event.figure, event.version, event.body))


adoptions = Projection(Adoption, _fold, (DefinitionAdopted,))
