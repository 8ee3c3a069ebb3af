"""The state of a case, and what each event makes of it (domain.md section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Literal, assert_never

from msgspec import Struct
from msgspec.structs import replace

from journey import events as e
from journey.events.caseworkers import ROLES
from journey.history import Recorded

Code = str


class Grant(Struct, frozen=True, gc=False):
    """A running grant (bevilling): the support, and kroner a year where an amount was said."""

    grant: str
    support: str
    yearly_amount: int | None
    position: int


class Holder(Struct, frozen=True, gc=False):
    """Holder of a caseworker role, and the reason given by the event that set them."""

    worker: str
    reason: str


class FollowUp(Struct, frozen=True):
    """An unanswered follow-up (opfølgning)."""

    track: str | None
    due: date
    position: int


class Complaint(Struct, frozen=True):
    """A complaint (klage) and the answers it has had."""

    complaint: str
    reassessed: str | None = None
    decided: str | None = None


class State(Struct, frozen=True, gc=False):
    """A case at one place in its order; what was never said is None."""

    open: bool = False
    unit: str | None = None
    citizen: str | None = None
    born: str | None = None
    in_scope: bool = True
    layer: str | None = None
    benefit: str | None = None
    assessment: str | None = None
    """The method of the assessment (udredning) opened last, while it is open."""
    plans: tuple[Code, ...] = ()
    """The kinds of plan agreed since the case last opened."""
    proposals: tuple[Code, ...] = ()
    """The units that a handover is proposed to and that have not answered."""
    grants: tuple[Grant, ...] = ()
    """Running grants, oldest first."""
    holders: tuple[Holder | None, Holder | None, Holder | None] = (None, None, None)
    """By role, in the order of `events.caseworkers.ROLES`; a holder counts only while the case is open."""
    performers: tuple[str, ...] = ()
    frames: int = 0
    """How many frames were agreed."""
    agreed: int = 0
    draws: int = 0
    """How many draws were made, also of nothing."""
    drawn: int = 0
    follow_ups: tuple[FollowUp, ...] = ()
    """The unanswered ones, in the order they were agreed."""
    complaints: tuple[Complaint, ...] = ()

    @property
    def assessing(self) -> bool:
        return self.assessment is not None


NEW = State()

Stage = Literal["supported", "assessing", "waiting"]


def primary_support(state: State, classes: Mapping[str, str]) -> str | None:
    """The support of the running main grant that was granted last, else of the other-class one; accessories never."""
    other = None
    for grant in reversed(state.grants):
        of_class = classes[grant.support]
        if of_class == "main":
            return grant.support
        if of_class == "other" and other is None:
            other = grant.support
    return other


def stage(state: State, support: str | None) -> Stage:
    """The stage of an open case whose primary support is given."""
    if support is not None:
        return "supported"
    return "assessing" if state.assessing else "waiting"


def evolve(state: State, recorded: Recorded) -> tuple[State, Code | None]:
    """The state after the event, and the code of a finding where the event made no sense.

    The fold never fails: what is senseless leaves the state as it was (domain.md sections 1 and 4). A command that would
    be senseless at its own place is refused with the same code, save those of `refusals.NOTED`, which change the state
    all the same.
    """
    event = recorded.event
    match event:
        case e.ActivityRecorded() | e.NoteAdded() | e.Presented():
            return state, None
        case e.MergedInto():
            if state.open:
                return _ended(state), None
            return state, (None if state.unit is not None else "never_referred")
        case e.BenefitChanged():
            return replace(state, benefit=event.benefit), None
        case e.CaseworkerAssigned() | e.CaseworkerChanged() | e.CaseworkerEnded():
            return _caseworker(state, event)
        case e.ComplaintReceived() | e.ComplaintReassessed() | e.ComplaintDecided():
            return _complaint(state, event)
        case e.Referred():
            return _referred(state, event)
        case e.Reopened():
            if state.open:
                return state, "already_open"
            return (replace(state, open=True), None) if state.unit is not None else (state, "never_referred")
        case e.Withdrawn() | e.SurveyRecorded() | e.FigurePublished() | e.DefinitionAdopted():
            return state, None
        case _:
            return _in_open_case(state, event, recorded) if state.open else (state, "not_open")


FIRST_PROBABLE = date(1990, 1, 1)


def finding_of(recorded: Recorded, code: Code | None) -> Code | None:
    """The finding of an event: the code of what `evolve` finds at its place, else whether its day can be right at all.

    A day before 1990, or more than two years after it was known, is most often a slip of the pen; the event counts all the same.
    """
    if code is not None:
        return code
    day, known = recorded.valid_at, recorded.known_day
    if day >= FIRST_PROBABLE and day.year < known.year + 2:
        return None
    return "improbable_day" if day < FIRST_PROBABLE or day > years_later(known, 2) else None


def years_later(day: date, years: int) -> date:
    """Day of the same date so many years later; in February at most the 28th."""
    return day.replace(year=day.year + years, day=min(day.day, 28) if day.month == 2 else day.day)


_OpenOnly = (
    e.AssessmentOpened
    | e.AssessmentClosed
    | e.Visited
    | e.Rejected
    | e.SupportGranted
    | e.SupportEnded
    | e.SupportRefused
    | e.PerformerMatched
    | e.PerformerEnded
    | e.PlanAgreed
    | e.PlanRevised
    | e.FollowUpAgreed
    | e.FollowUpHeld
    | e.FrameAgreed
    | e.FrameDrawn
    | e.Transferred
    | e.SentToRehabilitation
    | e.DisabilityPensionExpected
    | e.BackgroundGroupFormed
    | e.HandoverProposed
    | e.HandoverAccepted
    | e.HandoverRefused
    | e.Closed
)


def _in_open_case(state: State, event: _OpenOnly, recorded: Recorded) -> tuple[State, Code | None]:
    match event:
        case e.SupportGranted():
            if any(grant.grant == event.grant for grant in state.grants):
                return state, "grant_running"
            grant = Grant(event.grant, event.support, event.yearly_amount, recorded.position)
            return replace(state, grants=(*state.grants, grant)), None
        case e.SupportEnded():
            others = tuple(grant for grant in state.grants if grant.grant != event.grant)
            return (state, "grant_not_running") if others == state.grants else (replace(state, grants=others), None)
        case e.FollowUpAgreed():
            return _follow_up_agreed(state, event, recorded.position)
        case e.FollowUpHeld():
            return _follow_up_held(state, event, recorded.valid_at)
        case e.PerformerMatched():
            if event.worker in state.performers:
                return state, "performer_matched"
            return replace(state, performers=(*state.performers, event.worker)), None
        case e.PerformerEnded():
            others = tuple(worker for worker in state.performers if worker != event.worker)
            return (state, "performer_not_matched") if others == state.performers else (replace(state, performers=others), None)
        case e.AssessmentOpened():
            return replace(state, assessment=event.method), None
        case e.AssessmentClosed():
            return (replace(state, assessment=None), None) if state.assessing else (state, "assessment_not_open")
        case e.Visited():
            return replace(state, in_scope=True, layer=event.layer or state.layer), None
        case e.FrameAgreed():
            return replace(state, frames=state.frames + 1, agreed=state.agreed + event.amount), None
        case e.FrameDrawn():
            finding = None if state.frames else "draw_without_frame"
            return replace(state, draws=state.draws + 1, drawn=state.drawn + event.amount), finding
        case e.Transferred():
            if event.to == state.unit:
                return state, "same_unit"
            return replace(state, unit=event.to, proposals=_without(state.proposals, event.to)), None
        case e.HandoverProposed():
            if event.to == state.unit:
                return state, "same_unit"
            if event.to in state.proposals:
                return state, "already_proposed"
            return replace(state, proposals=(*state.proposals, event.to)), None
        case e.HandoverAccepted() | e.HandoverRefused():
            if event.to not in state.proposals:
                return state, "not_proposed"
            return replace(state, proposals=_without(state.proposals, event.to)), None
        case e.PlanAgreed():
            return (state if event.plan in state.plans else replace(state, plans=(*state.plans, event.plan))), None
        case e.Closed() | e.Rejected():
            return _ended(state), None
        case (
            e.PlanRevised()
            | e.SupportRefused()
            | e.SentToRehabilitation()
            | e.DisabilityPensionExpected()
            | e.BackgroundGroupFormed()
        ):
            return state, None
        case _:
            assert_never(event)


def _referred(state: State, event: e.Referred) -> tuple[State, Code | None]:
    if state.open:
        return state, "already_open"
    opened = replace(
        state,
        open=True,
        unit=event.unit,
        citizen=event.citizen,
        born=event.born or state.born,
        in_scope=event.in_scope,
    )
    return opened, None


def _ended(state: State) -> State:
    """The state after closing, which ends all that runs and every unanswered follow-up."""
    return replace(
        state,
        open=False,
        grants=(),
        assessment=None,
        plans=(),
        proposals=(),
        holders=(None, None, None),
        performers=(),
        frames=0,
        agreed=0,
        draws=0,
        drawn=0,
        follow_ups=(),
    )


def _without(units: tuple[Code, ...], unit: Code) -> tuple[Code, ...]:
    return tuple(each for each in units if each != unit)


def _caseworker(
    state: State, event: e.CaseworkerAssigned | e.CaseworkerChanged | e.CaseworkerEnded
) -> tuple[State, Code | None]:
    role = ROLES.index(event.role)  # pyright: ignore[reportArgumentType] -- the code list holds just the roles
    holder_before = state.holders[role]
    if isinstance(event, e.CaseworkerEnded):
        if holder_before is None:
            return state, "role_empty"
        holder = None
    else:
        if holder_before is not None and holder_before.worker == event.worker:
            return state, "same_worker"
        holder = Holder(event.worker, event.reason if isinstance(event, e.CaseworkerChanged) else "other")
    first, second, third = state.holders
    holders = ((holder, second, third), (first, holder, third), (first, second, holder))[role]
    return replace(state, holders=holders), None


def _complaint(
    state: State, event: e.ComplaintReceived | e.ComplaintReassessed | e.ComplaintDecided
) -> tuple[State, Code | None]:
    known = next((complaint for complaint in state.complaints if complaint.complaint == event.complaint), None)
    if isinstance(event, e.ComplaintReceived):
        if known is not None:
            return state, "complaint_known"
        return replace(state, complaints=(*state.complaints, Complaint(event.complaint))), None
    if known is None:
        return state, "complaint_unknown"
    if known.decided is not None or known.reassessed == "accommodated":
        return state, "complaint_answered"
    if isinstance(event, e.ComplaintReassessed):
        if known.reassessed is not None:
            return state, "complaint_answered"
        answered = replace(known, reassessed=event.outcome)
    else:
        answered = replace(known, decided=event.outcome)
    return replace(state, complaints=tuple(answered if c is known else c for c in state.complaints)), None


def answered_by(state: State, track: str | None, day: date) -> FollowUp | None:
    """The follow-up that one held on the day answers: of its track the unanswered one with the nearest due day (domain.md section 4)."""
    of_track = (each for each in state.follow_ups if each.track == track)
    return min(of_track, key=lambda each: (abs(each.due - day), each.due, each.position), default=None)


def _follow_up_held(state: State, event: e.FollowUpHeld, day: date) -> tuple[State, Code | None]:
    """Answer one and overtake those of its track that were due before it."""
    answered = answered_by(state, event.track, day)
    if answered is None:
        return state, "no_follow_up"
    unanswered = tuple(
        each for each in state.follow_ups if each is not answered and (each.track != event.track or each.due >= answered.due)
    )
    return replace(state, follow_ups=unanswered), None


def _follow_up_agreed(state: State, event: e.FollowUpAgreed, position: int) -> tuple[State, Code | None]:
    agreed = FollowUp(event.track, event.due, position)
    if event.moved_from is None:
        return replace(state, follow_ups=(*state.follow_ups, agreed)), None
    moved = next((each for each in state.follow_ups if each.track == event.track and each.due == event.moved_from), None)
    others = tuple(each for each in state.follow_ups if each is not moved)
    return replace(state, follow_ups=(*others, agreed)), None if moved else "nothing_to_move"
