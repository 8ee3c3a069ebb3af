"""Meetings of the forums: their days, and how many cases each has room for."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from .plan import LAST_VALID


def meetings(first: date, every: int, last: date = LAST_VALID) -> list[date]:
    """Meetings from the first one on, before the last day."""
    return [first + timedelta(days=days) for days in range(0, (last - first).days, every)]


MEETINGS = {
    # S0, S2, S3: every fourteen days, the young people's from the start of 2022, the adults' from October 2022.
    "samarbejdsforum_ung": meetings(date(2022, 1, 11), 14),
    "samarbejdsforum_30": meetings(date(2022, 10, 6), 14),
    # S4 proposes the committee; the sample lets it meet in the first two years.
    "kv_udvalg": [day for day in meetings(date(2022, 3, 16), 28) if day < date(2024, 1, 1)],
}

_ROOM = {"samarbejdsforum_ung": 6, "samarbejdsforum_30": 2, "kv_udvalg": 3}
"""S3: "Samarbejdsforum behandler 1-2 sager hver 14. dag"."""

_FIRST_MONTHS = date(2022, 5, 1)
"""Until then the cases that came along in spring are gone through, many at a time."""


class Calendar:
    """The meetings with the cases that are on them."""

    def __init__(self, of_forum: Mapping[str, Sequence[date]] = MEETINGS) -> None:
        self._meetings = of_forum
        self._cases: dict[tuple[str, date], set[str]] = {}

    def place(self, forum: str, case: str, first: date, last: date) -> date | None:
        """The first meeting in [first, last] with room for the case, now with the case on it."""
        days = self._meetings.get(forum, ())
        for day in days[bisect_left(days, first) :]:
            if day > last:
                return None
            cases = self._cases.setdefault((forum, day), set())
            room = 16 if forum == "samarbejdsforum_ung" and day < _FIRST_MONTHS else _ROOM[forum]
            if case in cases or len(cases) < room:
                cases.add(case)
                return day
        return None

    def idle(self, forum: str) -> list[date]:
        """The meetings that have no case yet."""
        return [day for day in self._meetings[forum] if not self._cases.get((forum, day))]
