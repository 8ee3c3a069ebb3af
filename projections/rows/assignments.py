"""Assignments: who held each caseworker role, and whether each start is a skift, a cover, a samling or neither (domain.md section 5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from journey.case import State
from journey.events import Transferred
from journey.events.caseworkers import ROLES
from projections.fold import CASEWORKERS, ENDS, OPENS, Book, Projection, Row, Step, Timeline

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


class _Interval(Struct, frozen=True):
    """An assignment in the making: what is settled at the end of its first day."""

    first: date
    end: date
    worker: str
    unit: str = ""
    start: Start = "first"
    reason: str = ""
    samling: bool = False
    row: Assignment | None = None


_Runs = tuple[_Interval, ...]
_Timelines = tuple[Timeline[str | None], ...]


class _Role(NamedTuple):
    """What is remembered of a role: who held it on which days, and the assignments that these make."""

    timeline: Timeline[str | None]
    runs: _Runs = ()


_Roles = tuple[_Role, ...]


def _fold(roles: _Roles, step: Step, book: Book) -> _Roles:
    before, after, day = step.before, step.after, step.recorded.valid_at
    if before.holders is after.holders and before.open == after.open and before.unit == after.unit:
        return roles
    if not any(after.holders) and not any(role.runs for role in roles):
        return roles
    continued = tuple(
        _continued(role, day, holder.worker if holder is not None and after.open else None, book)
        for role, holder in zip(roles, after.holders, strict=True)
    )
    timelines = tuple(role.timeline for role in continued)
    return tuple(
        _Role(timeline, _with_rows(name, _settled(nth, runs, timelines, day, after), book))
        for nth, (name, (timeline, runs)) in enumerate(zip(ROLES, continued, strict=True))
    )


def _continued(role: _Role, day: date, worker: str | None, book: Book) -> _Role:
    """The role's timeline continued to the end of the day; its intervals follow."""
    timeline, ended, begun = role.timeline.put(day, worker)
    if timeline is role.timeline:
        return role
    runs = list(role.runs)
    popped = [runs.pop() for _, _, holder in ended if holder is not None]
    for first, end, holder in begun:
        if holder is None:
            continue
        unchanged = next((run for run in popped if run.first == first and run.worker == holder), None)
        if unchanged is None:
            runs.append(_Interval(first, end, holder))
        else:
            popped.remove(unchanged)
            runs.append(replace(unchanged, end=end))
    for run in popped:
        if run.row is not None:
            book.retract(run.row)
    return _Role(timeline, tuple(runs))


def _settled(role: int, runs: _Runs, timelines: _Timelines, day: date, state: State) -> _Runs:
    """What the end of an interval's first day decides."""
    holder = state.holders[role]
    if not runs or runs[-1].first != day or holder is None:
        return runs
    run, samling = runs[-1], False
    start: Start = "first"
    if len(runs) > 1:
        previous = runs[-2]
        if previous.worker == run.worker:
            start = "again"
        elif (run.first - previous.end).days > LONGEST_GAP:
            start = "after_gap"
        else:
            start = "skift"
            samling = _gathers(role, run.worker, timelines, previous.end - timedelta(days=1), run.first)
    settled = _Interval(run.first, run.end, run.worker, state.unit or "", start, holder.reason, samling, run.row)
    return (*runs[:-1], settled)


def _gathers(role: int, worker: str, timelines: _Timelines, last_day: date, day: date) -> bool:
    then = [timeline.at(last_day) for timeline in timelines]
    had_another_role = any(holder == worker for other, holder in enumerate(then) if other != role)
    now = {holder for timeline in timelines if (holder := timeline.at(day)) is not None}
    return had_another_role and len(now) < len({holder for holder in then if holder is not None})


def _with_rows(role: str, runs: _Runs, book: Book) -> _Runs:
    """The rows of the last two intervals made anew: whether an interval's start was part of a cover is settled when the next has begun."""
    changed = list(runs)
    for at in range(max(0, len(runs) - 2), len(runs)):
        run = runs[at]
        cover = _covers(runs, at) or _covers(runs, at - 1)
        row = Assignment(run.first, run.end, role, run.worker, run.unit, run.start, run.reason, cover, run.samling)
        if run.row is None:
            book.add(row)
        elif run.row != row:
            book.replace(run.row, row)
        else:
            continue
        changed[at] = replace(run, row=row)
    return tuple(changed)


def _covers(runs: _Runs, at: int) -> bool:
    """Whether the interval covered for those about it, both changes being skift."""
    if not 0 < at < len(runs) - 1:
        return False
    before, cover, back = runs[at - 1 : at + 2]
    return (
        before.worker == back.worker and cover.start == back.start == "skift" and (cover.end - cover.first).days < SHORTEST_STAY
    )


assignments = Projection(
    Assignment,
    _fold,
    (*OPENS, *ENDS, *CASEWORKERS, Transferred),
    (
        "(valid_from) INCLUDE (valid_to, known_from, known_to, case_id, role, worker, unit, start, reason, cover, samling)",
        "(valid_to, known_to, known_from, valid_from) INCLUDE (case_id, role, worker)",
    ),
    tuple(_Role(Timeline[str | None]()) for _ in ROLES),
)
