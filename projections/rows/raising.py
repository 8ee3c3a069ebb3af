"""Which events raise a question of the rules R1-R10 and R13, and what else in a course answers one."""

from __future__ import annotations

from journey.case import primary_support
from journey.conformance import MOST_IN_A_FRAME, RULES
from journey.events import (
    CaseworkerAssigned,
    CaseworkerChanged,
    FrameAgreed,
    FrameDrawn,
    PerformerMatched,
    PlanAgreed,
    PlanRevised,
    Presented,
    Referred,
    SupportGranted,
    Transferred,
    Visited,
)
from journey.events.caseworkers import ROLES
from projections.fold import Step
from projections.rows.norms import Facts

YOUTH, ADULTS, COMMITTEE = "ungeindsatsen", "arbejdsmarked", "kv_udvalg"


def facts_of(step: Step) -> set[str]:
    """What the event brings into the course that a rule asks for."""
    event = step.recorded.event
    match event:
        case Presented(matter="visitation"):
            return {event.forum, "leader"} if event.forum == COMMITTEE and event.by == "leader" else {event.forum}
        case Presented():
            return {event.matter}
        case Visited():
            return {event.forum}
        case PlanAgreed() | PlanRevised():
            return {event.plan}
        case SupportGranted():
            return _supported(step)
        case PerformerMatched():
            return {"matched"}
        case Referred() if event.channel != "taken_over":
            return _new(step)
        case Transferred():
            return _new(step) | _supported(step)
        case CaseworkerChanged(approved_by_forum=True):
            return {"caseworker_change"}
        case _:
            return set()


def _supported(step: Step) -> set[str]:
    """A support that runs in one of the two units, by a grant in it or a transfer to it."""
    unit = step.after.unit
    return (
        {f"supported in {unit}"} if unit in (YOUTH, ADULTS) and primary_support(step.after, step.classes) is not None else set()
    )


def _new(step: Step) -> set[str]:
    """A case new to the youth unit while every new one must be before the forum (R2)."""
    return {"new"} if step.after.unit == YOUTH and RULES["R2"].counts_on(step.recorded.valid_at) else set()


def raised(step: Step, before: Facts, now: Facts) -> tuple[str, ...]:
    """The rules that the event raises, with what the course had before it and has now."""
    event, state = step.recorded.event, step.after
    match event:
        case SupportGranted() | Transferred():
            return _begun(step, now - before, now)
        case Presented(forum="kv_udvalg", matter="visitation") | Visited(forum="kv_udvalg") if COMMITTEE not in before:
            return ("R3", "R4", "R5")
        case FrameAgreed() if state.agreed > MOST_IN_A_FRAME:
            return ("R6",)
        case FrameDrawn() if state.drawn > state.agreed:
            return ("R6",)
        case PlanRevised(plan="ungeplan", material=True):
            return ("R7",)
        case CaseworkerAssigned() | CaseworkerChanged():
            role = ROLES.index(event.role)  # pyright: ignore[reportArgumentType] -- the code list holds just the roles
            return ("R8",) if state.open and state.unit == YOUTH and step.before.holders[role] is not None else ()
        case PerformerMatched() if "matched" not in before:
            return ("R10",)
        case _:
            return ()


def _begun(step: Step, new: Facts, now: Facts) -> tuple[str, ...]:
    event, unit = step.recorded.event, step.after.unit
    granted = isinstance(event, SupportGranted) and event.forum is not None and step.classes[event.support] != "accessory"
    rules = (
        ("R1", f"supported in {ADULTS}" in new),
        ("R2", f"supported in {YOUTH}" in new and "new" in now),
        ("R13", granted and unit == ADULTS),
    )
    return tuple(rule for rule, is_raised in rules if is_raised)
