"""Figures in kroner: committed amounts, spending in a period, frames (section 6)."""

from __future__ import annotations

from calendar import isleap
from collections import Counter
from fractions import Fraction

from .cases import active_states
from .fold import Register, active_in, state_on
from .parameters import day_asked, days_between, period_asked, units_asked
from .vocabulary import MONEY_GROUPS, support_group


def committed_amounts(register: Register, parameters: dict) -> list[dict]:
    """Grants running with an amount on the day, and the sum of their yearly amounts."""
    grants: Counter[str] = Counter()
    amounts: Counter[str] = Counter()
    for state in active_states(register, units_asked(parameters), day_asked(parameters)):
        for grant in state.grants:
            if grant.amount is not None:
                grants[support_group(grant.support)] += 1
                amounts[support_group(grant.support)] += grant.amount
    cells = []
    for group in MONEY_GROUPS:
        cells.append({"support": group, "measure": "grants", "value": grants[group]})
        cells.append({"support": group, "measure": "yearly_amount", "value": amounts[group]})
    return cells


def spending_in_period(register: Register, parameters: dict) -> list[dict]:
    """For each day a grant runs while active in the unit: its yearly amount / the days of that calendar year."""
    begin, end = period_asked(parameters)
    units = units_asked(parameters)
    spent: dict[str, Fraction] = {group: Fraction(0) for group in MONEY_GROUPS}
    for steps in register.cases.values():
        for day in days_between(begin, end):
            state = state_on(steps, day)
            if not active_in(state, units):
                continue
            for grant in state.grants:
                if grant.amount is not None:
                    spent[support_group(grant.support)] += Fraction(grant.amount, 366 if isleap(day.year) else 365)
    return [{"support": group, "value": float(amount)} for group, amount in spent.items()]


def frames(register: Register, parameters: dict) -> list[dict]:
    """Agreed and drawn kroner, cases with a frame, and overdrawn cases (also a draw without a frame)."""
    agreed = drawn = cases = overdrawn = 0
    for state in active_states(register, units_asked(parameters), day_asked(parameters)):
        agreed += sum(state.frames)
        drawn += sum(state.draws)
        cases += len(state.frames) > 0
        overdrawn += sum(state.draws) > sum(state.frames) or (len(state.draws) > 0 and len(state.frames) == 0)
    return [
        {"measure": "agreed", "value": agreed},
        {"measure": "drawn", "value": drawn},
        {"measure": "cases", "value": cases},
        {"measure": "overdrawn_cases", "value": overdrawn},
    ]
