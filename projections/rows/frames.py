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


_Line = Line[tuple[str, int, int, int] | None]


def _fold(line: _Line, step: Step, book: Book) -> _Line:
    state = step.after
    value = (state.unit or "", state.frames, state.agreed, state.drawn) if state.frames or state.draws else None
    if value is None and line.start is None:
        return line
    line, gone, come = line.put(step.recorded.valid_at, value)
    for start, end, held in gone:
        if held is not None:
            book.retract(FrameSpan(start, end, *held))
    for start, end, held in come:
        if held is not None:
            book.add(FrameSpan(start, end, *held))
    return line


frames = Projection(
    FrameSpan,
    _fold,
    (*ENDS, FrameAgreed, FrameDrawn, Transferred),
    ("(valid_to, known_to, known_from, valid_from) INCLUDE (unit, frames, agreed, drawn)",),
    _Line(),
)
