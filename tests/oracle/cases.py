"""Figures that count cases: caseloads, cohort, transfers, stock and flow, membership, ages … (section 6)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

from .fold import Event, Register, State, Step, active_in, person, primary_support, stage, state_on
from .parameters import day_asked, days_asked, days_between, period_asked, units_asked
from .vocabulary import BENEFIT_GROUPS, LAYERS, METHODS, PLANS, PRIMARY_GROUPS, benefit_group, support_group


def active_states(register: Register, units: list[str], day: date) -> list[State]:
    """The state of every case active in one of the units at the end of the day."""
    states = [state_on(steps, day) for steps in register.cases.values()]
    return [state for state in states if active_in(state, units)]


def caseload(register: Register, parameters: dict) -> list[dict]:
    """Cases (or distinct citizens) active in each unit on each day."""
    cells = []
    for unit in units_asked(parameters):
        for day in days_asked(parameters):
            states = active_states(register, [unit], day)
            if not parameters.get("include_assessing", True):
                states = [state for state in states if stage(state) in ("supported", "waiting")]
            if not parameters.get("include_out_of_scope", True):
                states = [state for state in states if state.in_scope]
            if "layer" in parameters:
                states = [state for state in states if state.layer == str(parameters["layer"])]
            if parameters.get("count", "cases") == "citizens":
                value = len({person(register, state.citizen) for state in states})
            else:
                value = len(states)
            cells.append({"unit": unit, "valid_at": day.isoformat(), "value": value})
    return cells


def caseload_by_support(register: Register, parameters: dict) -> list[dict]:
    """The group of the primary support, else the stage; sums to the caseload."""
    counts: Counter[str] = Counter()
    for state in active_states(register, units_asked(parameters), day_asked(parameters)):
        if not parameters.get("include_out_of_scope", True) and not state.in_scope:
            continue
        primary = primary_support(state)
        counts[stage(state) if primary is None else support_group(primary.support)] += 1
    return [{"support": group, "value": counts[group]} for group in PRIMARY_GROUPS + ["assessing", "waiting"]]


def caseload_by_benefit(register: Register, parameters: dict) -> list[dict]:
    """The group of the benefit last said, by default without those under assessment."""
    cells = []
    for day in days_asked(parameters):
        counts: Counter[str] = Counter()
        for state in active_states(register, units_asked(parameters), day):
            if parameters.get("include_assessing", False) or stage(state) in ("supported", "waiting"):
                counts[benefit_group(state.benefit)] += 1
        for group in BENEFIT_GROUPS:
            cells.append({"valid_at": day.isoformat(), "benefit": group, "value": counts[group]})
    return cells


def under_assessment(register: Register, parameters: dict) -> list[dict]:
    """Active with stage `assessing`."""
    cells = []
    for unit in units_asked(parameters):
        for day in days_asked(parameters):
            count = sum(1 for state in active_states(register, [unit], day) if stage(state) == "assessing")
            cells.append({"unit": unit, "valid_at": day.isoformat(), "value": count})
    return cells


def transfers_of(steps: list[Step], start: date, end: date) -> list[Step]:
    """The transfers of a case in the period: `transferred` on an open case to another unit (section 4)."""
    return [step for step in steps if step.event.kind == "transferred" and step.counted and start <= step.event.valid_at < end]


def cohort(register: Register, parameters: dict) -> list[dict]:
    """Cases transferred from-to in the period, those still active in `to_unit`, and the supported newcomers."""
    start, end = period_asked(parameters)
    day = day_asked(parameters)
    from_unit, to_unit = parameters["from_unit"], parameters["to_unit"]
    size = active = newcomers = 0
    for steps in register.cases.values():
        of_the_cohort = any(
            step.before.unit == from_unit and step.after.unit == to_unit for step in transfers_of(steps, start, end)
        )
        state = state_on(steps, day)
        in_to_unit = active_in(state, [to_unit])
        size += of_the_cohort
        active += of_the_cohort and in_to_unit
        newcomers += not of_the_cohort and in_to_unit and stage(state) == "supported"
    return [
        {"measure": "size", "value": size},
        {"measure": "active", "value": active},
        {"measure": "newcomers", "value": newcomers},
    ]


def transfers(register: Register, parameters: dict) -> list[dict]:
    """Distinct citizens for each from, to and reason; an open list. Each parameter may be left out."""
    bounds = {"from": "0001-01-01", "to": "9999-12-31", **parameters}
    start, end = period_asked(bounds)
    citizens: dict[tuple[str, str, str], set[str]] = {}
    for steps in register.cases.values():
        for step in transfers_of(steps, start, end):
            key = (step.before.unit, step.after.unit, step.event.data["reason"])
            wanted = (parameters.get("from_unit"), parameters.get("to_unit"), parameters.get("reason"))
            if all(want is None or want == said for want, said in zip(wanted, key, strict=True)):
                citizens.setdefault(key, set()).add(person(register, step.before.citizen))
    return [
        {"from_unit": from_unit, "to_unit": to_unit, "reason": reason, "value": len(distinct)}
        for (from_unit, to_unit, reason), distinct in citizens.items()
    ]


def stock_flow(register: Register, parameters: dict) -> list[dict]:
    """Opening + entries - exits = closing; ends of days compared, the units asked for pooled as one."""
    start, end = period_asked(parameters)
    units = units_asked(parameters)
    opening = closing = 0
    entries: Counter[str] = Counter({"referred": 0, "reopened": 0, "transferred_in": 0})
    exits: Counter[tuple[str, str | None]] = Counter({("rejected", None): 0, ("merged", None): 0})
    for steps in register.cases.values():
        opening += active_in(state_on(steps, start - timedelta(days=1)), units)
        closing += active_in(state_on(steps, end - timedelta(days=1)), units)
        for day in days_between(start, end):
            was = active_in(state_on(steps, day - timedelta(days=1)), units)
            is_now = active_in(state_on(steps, day), units)
            if was == is_now:
                continue
            crossings = [
                step.event
                for step in steps
                if step.event.valid_at == day
                and active_in(step.before, units) == was
                and active_in(step.after, units) == is_now
            ]
            last = crossings[-1]  # the day's last event that took the case over the border that way
            if is_now:
                entries[cause_of_entry(last)] += 1
            else:
                exits[cause_of_exit(last)] += 1
    cells = [
        {"measure": "opening", "cause": None, "value": opening},
        {"measure": "entries", "cause": None, "value": sum(entries.values())},
        {"measure": "exits", "cause": None, "value": sum(exits.values())},
        {"measure": "closing", "cause": None, "value": closing},
    ]
    cells += [{"measure": "entries", "cause": cause, "value": count} for cause, count in entries.items()]
    return cells + exit_cells("exits", exits)


def membership(register: Register, parameters: dict) -> list[dict]:
    """Cases active on either of two days: in both, only the first, only the second, by the last event that did it."""
    days = days_asked(parameters)
    if len(days) != 2 or days[0] > days[1]:
        raise ValueError("membership takes two different days, the earlier first")
    units = units_asked(parameters)
    stayed = 0
    came: Counter[str] = Counter({"referred": 0, "reopened": 0, "transferred_in": 0})
    left: Counter[tuple[str, str | None]] = Counter({("rejected", None): 0, ("merged", None): 0})
    for steps in register.cases.values():
        was, is_now = (active_in(state_on(steps, day), units) for day in days)
        stayed += was and is_now
        if was == is_now:
            continue
        crossings = [
            step.event
            for step in steps
            if step.event.valid_at <= days[1]
            and active_in(step.before, units) == was
            and active_in(step.after, units) == is_now
        ]
        if is_now:
            came[cause_of_entry(crossings[-1])] += 1
        else:
            left[cause_of_exit(crossings[-1])] += 1
    cells = [{"measure": "stayed", "value": stayed}]
    cells += [{"measure": "came", "cause": cause, "value": count} for cause, count in came.items()]
    return cells + exit_cells("left", left)


def cause_of_entry(event: Event) -> str:
    """The cause by which an event took a case in over the units' border."""
    return "transferred_in" if event.kind == "transferred" else event.kind


def cause_of_exit(event: Event) -> tuple[str, str | None]:
    """The cause by which an event took a case out over the units' border, with its reason or the unit it went to."""
    if event.kind == "transferred":
        return "transferred_out", event.data["to"]
    if event.kind == "closed":
        return "closed", event.data["reason"]
    return {"rejected": "rejected", "merged_into": "merged"}[event.kind], None


def exit_cells(measure: str, exits: Counter[tuple[str, str | None]]) -> list[dict]:
    """A cell for each cause, `closed` with its reason and `transferred_out` with its unit."""
    cells = []
    for (cause, detail), count in exits.items():
        named = {"closed": {"reason": detail}, "transferred_out": {"to_unit": detail}}.get(cause, {})
        cells.append({"measure": measure, "cause": cause, **named, "value": count})
    return cells


def assessments(register: Register, parameters: dict) -> list[dict]:
    """Cases under assessment by the method of the assessment that was opened last."""
    states = active_states(register, units_asked(parameters), day_asked(parameters))
    counts = Counter(state.method for state in states if stage(state) == "assessing")
    return [{"method": method, "value": counts[method]} for method in METHODS]


def plans(register: Register, parameters: dict) -> list[dict]:
    """Active cases by each kind of plan agreed since they last opened, and those with none."""
    states = active_states(register, units_asked(parameters), day_asked(parameters))
    counts = Counter(plan for state in states for plan in state.plans)
    without = sum(1 for state in states if not state.plans)
    return [{"plan": plan, "value": counts[plan]} for plan in PLANS] + [{"plan": None, "value": without}]


def layers(register: Register, parameters: dict) -> list[dict]:
    """Active cases by the layer last said."""
    states = active_states(register, units_asked(parameters), day_asked(parameters))
    counts = Counter(state.layer or "unknown" for state in states)
    return [{"layer": layer, "value": counts[layer]} for layer in LAYERS + ["unknown"]]


def age_bands(register: Register, parameters: dict) -> list[dict]:
    """Half-open bands of age; a year older from the first of the birth month; unknown where `born` is missing."""
    bounds = sorted(parameters.get("bands", [0, 18, 25, 30]))
    labels = [f"{low}-{high - 1}" for low, high in zip(bounds, bounds[1:])] + [f"{bounds[-1]}+"]
    counts: Counter[str] = Counter()
    day = day_asked(parameters)
    for state in active_states(register, units_asked(parameters), day):
        if state.born is None:
            counts["unknown"] += 1
            continue
        year, month = (int(part) for part in state.born.split("-"))
        age = max(0, ((day.year - year) * 12 + day.month - month) // 12)
        reached = [label for low, label in zip(bounds, labels, strict=True) if low <= age]
        if reached:
            counts[reached[-1]] += 1
    return [{"band": band, "value": counts[band]} for band in labels + ["unknown"]]
