"""The occasions (anledninger) on which one of the rules R1-R15 applies, and the questions of a course that wait for their answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from msgspec.structs import replace

from journey.case import State
from journey.conformance import RULES
from projections.fold import Book, Row


class RuleOccasion(Row, frozen=True):
    """An occasion on which a rule (`journey.conformance`) applies to the course, and whether the course deviates from it: a question.

    R12 and R14 apply to every case on every day: of them only the deviations have rows; R9's are rows of follow-ups.
    """

    rule: str
    day: date
    """The day on which the rule is to be kept, the first on which it is not; it may lie ahead, where a frist runs."""
    position: int
    """The event that gives the occasion."""
    deviates: bool
    """Whether the rule is not kept at the end of the day."""
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


def add_occasion(rule: str, day: date, position: int, book: Book, *, deviates: bool) -> tuple[RuleOccasion, ...]:
    """Add the occasion where the day is within the rule's dates; gives it, or nothing."""
    if not RULES[rule].counts_on(day):
        return ()
    occasion = RuleOccasion(rule, day, position, deviates)
    book.add(occasion)
    return (occasion,)


def answer_questions(
    waiting: Iterable[RuleOccasion], facts: Facts, state: State, day: date, book: Book
) -> tuple[RuleOccasion, ...]:
    """Answer or mend the questions whose rule is now complied with, and give those that still wait: one answered by the end of its own day
    was no deviation, later it is mended."""
    left: list[RuleOccasion] = []
    for question in waiting:
        if COMPLIES[question.rule](facts, state):
            book.replace(question, answered(question, day, in_time=day <= question.day))
        else:
            left.append(question)
    return tuple(left)


def answered(question: RuleOccasion, day: date, *, in_time: bool) -> RuleOccasion:
    """The question once it is as the rule says: no deviation where that was in time."""
    return replace(question, deviates=False) if in_time else replace(question, mended=day)


def update_lasting(
    rule: str, last: RuleOccasion | None, is_so: bool, day: date, position: int, book: Book
) -> RuleOccasion | None:
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
        began = RuleOccasion(rule, max(day, RULES[rule].first), position, deviates=True)
    book.add(began)
    return began
