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


def obligations(state: State, clocks: Clocks, day: date, codes: CodeLists, say: Language) -> tuple[Obligation, ...]:
    """The open matters at the end of the day: those with a due day first, by that day."""
    due = sorted(state.follow_ups, key=lambda one: (one.due, one.position))
    return (*(_follow_up(one, day, codes, say) for one in due), *_running(state, clocks, day, codes, say))


def _follow_up(one: FollowUp, day: date, codes: CodeLists, say: Language) -> Obligation:
    what = say("Opfølgning")
    if one.track:
        what = say("Opfølgning, {track}", track=label(codes, "tracks", one.track, say).lower())
    over = (day - one.due).days
    if over > 0:
        return Obligation(
            what, say("frist {due}: {days} over fristen", due=say.day(one.due), days=say.days(over)), overdue=True
        )
    left = say("i dag") if over == 0 else say("om {days}", days=say.days(-over))
    return Obligation(what, say("frist {due}: {left}", due=say.day(one.due), left=left))


def _running(state: State, clocks: Clocks, day: date, codes: CodeLists, say: Language) -> Iterator[Obligation]:
    if clocks.assessing:
        yield Obligation(say("Udredning i gang"), _since(clocks.assessing, day, say))
    if state.frames or state.drawn:
        yield _frame(state, clocks.frame, day, say)
    for one in state.complaints:
        if one.decided is None and one.reassessed != "accommodated":
            yield _complaint(one, clocks, day, codes, say)


def _frame(state: State, since: date | None, day: date, say: Language) -> Obligation:
    left = state.agreed - state.drawn
    if not state.frames or left < 0:
        return Obligation(
            say("Handlingsramme"), say("{amount} kr. trukket ud over det aftalte", amount=say.number(-left)), overdue=True
        )
    told = say("{left} kr. tilbage af {agreed} kr.", left=say.number(left), agreed=say.number(state.agreed))
    return Obligation(say("Handlingsramme"), f"{told}, {_since(since, day, say)}" if since else told)


def _complaint(one: Complaint, clocks: Clocks, day: date, codes: CodeLists, say: Language) -> Obligation:
    what = say("Klage {complaint}", complaint=one.complaint)
    running = _since(clocks.complaints[one.complaint], day, say)
    if one.reassessed is None:
        return Obligation(what, say("{running}; ikke genvurderet endnu", running=running))
    outcome = label(codes, "reassessments", one.reassessed, say).lower()
    when = say.day(clocks.reassessed[one.complaint])
    return Obligation(what, say("{running}; {outcome} {when}, ikke afgjort endnu", running=running, outcome=outcome, when=when))


def _since(first: date, day: date, say: Language) -> str:
    return say("{days} siden {first}", days=say.days((day - first).days), first=say.day(first))
