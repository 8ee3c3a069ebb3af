"""A case's story: every known event at its place in the order, with the state before and after, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from msgspec import Struct
from msgspec.structs import replace

from journey.case import NEW, State, evolve
from journey.events import Withdrawn
from journey.history import Recorded, in_order, place


class Clocks(Struct, frozen=True):
    """Since which day that which is open has been so."""

    assessing: date | None = None
    frame: date | None = None
    complaints: Mapping[str, date] = MappingProxyType({})
    """The day of receipt of each complaint."""
    reassessed: Mapping[str, date] = MappingProxyType({})


class Told(Struct, frozen=True):
    """One event in the story. One that is withdrawn, and a withdrawal, leave the state as it was."""

    recorded: Recorded
    before: State
    after: State
    clocks: Clocks
    """As after the event."""
    finding: str | None = None
    withdrawn_by: Recorded | None = None
    """The withdrawal that took it back: until then it was believed."""
    replaced_by: Recorded | None = None
    """The event registered in its place, in the transaction of the withdrawal."""
    withdraws: Recorded | None = None


class Story(Struct, frozen=True):
    """What was known of a case at a position, in the order (`valid_at`, position)."""

    case: str
    events: tuple[Told, ...]

    def upto(self, day: date) -> tuple[Told, ...]:
        """The events whose day has come."""
        return tuple(told for told in self.events if told.recorded.valid_at <= day)

    def at(self, day: date) -> tuple[State, Clocks]:
        """The state at the end of the day, and what runs in it."""
        told = self.upto(day)
        return (told[-1].after, told[-1].clocks) if told else (NEW, Clocks())


def story(case: str, known: Sequence[Recorded]) -> Story:
    """The story that the known history tells."""
    withdrawals = _withdrawals(known)
    by_name = {(one.source, one.source_id): one for one in known}
    taken = {one.position for one in in_order(known)}
    successors = _successors(known, withdrawals, by_name)
    state, clocks, told = NEW, Clocks(), list[Told]()
    for recorded in sorted(known, key=place):
        before, finding = state, None
        if recorded.position in taken:
            state, finding = evolve(state, recorded)
            clocks = _ticking(clocks, before, state, recorded)
        event = recorded.event
        told.append(
            Told(
                recorded,
                before,
                state,
                clocks,
                finding,
                withdrawals.get((recorded.source, recorded.source_id)),
                successors.get(recorded.position),
                by_name.get((event.source, event.source_id)) if isinstance(event, Withdrawn) else None,
            )
        )
    return Story(case, tuple(told))


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
        gone = by_name.get(name)
        if gone is None:
            continue
        base, _, nth = gone.source_id.rpartition("#")
        corrected = f"{base}#{int(nth) + 1}" if base and nth.isdigit() else f"{gone.source_id}#2"
        beside = (
            one
            for one in known
            if type(one.event) is type(gone.event)
            and one.position > withdrawal.position
            and one.known_at == withdrawal.known_at
            and one.position not in used
        )
        successor = by_name.get((gone.source, corrected)) or next(beside, None)
        if successor is not None:
            found[gone.position] = successor
            used.add(successor.position)
    return found


def _ticking(clocks: Clocks, before: State, after: State, recorded: Recorded) -> Clocks:
    """The clocks after an event: each begins on the day that its matter opened."""
    if before is after:
        return clocks
    day = recorded.valid_at
    if before.assessing != after.assessing:
        clocks = replace(clocks, assessing=day if after.assessing else None)
    if bool(before.frames) != bool(after.frames):
        clocks = replace(clocks, frame=day if after.frames else None)
    if before.complaints is not after.complaints:
        received = {one.complaint: clocks.complaints.get(one.complaint, day) for one in after.complaints}
        again = {one.complaint: clocks.reassessed.get(one.complaint, day) for one in after.complaints if one.reassessed}
        clocks = replace(clocks, complaints=MappingProxyType(received), reassessed=MappingProxyType(again))
    return clocks
