"""The events to which the rules R1-R8, R10 and R13 apply, and the facts of a course that answer their questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping

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

_FIRST_TIME = ("R3", "R4", "R5")
"""The rules of a case that is before a forum for the first time."""
_SUPPORT_BEGINS = ("R1", "R2")
"""The rules of a support that begins in a unit."""


def facts_of(step: Step) -> set[str]:
    """The facts that the event adds to the course."""
    event = step.recorded.event
    match event:
        case Presented(matter="visitation"):
            return {event.forum, "leader"} if event.forum == RULES["R3"].forum and event.by == "leader" else {event.forum}
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
    """The rules whose support runs in the case's unit, by a grant in it or a transfer to it."""
    rules = {f"supported {rule}" for rule in _SUPPORT_BEGINS if RULES[rule].unit == step.after.unit}
    return rules if rules and primary_support(step.after, step.classes) is not None else set()


def _new(step: Step) -> set[str]:
    """A case new to the unit while every new one there must be before its forum (R2)."""
    rule = RULES["R2"]
    return {"new"} if step.after.unit == rule.unit and rule.counts_on(step.recorded.valid_at) else set()


def rules_applied(step: Step, before: Facts, now: Facts) -> tuple[str, ...]:
    """The rules that apply to the event, by the facts of the course before it and now."""
    event, state = step.recorded.event, step.after
    match event:
        case SupportGranted() | Transferred():
            return _begun(step, now - before, now)
        case Presented(matter="visitation") | Visited():
            return tuple(rule for rule in _FIRST_TIME if RULES[rule].forum == event.forum and event.forum not in before)
        case FrameAgreed() | FrameDrawn():
            return ("R6",)
        case PlanRevised(plan="ungeplan", material=True):
            return ("R7",)
        case CaseworkerAssigned() | CaseworkerChanged():
            role = ROLES.index(event.role)  # pyright: ignore[reportArgumentType] -- the code list holds just the roles
            return ("R8",) if state.open and state.unit == RULES["R8"].unit and step.before.holders[role] is not None else ()
        case PerformerMatched() if "matched" not in before:
            return ("R10",)
        case _:
            return ()


def _begun(step: Step, new: Facts, now: Facts) -> tuple[str, ...]:
    event, unit = step.recorded.event, step.after.unit
    granted = isinstance(event, SupportGranted) and step.classes[event.support] != "accessory"
    rules = (
        ("R1", "supported R1" in new),
        ("R2", "supported R2" in new and "new" in now),
        ("R13", granted and unit == RULES["R13"].unit),
    )
    return tuple(rule for rule, applies in rules if applies)


def _beyond_the_frame(step: Step) -> bool:
    """Whether more is drawn than agreed by a draw, or more agreed than a frame may be."""
    state = step.after
    return state.agreed > MOST_IN_A_FRAME if isinstance(step.recorded.event, FrameAgreed) else state.drawn > state.agreed


BREAKS: Mapping[str, Callable[[Step], bool]] = {
    "R6": _beyond_the_frame,
    "R13": lambda step: isinstance(step.recorded.event, SupportGranted) and step.recorded.event.forum is not None,
}
"""Whether an event to which the rule applies breaks it at once, of the rules that nothing later can mend."""
