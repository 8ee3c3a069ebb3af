"""Who held each caseworker role, and what makes each start a skift, a cover, a samling or neither (domain.md section 5)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from journey.case import State
from journey.events import Transferred
from journey.events.caseworkers import ROLES
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


class _Interval(Struct, frozen=True):
    """An assignment in the making: what is settled at the end of its first day."""

    first: date
    end: date
    worker: str
    unit: str = ""
    start: Start = "first"
    reason: str = ""
    samling: bool = False
    said: Assignment | None = None


_Runs = tuple[_Interval, ...]
_Lines = tuple[Line[str | None], ...]


class _Role(NamedTuple):
    """What is remembered of a role: who held it on which days, and the assignments that these make."""

    line: Line[str | None]
    runs: _Runs = ()


_Roles = tuple[_Role, ...]


def _fold(roles: _Roles, step: Step, book: Book) -> _Roles:
    before, after, day = step.before, step.after, step.recorded.valid_at
    if before.holders is after.holders and before.open == after.open and before.unit == after.unit:
        return roles
    if not any(after.holders) and not any(role.runs for role in roles):
        return roles
    held = tuple(
        _held(role, day, holder.worker if holder is not None and after.open else None, book)
        for role, holder in zip(roles, after.holders, strict=True)
    )
    lines = tuple(role.line for role in held)
    return tuple(
        _Role(line, _said(name, _settled(nth, runs, lines, day, after), book))
        for nth, (name, (line, runs)) in enumerate(zip(ROLES, held, strict=True))
    )


def _held(role: _Role, day: date, worker: str | None, book: Book) -> _Role:
    """The role's line of days taken to the end of this one; its intervals follow."""
    line, gone, come = role.line.put(day, worker)
    if line is role.line:
        return role
    runs = list(role.runs)
    popped = [runs.pop() for _, _, holder in gone if holder is not None]
    for first, end, holder in come:
        if holder is None:
            continue
        kept = next((run for run in popped if run.first == first and run.worker == holder), None)
        if kept is None:
            runs.append(_Interval(first, end, holder))
        else:
            popped.remove(kept)
            runs.append(replace(kept, end=end))
    for run in popped:
        if run.said is not None:
            book.retract(run.said)
    return _Role(line, tuple(runs))


def _settled(role: int, runs: _Runs, lines: _Lines, day: date, state: State) -> _Runs:
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
            samling = _gathers(role, run.worker, lines, previous.end - timedelta(days=1), run.first)
    settled = _Interval(run.first, run.end, run.worker, state.unit or "", start, holder.reason, samling, run.said)
    return (*runs[:-1], settled)


def _gathers(role: int, worker: str, lines: _Lines, last_held: date, day: date) -> bool:
    then = [line.at(last_held) for line in lines]
    held_another = any(holder == worker for other, holder in enumerate(then) if other != role)
    now = {holder for line in lines if (holder := line.at(day)) is not None}
    return held_another and len(now) < len({holder for holder in then if holder is not None})


def _said(role: str, runs: _Runs, book: Book) -> _Runs:
    """Say the last two intervals anew: whether an interval's start was part of a cover is settled when the next has begun."""
    said = list(runs)
    for at in range(max(0, len(runs) - 2), len(runs)):
        run = runs[at]
        cover = _covers(runs, at) or _covers(runs, at - 1)
        row = Assignment(run.first, run.end, role, run.worker, run.unit, run.start, run.reason, cover, run.samling)
        if run.said is None:
            book.add(row)
        elif run.said != row:
            book.replace(run.said, row)
        else:
            continue
        said[at] = replace(run, said=row)
    return tuple(said)


def _covers(runs: _Runs, at: int) -> bool:
    """Whether the interval covered for those about it, both changes being skift."""
    if not 0 < at < len(runs) - 1:
        return False
    one, two, back = runs[at - 1 : at + 2]
    return one.worker == back.worker and two.start == back.start == "skift" and (two.end - two.first).days < SHORTEST_STAY


assignments = Projection(
    Assignment,
    _fold,
    (*OPENS, *ENDS, *CASEWORKERS, Transferred),
    (
        "(valid_from) INCLUDE (valid_to, known_from, known_to, case_id, role, worker, unit, start, reason, cover, samling)",
        "(valid_to, known_to, known_from, valid_from) INCLUDE (case_id, role, worker)",
    ),
    tuple(_Role(Line[str | None]()) for _ in ROLES),
)
