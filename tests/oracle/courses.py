"""Figures that follow something from its beginning to its end: complaints, lead times, … (section 6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from .fold import Event, Register, Step, state_on, unit_at
from .numbers import band_cells, cell_of, median, percentile_90, share
from .parameters import period_asked, units_asked
from .vocabulary import DECISIONS, REASSESSMENTS, SURVEY_ANSWERS, support_class

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


@dataclass
class Complaint:
    """One complaint of a case, with what answered it."""

    received: Event
    reassessed: Event | None = None
    decided: Event | None = None

    @property
    def accommodated(self) -> bool:
        return self.reassessed is not None and self.reassessed.data["outcome"] == "accommodated"

    def is_pending_before(self, day: date) -> bool:
        """Whether it is received and neither decided nor accommodated at the end of the day before."""
        ended = self.reassessed if self.accommodated else self.decided
        return self.received.valid_at < day and (ended is None or ended.valid_at >= day)


def complaints_of(steps: list[Step]) -> list[Complaint]:
    """The complaints of a case; what answers none, a second of a kind, and anything after the end change nothing."""
    by_id: dict[str, Complaint] = {}
    for event in (step.event for step in steps if step.event.kind.startswith("complaint_")):
        complaint = by_id.get(event.data["complaint"])
        if event.kind == "complaint_received":
            if complaint is None:
                by_id[event.data["complaint"]] = Complaint(event)
        elif complaint is None or complaint.accommodated or complaint.decided is not None:
            continue
        elif event.kind == "complaint_decided":
            complaint.decided = event
        elif complaint.reassessed is None:
            complaint.reassessed = event
    return list(by_id.values())


def complaints(register: Register, parameters: dict) -> list[dict]:
    """Pending before the period, received, reassessed and decided in it, pending at its end, and the omgørelsesprocent."""
    begin, end = period_asked(parameters)
    units = units_asked(parameters)
    opening = received = pending = 0
    reassessed: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    for steps in register.cases.values():
        for complaint in complaints_of(steps):
            if unit_at(steps, complaint.received.valid_at) not in units:
                continue
            received += begin <= complaint.received.valid_at < end
            if complaint.reassessed is not None and begin <= complaint.reassessed.valid_at < end:
                reassessed[complaint.reassessed.data["outcome"]] += 1
            if complaint.decided is not None and begin <= complaint.decided.valid_at < end:
                decided[complaint.decided.data["outcome"]] += 1
            opening += complaint.is_pending_before(begin)
            pending += complaint.is_pending_before(end)
    overturned = decided["changed"] + decided["remitted"]
    judged = overturned + decided["upheld"]
    cells = [{"measure": "opening", "value": opening}, {"measure": "received", "value": received}]
    cells += [{"measure": "reassessed", "outcome": outcome, "value": reassessed[outcome]} for outcome in REASSESSMENTS]
    cells += [{"measure": "decided", "outcome": outcome, "value": decided[outcome]} for outcome in DECISIONS]
    cells += [{"measure": "overturned", "value": overturned}, {"measure": "pending", "value": pending}]
    return cells + [cell_of({"measure": "overturned_percent"}, judged, share(100 * overturned, judged))]


def lead_times(register: Register, parameters: dict) -> list[dict]:
    """Days from the first effective referral in the period to the first visitation and the first main or other grant."""
    begin, end = period_asked(parameters)
    units = units_asked(parameters)
    layer = parameters.get("layer")
    days: dict[str, list[int]] = {"visited": [], "support_granted": []}
    for steps in register.cases.values():
        referrals = [n for n, step in enumerate(steps) if step.event.kind == "referred" and step.counted]
        in_period = [n for n in referrals if begin <= steps[n].event.valid_at < end]
        if not in_period:
            continue
        first = in_period[0]
        referred_on = steps[first].event.valid_at
        if state_on(steps, referred_on).unit not in units:
            continue
        later = [n for n in referrals if n > first]
        until_next = [step.event for step in steps[first : later[0] if later else len(steps)] if step.counted]
        visits = [event for event in until_next if event.kind == "visited"]
        grants = [
            event
            for event in until_next
            if event.kind == "support_granted" and support_class(event.data["support"]) in ("main", "other")
        ]
        if layer is not None and (not visits or visits[0].data.get("layer") != str(layer)):
            continue
        for to, found in (("visited", visits), ("support_granted", grants)):
            if found:
                days[to].append((found[0].valid_at - referred_on).days)
    cells = []
    for to, values in days.items():
        cells.append({"to": to, "measure": "n", "value": len(values)})
        cells.append(cell_of({"to": to, "measure": "median"}, len(values), median(values)))
        cells.append(cell_of({"to": to, "measure": "p90"}, len(values), percentile_90(values)))
        cells += band_cells({"to": to, "measure": "days"}, values)
    return cells


def forum_throughput(register: Register, parameters: dict) -> list[dict]:
    """Distinct cases before each forum on each day, and the days each forum had any; open lists."""
    begin, end = period_asked(parameters)
    seen: dict[tuple[str, date], set[str]] = {}
    for case, steps in register.cases.items():
        for step in steps:
            event = step.event
            if event.kind not in ("presented", "visited", "rejected") or not step.counted:
                continue
            if begin <= event.valid_at < end and parameters.get("forum") in (None, event.data["forum"]):
                seen.setdefault((event.data["forum"], event.valid_at), set()).add(case)
    cells = [
        {"measure": "cases", "forum": forum, "day": day.isoformat(), "value": len(found)}
        for (forum, day), found in seen.items()
    ]
    meetings = Counter(forum for forum, _ in seen)
    return cells + [{"measure": "meetings", "forum": forum, "value": count} for forum, count in meetings.items()]


def survey(register: Register, parameters: dict) -> list[dict]:
    """The answers to each statement of the wave as last said; null where the paper's bar is missing."""
    said: dict[str, dict] = {}
    for event in register.streams:
        if event.kind == "survey_recorded" and event.data["wave"] == parameters["wave"]:
            if parameters.get("statement") in (None, event.data["statement"]):
                said[event.data["statement"]] = event.data
    cells = []
    for statement, data in said.items():
        for answer, value in zip(SURVEY_ANSWERS, data["answers"] or [None] * 5, strict=True):
            cells.append({"statement": statement, "answer": answer, "value": value})
        cells.append({"statement": statement, "measure": "n", "value": data["n"]})
    return cells


def late_registration(register: Register, parameters: dict) -> list[dict]:
    """Days from valid_at to Copenhagen's day of known_at, of all events not withdrawn, withdrawals apart."""
    begin, end = period_asked(parameters)
    units = units_asked(parameters)
    delays = [
        (step.event.known_at.astimezone(COPENHAGEN).date() - step.event.valid_at).days
        for steps in register.cases.values()
        for step in steps
        if begin <= step.event.valid_at < end and state_on(steps, step.event.valid_at).unit in units
    ]
    return [
        {"measure": "n", "value": len(delays)},
        cell_of({"measure": "median"}, len(delays), median(delays)),
        cell_of({"measure": "p90"}, len(delays), percentile_90(delays)),
        {"measure": "more_than_30_days", "value": sum(1 for days in delays if days > 30)},
        *band_cells({"measure": "days"}, delays),
    ]
