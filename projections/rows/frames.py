"""Frames (handlingsrammer) and what was drawn on them, by day."""

from __future__ import annotations

from datetime import date

from journey.events import FrameAgreed, FrameDrawn, Transferred
from projections.fold import ENDS, Book, Projection, Row, Step, Timeline


class FrameSpan(Row, frozen=True):
    """Days `[valid_from, valid_to)` at whose ends an open case of the unit had these frames and draws, kroner."""

    valid_from: date
    valid_to: date
    unit: str
    frames: int
    agreed: int
    drawn: int


_Timeline = Timeline[tuple[str, int, int, int] | None]


def _fold(timeline: _Timeline, step: Step, book: Book) -> _Timeline:
    state = step.after
    value = (state.unit or "", state.frames, state.agreed, state.drawn) if state.frames or state.draws else None
    if value is None and timeline.start is None:
        return timeline
    timeline, ended, begun = timeline.put(step.recorded.valid_at, value)
    for start, end, values in ended:
        if values is not None:
            book.retract(FrameSpan(start, end, *values))
    for start, end, values in begun:
        if values is not None:
            book.add(FrameSpan(start, end, *values))
    return timeline


frames = Projection(
    FrameSpan,
    _fold,
    (*ENDS, FrameAgreed, FrameDrawn, Transferred),
    ("(valid_to, known_to, known_from, valid_from) INCLUDE (unit, frames, agreed, drawn)",),
    _Timeline(),
)
