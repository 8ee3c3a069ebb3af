"""Figures that count a kind of event of the period: visitations, refusals, rehabilitation, pensions, hand-overs (section 6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from .fold import ENDINGS, Register, Step, state_on
from .parameters import period_asked, units_asked
from .vocabulary import REJECT_REASONS


def unit_of_visitation(steps: list[Step], number: int) -> str | None:
    """The case's unit at the end of the day before; on a day it opens by a referral, the unit referred to."""
    day = steps[number].event.valid_at
    referrals = [
        step.after.unit
        for step in steps[:number]
        if step.event.kind == "referred" and step.counted and step.event.valid_at == day
    ]
    return referrals[-1] if referrals else state_on(steps, day - timedelta(days=1)).unit


def visitations(register: Register, parameters: dict) -> list[dict]:
    """Effective `visited` and `rejected` of the period, the latter by reason."""
    begin, end = period_asked(parameters)
    units = units_asked(parameters)
    visited = 0
    rejected: Counter[str] = Counter()
    for steps in register.cases.values():
        for number, step in enumerate(steps):
            if step.event.kind not in ("visited", "rejected") or not step.counted:
                continue
            if not begin <= step.event.valid_at < end or unit_of_visitation(steps, number) not in units:
                continue
            if step.event.kind == "visited":
                visited += 1
            else:
                rejected[step.event.data["reason"]] += 1
    cells = [{"measure": "visited", "value": visited}]
    return cells + [{"measure": "rejected", "reason": reason, "value": rejected[reason]} for reason in REJECT_REASONS]


def of_the_period(register: Register, parameters: dict, kind: str) -> Iterator[tuple[str, Step]]:
    """The events of the kind in the period on cases open at their place, by the case's unit at the end of that day."""
    begin, end = period_asked(parameters)
    units = units_asked(parameters)
    for case, steps in register.cases.items():
        for step in steps:
            if step.event.kind != kind or not step.before.open or not begin <= step.event.valid_at < end:
                continue
            if state_on(steps, step.event.valid_at).unit in units:
                yield case, step


def refused_supports(register: Register, parameters: dict) -> list[dict]:
    """Refusals by support; an open list."""
    counts = Counter(step.event.data["support"] for _, step in of_the_period(register, parameters, "support_refused"))
    return [{"support": support, "value": count} for support, count in counts.items()]


def rehabilitation(register: Register, parameters: dict) -> list[dict]:
    """Distinct cases sent to the rehabilitation team."""
    return [{"value": len({case for case, _ in of_the_period(register, parameters, "sent_to_rehabilitation")})}]


def expected_pensions(register: Register, parameters: dict) -> list[dict]:
    """Distinct cases in which a disability pension is expected."""
    return [{"value": len({case for case, _ in of_the_period(register, parameters, "disability_pension_expected")})}]


@dataclass
class Proposal:
    """A hand-over proposed by a unit to another: what ended it (none while it waits), and the day."""

    by_unit: str | None
    to: str
    proposed_on: date
    end: str | None = None
    ended_on: date | None = None


def proposals_of(steps: list[Step]) -> list[Proposal]:
    """The hand-overs proposed in a case; a second to the same unit while the first waits, or to the case's own, is none."""
    proposals: list[Proposal] = []
    for step in steps:
        event, state = step.event, step.before
        if not step.counted:
            continue
        waiting = [each for each in proposals if each.end is None]
        if event.kind == "handover_proposed":
            if event.data["to"] != state.unit and event.data["to"] not in [each.to for each in waiting]:
                proposals.append(Proposal(state.unit, event.data["to"], event.valid_at))
        elif event.kind in ("handover_accepted", "handover_refused", "transferred", *ENDINGS):
            for each in waiting:
                if event.kind in ENDINGS or each.to == event.data["to"]:
                    each.end, each.ended_on = event.kind, event.valid_at
    return proposals


def handovers(register: Register, parameters: dict) -> list[dict]:
    """Hand-overs proposed in the period, those of them answered before its end, and all that wait at its end."""
    begin, end = period_asked(parameters)
    units = units_asked(parameters)
    counts: Counter[str] = Counter()
    for steps in register.cases.values():
        for each in proposals_of(steps):
            if each.by_unit not in units or each.proposed_on >= end:
                continue
            ended = each.ended_on is not None and each.ended_on < end
            counts["waiting"] += not ended
            if each.proposed_on >= begin:
                counts["proposed"] += 1
                counts["accepted"] += ended and each.end == "handover_accepted"
                counts["refused"] += ended and each.end == "handover_refused"
    return [{"measure": name, "value": counts[name]} for name in ("proposed", "accepted", "refused", "waiting")]
