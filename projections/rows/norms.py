"""A deviation (afvigelse) from one of the rules R1-R15, and the questions of a course that wait for their answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from msgspec.structs import replace

from journey.case import State
from journey.conformance import RULES
from projections.fold import Book, Row


class Deviation(Row, frozen=True):
    """A question that the course raises of a rule (`journey.conformance`)."""

    rule: str
    day: date
    """The first day on which the rule is not kept; it may lie ahead, where a frist runs."""
    position: int
    """The event that raises it."""
    mended: date | None = None
    """The first day on which it is as the rule says after all."""


Facts = frozenset[str]
"""What has happened in the course so far that a rule asks for."""

COMPLIES: Mapping[str, Callable[[Facts, State], bool]] = {
    "R1": lambda facts, _: RULES["R1"].forum in facts,
    "R2": lambda facts, _: RULES["R2"].forum in facts,
    "R3": lambda facts, _: "leader" in facts,
    "R4": lambda facts, state: "ungeplan" in facts and state.holders[2] is not None,
    "R5": lambda _, state: state.frames > 0 and bool(state.follow_ups),
    "R7": lambda facts, _: "plan_change" in facts,
    "R8": lambda facts, _: "caseworker_change" in facts,
    "R10": lambda facts, _: "indsatsmaal" in facts,
}
"""Whether the course complies with the rule, at the end of an event."""

SINGLE_USE_FACTS: Mapping[str, str] = {"R7": "plan_change", "R8": "caseworker_change"}
"""The facts that answer one question only: a hearing covers one change."""


def raise_question(rule: str, day: date, position: int, book: Book) -> tuple[Deviation, ...]:
    """Add the question where the day is within the rule's dates; gives it, or nothing."""
    if not RULES[rule].counts_on(day):
        return ()
    question = Deviation(rule, day, position)
    book.add(question)
    return (question,)


def answer_questions(waiting: Iterable[Deviation], facts: Facts, state: State, day: date, book: Book) -> tuple[Deviation, ...]:
    """Retract or mend the questions whose rule is now complied with, and give those that still wait: one answered by the end of its own day
    was no deviation, later it is mended."""
    left: list[Deviation] = []
    for question in waiting:
        if COMPLIES[question.rule](facts, state):
            book.retract(question)
            if day > question.day:
                book.add(replace(question, mended=day))
        else:
            left.append(question)
    return tuple(left)


def update_lasting(rule: str, last: Deviation | None, is_so: bool, day: date, position: int, book: Book) -> Deviation | None:
    """Update a deviation that lasts from day to day: gives the one that runs or was the last to end, after a day's event.

    Days without a break are one deviation; it begins on the rule's first day at the earliest.
    """
    if last is not None and last.mended is None:
        if is_so:
            return last
        book.retract(last)
        if day <= last.day:
            return None
        ended = replace(last, mended=day)
        book.add(ended)
        return ended
    if not is_so:
        return last
    if last is not None and last.mended == day:
        book.retract(last)
        began = replace(last, mended=None)
    else:
        began = Deviation(rule, max(day, RULES[rule].first), position)
    book.add(began)
    return began
