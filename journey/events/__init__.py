"""Every kind of event (hændelse) that a case journey or a stream is made of."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any, ClassVar, Literal, get_args

from msgspec import UNSET, Struct, UnsetType

from journey.events.fields import Answers, Code, Count, Id, Kroner, Label, Month, Sha256


class Kind(Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """What every kind of event shares: the Danish word and the code list of each of its coded fields."""

    danish: ClassVar[str]
    codes: ClassVar[Mapping[str, str]] = MappingProxyType({})


class Referred(Kind, frozen=True, forbid_unknown_fields=True):
    """A citizen was referred, or applied: the course begins in a unit."""

    danish = "henvist / ansøgning modtaget"
    codes = MappingProxyType({"unit": "units", "channel": "channels"})
    unit: Code
    citizen: Id
    born: Month | None = None
    channel: Code = "application"
    in_scope: bool = True


class Presented(Kind, frozen=True, forbid_unknown_fields=True):
    """A matter in the case was put before a forum."""

    danish = "forelagt for et forum"
    codes = MappingProxyType({"forum": "forums", "by": "presenters", "matter": "matters"})
    forum: Code
    by: Code
    matter: Code


class AssessmentOpened(Kind, frozen=True, forbid_unknown_fields=True):
    """An assessment of the citizen's needs began."""

    danish = "udredning påbegyndt"
    codes = MappingProxyType({"method": "methods"})
    method: Code


class AssessmentClosed(Kind, frozen=True, forbid_unknown_fields=True):
    """The assessment that was open ended."""

    danish = "udredning afsluttet"


class Visited(Kind, frozen=True, forbid_unknown_fields=True):
    """A forum admitted the citizen to the holistic effort."""

    danish = "visiteret"
    codes = MappingProxyType({"forum": "forums", "layer": "layers"})
    forum: Code
    layer: Code | None = None


class Rejected(Kind, frozen=True, forbid_unknown_fields=True):
    """A forum turned the citizen away, which ends the case."""

    danish = "afvist ved visitation"
    codes = MappingProxyType({"forum": "forums", "reason": "rejections"})
    forum: Code
    reason: Code


class BenefitChanged(Kind, frozen=True, forbid_unknown_fields=True):
    """The citizen's means of support changed."""

    danish = "forsørgelsesydelse ændret"
    codes = MappingProxyType({"benefit": "benefits"})
    benefit: Code


class SupportGranted(Kind, frozen=True, forbid_unknown_fields=True):
    """A support was granted and runs until it is ended."""

    danish = "støtte bevilget"
    codes = MappingProxyType({"support": "supports", "forum": "forums"})
    grant: Id
    support: Code
    yearly_amount: Kroner | None = None
    forum: Code | None = None


class SupportEnded(Kind, frozen=True, forbid_unknown_fields=True):
    """A running grant ended; the day is the first without it."""

    danish = "støtte ophørt"
    grant: Id
    reason: Label | None = None


class SupportRefused(Kind, frozen=True, forbid_unknown_fields=True):
    """A support was refused."""

    danish = "afslag på støtte"
    codes = MappingProxyType({"support": "supports"})
    support: Code


class CaseworkerAssigned(Kind, frozen=True, forbid_unknown_fields=True):
    """A caseworker was given a role in the case."""

    danish = "sagsbehandler tildelt"
    codes = MappingProxyType({"role": "roles"})
    role: Code
    worker: Id


class CaseworkerChanged(Kind, frozen=True, forbid_unknown_fields=True):
    """Another caseworker took over a role, for a reason."""

    danish = "sagsbehandlerskift"
    codes = MappingProxyType({"role": "roles", "reason": "change_reasons"})
    role: Code
    worker: Id
    reason: Code
    approved_by_forum: bool | None = None


class CaseworkerEnded(Kind, frozen=True, forbid_unknown_fields=True):
    """A caseworker left a role; the day is the first without."""

    danish = "sagsbehandler fratrådt"
    codes = MappingProxyType({"role": "roles"})
    role: Code


class PerformerMatched(Kind, frozen=True, forbid_unknown_fields=True):
    """A support worker was matched with the citizen."""

    danish = "bostøttemedarbejder matchet"
    worker: Id


class PerformerEnded(Kind, frozen=True, forbid_unknown_fields=True):
    """A support worker's match ended; the day is the first without."""

    danish = "bostøttemedarbejder ophørt"
    worker: Id


class PlanAgreed(Kind, frozen=True, forbid_unknown_fields=True):
    """A plan was agreed with the citizen."""

    danish = "plan aftalt"
    codes = MappingProxyType({"plan": "plans"})
    plan: Code


class PlanRevised(Kind, frozen=True, forbid_unknown_fields=True):
    """A plan was revised, materially or not."""

    danish = "plan revideret"
    codes = MappingProxyType({"plan": "plans"})
    plan: Code
    material: bool | None = None


class FollowUpAgreed(Kind, frozen=True, forbid_unknown_fields=True):
    """A follow-up was agreed for a day, perhaps in place of an earlier one."""

    danish = "opfølgning aftalt"
    codes = MappingProxyType({"track": "tracks"})
    due: date
    track: Code | None = None
    moved_from: date | None = None


class FollowUpHeld(Kind, frozen=True, forbid_unknown_fields=True):
    """A follow-up was held, with its outcome."""

    danish = "opfølgning holdt"
    codes = MappingProxyType({"outcome": "follow_up_outcomes", "track": "tracks"})
    outcome: Code
    track: Code | None = None


class FrameAgreed(Kind, frozen=True, forbid_unknown_fields=True):
    """A sum was set aside that the caseworker may draw on."""

    danish = "handlingsramme aftalt"
    amount: Kroner


class FrameDrawn(Kind, frozen=True, forbid_unknown_fields=True):
    """The caseworker drew on the frame for a purpose."""

    danish = "træk på handlingsramme"
    amount: Kroner
    purpose: Label


class Transferred(Kind, frozen=True, forbid_unknown_fields=True):
    """The case was handed over to another unit."""

    danish = "overdraget"
    codes = MappingProxyType({"to": "units", "reason": "transfer_reasons"})
    to: Code
    reason: Code


class SentToRehabilitation(Kind, frozen=True, forbid_unknown_fields=True):
    """The case was sent to the rehabilitation team."""

    danish = "sendt til rehabiliteringsteam"


class ComplaintReceived(Kind, frozen=True, forbid_unknown_fields=True):
    """The citizen complained of a decision."""

    danish = "klage modtaget"
    complaint: Id


class ComplaintReassessed(Kind, frozen=True, forbid_unknown_fields=True):
    """The municipality looked at its decision again."""

    danish = "klage genvurderet af kommunen"
    codes = MappingProxyType({"outcome": "reassessments"})
    complaint: Id
    outcome: Code


class ComplaintDecided(Kind, frozen=True, forbid_unknown_fields=True):
    """Ankestyrelsen decided the complaint."""

    danish = "klage afgjort i Ankestyrelsen"
    codes = MappingProxyType({"outcome": "decisions"})
    complaint: Id
    outcome: Code


class ActivityRecorded(Kind, frozen=True, forbid_unknown_fields=True):
    """Something was done in the case: a meeting, a home visit, a call."""

    danish = "handling i sagen"
    activity: Label
    worker: Id | None = None


class NoteAdded(Kind, frozen=True, forbid_unknown_fields=True):
    """A note was written; its text is kept encrypted beside the log, never in it."""

    danish = "notat"
    text_hash: Sha256
    cipher_hash: Sha256 | None = None


class Closed(Kind, frozen=True, forbid_unknown_fields=True):
    """The case was closed, and with it all that ran in it."""

    danish = "afsluttet"
    codes = MappingProxyType({"reason": "closings"})
    reason: Code


class Reopened(Kind, frozen=True, forbid_unknown_fields=True):
    """A closed case was taken up again."""

    danish = "genoptaget"


class Withdrawn(Kind, frozen=True, forbid_unknown_fields=True):
    """An earlier event was never true."""

    danish = "annulleret"
    source_id: Id
    reason: Label
    source: Id


class SurveyRecorded(Kind, frozen=True, forbid_unknown_fields=True):
    """The answers to one statement of one survey wave."""

    danish = "spørgeskema"
    wave: Label
    statement: Label
    answers: Answers | None
    """From meget uenig to meget enig; None where the paper's bar is missing, or all of them."""
    n: Count
    invited: Count | None = None


class Paper(Struct, frozen=True, forbid_unknown_fields=True):
    """The committee paper that a number stands in."""

    case: Label
    title: Label
    date: date


class Frozen(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole figure as it was when it was published: it is pinned to its parameters and position, and gives these cells for ever."""

    cells: list[dict[str, Any]]
    version: Count
    """Of the figure's definition."""
    position: Count
    """What the register knew."""
    codes: Sha256
    """The code lists' hash."""


class FigurePublished(Kind, frozen=True, forbid_unknown_fields=True):
    """A number was put before politicians: which figure it is, its cell, and its value as printed; or a figure with all its cells."""

    danish = "tal offentliggjort"
    codes = MappingProxyType({"qualifier": "qualifiers"})
    id: Label
    figure: Label | None
    parameters: dict[str, Any]
    cell: dict[str, Any]
    value: float | int | None
    qualifier: Code
    paper: Paper
    notes: list[Label] = []
    frozen: Frozen | UnsetType = UNSET


class DefinitionAdopted(Kind, frozen=True, forbid_unknown_fields=True):
    """A body adopted the definition that a figure is counted by."""

    danish = "definition vedtaget"
    figure: Label
    version: Count
    body: Label


Event = (
    Referred
    | Presented
    | AssessmentOpened
    | AssessmentClosed
    | Visited
    | Rejected
    | BenefitChanged
    | SupportGranted
    | SupportEnded
    | SupportRefused
    | CaseworkerAssigned
    | CaseworkerChanged
    | CaseworkerEnded
    | PerformerMatched
    | PerformerEnded
    | PlanAgreed
    | PlanRevised
    | FollowUpAgreed
    | FollowUpHeld
    | FrameAgreed
    | FrameDrawn
    | Transferred
    | SentToRehabilitation
    | ComplaintReceived
    | ComplaintReassessed
    | ComplaintDecided
    | ActivityRecorded
    | NoteAdded
    | Closed
    | Reopened
    | Withdrawn
    | SurveyRecorded
    | FigurePublished
    | DefinitionAdopted
)
"""Every kind; a `match` that forgets one does not type-check."""


def _stored_name(kind: type[Kind]) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in kind.__name__).lstrip("_")


KINDS: Mapping[str, type[Event]] = MappingProxyType({_stored_name(kind): kind for kind in get_args(Event)})
"""Each kind by its stored name, which is never changed."""

NAMES: Mapping[type[Event], str] = MappingProxyType({kind: name for name, kind in KINDS.items()})

STREAM_KINDS = frozenset({"survey_recorded", "figure_published", "definition_adopted"})
"""What belongs to a stream and not to a citizen's case; `withdrawn` belongs to both."""

Role = Literal["authority", "employment", "continuous"]
ROLES: tuple[Role, ...] = get_args(Role)
"""The caseworker roles: myndighed, beskæftigelse, fast/gennemgående."""
