"""Who held each caseworker role, and what makes each start a skift, a cover, a samling or neither (domain.md section 5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from msgspec import Struct

from journey.case import Holder
from journey.events import ROLES, Transferred
from projections.fold import CASEWORKERS, ENDS, OPENS, Book, Line, Projection, Row, Step

Start = Literal["first", "again", "skift", "after_gap"]

LONGEST_GAP = 30
"""Days without a holder after which another's start is an assignment after a gap, not a skift."""
SHORTEST_STAY = 30
"""Days that a stay must reach not to be a cover, when the one before it returns."""


class Assignment(Row, frozen=True):
    """A maximal run of days with one holder in a role of an open case."""

    valid_from: date
    valid_to: date
    role: str
    worker: str
    unit: str
    """The case's unit at the end of the first day."""
    start: Start
    reason: str
    """Why the holder was set, by the event that set them."""
    cover: bool
    """The start is part of a cover: A to B and back to A, B having stayed less than 30 days."""
    samling: bool
    """The worker held another role already, and the case has fewer caseworkers since."""


class _Interval(Struct):
    """An assignment in the making: what is settled at the end of its first day."""

    first: date
    end: date
    worker: str
    unit: str = ""
    start: Start = "first"
    reason: str = ""
    samling: bool = False
    said: Assignment | None = None


class _Fold:
    __slots__ = ("intervals", "lines")

    def __init__(self, _classes: object) -> None:
        self.lines: list[Line[str | None]] = [Line() for _ in ROLES]
        self.intervals: list[list[_Interval]] = [[] for _ in ROLES]

    def step(self, step: Step, book: Book) -> None:
        before, after, day = step.before, step.after, step.recorded.valid_at
        if before.holders is after.holders and before.open == after.open and before.unit == after.unit:
            return
        if not any(after.holders) and not any(self.intervals):
            return
        for role, holder in enumerate(after.holders):
            self._hold(role, day, holder.worker if holder is not None and after.open else None, book)
        for role, holder in enumerate(after.holders):
            runs = self.intervals[role]
            if runs and runs[-1].first == day and holder is not None:
                self._settle(role, holder, after.unit or "")
            _say(ROLES[role], runs, book)

    def _hold(self, role: int, day: date, worker: str | None, book: Book) -> None:
        """Take the role's line of days to the end of this one; its intervals follow."""
        gone, come = self.lines[role].put(day, worker)
        runs = self.intervals[role]
        popped = [runs.pop() for span in gone if span.value is not None]
        for first, end, holder in come:
            if holder is None:
                continue
            kept = next((run for run in popped if run.first == first and run.worker == holder), None)
            if kept is None:
                runs.append(_Interval(first, end, holder))
            else:
                popped.remove(kept)
                kept.end = end
                runs.append(kept)
        for run in popped:
            if run.said is not None:
                book.unsay(run.said)

    def _settle(self, role: int, holder: Holder, unit: str) -> None:
        """What the end of an interval's first day decides."""
        run = self.intervals[role][-1]
        run.unit, run.reason, run.start, run.samling = unit, holder.reason, "first", False
        if len(self.intervals[role]) == 1:
            return
        previous = self.intervals[role][-2]
        if previous.worker == run.worker:
            run.start = "again"
        elif (run.first - previous.end).days > LONGEST_GAP:
            run.start = "after_gap"
        else:
            run.start = "skift"
            run.samling = self._gathers(role, run.worker, previous.end - timedelta(days=1), run.first)

    def _gathers(self, role: int, worker: str, last_held: date, day: date) -> bool:
        then = [line.at(last_held) for line in self.lines]
        held_another = any(holder == worker for other, holder in enumerate(then) if other != role)
        now = {holder for line in self.lines if (holder := line.at(day)) is not None}
        return held_another and len(now) < len({holder for holder in then if holder is not None})


def _say(role: str, runs: list[_Interval], book: Book) -> None:
    """Say the last two intervals anew: whether an interval's start was part of a cover is settled when the next has begun."""
    for at in range(max(0, len(runs) - 2), len(runs)):
        run = runs[at]
        cover = _covers(runs, at) or _covers(runs, at - 1)
        row = Assignment(run.first, run.end, role, run.worker, run.unit, run.start, run.reason, cover, run.samling)
        if run.said is None:
            book.say(row)
        else:
            book.replace(run.said, row)
        run.said = row


def _covers(runs: list[_Interval], at: int) -> bool:
    """Whether the interval covered for those about it, both changes being skift."""
    if not 0 < at < len(runs) - 1:
        return False
    one, two, back = runs[at - 1 : at + 2]
    return one.worker == back.worker and two.start == back.start == "skift" and (two.end - two.first).days < SHORTEST_STAY


assignments = Projection(
    Assignment,
    _Fold,
    (*OPENS, *ENDS, *CASEWORKERS, Transferred),
    (
        "(valid_from) INCLUDE (valid_to, known_from, known_to, case_id, role, worker, unit, start, reason, cover, samling)",
        "(valid_to, known_to, known_from, valid_from) INCLUDE (case_id, role, worker)",
    ),
)
