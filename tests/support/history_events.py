"""Events as the log would hold them, made from lines of the interchange format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from journey.codes import standard
from journey.events import KINDS
from journey.events.fields import LABELS
from journey.history import Recorded

COPENHAGEN = ZoneInfo("Europe/Copenhagen")


def recorded(line: Mapping[str, Any], position: int, version: int) -> Recorded:
    """The event of a line at its place in the log; numbers, days and yes or no may be written as text."""
    known_at = datetime.fromisoformat(line["known_at"])
    return Recorded(
        position,
        version,
        date.fromisoformat(line["valid_at"]),
        known_at,
        known_at.astimezone(COPENHAGEN).date(),
        line["source"],
        line["source_id"],
        msgspec.convert(_data(line), KINDS[line["kind"]], strict=False),
        line.get("by"),
    )


def _data(line: Mapping[str, Any]) -> dict[str, Any]:
    kind, data = line["kind"], dict(line["data"])
    if kind == "note_added":
        return {"text_hash": sha256(data.get("text", "").encode()).hexdigest()}
    if kind == "withdrawn":
        data.setdefault("source", line["source"])
    for field, codes in KINDS[kind].codes.items():
        if field in data:
            canonical, value = standard()[codes].canonical, str(data[field])
            # An older log holds words that no list has: a history is read as it is.
            data[field] = canonical.get(value, value) if LABELS.get(kind) == field else canonical[value]
    return data


def by_stream(lines: Iterable[Mapping[str, Any]]) -> dict[str, list[Recorded]]:
    """The history of each case and stream, from lines as `histories.taken` gives them."""
    histories: dict[str, list[Recorded]] = {}
    for line in lines:
        history = histories.setdefault(line.get("case") or f"stream:{line['stream']}", [])
        history.append(recorded(line, line["position"], len(history)))
    return histories
