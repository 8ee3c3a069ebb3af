"""The registry of the kinds of event (hændelsestyper) that a case journey or a stream is made of; each stands in the file of its topic."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import get_args

from journey.events.caseworkers import (
    CaseworkerAssigned,
    CaseworkerChanged,
    CaseworkerEnded,
    PerformerEnded,
    PerformerMatched,
)
from journey.events.complaints import ComplaintDecided, ComplaintReassessed, ComplaintReceived
from journey.events.contacts import ActivityRecorded, NoteAdded
from journey.events.corrections import Withdrawn
from journey.events.course import (
    Closed,
    DisabilityPensionExpected,
    HandoverAccepted,
    HandoverProposed,
    HandoverRefused,
    MergedInto,
    Referred,
    Reopened,
    SentToRehabilitation,
    Transferred,
)
from journey.events.follow_ups import FollowUpAgreed, FollowUpHeld
from journey.events.frames import FrameAgreed, FrameDrawn
from journey.events.kind import Kind
from journey.events.plans import BackgroundGroupFormed, PlanAgreed, PlanRevised
from journey.events.publications import DefinitionAdopted, FigurePublished
from journey.events.support import BenefitChanged, SupportEnded, SupportGranted, SupportRefused
from journey.events.surveys import SurveyRecorded
from journey.events.visitation import AssessmentClosed, AssessmentOpened, Presented, Rejected, Visited

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
    | DisabilityPensionExpected
    | BackgroundGroupFormed
    | HandoverProposed
    | HandoverAccepted
    | HandoverRefused
    | MergedInto
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
"""Each kind by its stored name, which is never changed. Their order is that of the API's description and of the glossary."""

NAMES: Mapping[type[Event], str] = MappingProxyType({kind: name for name, kind in KINDS.items()})
"""Each kind's stored name."""

STREAM_KINDS = frozenset({"survey_recorded", "figure_published", "definition_adopted"})
"""The kinds that belong to a stream and not to a citizen's case; `withdrawn` belongs to both."""
