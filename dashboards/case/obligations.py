"""What is open in a case on a day, each with its clock: days until, over, or running."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec import Struct

from dashboards.case.story import Clocks
from dashboards.case.words import label
from dashboards.words.language import Language
from journey.case import Complaint, FollowUp, State
from journey.codes import CodeLists


class Obligation(Struct, frozen=True):
    """One open matter in words, and whether it is past its time."""

    what: str
    clock: str
    overdue: bool = False


def obligations(state: State, clocks: Clocks, day: date, codes: CodeLists, translate: Language) -> tuple[Obligation, ...]:
    """The open matters at the end of the day: those with a due day first, by that day."""
    due = sorted(state.follow_ups, key=lambda one: (one.due, one.position))
    return (*(_follow_up(one, day, codes, translate) for one in due), *_running(state, clocks, day, codes, translate))


def _follow_up(one: FollowUp, day: date, codes: CodeLists, translate: Language) -> Obligation:
    what = translate("Opfølgning")
    if one.track:
        what = translate("Opfølgning, {track}", track=label(codes, "tracks", one.track, translate).lower())
    over = (day - one.due).days
    if over > 0:
        return Obligation(
            what,
            translate("frist {due}: {days} over fristen", due=translate.day(one.due), days=translate.days(over)),
            overdue=True,
        )
    left = translate("i dag") if over == 0 else translate("om {days}", days=translate.days(-over))
    return Obligation(what, translate("frist {due}: {left}", due=translate.day(one.due), left=left))


def _running(state: State, clocks: Clocks, day: date, codes: CodeLists, translate: Language) -> Iterator[Obligation]:
    if clocks.assessing:
        yield Obligation(translate("Udredning i gang"), _since(clocks.assessing, day, translate))
    if state.frames or state.drawn:
        yield _frame(state, clocks.frame, day, translate)
    for one in state.complaints:
        if one.decided is None and one.reassessed != "accommodated":
            yield _complaint(one, clocks, day, codes, translate)


def _frame(state: State, since: date | None, day: date, translate: Language) -> Obligation:
    left = state.agreed - state.drawn
    if not state.frames or left < 0:
        return Obligation(
            translate("Handlingsramme"),
            translate("{amount} kr. trukket ud over det aftalte", amount=translate.number(-left)),
            overdue=True,
        )
    told = translate("{left} kr. tilbage af {agreed} kr.", left=translate.number(left), agreed=translate.number(state.agreed))
    return Obligation(translate("Handlingsramme"), f"{told}, {_since(since, day, translate)}" if since else told)


def _complaint(one: Complaint, clocks: Clocks, day: date, codes: CodeLists, translate: Language) -> Obligation:
    what = translate("Klage {complaint}", complaint=one.complaint)
    running = _since(clocks.complaints[one.complaint], day, translate)
    if one.reassessed is None:
        return Obligation(what, translate("{running}; ikke genvurderet endnu", running=running))
    outcome = label(codes, "reassessments", one.reassessed, translate).lower()
    when = translate.day(clocks.reassessed[one.complaint])
    return Obligation(
        what, translate("{running}; {outcome} {when}, ikke afgjort endnu", running=running, outcome=outcome, when=when)
    )


def _since(first: date, day: date, translate: Language) -> str:
    return translate("{days} siden {first}", days=translate.days((day - first).days), first=translate.day(first))
