"""The occasions on which the rules R1-R15 apply: a fold over the events that they look at (domain.md section 8)."""

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
from projections.rows.norms import (
    COMPLIES,
    SINGLE_USE_FACTS,
    Facts,
    RuleOccasion,
    add_occasion,
    answer_questions,
    answered,
    update_lasting,
)
from projections.rows.raising import BREAKS, facts_of, rules_applied

_NONE: Facts = frozenset()
_BORDERS = frozenset((*OPENS, *ENDS, *CASEWORKERS, Transferred))
"""The kinds after which who is responsible may be another."""


class _Memory(Struct, frozen=True):
    """What the fold remembers of a course."""

    facts: Facts = _NONE
    waiting: tuple[RuleOccasion, ...] = ()
    """The questions that may still be answered."""
    two_caseworkers: RuleOccasion | None = None
    """R12: the deviation that runs, or ended last."""
    no_caseworker: RuleOccasion | None = None
    """R14: the same."""
    status_paper: RuleOccasion | None = None
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
    """Add the occasions that an event gives, and answer their questions: what has gone before answers them, or what comes after."""
    day, position = step.recorded.valid_at, step.recorded.position
    facts = memory.facts | facts_of(step)
    waiting = memory.waiting
    if waiting:
        waiting = answer_questions(waiting, facts, step.after, day, book)
        facts -= {
            SINGLE_USE_FACTS[rule]
            for rule in {question.rule for question in memory.waiting} - {question.rule for question in waiting}
            if rule in SINGLE_USE_FACTS
        }
    for rule in rules_applied(step, memory.facts, facts):
        if rule in BREAKS:
            add_occasion(rule, day, position, book, deviates=BREAKS[rule](step))
        elif COMPLIES[rule](facts, step.after):
            add_occasion(rule, day, position, book, deviates=False)
        else:
            waiting = (*waiting, *add_occasion(rule, day, position, book, deviates=True))
        facts -= {SINGLE_USE_FACTS.get(rule)}
    if facts == memory.facts and waiting == memory.waiting:
        return memory
    return replace(memory, facts=facts, waiting=waiting)


def _responsible(memory: _Memory, step: Step, book: Book) -> _Memory:
    """Update R12 and R14: how many caseworkers are responsible at the ends of days."""
    state, day, position = step.after, step.recorded.valid_at, step.recorded.position
    authority, employment, _ = state.holders
    unassigned = state.open and state.holders == (None, None, None)
    two_workers = (
        state.open
        and state.unit == RULES["R12"].unit
        and authority is not None
        and employment is not None
        and authority.worker != employment.worker
    )
    if not (two_workers or unassigned or memory.two_caseworkers or memory.no_caseworker):
        return memory
    before = memory.two_caseworkers, memory.no_caseworker
    r12 = update_lasting("R12", memory.two_caseworkers, two_workers, day, position, book)
    r14 = update_lasting("R14", memory.no_caseworker, unassigned, day, position, book)
    return memory if (r12, r14) == before else replace(memory, two_caseworkers=r12, no_caseworker=r14)


def _published(memory: _Memory, step: Step, book: Book) -> _Memory:
    """Update R15: each status paper answers its year's question, in time or not, and raises the next year's."""
    event = step.recorded.event
    if not isinstance(event, FigurePublished):
        return memory
    published, due = event.paper.date, memory.status_paper
    while due is not None and due.day.year <= published.year:
        if due.day.year == published.year:
            book.replace(due, answered(due, published, in_time=published < due.day))
        due = _due(due.day.year + 1, step, book)
    return replace(memory, status_paper=due or _due(published.year + 1, step, book))


def _due(year: int, step: Step, book: Book) -> RuleOccasion | None:
    """The status that is due in the year; none where the calendar has no such year."""
    if year > date.max.year:
        return None
    day = date(year, 4, 1)
    return next(iter(add_occasion("R15", day, step.recorded.position, book, deviates=True)), None)


occasions = Projection(
    RuleOccasion,
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
