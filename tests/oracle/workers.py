"""Assignment intervals, sagsbehandlerskift and the figures about caseworkers (sections 5 and 6)."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from .cases import active_states
from .fold import Register, State, Step, active_in, holders_on, state_on
from .numbers import band_cells, cell_of, median, share
from .parameters import day_asked, days_between, period_asked, units_asked
from .vocabulary import ROLES, UP_TO_THREE, VARIANTS, WHEN_UNCOVERED, up_to_three

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Interval:
    """A maximal run of days with one holder: `first` to `until`, the first day without."""

    worker: str
    reason: str
    first: date
    until: date


@dataclass(frozen=True)
class Start:
    """The start of an interval after another worker's: a skift, or an assignment after a gap (section 5)."""

    day: date
    unit: str | None
    reason: str
    skift: bool
    samling: bool
    in_cover: bool


def intervals(steps: list[Step], role: str, horizon: date) -> list[Interval]:
    """Walk the whole known history day by day, up to the horizon at least (section 5)."""
    runs: list[Interval] = []
    end = max(horizon, steps[-1].event.valid_at + ONE_DAY)
    for day in days_between(steps[0].event.valid_at, end):
        holder = holders_on(state_on(steps, day)).get(role)
        if holder is None:
            continue
        if runs and runs[-1].until == day and runs[-1].worker == holder.worker:
            runs[-1] = Interval(runs[-1].worker, runs[-1].reason, runs[-1].first, day + ONE_DAY)
        else:
            runs.append(Interval(holder.worker, holder.reason, day, day + ONE_DAY))
    return runs


def caseworkers(state: State) -> set[str]:
    """Concurrent caseworkers: distinct workers over the three roles (section 5)."""
    return {holder.worker for holder in holders_on(state).values()}


def is_samling(steps: list[Step], role: str, before: Interval, after: Interval) -> bool:
    """A skift to one who held another role on the last day the role was held, and fewer caseworkers after it."""
    last_day = state_on(steps, before.until - ONE_DAY)
    held_another = any(other != role and holder.worker == after.worker for other, holder in holders_on(last_day).items())
    return held_another and len(caseworkers(state_on(steps, after.first))) < len(caseworkers(last_day))


def starts_after_another(steps: list[Step], role: str, runs: list[Interval]) -> list[Start]:
    """Each start whose previous interval was another worker's, judged on the whole known history (section 5)."""

    def is_skift(number: int) -> bool:
        if not 1 <= number < len(runs) or runs[number - 1].worker == runs[number].worker:
            return False
        return (runs[number].first - runs[number - 1].until).days <= 30

    def is_cover(middle: int) -> bool:
        """A->B, then B->A, both skift, B's interval shorter than 30 days; `middle` is B's."""
        if not (is_skift(middle) and is_skift(middle + 1)):
            return False
        short = (runs[middle].until - runs[middle].first).days < 30
        return short and runs[middle - 1].worker == runs[middle + 1].worker

    starts = []
    for number in range(1, len(runs)):
        before, after = runs[number - 1], runs[number]
        if before.worker == after.worker:
            continue
        starts.append(
            Start(
                day=after.first,
                unit=state_on(steps, after.first).unit,
                reason=after.reason,
                skift=is_skift(number),
                samling=is_skift(number) and is_samling(steps, role, before, after),
                in_cover=is_cover(number) or is_cover(number - 1),
            )
        )
    return starts


def belongs_to(start: Start, variant: str) -> bool:
    """Whether a skift is counted in a variant (section 5)."""
    if variant == "all":
        return True
    if variant == "without_reorganisation":
        return start.reason != "reorganisation"
    return start.reason != "reorganisation" and not start.in_cover


def caseworker_changes(register: Register, parameters: dict) -> list[dict]:
    """Skift by variant, the days at risk, and the tenure of those holding on the last day."""
    begin, end = period_asked(parameters)
    units = units_asked(parameters)
    roles = [parameters["role"]] if "role" in parameters else ROLES
    changes: Counter[str] = Counter()
    case_days = at_risk = after_gap = samlinger = 0
    cases_with: Counter[str] = Counter()
    tenures: list[int] = []
    for steps in register.cases.values():
        days_of_case = skift_of_case = 0
        for role in roles:
            runs = intervals(steps, role, end)
            for start in starts_after_another(steps, role, runs):
                if not (begin <= start.day < end and start.unit in units):
                    continue
                if not start.skift:
                    after_gap += 1
                    continue
                skift_of_case += 1
                samlinger += start.samling
                for variant in VARIANTS:
                    changes[variant] += belongs_to(start, variant)
            for run in runs:
                for day in days_between(max(run.first, begin), max(min(run.until, end), begin)):
                    if active_in(state_on(steps, day), units):
                        days_of_case += 1
                        if day == end - ONE_DAY:
                            tenures.append((end - run.first).days)
        case_days += days_of_case
        if days_of_case > 0:
            at_risk += 1
            cases_with[up_to_three(skift_of_case)] += 1
    case_years = case_days / 365.25
    cells = []
    for variant in VARIANTS:
        cells.append({"measure": "changes", "variant": variant, "value": changes[variant]})
        rate = share(changes[variant] * 1461, case_days * 4)  # 365.25 days = 1461 / 4
        cells.append(cell_of({"measure": "changes_per_case_year", "variant": variant}, at_risk, rate))
    cells += [
        {"measure": "cases_at_risk", "value": at_risk},
        {"measure": "case_days", "value": case_days},
        {"measure": "case_years", "value": case_years},
        {"measure": "assignments_after_gap", "value": after_gap},
        {"measure": "samlinger", "value": samlinger},
    ]
    cells += [{"measure": "cases_with", "changes": number, "value": cases_with[number]} for number in UP_TO_THREE]
    cells.append(cell_of({"measure": "median_tenure"}, len(tenures), median(tenures)))
    return cells + band_cells({"measure": "tenure"}, tenures)


def concurrent_caseworkers(register: Register, parameters: dict) -> list[dict]:
    """Cases by number of distinct concurrent caseworkers."""
    counts = Counter(
        up_to_three(len(caseworkers(state)))
        for state in active_states(register, units_asked(parameters), day_asked(parameters))
    )
    return [{"caseworkers": number, "value": counts[number]} for number in UP_TO_THREE]


def uncovered_days(register: Register, parameters: dict) -> list[dict]:
    """Days active without any caseworker at the end of the day, and the cases concerned, at the start and between."""
    begin, end = period_asked(parameters)
    units = units_asked(parameters)
    case_days: Counter[str | None] = Counter()
    concerned: dict[str | None, set[str]] = {when: set() for when in WHEN_UNCOVERED + [None]}
    for case, steps in register.cases.items():
        for day in days_between(begin, end):
            state = state_on(steps, day)
            if active_in(state, units) and not caseworkers(state):
                since = {
                    step.event.valid_at for step in steps if state.opened <= step.event.valid_at < day
                }  # all it changes on
                when = "between" if any(caseworkers(state_on(steps, past)) for past in since) else "start"
                for name in (when, None):
                    case_days[name] += 1
                    concerned[name].add(case)
    cells = []
    for name, cases in concerned.items():
        cells.append({"measure": "case_days", "when": name, "value": case_days[name]})
        cells.append({"measure": "cases", "when": name, "value": len(cases)})
    return cells


def contact_surface(register: Register, parameters: dict) -> list[dict]:
    """Cases active on the day by number of distinct professionals in the window of days ending with it."""
    day, window = day_asked(parameters), parameters.get("window", 90)
    units = units_asked(parameters)
    counts: Counter[int] = Counter()
    for steps in register.cases.values():
        if not active_in(state_on(steps, day), units):
            continue
        met: set[str] = set()
        for past in days_between(day - timedelta(days=window - 1), day + ONE_DAY):
            state = state_on(steps, past)
            met |= caseworkers(state) | state.performers
            met |= {
                step.event.data["worker"]
                for step in steps
                if step.event.kind == "activity_recorded" and step.event.valid_at == past and step.event.data.get("worker")
            }
        counts[len(met)] += 1
    return [{"professionals": number, "value": count} for number, count in counts.items()]
