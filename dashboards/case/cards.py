"""The card of an event, as the case page shows it: its words, and the whole state before and after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from dashboards.case.basis import Basis, bases
from dashboards.case.facts import Fact, facts
from dashboards.case.obligations import Obligation, obligations
from dashboards.case.story import StoryEvent
from dashboards.case.words import fields_in_words, finding_word, kind_word, label
from dashboards.words.code_questions import code_question
from dashboards.words.language import Language
from journey.case import State
from journey.codes import CodeLists
from journey.events import Withdrawn
from journey.history import COPENHAGEN, Recorded
from projections.rows.registrations import code_uses


class ComparedFact(Struct, frozen=True):
    """A fact before and after an event."""

    mark: str
    """`same`, `new`, `gone` or `other`."""
    label: str
    before: str
    after: str


class Card(Struct, frozen=True):
    """An event in words."""

    position: int
    day: str
    moment: str
    late: str
    """How long after or before its day it was registered; empty where it was the same day."""
    kind: str
    by: str
    source: str
    fields: tuple[str, ...]
    lines: tuple[ComparedFact, ...]
    changed: tuple[ComparedFact, ...]
    bases: tuple[Basis, ...]
    obligations: tuple[Obligation, ...]
    finding: str
    questions: tuple[str, ...]
    """The questions to its codes."""
    withdrawn: tuple[str, ...]
    """Until when it was believed, why it was withdrawn, and what was registered in its place; empty where it stands."""
    withdraws: str
    ahead: bool
    """Whether its day lies after the one shown."""
    here: bool
    """Whether it is the last event up to the day shown."""


def cards(shown: Iterable[StoryEvent], day: date, codes: CodeLists, translate: Language) -> tuple[Card, ...]:
    """A card for each event; the facts of a state that several share are put into words once."""
    events = list(shown)
    words: dict[int, tuple[Fact, ...]] = {}

    def in_words(state: State) -> tuple[Fact, ...]:
        found = words.get(id(state))
        if found is None:
            found = words[id(state)] = facts(state, codes, translate)
        return found

    here = max((nth for nth, event in enumerate(events) if event.recorded.valid_at <= day), default=-1)
    return tuple(
        _card(event, in_words(event.before), in_words(event.after), nth == here, day, codes, translate)
        for nth, event in enumerate(events)
    )


def _card(
    event: StoryEvent,
    before: Sequence[Fact],
    after: Sequence[Fact],
    here: bool,
    shown: date,
    codes: CodeLists,
    translate: Language,
) -> Card:
    recorded = event.recorded
    lines = compared(before, after)
    known_day = recorded.known_at.astimezone(COPENHAGEN).date()
    late = (known_day - recorded.valid_at).days
    return Card(
        recorded.position,
        translate.day(recorded.valid_at),
        translate.moment(recorded.known_at),
        translate("{days} efter", days=translate.days(late))
        if late > 0
        else translate("{days} før", days=translate.days(-late))
        if late < 0
        else "",
        kind_word(type(recorded.event), translate),
        recorded.by or translate("ikke oplyst"),
        recorded.source,
        fields_in_words(recorded.event, codes, translate),
        lines,
        tuple(line for line in lines if line.mark != "same"),
        bases(event.after, recorded.valid_at, codes, translate),
        obligations(event.after, event.clocks, recorded.valid_at, codes, translate),
        finding_word(event.finding, translate) if event.finding else "",
        _questions(event, codes, translate),
        _withdrawn(event, codes, translate),
        _withdraws(event, translate),
        recorded.valid_at > shown,
        here,
    )


def _questions(event: StoryEvent, codes: CodeLists, translate: Language) -> tuple[str, ...]:
    """The questions to the codes of an event that stands."""
    if event.withdrawn_by is not None:
        return ()
    day = event.recorded.valid_at
    return tuple(
        code_question(codes, use.list, use.code, question, translate)
        for use in code_uses(event.recorded.event, event.before)
        if (question := codes.question(use.list, use.code, day, begins=use.begins)) is not None
    )


def compared(before: Sequence[Fact], after: Sequence[Fact]) -> tuple[ComparedFact, ...]:
    """The facts of both states, each with both its texts, in the order of the later state; those that are gone last."""
    was, now = {fact.key: fact for fact in before}, {fact.key: fact for fact in after}
    return tuple(_line(was.get(key), now.get(key)) for key in dict.fromkeys((*now, *was)))


def _line(was: Fact | None, now: Fact | None) -> ComparedFact:
    label = (now or was or Fact("", "", "")).label
    before, after = was.text if was else "", now.text if now else ""
    mark = "new" if was is None else "gone" if now is None else "same" if before == after else "other"
    return ComparedFact(mark, label, before, after)


def _withdrawn(event: StoryEvent, codes: CodeLists, translate: Language) -> tuple[str, ...]:
    if event.withdrawn_by is None:
        return ()
    withdrawal = event.withdrawn_by.event
    reason = label(codes, "withdrawals", withdrawal.reason, translate) if isinstance(withdrawal, Withdrawn) else ""
    first = translate(
        "Annulleret {moment} (position {n}): {reason}. Til da blev det anset for sandt, fra {known}.",
        moment=translate.moment(event.withdrawn_by.known_at),
        n=translate.number(event.withdrawn_by.position),
        reason=reason,
        known=translate.moment(event.recorded.known_at),
    )
    if event.replaced_by is None:
        return (first, translate("Intet er registreret i stedet i samme omgang."))
    return (first, translate("I stedet: {event}", event=_in_short(event.replaced_by, codes, translate)))


def _in_short(recorded: Recorded, codes: CodeLists, translate: Language) -> str:
    words = ", ".join(fields_in_words(recorded.event, codes, translate))
    return f"{translate.day(recorded.valid_at)}, {kind_word(type(recorded.event), translate)}" + (
        f" ({words})" if words else ""
    )


def _withdraws(event: StoryEvent, translate: Language) -> str:
    if event.withdraws is None:
        return ""
    return translate(
        "Tager {kind} {day} tilbage (position {n}).",
        kind=kind_word(type(event.withdraws.event), translate),
        day=translate.day(event.withdraws.valid_at),
        n=translate.number(event.withdraws.position),
    )
