"""What a register is known of: the days it is covered (section 1)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .fold import register_from, state_on

SILENCE = timedelta(days=180)
"""A source more than this behind the newest one counts as ended."""


def covered(lines: list[dict], position: int | None = None, ended: Collection[str] = ()) -> dict[str, str | None]:
    """The first day with an open case, and the earliest of the sources' last days; `ended` are those declared to be."""
    first, last = first_open_day(lines, position), last_known_day(lines, position, ended)
    return {"from": first.isoformat() if first else None, "to": last.isoformat() if last else None}


def first_open_day(lines: list[dict], position: int | None) -> date | None:
    """The first day at the end of which a case is open."""
    found = []
    for steps in register_from(lines, position).cases.values():
        days = [day for day in sorted({step.event.valid_at for step in steps}) if state_on(steps, day).open]
        found += days[:1]
    return min(found, default=None)


def last_known_day(lines: list[dict], position: int | None, ended: Collection[str]) -> date | None:
    """The earliest, over the sources that go on, of Copenhagen's day of their newest known moment; else `journey`'s."""
    newest: dict[str, datetime] = {}
    for line in lines if position is None else lines[:position]:
        if line.get("case") and line["kind"] != "note_added":
            moment = datetime.fromisoformat(line["known_at"])
            newest[line["source"]] = max(moment, newest.get(line["source"], moment))
    own = newest.pop("journey", None)
    others = {source: moment for source, moment in newest.items() if source not in ended}
    going_on = [moment for moment in others.values() if max(newest.values()) - moment <= SILENCE]
    moments = going_on or ([own] if own else [])
    return min((moment.astimezone(ZoneInfo("Europe/Copenhagen")).date() for moment in moments), default=None)
