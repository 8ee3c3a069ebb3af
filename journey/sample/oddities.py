"""Five places that make no sense, as a register taken over from elsewhere has them; the findings page asks about each."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .case_draft import CaseDraft, Draft
from .moments import working_day
from .plan import LAST_VALID

_FROM = date(2023, 4, 3)
"""After the first paper, and none of them touches a number that any paper prints."""


def add_oddities(rng: Random, cases: list[CaseDraft]) -> None:
    """An end without a start, twice; a follow-up after closing; a draw without a frame; a decision on no complaint."""
    closed = [(case, draft) for case in cases for draft in case.drafts if draft.kind == "closed" and _lonely(case, draft)]
    closed = [(case, draft) for case, draft in closed if _FROM < draft.valid_at < LAST_VALID - timedelta(days=40)]
    (first, end), (second, other_end) = rng.sample(closed, 2)
    first.add(working_day(end.valid_at + timedelta(days=12)), "follow_up_held", outcome="end", track="social")
    second.add(working_day(other_end.valid_at + timedelta(days=5)), "support_ended", grant="g1", reason="bevilling_udloebet")
    kinds = ("performer_ended", "frame_drawn", "complaint_decided")
    odd = (
        {"worker": "bs-19"},
        {"amount": 3_500, "purpose": "hjaelpemiddel"},
        {"complaint": "k9", "outcome": "upheld"},
    )
    running = [case for case in cases if case not in (first, second) and _long(case)]
    for case, kind, data in zip(rng.sample(running, len(odd)), kinds, odd, strict=True):
        day = working_day(_referral(case).valid_at + timedelta(days=rng.randint(150, 200)))
        case.add(max(day, _FROM), kind, **data)


def _lonely(case: CaseDraft, end: Draft) -> bool:
    """The case stayed closed."""
    return end is max((draft for draft in case.drafts if draft.kind != "benefit_changed"), key=lambda draft: draft.valid_at)


def _long(case: CaseDraft) -> bool:
    """Open well past the day on which the oddity is put, and without a frame of its own."""
    last = max(draft.valid_at for draft in case.drafts)
    return last > max(_referral(case).valid_at, _FROM) + timedelta(days=330) and not any(
        draft.kind in ("frame_agreed", "closed", "rejected", "reopened") for draft in case.drafts
    )


def _referral(case: CaseDraft) -> Draft:
    return next(draft for draft in case.drafts if draft.kind == "referred")
