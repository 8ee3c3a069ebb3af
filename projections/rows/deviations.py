"""Where a course is not as the rules R1-R15 say: a fold over the events that they look at (domain.md section 8)."""

from __future__ import annotations

from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from journey.conformance import RULES
from journey.events import (
    FigurePublished,
    FollowUpAgreed,
    FrameAgreed,
    FrameDrawn,
    PerformerMatched,
    PlanAgreed,
    PlanRevised,
    Presented,
    SupportGranted,
    Transferred,
    Visited,
)
from projections.fold import CASEWORKERS, ENDS, OPENS, Book, Projection, Step
from projections.rows.norms import KEPT, ONCE, Deviation, Facts, answered, asked, lasting
from projections.rows.raising import facts_of, raised

_NONE: Facts = frozenset()
_BORDERS = frozenset((*OPENS, *ENDS, *CASEWORKERS, Transferred))
"""The kinds after which who is responsible may be another."""


class _Memory(Struct, frozen=True):
    """What the fold remembers of a course."""

    facts: Facts = _NONE
    waiting: tuple[Deviation, ...] = ()
    """The questions that may still be answered."""
    two: Deviation | None = None
    """R12, and `nobody` R14: what runs, or ended last."""
    nobody: Deviation | None = None
    paper: Deviation | None = None
    """R15: the next status that is due."""


def _fold(memory: _Memory, step: Step, book: Book) -> _Memory:
    if not step.effective:
        return memory
    kind = type(step.recorded.event)
    if kind is FigurePublished:
        return _published(memory, step, book)
    if kind in _BORDERS:
        memory = _responsible(memory, step, book)
    if kind in ENDS:
        return replace(memory, facts=_NONE, waiting=())
    return _in_course(memory, step, book)


def _in_course(memory: _Memory, step: Step, book: Book) -> _Memory:
    """What is asked once, when something happens: what has gone before answers it, or what comes after."""
    day, position = step.recorded.valid_at, step.recorded.position
    facts = memory.facts | facts_of(step)
    waiting = memory.waiting
    if waiting:
        waiting = answered(waiting, facts, step.after, day, book)
        facts -= {
            ONCE[rule] for rule in {question.rule for question in memory.waiting} - {q.rule for q in waiting} if rule in ONCE
        }
    for rule in raised(step, memory.facts, facts):
        if rule not in KEPT:
            asked(rule, day, position, book)
        elif not KEPT[rule](facts, step.after):
            waiting = (*waiting, *asked(rule, day, position, book))
        facts -= {ONCE.get(rule)}
    if facts == memory.facts and waiting == memory.waiting:
        return memory
    return replace(memory, facts=facts, waiting=waiting)


def _responsible(memory: _Memory, step: Step, book: Book) -> _Memory:
    """R12 and R14: how many are responsible, at the ends of days."""
    state, day, position = step.after, step.recorded.valid_at, step.recorded.position
    authority, employment, _ = state.holders
    nobody = state.open and state.holders == (None, None, None)
    two = (
        state.open
        and state.unit == RULES["R12"].unit
        and authority is not None
        and employment is not None
        and authority.worker != employment.worker
    )
    if not (two or nobody or memory.two or memory.nobody):
        return memory
    were = memory.two, memory.nobody
    are = lasting("R12", memory.two, two, day, position, book), lasting("R14", memory.nobody, nobody, day, position, book)
    return memory if are == were else replace(memory, two=are[0], nobody=are[1])


def _published(memory: _Memory, step: Step, book: Book) -> _Memory:
    """R15: each status paper answers its year's question, in time or not, and raises the next year's."""
    event = step.recorded.event
    if not isinstance(event, FigurePublished):
        return memory
    published, due = event.paper.date, memory.paper
    while due is not None and due.day.year <= published.year:
        if due.day.year == published.year:
            book.retract(due)
            if published >= due.day:
                book.add(replace(due, mended=published))
        due = _due(due.day.year + 1, step, book)
    return replace(memory, paper=due or _due(published.year + 1, step, book))


def _due(year: int, step: Step, book: Book) -> Deviation | None:
    """The status that is due in the year; none where the calendar has no such year."""
    if year > date.max.year:
        return None
    day = date(year, 4, 1)
    said = asked("R15", day, step.recorded.position, book)
    return said[0] if said else None


deviations = Projection(
    Deviation,
    _fold,
    (
        *OPENS,
        *ENDS,
        *CASEWORKERS,
        Transferred,
        Presented,
        Visited,
        SupportGranted,
        PlanAgreed,
        PlanRevised,
        FollowUpAgreed,
        FrameAgreed,
        FrameDrawn,
        PerformerMatched,
        FigurePublished,
    ),
    ("(day)",),
    _Memory(),
)
