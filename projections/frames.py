"""Frames (handlingsrammer) and what was drawn on them, by day."""

from __future__ import annotations

from datetime import date

from journey.events import FrameAgreed, FrameDrawn, Transferred
from projections.fold import ENDS, Book, Line, Projection, Row, Step


class FrameSpan(Row, frozen=True):
    """Days `[valid_from, valid_to)` at whose ends an open case of the unit had these frames and draws, kroner."""

    valid_from: date
    valid_to: date
    unit: str
    frames: int
    agreed: int
    drawn: int


class _Fold:
    __slots__ = ("line",)

    def __init__(self, _classes: object) -> None:
        self.line: Line[tuple[str, int, int, int] | None] = Line()

    def step(self, step: Step, book: Book) -> None:
        state = step.after
        value = (state.unit or "", state.frames, state.agreed, state.drawn) if state.frames or state.drawn else None
        if value is None and not self.line.starts:
            return
        gone, come = self.line.put(step.recorded.valid_at, value)
        for start, end, held in gone:
            if held is not None:
                book.unsay(FrameSpan(start, end, *held))
        for start, end, held in come:
            if held is not None:
                book.say(FrameSpan(start, end, *held))


frames = Projection(
    FrameSpan,
    _Fold,
    (*ENDS, FrameAgreed, FrameDrawn, Transferred),
    ("(valid_to, known_to, known_from, valid_from) INCLUDE (unit, frames, agreed, drawn)",),
)
