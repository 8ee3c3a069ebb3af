"""Five places that make no sense, as a register taken over from elsewhere has them; the findings page asks about each."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .moments import working_day
from .plan import LAST_VALID
from .story import Draft, Story

_FROM = date(2023, 4, 3)
"""After the first paper, and none of them touches a number that any paper prints."""


def add_oddities(rng: Random, stories: list[Story]) -> None:
    """An end without a start, twice; a follow-up after closing; a draw without a frame; a decision on no complaint."""
    closed = [(story, draft) for story in stories for draft in story.drafts if draft.kind == "closed" and _lonely(story, draft)]
    closed = [(story, draft) for story, draft in closed if _FROM < draft.valid_at < LAST_VALID - timedelta(days=40)]
    (first, end), (second, other_end) = rng.sample(closed, 2)
    first.tell(working_day(end.valid_at + timedelta(days=12)), "follow_up_held", outcome="end", track="social")
    second.tell(working_day(other_end.valid_at + timedelta(days=5)), "support_ended", grant="g1", reason="bevilling_udloebet")
    kinds = ("performer_ended", "frame_drawn", "complaint_decided")
    odd = (
        {"worker": "bs-19"},
        {"amount": 3_500, "purpose": "cykel"},
        {"complaint": "k9", "outcome": "upheld"},
    )
    running = [story for story in stories if story not in (first, second) and _long(story)]
    for story, kind, data in zip(rng.sample(running, len(odd)), kinds, odd, strict=True):
        day = working_day(_referral(story).valid_at + timedelta(days=rng.randint(150, 200)))
        story.tell(max(day, _FROM), kind, **data)


def _lonely(story: Story, end: Draft) -> bool:
    """The case stayed closed."""
    return end is max((draft for draft in story.drafts if draft.kind != "benefit_changed"), key=lambda draft: draft.valid_at)


def _long(story: Story) -> bool:
    """Open well past the day on which the oddity is put, and without a frame of its own."""
    last = max(draft.valid_at for draft in story.drafts)
    return last > max(_referral(story).valid_at, _FROM) + timedelta(days=330) and not any(
        draft.kind in ("frame_agreed", "closed", "rejected", "reopened") for draft in story.drafts
    )


def _referral(story: Story) -> Draft:
    return next(draft for draft in story.drafts if draft.kind == "referred")
