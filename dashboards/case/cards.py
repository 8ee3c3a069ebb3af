"""An event of the story as the page shows it: every word of it, and the whole state before and after."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct

from dashboards.case.basis import Basis, bases
from dashboards.case.facts import Fact, facts
from dashboards.case.obligations import Obligation, obligations
from dashboards.case.story import Told
from dashboards.case.words import finding_word, kind_word, said
from dashboards.words.language import Language
from journey.case import State
from journey.codes import CodeLists
from journey.events import Withdrawn
from journey.history import COPENHAGEN, Recorded


class Line(Struct, frozen=True):
    """A fact before and after: `same`, `new`, `gone` or `other`."""

    mark: str
    label: str
    before: str
    after: str


class Card(Struct, frozen=True):
    """One event, all in words."""

    position: int
    day: str
    moment: str
    late: str
    """How long after its day it was registered, where it was."""
    kind: str
    by: str
    source: str
    said: tuple[str, ...]
    lines: tuple[Line, ...]
    changed: tuple[Line, ...]
    bases: tuple[Basis, ...]
    obligations: tuple[Obligation, ...]
    finding: str
    withdrawn: tuple[str, ...]
    """What became of it: until when it was believed, why not longer, and what was registered in its place."""
    withdraws: str
    ahead: bool
    """Whether its day lies after the one shown."""
    here: bool
    """Whether it is the last whose day has come."""


def cards(some: Iterable[Told], day: date, codes: CodeLists, translate: Language) -> tuple[Card, ...]:
    """The events in words; the facts of a state that several share are put into words once."""
    told = list(some)
    words: dict[int, tuple[Fact, ...]] = {}

    def in_words(state: State) -> tuple[Fact, ...]:
        found = words.get(id(state))
        if found is None:
            found = words[id(state)] = facts(state, codes, translate)
        return found

    here = max((nth for nth, one in enumerate(told) if one.recorded.valid_at <= day), default=-1)
    return tuple(
        _card(one, in_words(one.before), in_words(one.after), nth == here, day, codes, translate)
        for nth, one in enumerate(told)
    )


def _card(
    told: Told, before: Sequence[Fact], after: Sequence[Fact], here: bool, shown: date, codes: CodeLists, translate: Language
) -> Card:
    one = told.recorded
    lines = both(before, after)
    known_day = one.known_at.astimezone(COPENHAGEN).date()
    late = (known_day - one.valid_at).days
    return Card(
        one.position,
        translate.day(one.valid_at),
        translate.moment(one.known_at),
        translate("{days} efter", days=translate.days(late))
        if late > 0
        else translate("{days} før", days=translate.days(-late))
        if late < 0
        else "",
        kind_word(type(one.event), translate),
        one.by or translate("ikke oplyst"),
        one.source,
        said(one.event, codes, translate),
        lines,
        tuple(line for line in lines if line.mark != "same"),
        bases(told.after, one.valid_at, codes, translate),
        obligations(told.after, told.clocks, one.valid_at, codes, translate),
        finding_word(told.finding, translate) if told.finding else "",
        _withdrawn(told, codes, translate),
        _withdraws(told, translate),
        one.valid_at > shown,
        here,
    )


def both(before: Sequence[Fact], after: Sequence[Fact]) -> tuple[Line, ...]:
    """Every fact of either state with both its texts, in the order of the later state, those that are gone last."""
    was, now = {one.key: one for one in before}, {one.key: one for one in after}
    return tuple(_line(was.get(key), now.get(key)) for key in dict.fromkeys((*now, *was)))


def _line(was: Fact | None, now: Fact | None) -> Line:
    label = (now or was or Fact("", "", "")).label
    before, after = was.text if was else "", now.text if now else ""
    mark = "new" if was is None else "gone" if now is None else "same" if before == after else "other"
    return Line(mark, label, before, after)


def _withdrawn(told: Told, codes: CodeLists, translate: Language) -> tuple[str, ...]:
    if told.withdrawn_by is None:
        return ()
    reason = told.withdrawn_by.event.reason if isinstance(told.withdrawn_by.event, Withdrawn) else ""
    first = translate(
        "Annulleret {moment} (position {n}): {reason}. Til da blev det anset for sandt, fra {known}.",
        moment=translate.moment(told.withdrawn_by.known_at),
        n=translate.number(told.withdrawn_by.position),
        reason=reason,
        known=translate.moment(told.recorded.known_at),
    )
    if told.replaced_by is None:
        return (first, translate("Intet er registreret i stedet i samme omgang."))
    return (first, translate("I stedet: {event}", event=_in_short(told.replaced_by, codes, translate)))


def _in_short(one: Recorded, codes: CodeLists, translate: Language) -> str:
    words = ", ".join(said(one.event, codes, translate))
    return f"{translate.day(one.valid_at)}, {kind_word(type(one.event), translate)}" + (f" ({words})" if words else "")


def _withdraws(told: Told, translate: Language) -> str:
    if told.withdraws is None:
        return ""
    return translate(
        "Tager {kind} {day} tilbage (position {n}).",
        kind=kind_word(type(told.withdraws.event), translate),
        day=translate.day(told.withdraws.valid_at),
        n=translate.number(told.withdraws.position),
    )
