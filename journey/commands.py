"""Rules for commands (kommandoer): each is judged at its own place in the case's order, not by today's state (domain.md section 1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from msgspec import Struct

from journey.case import NEW, evolve, finding_of, years_later
from journey.events import Withdrawn
from journey.history import Recorded, in_order, known_by, place
from journey.log.stored import Entry
from journey.refusals import NOTED, Refused, finding_text

EARLIEST = date(1900, 1, 1)
YEARS_AHEAD = 2

_UNREAD = datetime(1, 1, 1, tzinfo=UTC)
"""The moment of what is not recorded yet; no rule reads one."""


class SenselessEvent(Struct, frozen=True):
    """A recorded event that makes no sense in its place: its position, and the code of the reason."""

    position: int
    code: str

    @property
    def text(self) -> str:
        """The reason in plain Danish."""
        return finding_text(self.code)


def senseless_events(history: Sequence[Recorded]) -> list[SenselessEvent]:
    """Every finding of a case's known history, in its order."""
    found: list[SenselessEvent] = []
    state = NEW
    for recorded in in_order(history):
        state, code = evolve(state, recorded)
        code = finding_of(recorded, code)
        if code is not None:
            found.append(SenselessEvent(recorded.position, code))
    return found


def newly_senseless(history: Sequence[Recorded], first: int) -> list[SenselessEvent]:
    """The findings that the events from position `first` on make of the earlier ones, and of themselves where the law takes
    them all the same (`refusals.NOTED`)."""
    before = {(found.position, found.code) for found in senseless_events(known_by(history, first - 1))}
    return [found for found in senseless_events(history) if (found.position, found.code) not in before]


def decide(history: Sequence[Recorded], entries: Sequence[Entry], *, today: date) -> None:
    """Judge the entries of one transaction, in order, on the case they are for; `today` bounds how far ahead they may be.

    Raises Refused for the first entry that is impossible at its own place.
    """
    known = list(history)
    for entry in entries:
        proposed = _as_if_recorded(entry, known)
        _in_bounds(entry, today)
        if isinstance(entry.event, Withdrawn):
            _withdrawable(entry.event, known)
        else:
            _possible(proposed, known)
        known.append(proposed)


def _as_if_recorded(entry: Entry, known: Sequence[Recorded]) -> Recorded:
    last = known[-1].position if known else 0
    return Recorded(last + 1, len(known), entry.valid_at, _UNREAD, _UNREAD.date(), entry.source, entry.source_id, entry.event)


def _in_bounds(entry: Entry, today: date) -> None:
    if entry.valid_at < EARLIEST:
        raise Refused("too_early", place="valid_at")
    if entry.valid_at > years_later(today, YEARS_AHEAD):
        raise Refused("too_late", place="valid_at")


def _withdrawable(event: Withdrawn, known: Sequence[Recorded]) -> None:
    target = next(
        (recorded for recorded in known if (recorded.source, recorded.source_id) == (event.source, event.source_id)), None
    )
    if target is None:
        raise Refused("not_there", place="source_id")
    if isinstance(target.event, Withdrawn):
        raise Refused("withdrawal_withdrawn", place="source_id")
    for recorded in known:
        if isinstance(recorded.event, Withdrawn) and (recorded.event.source, recorded.event.source_id) == (
            event.source,
            event.source_id,
        ):
            raise Refused("withdrawn_already", place="source_id")


def _possible(proposed: Recorded, known: Sequence[Recorded]) -> None:
    state = NEW
    for recorded in in_order(known):
        if place(recorded) > place(proposed):
            break
        state, _ = evolve(state, recorded)
    _, code = evolve(state, proposed)
    if code is not None and code not in NOTED:
        raise Refused(code, place=f"{proposed.valid_at}")
