"""The ledger (register over offentliggjorte tal): numbers that were put before politicians."""

from __future__ import annotations

from datetime import date

import msgspec

from journey.events import FigurePublished
from projections.fold import Book, Projection, Row, Step


class Publication(Row, frozen=True):
    """A published number, with the position of the log it was published at."""

    valid_at: date
    position: int
    id: str
    published: str
    """The publication as JSON (`events.FigurePublished`)."""


def _fold(_: None, step: Step, book: Book) -> None:
    event, recorded = step.recorded.event, step.recorded
    if isinstance(event, FigurePublished):
        published = msgspec.json.encode(event, order="sorted").decode()
        book.add(Publication(recorded.valid_at, recorded.position, event.id, published))


publications = Projection(Publication, _fold, (FigurePublished,))
