"""The staff: who works where and when, and how a role in a case passes from one to another."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from .case_draft import CaseDraft
from .moments import after, working_day

_EVER, STILL = date(2021, 8, 1), date(2026, 6, 30)


@dataclass(frozen=True, slots=True)
class Worker:
    """A caseworker under a pseudonym, employed from the first day to the last."""

    id: str
    team: str
    first: date = _EVER
    last: date = STILL


WORKERS = (
    # S2: two authority caseworkers moved from Socialområdet to Ungeindsatsen in 2022. Those after them are made up.
    Worker("sb-01", "authority", last=date(2024, 8, 30)),
    Worker("sb-02", "authority", last=date(2023, 4, 28)),
    Worker("sb-03", "authority", date(2022, 8, 15)),
    Worker("sb-04", "authority", date(2023, 4, 17)),
    Worker("sb-05", "authority", date(2024, 8, 12)),
    Worker("sb-11", "employment", last=date(2023, 10, 27)),
    Worker("sb-12", "employment", last=date(2025, 1, 31)),
    Worker("sb-13", "employment", last=date(2024, 5, 31)),
    Worker("sb-14", "employment", date(2022, 6, 1)),
    Worker("sb-15", "employment", date(2023, 10, 16)),
    Worker("sb-16", "employment", date(2024, 5, 21)),
    Worker("sb-17", "employment"),
    Worker("sb-18", "employment", date(2025, 1, 13)),
    Worker("sb-21", "adult", last=date(2025, 8, 29)),
    Worker("sb-22", "adult", last=date(2024, 3, 27)),
    Worker("sb-23", "adult", last=date(2023, 6, 30)),
    Worker("sb-24", "adult", date(2024, 3, 11)),
    Worker("sb-25", "adult", date(2023, 6, 5)),
    Worker("sb-26", "adult", date(2025, 8, 11)),
    Worker("sb-31", "social", last=date(2022, 11, 30)),
    Worker("sb-32", "social"),
    Worker("sb-33", "social"),
    Worker("sb-34", "social", date(2022, 11, 14)),
    Worker("sb-41", "family"),
    Worker("sb-42", "family"),
)

_TEAM = {worker.id: worker.team for worker in WORKERS}

REORGANISATIONS = (
    ("authority", date(2022, 8, 22), "sb-03", 0.30),
    ("authority", date(2023, 4, 24), "sb-04", 0.12),
    ("employment", date(2022, 6, 13), "sb-14", 0.18),
    ("employment", date(2024, 6, 3), "sb-16", 0.10),
    ("adult", date(2024, 4, 8), "sb-24", 0.15),
)
"""A new colleague takes over a share of the team's cases."""

PERFORMERS = {
    # S2: six support workers moved to Ungeindsatsen; those of the adults stayed in Socialområdet.
    "ungeindsatsen": tuple(f"bs-{number:02}" for number in range(1, 7)),
    "arbejdsmarked": tuple(f"bs-{number:02}" for number in range(11, 16)),
}

_YEARLY_UNREST = (("citizen_wish", 0.035), ("other", 0.045))
_COVERED = 0.10
"""The share of an absent worker's cases in which something cannot wait."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The next thing that happens to a role: a change of its holder, or its holder's absence until a day."""

    day: date
    reason: str
    worker: str = ""
    until: date | None = None


Absences = dict[str, list[tuple[date, date]]]
"""For each worker the spans away, shorter than thirty days."""


def absent(rng: Random, worker: Worker, years: Iterable[int]) -> list[tuple[date, date]]:
    """Holiday or illness once or twice a year."""
    spans: list[tuple[date, date]] = []
    for year in years:
        for first_month, last_month in ((2, 5), (8, 10)):
            if rng.random() < 0.75:
                start = working_day(date(year, rng.randint(first_month, last_month), rng.randint(1, 28)))
                until = after(rng, start, 9, 25)
                if worker.first <= start and until < worker.last:
                    spans.append((start, until))
    return spans


class Office:
    """The staff with their absences, drawn once for the whole register."""

    def __init__(self, rng: Random, workers: Sequence[Worker] = WORKERS, absences: Absences | None = None) -> None:
        self._rng = rng
        self._workers = {worker.id: worker for worker in workers}
        self._absences = absences or {worker.id: absent(rng, worker, range(2022, 2026)) for worker in workers}

    def pick(self, teams: tuple[str, ...], day: date, but: str = "") -> str:
        """A worker of the teams who is employed on the day and will be for a while."""
        here = [
            w.id
            for w in self._workers.values()
            if w.team in teams and w.first <= day < w.last - timedelta(days=20) and w.id != but
        ]
        return self._rng.choice(here)

    def employs(self, worker: str, day: date) -> bool:
        """Whether the worker is employed on the day."""
        known = self._workers.get(worker)
        return known is not None and known.first <= day <= known.last

    def hold(
        self,
        case: CaseDraft,
        roles: tuple[str, ...],
        teams: tuple[str, ...],
        first: date,
        until: date,
        worker: str = "",
        reason: str = "other",
    ) -> str:
        """Hold the roles from the first day to the first day without; the last of them is answered.

        `worker` is who begins, if that is given; whoever leaves, is away or asks for another is followed by the next.
        """
        holder = worker or self.pick(teams, first)
        self._assign(case, roles, holder, first, reason)
        day = first
        while (turn := self._next(holder, day, until)) is not None:
            day = turn.day
            if turn.until is not None:
                self._assign(case, roles, self.pick(teams, day, holder), day, "cover")
                if turn.until >= until:
                    return case.holder(roles[0], day)
                day = turn.until
                self._assign(case, roles, holder, day, self._rng.choice(("cover", "cover", "cover", "other")))
                continue
            following = turn.worker or self.pick(teams, day, holder)
            if turn.reason == "leave" and self._rng.random() < 0.14:
                day = self._gap(case, roles, day, until)
                if day >= until:
                    return ""
            self._assign(case, roles, following, day, turn.reason)
            holder = following
        return holder

    def _assign(self, case: CaseDraft, roles: tuple[str, ...], worker: str, day: date, reason: str) -> None:
        # S4: a change of caseworker is put before the committee; in the register that is rare.
        approved = reason == "citizen_wish" and self._rng.random() < 0.7
        for role in roles:
            case.assign(role, worker, day, reason, approved=approved)

    def _gap(self, case: CaseDraft, roles: tuple[str, ...], day: date, until: date) -> date:
        """Nobody follows at once: a few cases wait for weeks, some for more than the thirty days of section 5."""
        for role in roles:
            case.release(role, day)
        return min(until, after(self._rng, day, 5, 70))

    def _next(self, holder: str, day: date, until: date) -> Turn | None:
        rng = self._rng
        me = self._workers[holder]
        turns = [Turn(me.last + timedelta(days=1), "leave")]
        for reason, rate in _YEARLY_UNREST:
            turns.append(Turn(working_day(day + timedelta(days=21 + int(rng.expovariate(rate) * 365))), reason))
        turns += [
            Turn(start, "cover", until=back)
            for start, back in self._absences[holder]
            if start > day and rng.random() < _COVERED
        ]
        turns += [
            Turn(moved, "reorganisation", to)
            for team, moved, to, share in REORGANISATIONS
            if team == me.team and to != holder and moved > day and rng.random() < share
        ]
        turn = min((turn for turn in turns if turn.day > day), key=lambda turn: turn.day)
        return turn if turn.day < until else None


def team_of(worker: str) -> str:
    """The team a caseworker is of."""
    return _TEAM[worker]
