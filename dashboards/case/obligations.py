"""The open matters of a case on a day, each with its clock: days left, days over, or days running."""

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
    """An open matter in words, and whether it is overdue."""

    what: str
    clock: str
    overdue: bool = False


def obligations(state: State, clocks: Clocks, day: date, codes: CodeLists, translate: Language) -> tuple[Obligation, ...]:
    """The open matters at the end of the day: those with a due day first, by that day."""
    due = sorted(state.follow_ups, key=lambda each: (each.due, each.position))
    return (*(_follow_up(each, day, codes, translate) for each in due), *_running(state, clocks, day, codes, translate))


def _follow_up(follow_up: FollowUp, day: date, codes: CodeLists, translate: Language) -> Obligation:
    what = translate("Opfølgning")
    if follow_up.track:
        what = translate("Opfølgning, {track}", track=label(codes, "tracks", follow_up.track, translate).lower())
    over = (day - follow_up.due).days
    if over > 0:
        return Obligation(
            what,
            translate("frist {due}: {days} over fristen", due=translate.day(follow_up.due), days=translate.days(over)),
            overdue=True,
        )
    left = translate("i dag") if over == 0 else translate("om {days}", days=translate.days(-over))
    return Obligation(what, translate("frist {due}: {left}", due=translate.day(follow_up.due), left=left))


def _running(state: State, clocks: Clocks, day: date, codes: CodeLists, translate: Language) -> Iterator[Obligation]:
    if clocks.assessing:
        yield Obligation(translate("Udredning i gang"), _since(clocks.assessing, day, translate))
    if state.frames or state.drawn:
        yield _frame(state, clocks.frame, day, translate)
    for each in state.complaints:
        if each.decided is None and each.reassessed != "accommodated":
            yield _complaint(each, clocks, day, codes, translate)


def _frame(state: State, since: date | None, day: date, translate: Language) -> Obligation:
    left = state.agreed - state.drawn
    if not state.frames or left < 0:
        return Obligation(
            translate("Handlingsramme"),
            translate("{amount} kr. trukket ud over det aftalte", amount=translate.number(-left)),
            overdue=True,
        )
    balance = translate(
        "{left} kr. tilbage af {agreed} kr.", left=translate.number(left), agreed=translate.number(state.agreed)
    )
    return Obligation(translate("Handlingsramme"), f"{balance}, {_since(since, day, translate)}" if since else balance)


def _complaint(complaint: Complaint, clocks: Clocks, day: date, codes: CodeLists, translate: Language) -> Obligation:
    what = translate("Klage {complaint}", complaint=complaint.complaint)
    running = _since(clocks.complaints[complaint.complaint], day, translate)
    if complaint.reassessed is None:
        return Obligation(what, translate("{running}; ikke genvurderet endnu", running=running))
    outcome = label(codes, "reassessments", complaint.reassessed, translate).lower()
    when = translate.day(clocks.reassessed[complaint.complaint])
    return Obligation(
        what, translate("{running}; {outcome} {when}, ikke afgjort endnu", running=running, outcome=outcome, when=when)
    )


def _since(first: date, day: date, translate: Language) -> str:
    return translate("{days} siden {first}", days=translate.days((day - first).days), first=translate.day(first))
