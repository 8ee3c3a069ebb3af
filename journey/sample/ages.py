"""The birth month that fits a young citizen's course: who has which support at which age."""

from __future__ import annotations

from datetime import date
from random import Random

from .courses import Infeasible
from .moments import months_old
from .plan import SUPPORTS

_AGES = {
    "A": (15 * 12, 30 * 12),
    "E": (15 * 12, 18 * 12),
    "K": (15 * 12, 18 * 12),
    "U": (18 * 12, 23 * 12),
    "B": (18 * 12, 30 * 12),
    "O": (18 * 12, 30 * 12),
}
"""Half-open, in whole months (S2, "Indsatser omfattet af HOI"; S3: "Unge 15 – 29 år")."""


def birth_month(rng: Random, referred: date, path: str, status_days: tuple[date, ...]) -> date:
    """A birth month with which the citizen is of the right age at the referral and on each status day."""
    states = path.strip(".")
    first_day = len(path) - len(path.lstrip("."))
    required = [(referred, _AGES[_at_referral(states)])]
    for number, state in enumerate(states):
        ages = _AGES[state]
        if state == "A":
            # Whoever is assessed today is of the age for what is granted tomorrow.
            following = states[number + 1 : number + 2]
            ages = (18 * 12, 30 * 12) if following in ("U", "B") else ages
        required.append((status_days[first_day + number], ages))
    fitting = [
        born
        for year in range(1992, 2011)
        for month in range(1, 13)
        if all(low <= months_old(born := date(year, month, 1), day) < high for day, (low, high) in required)
    ]
    if not fitting:
        raise Infeasible
    return rng.choice(fitting)


def _at_referral(states: str) -> str:
    """An adult's support is applied for by an adult; a child's and an application may come first."""
    return "B" if states[:1] in ("B", "O") else states[:1] if states[:1] == "U" else "A"


def of_age(granted: str, born: date, day: date) -> bool:
    """Whether a citizen is of the age for a support (or `A`, an assessment) on the day."""
    state = next((state for state, support in SUPPORTS.items() if granted.startswith(support)), granted)
    low, high = _AGES[state]
    return low <= months_old(born, day) < high
