"""Each referral and the first dates of the journey it began: what lead times are counted from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from msgspec.structs import replace

from journey.events import Referred, SupportGranted, Transferred, Visited
from projections.fold import Book, Projection, Row, Step


class Referral(Row, frozen=True):
    """An effective referral, and what first followed before the next one."""

    day: date
    position: int
    unit: str
    """The case's unit at the end of the day."""
    visited: date | None = None
    layer: str | None = None
    """As said by that first visit."""
    granted: date | None = None
    """The first grant of class main or other."""


class _Fold:
    __slots__ = ("classes", "current", "today")

    def __init__(self, classes: Mapping[str, str]) -> None:
        self.classes = classes
        self.current: Referral | None = None
        self.today: list[Referral] = []
        """Earlier referrals of the current one's day: their unit too is that of its end."""

    def step(self, step: Step, book: Book) -> None:
        if step.before is step.after:
            return
        event, day, unit = step.recorded.event, step.recorded.valid_at, step.after.unit or ""
        if isinstance(event, Referred):
            if self.current is not None and self.current.day == day:
                self.today.append(self.current)
            else:
                self.today.clear()
            self.current = Referral(day, step.recorded.position, unit)
            book.say(self.current)
        current = self.current
        if current is None:
            return
        changed = current
        if isinstance(event, Visited) and current.visited is None:
            changed = replace(changed, visited=day, layer=event.layer)
        elif isinstance(event, SupportGranted) and current.granted is None and self.classes[event.support] != "accessory":
            changed = replace(changed, granted=day)
        if current.day == day and current.unit != unit:
            changed = replace(changed, unit=unit)
        if changed is not current:
            book.replace(current, changed)
            self.current = changed
        if self.today and current.day == day:
            self._move_today(unit, book)

    def _move_today(self, unit: str, book: Book) -> None:
        for at, earlier in enumerate(self.today):
            moved = replace(earlier, unit=unit)
            book.replace(earlier, moved)
            self.today[at] = moved


referrals = Projection(Referral, _Fold, (Referred, Transferred, Visited, SupportGranted), ("(day)",))
