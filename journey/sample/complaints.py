"""Complaints: received, looked at again by the municipality, decided in Ankestyrelsen."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from .case_draft import CaseDraft
from .moments import after, between
from .plan import LAST_VALID

Active = tuple[CaseDraft, str, date, date]
"""A case with its unit, the first day there and the first day without."""

FIRST_PAPER = ("upheld", "upheld", None)
"""P: "to klagesager til Ankestyrelsen, hvor kommunen har fået medhold" and one "aktuelt" undecided, in Ungeindsatsen (S3)."""

_LATER = (("ungeindsatsen", (5, 6, 5)), ("arbejdsmarked", (2, 2, 3)))
"""Complaints of 2023 from February on, 2024 and 2025; no paper has them."""

OUTCOMES = ("upheld",) * 11 + ("remitted",) * 5 + ("changed", "changed", "dismissed", "dismissed")


def add_complaints(rng: Random, active: list[Active]) -> None:
    """The three of the first paper, then those that no paper has."""
    early = [
        entry
        for entry in active
        if entry[1] == "ungeindsatsen" and entry[2] <= date(2022, 4, 1) and entry[3] > date(2023, 7, 1)
    ]
    for (case, _, _, _), outcome in zip(rng.sample(early, len(FIRST_PAPER)), FIRST_PAPER, strict=True):
        if outcome is None:
            received = between(rng, date(2022, 11, 14), date(2022, 12, 12))
            add_complaint(
                case,
                received,
                after(rng, received, 8, 25),
                "maintained",
                between(rng, date(2023, 5, 1), date(2023, 6, 15)),
                "remitted",
            )
        else:
            received = between(rng, date(2022, 5, 2), date(2022, 8, 12))
            add_complaint(
                case,
                received,
                after(rng, received, 8, 27),
                "maintained",
                between(rng, date(2022, 11, 14), date(2023, 1, 18)),
                outcome,
            )
    for unit, counts in _LATER:
        for year, count in zip((2023, 2024, 2025), counts, strict=True):
            for _ in range(count):
                _later(rng, [entry for entry in active if entry[1] == unit], year)


def _later(rng: Random, active: list[Active], year: int) -> None:
    opens, closes = date(year, 2, 1), min(date(year, 12, 15), LAST_VALID - timedelta(days=30))
    spans = [(case, max(first, opens), min(until, closes)) for case, _, first, until in active]
    case, first, last = rng.choice([span for span in spans if (span[2] - span[1]).days > 60])
    received = between(rng, first + timedelta(days=10), last - timedelta(days=10))
    reassessed = after(rng, received, 6, 35)
    if rng.random() < 0.2:
        add_complaint(case, received, reassessed, "accommodated", None, "")
    else:
        add_complaint(case, received, reassessed, "maintained", after(rng, received, 90, 250), rng.choice(OUTCOMES))


def add_complaint(
    case: CaseDraft,
    received: date,
    reassessed: date,
    outcome: str,
    decided: date | None,
    decision: str,
    last: date = LAST_VALID,
) -> None:
    """A complaint with the municipality's answer and, where it is decided by the last day, the decision."""
    complaint = case.next_complaint()
    case.add(received, "complaint_received", complaint=complaint)
    case.add(reassessed, "complaint_reassessed", complaint=complaint, outcome=outcome)
    if decided is not None and decided <= last:
        case.add(decided, "complaint_decided", complaint=complaint, outcome=decision)
