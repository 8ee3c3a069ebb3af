"""Registration of the events: when each was registered, in which system, by whom, and under which id."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

from journey.history import SAMPLE_SOURCES

from .case_draft import CaseDraft, Draft
from .moments import LAST_KNOWN, known_no_later_than, office_hour, registered, working_day

SINGLE_SYSTEM_FROM = date(2025, 1, 1)
"""S2: a new system from 1 January 2025, which breaks the series of registrations."""

_ALONE = ("activity_recorded", "note_added")
"""What has no order among the events of its day, and is typed in by itself."""

_FIRST_IDS = {
    "fagsystem-a": 880_101,
    "fagsystem-b": 410_001,
    "fagsystem-c": 70_012,
    "fagsystem-d": 5_200_001,
    "samarbejdsplatform": 1_000_001,
}

_EMPLOYMENT = ("plan_agreed", "plan_revised", "sent_to_rehabilitation")
_DOCUMENTS = ("activity_recorded", "note_added", "complaint_received", "complaint_reassessed", "complaint_decided")


def register_case(rng: Random, case: CaseDraft, last: date = LAST_KNOWN) -> None:
    """Give each draft its moment and its registrar.

    `last` is the last day on which anything is registered. What happens to a case on one day is registered at once, so that the log
    keeps the order in which it was drafted.
    """
    case.drafts.sort(key=lambda draft: draft.valid_at)
    first_of_day: dict[date, Draft] = {}
    referral = next((draft for draft in case.drafts if draft.kind == "referred"), case.drafts[0])
    for draft in case.drafts:
        draft.by = _registrar(case, draft)
        if draft.ahead:
            draft.known_at = office_hour(rng, working_day(draft.valid_at - timedelta(days=draft.ahead)))
        elif draft.kind in _ALONE:
            draft.known_at = registered(rng, draft.valid_at, last)
        elif draft.valid_at in first_of_day:
            draft.known_at = first_of_day[draft.valid_at].known_at
        else:
            draft.known_at = registered(rng, draft.valid_at, known_no_later_than(draft.valid_at, last))
            first_of_day[draft.valid_at] = draft
    for draft in case.drafts:
        if draft.valid_at < referral.valid_at:
            # What was so before the case began is learned with the referral.
            draft.known_at = referral.known_at


def _registrar(case: CaseDraft, draft: Draft) -> str:
    role = "employment" if _is_employment(draft) else "authority"
    day = draft.valid_at
    return case.holder(role, day) or case.holder("authority", day) or _nearest_holder(case, day) or "sb-90"


def _nearest_holder(case: CaseDraft, day: date) -> str:
    """Who had the case last, or will be the first to have it."""
    named = sorted((first, worker) for holders in case.holders.values() for first, worker in holders if worker)
    before = [worker for first, worker in named if first <= day]
    return before[-1] if before else named[0][1] if named else ""


def _is_employment(draft: Draft) -> bool:
    return draft.kind in _EMPLOYMENT or "employment" in (draft.data.get("track"), draft.data.get("role"))


def _system(draft: Draft, known: date) -> str:
    """Four systems until the end of 2024, one from then on."""
    if known >= SINGLE_SYSTEM_FROM:
        return "samarbejdsplatform"
    if draft.kind == "benefit_changed":
        return "fagsystem-c"
    if draft.kind in _DOCUMENTS:
        return "fagsystem-d"
    return "fagsystem-b" if _is_employment(draft) else "fagsystem-a"


def number(drafts: list[Draft]) -> None:
    """Give each draft, in the order of registration, its system and its id there; a withdrawal names that of its event."""
    issued: Counter[str] = Counter()
    for draft in drafts:
        if not draft.source:
            system = _system(draft.withdraws or draft, draft.moment.date())
            draft.source, draft.source_id = f"{SAMPLE_SOURCES}{system}", str(_FIRST_IDS[system] + issued[system])
            issued[system] += 1
        if draft.withdraws is not None:
            draft.data["source"] = draft.withdraws.source
            draft.data["source_id"] = draft.withdraws.source_id
