"""Registrations: when each event was true and when it was known, from which lateness is counted, and the codes it says."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from journey.case import State
from journey.events import KINDS, STREAM_KINDS, BenefitChanged, Event, SupportRefused
from projections.fold import EVERY, Book, Projection, Row, Step


class Registration(Row, frozen=True):
    """One event of a case that is not withdrawn, sensible or not."""

    valid_at: date
    known_day: date
    """The day of `known_at` in Copenhagen."""
    position: int
    unit: str | None
    """The unit that the case belonged to at the end of the day, open or not; None before it was referred."""
    source: str
    codes: str | None
    """Its `CodeUse`s, `BETWEEN` two; None where it says none. What the lists say of them is looked up when they are read."""


BETWEEN = "\x1f"
"""The sign between two uses of codes: it stands in no label."""
GOES_ON = "="
"""What stands before a use by which nothing new begins."""


class CodeUse(NamedTuple):
    """A code that an event says, and whether something new begins by it."""

    list: str
    code: str
    begins: bool

    @property
    def text(self) -> str:
        return f"{'' if self.begins else GOES_ON}{self.list}.{self.code}"


def code_uses(event: Event, before: State) -> list[CodeUse]:
    """The codes that an event says: nothing begins by a benefit said again, nor by a refusal."""
    if isinstance(event, BenefitChanged):
        return [CodeUse("benefits", event.benefit, before.benefit != event.benefit)]
    begins = not isinstance(event, SupportRefused)
    found = ((name, getattr(event, field)) for field, name in type(event).codes.items())
    return [CodeUse(name, code, begins) for name, code in found if code is not None]


class _Today(Struct, frozen=True, gc=False):
    """The events of the day that was last come to: their unit is that of its end."""

    day: date = date.min
    unit: str | None = None
    rows: tuple[Registration, ...] = ()


_OF_STREAMS = tuple(KINDS[name] for name in STREAM_KINDS)


def _fold(today: _Today, step: Step, book: Book) -> _Today:
    if isinstance(step.recorded.event, _OF_STREAMS):
        return today
    recorded, day, unit = step.recorded, step.recorded.valid_at, step.after.unit
    earlier = today.rows if today.day == day else ()
    if earlier and today.unit != unit:
        moved = tuple(replace(row, unit=unit) for row in earlier)
        for row, now in zip(earlier, moved, strict=True):
            book.replace(row, now)
        earlier = moved
    uses = BETWEEN.join(use.text for use in code_uses(recorded.event, step.before))
    row = Registration(day, recorded.known_day, recorded.position, unit, recorded.source, uses or None)
    book.add(row)
    return _Today(day, unit, (*earlier, row))


registrations = Projection(
    Registration,
    _fold,
    tuple(kind for kind in EVERY if kind not in _OF_STREAMS),
    ("(valid_at) INCLUDE (known_day, unit, known_from, known_to)",),
    _Today(),
)
