"""Merges (sammenlægninger) of two cases of one citizen: which may be merged, and by which event (domain.md section 3, `merged_into`)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from journey.case import NEW, evolve
from journey.commands import decide
from journey.events import MergedInto
from journey.history import FOREVER, Recorded, in_order
from journey.log.stored import Entry
from journey.refusals import Refused

HistoryOf = Callable[[str], Sequence[Recorded]]
"""The history of a case by its reference; empty for one that there is not."""


def going_on_in(history: Sequence[Recorded]) -> str | None:
    """The case that this one was merged into; None for one that goes on itself, also because it was opened again since."""
    state, into = NEW, None
    for recorded in in_order(history):
        was = state
        state, finding = evolve(state, recorded)
        if isinstance(recorded.event, MergedInto) and finding is None:
            into = recorded.event.case
        elif state.open and not was.open:
            into = None
    return into


def merged_chain(case: str, history_of: HistoryOf) -> list[str]:
    """The case, and one after the other those that it was merged into; the last goes on, unless they were merged in a circle."""
    chain = [case]
    while (into := going_on_in(history_of(chain[-1]))) is not None and into not in chain:
        chain.append(into)
    return chain


def merge(proposed: Entry, history_of: HistoryOf, *, today: date) -> list[Entry]:
    """The entries that merge the case of the proposed one; none where the two are merged already.

    Raises Refused: `merged_with_itself`, `unknown_case`, `never_referred`, `merged_already`, and what `decide` refuses.
    """
    case, into = proposed.stream, _case_named(proposed)
    if case == into:
        raise Refused("merged_with_itself", place=case)
    known, others = history_of(case), history_of(into)
    for name, history in ((case, known), (into, others)):
        if not history:
            raise Refused("unknown_case", place=name)
    if not _ever_referred(others):
        raise Refused("never_referred", place=into)
    merged = going_on_in(known)
    if merged == into:
        return []
    if merged is not None:
        raise Refused("merged_already", f"Sag {case} er lagt sammen med sag {merged}.", place=case)
    _refuse_merged(case, merged_chain(into, history_of))
    decide(known, [proposed], today=today)
    return [proposed]


def first_day_both_open(closes: Sequence[Recorded], goes_on: Sequence[Recorded]) -> date | None:
    """The first day at the end of which both cases are open; None where there is none."""
    days = [
        max(begin, other_begin)
        for begin, end in open_spans(closes)
        for other_begin, other_end in open_spans(goes_on)
        if max(begin, other_begin) < min(end, other_end)
    ]
    return min(days, default=None)


def open_spans(history: Sequence[Recorded]) -> list[tuple[date, date]]:
    """The periods, half-open, at the end of whose days the case is open; one that has not ended ends with FOREVER."""
    state, at_end = NEW, dict[date, bool]()
    for recorded in in_order(history):
        state, _ = evolve(state, recorded)
        at_end[recorded.valid_at] = state.open
    return [(day, until) for (day, is_open), (until, _) in pairwise([*at_end.items(), (FOREVER, False)]) if is_open]


def _refuse_merged(case: str, chain: Sequence[str]) -> None:
    """Refuse to merge into a case that does not go on."""
    if len(chain) == 1:
        return
    refused = Refused("merged_already", f"Sag {chain[0]} er selv lagt sammen med sag {chain[1]}.", place=chain[0])
    if case in chain:
        refused.remedy = f"Sagerne er lagt sammen i forvejen, og sag {chain[-1]} går videre; der er ikke mere at gøre."
    else:
        refused.remedy = f"Læg sag {case} sammen med den, der går videre: {chain[-1]}."
    raise refused


def _ever_referred(history: Sequence[Recorded]) -> bool:
    state = NEW
    for recorded in in_order(history):
        state, _ = evolve(state, recorded)
    return state.citizen is not None


def _case_named(proposed: Entry) -> str:
    if not isinstance(proposed.event, MergedInto):
        raise TypeError(proposed.kind)
    return proposed.event.case
