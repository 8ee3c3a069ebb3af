"""Events and logs of a few words, and the cells of an answer by their dimensions."""

from __future__ import annotations

from tests.oracle import answer

UI, AM, SOCIAL = "ungeindsatsen", "arbejdsmarked", "social"


def on(valid_at: str, kind: str, case: str = "c1", known_at: str | None = None, **data: object) -> dict:
    """One event; known at nine in the morning of its own day unless another moment is said."""
    known = known_at or f"{valid_at}T09:00:00+01:00"
    place = {"stream": case} if kind == "survey_recorded" else {"case": case}
    return {**place, "kind": kind, "valid_at": valid_at, "known_at": known, "data": data}


def referred(valid_at: str, unit: str = UI, case: str = "c1", **data: object) -> dict:
    return on(valid_at, "referred", case, **{"unit": unit, "citizen": f"citizen-{case}", **data})


def closed(valid_at: str, case: str = "c1") -> dict:
    return on(valid_at, "closed", case, reason="education")


def assigned(valid_at: str, worker: str, role: str = "authority", case: str = "c1") -> dict:
    return on(valid_at, "caseworker_assigned", case, role=role, worker=worker)


def changed(valid_at: str, worker: str, role: str = "authority", reason: str = "leave", case: str = "c1") -> dict:
    return on(valid_at, "caseworker_changed", case, role=role, worker=worker, reason=reason)


def granted(valid_at: str, support: str, grant: str = "g1", case: str = "c1", **data: object) -> dict:
    return on(valid_at, "support_granted", case, grant=grant, support=support, **data)


def transferred(valid_at: str, to: str, case: str = "c1", reason: str = "handover") -> dict:
    return on(valid_at, "transferred", case, to=to, reason=reason)


def withdrawal_of(position: int, valid_at: str = "2030-01-01", case: str = "c1") -> dict:
    return on(valid_at, "withdrawn", case, "2025-01-01T09:00:00+01:00", source_id=f"s{position}", reason="fejl")


def log(*events: dict) -> list[dict]:
    """The events as a log: position 1, 2, 3 …, each with the source id s1, s2, s3 …"""
    return [{**event, "source": "haand", "source_id": f"s{number}"} for number, event in enumerate(events, start=1)]


def value(cells: list[dict], **dimensions: object) -> object:
    """The value of the one cell with exactly these dimensions."""
    found = [c for c in cells if {k: v for k, v in c.items() if k not in ("value", "why")} == dimensions]
    assert len(found) == 1, (dimensions, cells)
    return found[0]["value"]


def load(lines: list[dict], day: str, unit: str = UI, position: int | None = None, **more: object) -> object:
    cells = answer(lines, "caseload", {"unit": [unit], "valid_at": [day], **more}, position)
    return value(cells, unit=unit, valid_at=day)


def changes(lines: list[dict], start: str = "2024-01-01", end: str = "2025-01-01", **more: object) -> list[dict]:
    return answer(lines, "caseworker_changes", {"unit": [UI], "from": start, "to": end, **more})


def variants(cells: list[dict]) -> tuple:
    """The changes of the three variants, then the assignments after a gap."""
    names = ("all", "without_reorganisation", "without_reorganisation_and_cover")
    counts = [value(cells, measure="changes", variant=name) for name in names]
    return (*counts, value(cells, measure="assignments_after_gap"))
