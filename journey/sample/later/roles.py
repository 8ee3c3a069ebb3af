"""The caseworkers of a case after the papers' years: one for both laws, or two who become one."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ..case_draft import CaseDraft
from ..moments import after, birthday, months_old, working_day
from ..roles import BOTH
from ..staff import Office

_TEAMS = ("authority", "employment")
_TWO = 0.2
"""The share of young adults' cases that begin with a caseworker for each law."""


def hold_roles(rng: Random, case: CaseDraft, office: Office, unit: str, born: date, first: date, until: date) -> None:
    """The roles of a new stay in the unit; whoever has the case already goes on with it."""
    begins = after(rng, first, 0, 7)
    if begins >= until:
        return
    if unit == "arbejdsmarked":
        office.hold(case, BOTH, ("adult",), begins, until)
        return
    if months_old(born, begins) >= 18 * 12 and rng.random() < _TWO:
        merged = after(rng, begins, 60, 240)
        if merged < until:
            authority = office.hold(case, ("authority",), ("authority",), begins, merged)
            employment = office.hold(case, ("employment",), ("employment",), after(rng, begins, 1, 20), merged)
            office.hold(case, BOTH, _TEAMS, merged, until, rng.choice((authority, employment)))
            return
    hold_alone(rng, case, office, born, begins, until)


def hold_alone(rng: Random, case: CaseDraft, office: Office, born: date, first: date, until: date, worker: str = "") -> None:
    """One caseworker; the part under employment law comes at eighteen."""
    grown = first
    if months_old(born, first) < 18 * 12:
        grown = min(until, working_day(birthday(born, 18) + timedelta(days=rng.randint(0, 25))))
        worker = office.hold(case, ("authority",), _TEAMS, first, grown, worker)
    if grown < until:
        office.hold(case, BOTH, _TEAMS, grown, until, worker)


def hold_on(rng: Random, case: CaseDraft, office: Office, unit: str, born: date, first: date, until: date) -> None:
    """The roles of a case that runs: its holders go on until they leave, are away or another is asked for."""
    holders = {role: case.holder(role, first) for role in (*BOTH, "continuous")}
    for role, worker in holders.items():
        if worker and not office.employs(worker, first):
            case.release(role, first)
            holders[role] = ""
    authority, employment = holders["authority"], holders["employment"]
    if unit == "arbejdsmarked":
        office.hold(case, BOTH, ("adult",), first, until, authority or employment)
    elif authority and employment and authority != employment:
        merged = min(until, after(rng, first, 30, 200))
        authority = office.hold(case, ("authority",), ("authority",), first, merged, authority)
        employment = office.hold(case, ("employment",), ("employment",), first, merged, employment)
        if merged < until:
            office.hold(case, BOTH, _TEAMS, merged, until, employment or authority)
    else:
        hold_alone(rng, case, office, born, first, until, authority or employment)
    if holders["continuous"]:
        office.hold(case, ("continuous",), _TEAMS, first, until, holders["continuous"])
