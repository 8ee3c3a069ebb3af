"""Referrals with the first dates of the journey each began, from which lead times are counted."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

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


class _Latest(NamedTuple):
    """The referral that is followed."""

    current: Referral
    today: tuple[Referral, ...] = ()
    """Earlier referrals of its day: their unit too is that of its end."""


def _fold(latest: _Latest | None, step: Step, book: Book) -> _Latest | None:
    if step.before is step.after:
        return latest
    event, day, unit = step.recorded.event, step.recorded.valid_at, step.after.unit or ""
    if isinstance(event, Referred):
        earlier = (*latest.today, latest.current) if latest is not None and latest.current.day == day else ()
        latest = _Latest(Referral(day, step.recorded.position, unit), earlier)
        book.add(latest.current)
    if latest is None:
        return None
    current, today = latest
    changed = current
    if isinstance(event, Visited) and current.visited is None:
        changed = replace(changed, visited=day, layer=event.layer)
    elif isinstance(event, SupportGranted) and current.granted is None and step.classes[event.support] != "accessory":
        changed = replace(changed, granted=day)
    if current.day == day and current.unit != unit:
        changed = replace(changed, unit=unit)
    book.replace(current, changed)
    if today and current.day == day:
        for earlier in today:
            book.replace(earlier, replace(earlier, unit=unit))
        today = tuple(replace(earlier, unit=unit) for earlier in today)
    return latest if changed is current and today is latest.today else _Latest(changed, today)


referrals = Projection(Referral, _fold, (Referred, Transferred, Visited, SupportGranted), ("(day)",))
