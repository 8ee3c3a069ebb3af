"""The staff after the papers' years: whoever leaves is followed by another, seat by seat."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ..moments import working_day
from ..staff import STILL, WORKERS, Absences, Office, Worker, absent
from .days import FIRST, stream

_YEARS_IN_A_SEAT = 3.4
"""Years that a caseworker stays on average."""


class Staff:
    """Everybody employed from the first day of the carried-on register to long after its last."""

    def __init__(self, seed: int, last: date) -> None:
        seats = [worker for worker in WORKERS if worker.last == STILL]
        self._workers = [worker for number, seat in enumerate(seats) for worker in _followed(seed, number, seat, last)]
        self._absences: Absences = {
            worker.id: absent(stream(seed, "absences", worker.id), worker, range(FIRST.year, worker.last.year + 1))
            for worker in self._workers
        }

    def office(self, rng: Random) -> Office:
        """The staff as a case meets it: what is drawn for the case is drawn from its own stream."""
        return Office(rng, self._workers, self._absences)


def _followed(seed: int, number: int, seat: Worker, last: date) -> list[Worker]:
    """The one who has the seat, and all who follow; each begins two weeks before the one before leaves."""
    rng, workers = stream(seed, "seat", seat.id), [seat]
    begins, following = FIRST, 0
    while True:
        years = 0.6 + rng.expovariate(1 / _YEARS_IN_A_SEAT)
        leaves = working_day(begins + timedelta(days=int(years * 365)))
        holder = workers[-1]
        workers[-1] = Worker(holder.id, holder.team, holder.first, leaves)
        if leaves > last:
            return workers
        begins, following = leaves - timedelta(days=14), following + 1
        workers.append(Worker(f"sb-{100 + 50 * number + following}", seat.team, begins, date.max))
