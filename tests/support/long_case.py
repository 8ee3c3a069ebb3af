"""A case of 450 events, as some that have run for years have, for the tests of the case page."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

COUNT = 450
FIRST = date(2022, 1, 3)


def long_case(case: str = "L-1") -> list[dict[str, Any]]:
    """A referral, a follow-up that is never held, which raises a question, and then something every other day."""

    def line(nth: int, kind: str, **data: Any) -> dict[str, Any]:
        day = (FIRST + timedelta(2 * nth)).isoformat()
        head = {"case": case, "kind": kind, "valid_at": day, "known_at": f"{day}T09:00:00+01:00", "source": "fs"}
        return {**head, "source_id": f"{case}-{nth}", "data": data}

    begun = [
        line(0, "referred", unit="ungeindsatsen", citizen=f"b-{case}"),
        line(1, "caseworker_assigned", role="authority", worker="sb-1"),
        line(2, "follow_up_agreed", due="2022-06-01"),
    ]
    return begun + [line(nth, "activity_recorded", activity="samtale", worker=f"sb-{nth}") for nth in range(3, COUNT)]
