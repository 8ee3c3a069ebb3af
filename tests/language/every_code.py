"""Lines of a register in which every kind of event of a case stands with every code that it may hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import cycle
from typing import Any

from journey.codes import standard
from journey.events import KINDS

DAY = date(2025, 3, 1)
PLAIN: dict[str, Any] = {
    "amount": 25_000,
    "approved_by_forum": False,
    "born": "1999-04",
    "citizen": "b-1",
    "complaint": "k1",
    "due": "2025-04-01",
    "grant": "g1",
    "in_scope": True,
    "material": True,
    "moved_from": "2025-04-01",
    "reason": "kapacitet",
    "size": 4,
    "text": "Et notat.",
    "worker": "w-1",
    "yearly_amount": 120_000,
}
"""What stands in the fields that hold no code."""
ELSEWHERE = {"figure_published", "definition_adopted", "survey_recorded", "withdrawn", "merged_into"}
"""The kinds that are of no case, or stand with what they are about."""
BEFORE = {
    "support_ended": ("support_granted", {"grant": "g1", "support": "bostoette_85"}),
    "complaint_reassessed": ("complaint_received", {"complaint": "k1"}),
    "complaint_decided": ("complaint_received", {"complaint": "k1"}),
    "handover_accepted": ("handover_proposed", {"to": "ungeindsatsen"}),
    "handover_refused": ("handover_proposed", {"to": "ungeindsatsen"}),
    "reopened": ("closed", {"reason": "other"}),
    "follow_up_agreed": ("follow_up_agreed", {"due": "2025-04-01", "track": "social"}),
    "follow_up_held": ("follow_up_agreed", {"due": "2025-04-01", "track": "social"}),
}
"""What the event of a kind answers."""


def contents(kind: str) -> Iterator[dict[str, Any]]:
    """The data of a kind with every field filled, once for each code of each of its lists."""
    lists = KINDS[kind].codes
    fields = ("text",) if kind == "note_added" else KINDS[kind].__struct_fields__
    codes = {field: [*standard()[name].codes] for field, name in lists.items()}
    whole = {field: codes[field][0] if field in codes else PLAIN[field] for field in fields}
    yield whole
    for field, some in codes.items():
        yield from ({**whole, field: code} for code in some[1:])


def lines() -> list[dict[str, Any]]:
    """A case for each content: referred, then what the event answers, then the event; in every third one what was never true."""
    out: list[dict[str, Any]] = []
    withdrawals = cycle(standard()["withdrawals"].codes)
    every = [(kind, data) for kind in KINDS if kind not in ELSEWHERE for data in contents(kind)]
    for nth, (kind, data) in enumerate(every, start=1):
        case, day, citizen = f"E-{nth}", DAY + timedelta(nth % 20), f"b-{nth}"
        if kind != "referred":
            unit = "ungeindsatsen" if nth % 2 else "arbejdsmarked"
            out.append(_line(case, day - timedelta(30), "referred", {"unit": unit, "citizen": citizen}, len(out)))
        if kind in BEFORE:
            out.append(_line(case, day - timedelta(29), *BEFORE[kind], len(out)))
        out.append(_line(case, day, kind, {**data, "citizen": citizen} if "citizen" in data else data, len(out)))
        if nth % 3 == 0:
            wrong = _line(case, day, "plan_agreed", {"plan": "samlet"}, len(out))
            why = {"source_id": wrong["source_id"], "reason": next(withdrawals)}
            out += [wrong, _line(case, day, "withdrawn", why, len(out) + 1)]
    return [*out, _line("E-1", DAY + timedelta(31), "merged_into", {"case": "E-2"}, len(out))]


def _line(case: str, day: date, kind: str, data: dict[str, Any], before: int) -> dict[str, Any]:
    return {
        "case": case,
        "kind": kind,
        "valid_at": day.isoformat(),
        "known_at": f"{day.isoformat()}T12:00:00+01:00",
        "source": "fagsystem",
        "source_id": f"e{before + 1}",
        "data": data,
    }
