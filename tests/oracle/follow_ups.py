"""Follow-ups: what became of each (section 4), and the figures about them (section 6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from .fold import ENDINGS, Event, Register, Step, active_in, state_on, unit_at
from .parameters import day_asked, period_asked, units_asked
from .vocabulary import OVERDUE_BANDS, TRACKS


@dataclass
class FollowUp:
    """An agreed follow-up: what it came to (`held` `replaced` `overtaken` `ended`, none while unanswered), and the day."""

    due: date
    track: str | None
    fate: str | None = None
    fate_on: date | None = None

    def comes_to(self, fate: str, event: Event) -> None:
        """Note its fate, on the event's day."""
        self.fate, self.fate_on = fate, event.valid_at


def follow_ups_of(steps: list[Step]) -> list[FollowUp]:
    """The follow-ups that the steps agree, in their order, each with what the steps make of it (section 4)."""
    agreed: list[FollowUp] = []
    for step in steps:
        event = step.event
        if not step.counted:
            continue
        unanswered = [each for each in agreed if each.fate is None]
        of_track = [each for each in unanswered if each.track == event.data.get("track")]
        if event.kind == "follow_up_agreed":
            replaced = [each for each in of_track if each.due.isoformat() == event.data.get("moved_from")]
            if replaced:
                replaced[0].comes_to("replaced", event)
            agreed.append(FollowUp(date.fromisoformat(event.data["due"]), event.data.get("track")))
        elif event.kind == "follow_up_held" and of_track:
            # The nearest due day; of two as near the earlier; of the same day the one agreed first, as min takes it.
            answered = min(of_track, key=lambda each: (abs(each.due - event.valid_at), each.due))
            answered.comes_to("held", event)
            for each in of_track:
                if each.due < answered.due:
                    each.comes_to("overtaken", event)
        elif event.kind in ENDINGS and step.before.open:
            for each in unanswered:
                each.comes_to("ended", event)
    return agreed


def unanswered_on(steps: list[Step], day: date) -> list[FollowUp]:
    """The follow-ups unanswered at the end of the day."""
    until = [step for step in steps if step.event.valid_at <= day]
    return [each for each in follow_ups_of(until) if each.fate is None]


def follow_ups(register: Register, parameters: dict) -> list[dict]:
    """Follow-ups due in the period, by the case's unit on the due day."""
    begin, end = period_asked(parameters)
    units = units_asked(parameters)
    counts: Counter[str] = Counter()
    for steps in register.cases.values():
        for each in follow_ups_of(steps):
            if not begin <= each.due < end or unit_at(steps, each.due) not in units:
                continue
            if each.fate == "replaced" or (each.fate == "ended" and each.fate_on <= each.due):
                continue
            counts["due"] += 1
            if each.fate == "held":
                counts["held_on_time" if each.fate_on <= each.due else "held_late"] += 1
            else:
                counts["not_held"] += 1
    return [{"measure": name, "value": counts[name]} for name in ("due", "held_on_time", "held_late", "not_held")]


def overdue_band(days: int) -> str:
    """The band of a number of days overdue, from one."""
    if days <= 30:
        return "1-30"
    return "31-90" if days <= 90 else "91+"


def overdue_follow_ups(register: Register, parameters: dict) -> list[dict]:
    """Unanswered follow-ups of active cases with a due day before the day, by days overdue, and the cases concerned."""
    day, units = day_asked(parameters), units_asked(parameters)
    counts: Counter[str] = Counter()
    cases = 0
    for steps in register.cases.values():
        if not active_in(state_on(steps, day), units):
            continue
        overdue = [(day - each.due).days for each in unanswered_on(steps, day) if each.due < day]
        cases += len(overdue) > 0
        for days in overdue:
            counts[overdue_band(days)] += 1
    cells = [{"measure": "follow_ups", "band": band, "value": counts[band]} for band in OVERDUE_BANDS]
    return cells + [{"measure": "cases", "value": cases}]


def upcoming_follow_ups(register: Register, parameters: dict) -> list[dict]:
    """Unanswered follow-ups of active cases due in the window that begins with the day, by track."""
    day, units = day_asked(parameters), units_asked(parameters)
    end = day + timedelta(days=parameters.get("window", 30))
    counts: Counter[str] = Counter()
    for steps in register.cases.values():
        if active_in(state_on(steps, day), units):
            counts.update(each.track or "none" for each in unanswered_on(steps, day) if day <= each.due < end)
    return [{"track": track, "value": counts[track]} for track in TRACKS + ["none"]]
