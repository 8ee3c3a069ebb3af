"""What is known, and the state of a case on a day (sections 1 and 4 of domain.md)."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from .vocabulary import support_class


@dataclass(frozen=True)
class Event:
    """One known event, with its place in the log."""

    position: int
    case: str
    kind: str
    valid_at: date
    known_at: datetime
    data: dict


@dataclass(frozen=True)
class Grant:
    """A running grant."""

    id: str
    support: str
    amount: int | None
    valid_at: date
    position: int


@dataclass(frozen=True)
class Holder:
    """Who holds a role, and the reason said by the event that set them (`caseworker_assigned`: other)."""

    worker: str
    reason: str


@dataclass(frozen=True)
class State:
    """A case after some of its events."""

    referred: bool = False
    open: bool = False
    unit: str | None = None
    citizen: str | None = None
    born: str | None = None
    benefit: str | None = None
    layer: str | None = None
    in_scope: bool = True
    opened: date | None = None
    assessing: bool = False
    method: str | None = None
    plans: frozenset[str] = frozenset()
    grants: tuple[Grant, ...] = ()
    holders: dict[str, Holder] = field(default_factory=dict)
    performers: frozenset[str] = frozenset()
    frames: tuple[int, ...] = ()
    draws: tuple[int, ...] = ()


@dataclass(frozen=True)
class Step:
    """One event of a case with the state before and after it; `counted` is false where the fold ignores it."""

    event: Event
    before: State
    after: State
    counted: bool


@dataclass(frozen=True)
class Register:
    """The known register: the steps of each case in the order (valid_at, position), and the streams' events."""

    cases: dict[str, list[Step]]
    streams: list[Event]
    persons: dict[str, str] = field(default_factory=dict)
    """The citizen that stands for each one that `merged_into` joined with another."""


BLANK = State()
ENDINGS = ("closed", "rejected", "merged_into")
"""The kinds that end an open case, with everything that closing ends (sections 3 and 4)."""


def known_lines(lines: list[dict], position: int | None) -> list[tuple[int, dict]]:
    """The lines known at a position and not withdrawn by then, withdrawals themselves apart (section 1)."""
    end = len(lines) if position is None else position
    if not 0 <= end <= len(lines):
        raise ValueError(f"position {end} is past the log's end {len(lines)}")
    numbered = [(number, line) for number, line in enumerate(lines[:end], start=1)]
    withdrawn: set[int] = set()
    for number, line in numbered:
        if line["kind"] != "withdrawn":
            continue
        named = (line["data"].get("source") or line["source"], line["data"]["source_id"])
        for earlier, other in numbered:
            if earlier >= number:
                break
            if other["kind"] != "withdrawn" and (other["source"], other["source_id"]) == named:
                if other.get("case") == line.get("case") and other.get("stream") == line.get("stream"):
                    withdrawn.add(earlier)
    return [(number, line) for number, line in numbered if number not in withdrawn and line["kind"] != "withdrawn"]


def register_from(lines: list[dict], position: int | None = None) -> Register:
    """Fold every case of the log as known at the position, in the order (valid_at, position)."""
    by_case: dict[str, list[Event]] = {}
    streams: list[Event] = []
    for number, line in known_lines(lines, position):
        event = Event(
            position=number,
            case=line.get("case") or "",
            kind=line["kind"],
            valid_at=date.fromisoformat(line["valid_at"]),
            known_at=datetime.fromisoformat(line["known_at"]),
            data=line["data"],
        )
        if line.get("case"):
            by_case.setdefault(event.case, []).append(event)
        else:
            streams.append(event)
    in_order = {case: sorted(events, key=lambda e: (e.valid_at, e.position)) for case, events in by_case.items()}
    cases = {case: fold(events) for case, events in in_order.items()}
    return Register(
        cases=cases,
        streams=sorted(streams, key=lambda e: (e.valid_at, e.position)),
        persons=joined(cases),
    )


def joined(cases: dict[str, list[Step]]) -> dict[str, str]:
    """Citizens joined by `merged_into`, transitively: each with one that stands for all of its group.

    Of each merging: the citizen of the case merged, at its place, and the one last said of the case that goes on.
    """
    groups: list[set[str]] = []
    for steps in cases.values():
        for step in steps:
            going_on = cases.get(step.event.data["case"]) if step.event.kind == "merged_into" and step.counted else None
            if going_on is None or going_on[-1].after.citizen is None:
                continue
            group = {step.before.citizen, going_on[-1].after.citizen}
            for other in [other for other in groups if other & group]:
                groups.remove(other)
                group |= other
            groups.append(group)
    return {citizen: min(group) for group in groups for citizen in group}


def person(register: Register, citizen: str) -> str:
    """The citizen that stands for this one in every count of citizens."""
    return register.persons.get(citizen, citizen)


def fold(events: list[Event]) -> list[Step]:
    """The fold, every step of it kept. It never fails (section 1)."""
    steps: list[Step] = []
    state = BLANK
    for event in events:
        after = applied(state, event)
        steps.append(Step(event, state, state if after is None else after, counted=after is not None))
        state = steps[-1].after
    return steps


def state_on(steps: list[Step], day: date) -> State:
    """The state at the end of the day: after all events with valid_at on or before it (section 1)."""
    number = bisect_right(steps, day, key=lambda step: step.event.valid_at)
    return BLANK if number == 0 else steps[number - 1].after


def unit_at(steps: list[Step], day: date) -> str | None:
    """The case's unit at the end of the day; before the referral, the unit referred to (section 6)."""
    state = state_on(steps, day)
    if state.referred:
        return state.unit
    referrals = [step.after.unit for step in steps if step.event.kind == "referred" and step.counted]
    return referrals[0] if referrals else None


def applied(state: State, event: Event) -> State | None:
    """The state after one event, or None where the event changes nothing by section 4."""
    data, kind = event.data, event.kind

    # These count whether or not the case is open.
    if kind == "benefit_changed":
        return replace(state, benefit=data["benefit"])
    if kind in ("caseworker_assigned", "caseworker_changed"):
        held = state.holders.get(data["role"])
        if held is not None and held.worker == data["worker"]:
            return None  # setting the holder who already holds changes nothing (section 5)
        reason = "other" if kind == "caseworker_assigned" else data["reason"]
        return replace(state, holders={**state.holders, data["role"]: Holder(data["worker"], reason)})
    if kind == "caseworker_ended":
        return replace(state, holders={role: h for role, h in state.holders.items() if role != data["role"]})
    if kind in ("presented", "note_added", "activity_recorded") or kind.startswith("complaint_"):
        return state

    # What opens a case.
    if kind == "referred":
        if state.open:
            return None
        return replace(
            state,
            referred=True,
            open=True,
            opened=event.valid_at,
            unit=data["unit"],
            citizen=data["citizen"],
            in_scope=data.get("in_scope") is not False,
            born=data.get("born") or state.born,
        )
    if kind == "reopened":
        return replace(state, open=True, opened=event.valid_at) if state.referred and not state.open else None

    # On a case already closed it joins the citizens only; a case that goes on in itself makes no sense.
    if kind == "merged_into" and not state.open:
        return state if state.referred and data["case"] != event.case else None

    # Any other event on a case that is not open changes nothing.
    return applied_to_open(state, event) if state.open else None


def applied_to_open(state: State, event: Event) -> State | None:
    """The events that need an open case (section 4)."""
    data, kind = event.data, event.kind
    if kind == "merged_into" and data["case"] == event.case:
        return None
    if kind in ENDINGS:
        return replace(
            state,
            open=False,
            assessing=False,
            plans=frozenset(),
            grants=(),
            holders={},
            performers=frozenset(),
            frames=(),
            draws=(),
        )
    if kind == "transferred":
        return replace(state, unit=data["to"]) if data["to"] != state.unit else None
    if kind == "visited":
        return replace(state, in_scope=True, layer=data.get("layer") or state.layer)
    if kind == "assessment_opened":
        return replace(state, assessing=True, method=data["method"])
    if kind == "assessment_closed":
        return replace(state, assessing=False)
    if kind == "plan_agreed":
        return replace(state, plans=state.plans | {data["plan"]})
    if kind == "support_granted":
        if any(grant.id == data["grant"] for grant in state.grants):
            return None  # a grant id that is running is not granted again
        granted = Grant(data["grant"], data["support"], data.get("yearly_amount"), event.valid_at, event.position)
        return replace(state, grants=state.grants + (granted,))
    if kind == "support_ended":
        return replace(state, grants=tuple(grant for grant in state.grants if grant.id != data["grant"]))
    if kind == "performer_matched":
        return replace(state, performers=state.performers | {data["worker"]})
    if kind == "performer_ended":
        return replace(state, performers=state.performers - {data["worker"]})
    if kind == "frame_agreed":
        return replace(state, frames=state.frames + (data["amount"],))
    if kind == "frame_drawn":
        return replace(state, draws=state.draws + (data["amount"],))
    return state


def active_in(state: State, units: list[str]) -> bool:
    """Open, and the unit is one of those asked for."""
    return state.open and state.unit in units


def primary_support(state: State) -> Grant | None:
    """The latest running grant of class main, else the latest of class other (section 4)."""
    for wanted in ("main", "other"):
        running = [grant for grant in state.grants if support_class(grant.support) == wanted]
        if running:
            return max(running, key=lambda grant: (grant.valid_at, grant.position))
    return None


def stage(state: State) -> str:
    """The stage of an open case (section 4)."""
    if primary_support(state) is not None:
        return "supported"
    return "assessing" if state.assessing else "waiting"


def holders_on(state: State) -> dict[str, Holder]:
    """Role -> holder; a holder counts only on days the case is open (section 4)."""
    return state.holders if state.open else {}
