"""The story of a case: every known event in order, with the state before and after it, and whether it was withdrawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from journey.case import NEW, State, evolve, finding_of
from journey.events import Withdrawn
from journey.history import Recorded, in_order, place


class Clocks(Struct, frozen=True):
    """The day since which each open matter has been open."""

    assessing: date | None = None
    frame: date | None = None
    complaints: Mapping[str, date] = MappingProxyType({})
    """The day of receipt of each complaint."""
    reassessed: Mapping[str, date] = MappingProxyType({})


class StoryEvent(Struct, frozen=True):
    """An event of the story. A withdrawn event and a withdrawal leave the state as it was."""

    recorded: Recorded
    before: State
    after: State
    clocks: Clocks
    """The clocks after the event."""
    finding: str | None = None
    withdrawn_by: Recorded | None = None
    """The withdrawal that ended belief in it."""
    replaced_by: Recorded | None = None
    """The event registered in its place, in the transaction of the withdrawal."""
    withdraws: Recorded | None = None


class CaseStory(Struct, frozen=True):
    """The events of a case known at a position, in the order (`valid_at`, position)."""

    case: str
    events: tuple[StoryEvent, ...]

    def until(self, day: date) -> tuple[StoryEvent, ...]:
        """The events whose day has come."""
        return tuple(event for event in self.events if event.recorded.valid_at <= day)

    def at(self, day: date) -> tuple[State, Clocks]:
        """The state at the end of the day, and its clocks."""
        events = self.until(day)
        return (events[-1].after, events[-1].clocks) if events else (NEW, Clocks())


def story(case: str, known: Sequence[Recorded]) -> CaseStory:
    """The story of the known history."""
    withdrawals = _withdrawals(known)
    by_name = {(recorded.source, recorded.source_id): recorded for recorded in known}
    effective = {recorded.position for recorded in in_order(known)}
    successors = _successors(known, withdrawals, by_name)
    state, clocks, events = NEW, Clocks(), list[StoryEvent]()
    for recorded in sorted(known, key=place):
        before, found = state, None
        if recorded.position in effective:
            state, code = evolve(state, recorded)
            found = finding_of(recorded, code)
            clocks = _ticking(clocks, before, state, recorded)
        event = recorded.event
        events.append(
            StoryEvent(
                recorded,
                before,
                state,
                clocks,
                found,
                withdrawals.get((recorded.source, recorded.source_id)),
                successors.get(recorded.position),
                by_name.get((event.source, event.source_id)) if isinstance(event, Withdrawn) else None,
            )
        )
    return CaseStory(case, tuple(events))


_Name = tuple[str, str]


def _withdrawals(known: Sequence[Recorded]) -> dict[_Name, Recorded]:
    """The first withdrawal of each event that has one: a second changes nothing."""
    found: dict[_Name, Recorded] = {}
    for recorded in known:
        if isinstance(recorded.event, Withdrawn):
            found.setdefault((recorded.event.source, recorded.event.source_id), recorded)
    return found


def _successors(
    known: Sequence[Recorded], withdrawals: Mapping[_Name, Recorded], by_name: Mapping[_Name, Recorded]
) -> dict[int, Recorded]:
    """By the position of a withdrawn event, what was registered in its place (domain.md section 1: in one transaction).

    That is the source's own corrected row (`…#2`), or else the next event of the same kind and moment after the withdrawal.
    """
    found: dict[int, Recorded] = {}
    used: set[int] = set()
    for name, withdrawal in withdrawals.items():
        withdrawn = by_name.get(name)
        if withdrawn is None:
            continue
        base, _, nth = withdrawn.source_id.rpartition("#")
        corrected = f"{base}#{int(nth) + 1}" if base and nth.isdigit() else f"{withdrawn.source_id}#2"
        alternatives = (
            other
            for other in known
            if type(other.event) is type(withdrawn.event)
            and other.position > withdrawal.position
            and other.known_at == withdrawal.known_at
            and other.position not in used
        )
        successor = by_name.get((withdrawn.source, corrected)) or next(alternatives, None)
        if successor is not None:
            found[withdrawn.position] = successor
            used.add(successor.position)
    return found


def _ticking(clocks: Clocks, before: State, after: State, recorded: Recorded) -> Clocks:
    """The clocks after an event: each starts on the day its matter opened."""
    if before is after:
        return clocks
    day = recorded.valid_at
    if before.assessing != after.assessing:
        clocks = replace(clocks, assessing=day if after.assessing else None)
    if bool(before.frames) != bool(after.frames):
        clocks = replace(clocks, frame=day if after.frames else None)
    if before.complaints is not after.complaints:
        received = {each.complaint: clocks.complaints.get(each.complaint, day) for each in after.complaints}
        again = {each.complaint: clocks.reassessed.get(each.complaint, day) for each in after.complaints if each.reassessed}
        clocks = replace(clocks, complaints=MappingProxyType(received), reassessed=MappingProxyType(again))
    return clocks
