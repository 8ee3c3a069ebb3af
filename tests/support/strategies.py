"""What Hypothesis draws events from: one strategy for each kind, by its stored name, made from the types of its fields."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from msgspec import NODEFAULT, UNSET, inspect

from journey import events as e
from journey.codes import standard
from journey.log.stored import STREAM, Entry

# No NUL and no half of a surrogate pair: neither goes into a text column, nor into JSON of good form.
CHARACTERS = st.characters(exclude_categories=("Cs",), exclude_characters="\0")

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(CHARACTERS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(CHARACTERS, max_size=5), inner, max_size=3),
    max_leaves=5,
)


def of(kind: type[Any]) -> SearchStrategy[Any]:
    """Any event of the kind: coded fields from their lists, the rest from their types."""
    fields = inspect.type_info(kind).fields  # type: ignore[union-attr] -- a kind is a struct
    codes = kind.codes if issubclass(kind, e.Kind) else {}  # what stands inside an event may have a field of that name
    return st.builds(kind, **{field.name: _coded(codes, field) for field in fields})


def _coded(codes: Any, field: Any) -> SearchStrategy[Any]:
    if field.name not in codes:
        may_be_unset = not field.required and field.default is NODEFAULT and field.default_factory is NODEFAULT
        return _value(field.type) | st.just(UNSET) if may_be_unset else _value(field.type)
    code = st.sampled_from(sorted(standard()[codes[field.name]].codes))
    return code | st.none() if field.default is None else code


def _value(of_type: Any) -> SearchStrategy[Any]:
    match of_type:
        case inspect.UnionType():
            return st.one_of([_value(one) for one in of_type.types])
        case inspect.StrType() if of_type.pattern is not None:
            return st.from_regex(of_type.pattern, fullmatch=True)
        case inspect.StrType():
            return st.text(CHARACTERS, min_size=of_type.min_length or 0, max_size=of_type.max_length)
        case inspect.IntType():
            return st.integers(
                of_type.ge if of_type.ge is not None else -(2**53), of_type.le if of_type.le is not None else 2**53
            )
        case inspect.FloatType():
            return st.floats(allow_nan=False, allow_infinity=False)
        case inspect.BoolType():
            return st.booleans()
        case inspect.NoneType():
            return st.none()
        case inspect.DateType():
            return st.dates()
        case inspect.ListType():
            return st.lists(_value(of_type.item_type), min_size=of_type.min_length or 0, max_size=of_type.max_length or 5)
        case inspect.DictType():
            return st.dictionaries(st.text(CHARACTERS, max_size=20), JSON, max_size=4)
        case inspect.StructType():
            return of(of_type.cls)
        case _:
            raise TypeError(f"no strategy for {of_type}")


STRATEGIES: dict[str, SearchStrategy[e.Event]] = {
    "referred": of(e.Referred),
    "presented": of(e.Presented),
    "assessment_opened": of(e.AssessmentOpened),
    "assessment_closed": of(e.AssessmentClosed),
    "visited": of(e.Visited),
    "rejected": of(e.Rejected),
    "benefit_changed": of(e.BenefitChanged),
    "support_granted": of(e.SupportGranted),
    "support_ended": of(e.SupportEnded),
    "support_refused": of(e.SupportRefused),
    "caseworker_assigned": of(e.CaseworkerAssigned),
    "caseworker_changed": of(e.CaseworkerChanged),
    "caseworker_ended": of(e.CaseworkerEnded),
    "performer_matched": of(e.PerformerMatched),
    "performer_ended": of(e.PerformerEnded),
    "plan_agreed": of(e.PlanAgreed),
    "plan_revised": of(e.PlanRevised),
    "follow_up_agreed": of(e.FollowUpAgreed),
    "follow_up_held": of(e.FollowUpHeld),
    "frame_agreed": of(e.FrameAgreed),
    "frame_drawn": of(e.FrameDrawn),
    "transferred": of(e.Transferred),
    "sent_to_rehabilitation": of(e.SentToRehabilitation),
    "complaint_received": of(e.ComplaintReceived),
    "complaint_reassessed": of(e.ComplaintReassessed),
    "complaint_decided": of(e.ComplaintDecided),
    "activity_recorded": of(e.ActivityRecorded),
    "note_added": of(e.NoteAdded),
    "disability_pension_expected": of(e.DisabilityPensionExpected),
    "background_group_formed": of(e.BackgroundGroupFormed),
    "handover_proposed": of(e.HandoverProposed),
    "handover_accepted": of(e.HandoverAccepted),
    "handover_refused": of(e.HandoverRefused),
    "merged_into": of(e.MergedInto),
    "closed": of(e.Closed),
    "reopened": of(e.Reopened),
    "withdrawn": of(e.Withdrawn),
    "survey_recorded": of(e.SurveyRecorded),
    "figure_published": of(e.FigurePublished),
    "definition_adopted": of(e.DefinitionAdopted),
}
"""By kind; `test_every_kind_of_event_has_a_strategy` holds it to the kinds there are."""

IDS = st.text(CHARACTERS, min_size=1, max_size=30)


def entries(stream: str, kind: str) -> SearchStrategy[Entry]:
    """Any event of the kind on its way into the stream of the log."""
    return st.builds(
        Entry,
        stream=st.just(stream),
        valid_at=st.dates(),
        source=IDS,
        source_id=IDS,
        event=STRATEGIES[kind],
        known_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        by=st.none() | IDS,
        source_case=st.none() | IDS,
    )


def stream_for(kind: str, name: str) -> str:
    """A stream that events of the kind may belong to."""
    return f"{STREAM}{name}" if kind in e.STREAM_KINDS else name
