"""Registrations: when each event was true and when it was known, from which lateness is counted."""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from projections.fold import Book, Projection, Row, Step


class Registration(Row, frozen=True):
    """One event that is not withdrawn, sensible or not."""

    valid_at: date
    known_day: date
    """The day of `known_at` in Copenhagen."""
    position: int
    unit: str | None
    """The unit that the case belonged to at the end of the day, open or not; None before it was referred."""


class _Today(Struct, frozen=True, gc=False):
    """The events of the day that was last come to: their unit is that of its end."""

    day: date = date.min
    unit: str | None = None
    rows: tuple[Registration, ...] = ()


def _fold(today: _Today, step: Step, book: Book) -> _Today:
    recorded, day, unit = step.recorded, step.recorded.valid_at, step.after.unit
    earlier = today.rows if today.day == day else ()
    if earlier and today.unit != unit:
        moved = tuple(replace(row, unit=unit) for row in earlier)
        for row, now in zip(earlier, moved, strict=True):
            book.replace(row, now)
        earlier = moved
    row = Registration(day, recorded.known_day, recorded.position, unit)
    book.add(row)
    return _Today(day, unit, (*earlier, row))


registrations = Projection(
    Registration, _fold, indexes=("(valid_at) INCLUDE (known_day, unit, known_from, known_to)",), memory=_Today()
)
