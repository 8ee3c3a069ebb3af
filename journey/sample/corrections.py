"""Corrections: what was registered wrongly and put right, or was never true at all; history is kept, never edited."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random

from .case_draft import CaseDraft, Draft
from .moments import LAST_KNOWN, known_no_later_than, office_hour, working_day
from .plan import LAST_VALID

_CORRECTED = 0.026
"""The share of events that were first registered wrongly."""

_MISTAKEN = 0.004
"""The share of events beside which another was registered that never happened."""

_MOVABLE = (
    *("activity_recorded", "support_ended", "plan_agreed", "plan_revised", "closed", "benefit_changed", "caseworker_changed"),
    *("performer_matched", "performer_ended", "follow_up_held", "assessment_closed", "caseworker_assigned"),
)
_UNORDERED = ("activity_recorded", "note_added", "follow_up_agreed", "follow_up_held")
"""What may be registered after anything else of its day: one held answers the follow-up that is due first, whichever is last in the log."""


def correct(rng: Random, case: CaseDraft, last: tuple[date, date] = (LAST_VALID, LAST_KNOWN)) -> None:
    """Put a few wrong events beside the right ones: wrong, then withdrawn and right in one moment.

    `last` are the last day on which anything happens, and the last on which anything is registered.
    """
    on_day = Counter(draft.valid_at for draft in case.drafts if draft.kind not in _UNORDERED)
    for right in list(case.drafts):
        alone = on_day[right.valid_at] == (0 if right.kind in _UNORDERED else 1) or right.kind == "activity_recorded"
        if alone and not right.ahead and rng.random() < _CORRECTED:
            _first_wrong(rng, case, right, last)
        elif right.kind == "activity_recorded" and rng.random() < _MISTAKEN * 2:
            _never_true(rng, case, right, last[1])


def _first_wrong(rng: Random, case: CaseDraft, right: Draft, last: tuple[date, date]) -> None:
    wrong, reason = _wrong(rng, right)
    if wrong is None or wrong.valid_at > last[0]:
        return
    wrong.known_at = right.moment
    if wrong.known_at.date() < wrong.valid_at:
        return
    # Both days count: what was wrong on a status day was put right before its paper too.
    moment = _noticed(rng, wrong.known_at, min(wrong, right, key=lambda draft: draft.valid_at), last[1])
    if moment is None:
        return
    right.known_at = moment
    case.drafts.append(wrong)
    case.drafts.insert(case.drafts.index(right), _withdrawal(wrong, reason, moment, right.by))


def _wrong(rng: Random, right: Draft) -> tuple[Draft | None, str]:
    """How it was written down at first, if there is a likely mistake for the kind."""
    data = dict(right.data)
    amount = data.get("yearly_amount")
    if isinstance(amount, int):
        data["yearly_amount"] = amount * 10 if rng.random() < 0.3 else amount + rng.choice((1_000, 10_000, 20_000))
        return Draft(right.place, right.kind, right.valid_at, data, right.by), "forkert_beloeb"
    if right.kind == "caseworker_changed" and rng.random() < 0.4:
        data["reason"] = "leave" if right.data["reason"] != "leave" else "other"
        return Draft(right.place, right.kind, right.valid_at, data, right.by), "fejl"
    if right.kind == "follow_up_held" and rng.random() < 0.4:
        data["outcome"] = "adjust" if right.data["outcome"] != "adjust" else "continue"
        return Draft(right.place, right.kind, right.valid_at, data, right.by), "fejl"
    if right.kind in _MOVABLE:
        days = rng.choice((-7, -3, -2, -1, 1, 2, 7))
        return Draft(right.place, right.kind, right.valid_at + timedelta(days=days), data, right.by), "forkert_dato"
    return None, ""


def _never_true(rng: Random, case: CaseDraft, beside: Draft, last: date) -> None:
    """The same thing registered twice, or registered in the wrong case."""
    twice = rng.random() < 0.6
    data: dict[str, object] = dict(beside.data) if twice else {"activity": "telefonsamtale"}
    extra = Draft(case.reference, beside.kind, beside.valid_at, data, beside.by, beside.known_at)
    moment = _noticed(rng, beside.moment, beside, last)
    if moment is not None:
        case.drafts.append(extra)
        case.drafts.append(_withdrawal(extra, "dobbelt_registreret" if twice else "forkert_borger", moment, beside.by))


def _withdrawal(wrong: Draft, reason: str, moment: datetime, by: str) -> Draft:
    return Draft(wrong.place, "withdrawn", moment.date(), {"reason": reason}, by, moment, withdraws=wrong)


def _noticed(rng: Random, known_at: datetime, earliest: Draft, last: date) -> datetime | None:
    """When the mistake was seen: after its registration, before the paper that rests on it, or else not at all."""
    day = working_day(known_at.date() + timedelta(days=rng.choice((1, 2, 3, 6, 10, 20, 35, 70, 120))))
    limit = min(last, known_no_later_than(earliest.valid_at, last))
    return office_hour(rng, day) if day <= limit else None
