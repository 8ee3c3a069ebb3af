"""`journey replay CASE`: a case's history as it was known, and the state it makes on a day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from api.answers import known_position
from api.register import Register
from dashboards.danish import COPENHAGEN, day, moment
from dashboards.table import Table, known_text
from journey.case import NEW, State, evolve, primary_support, stage
from journey.events import NAMES
from journey.history import Recorded, in_order, withdrawn_ids
from journey.migrate import READ
from journey.reading import history, moment_of
from journey.refusals import Refused, finding_text


class Replay(Struct, frozen=True):
    """One case as the register knew it at a position, folded to the end of a day."""

    case: str
    position: int
    known: str | None
    valid_at: date
    events: list[dict[str, Any]]
    """In log order, each with whether it is withdrawn, and the finding where it makes no sense."""
    state: dict[str, Any]

    @property
    def json(self) -> dict[str, Any]:
        return {
            "case": self.case,
            "valid_at": self.valid_at.isoformat(),
            "known_at": {"position": self.position, "moment": self.known},
            "events": self.events,
            "state": self.state,
        }


def replay(register: Register, case: str, valid_at: date, known_at: str | None) -> Replay:
    """The case's known history and its state at the end of the day. Raises Refused (`unknown_case`)."""
    with register.connected(READ) as conn:
        position = known_position(conn, known_at)
        known = history(conn, case, position)
        when = moment_of(conn, position)
    if not known:
        raise Refused("unknown_case", place=case)
    state, findings = NEW, dict[int, str]()
    for recorded in in_order(known):
        after, code = evolve(state, recorded)
        if code is not None:
            findings[recorded.position] = code
        if recorded.valid_at <= valid_at:
            state = after
    gone = withdrawn_ids(known)
    return Replay(
        case,
        position,
        when and when.astimezone(COPENHAGEN).isoformat(),
        valid_at,
        [_event(one, findings.get(one.position), withdrawn=(one.source, one.source_id) in gone) for one in known],
        _state(state, register.codes.classes),
    )


def _event(one: Recorded, finding: str | None, *, withdrawn: bool) -> dict[str, Any]:
    return {
        "position": one.position,
        "kind": NAMES[type(one.event)],
        "valid_at": one.valid_at.isoformat(),
        "known_at": one.known_at.astimezone(COPENHAGEN).isoformat(),
        "by": one.by,
        "source": one.source,
        "source_id": one.source_id,
        "data": {name: value for name, value in msgspec.to_builtins(one.event).items() if value is not None},
        "withdrawn": withdrawn,
        "finding": finding,
    }


def _state(state: State, classes: Mapping[str, str]) -> dict[str, Any]:
    support = primary_support(state, classes)
    return {
        **msgspec.to_builtins(asdict(state)),
        "primary_support": support,
        "stage": stage(state, support) if state.open else None,
    }


def replay_table(replayed: Replay, known: str) -> Table:
    """The history as a table, the fold's state and findings as notes."""
    rows: list[tuple[str, ...]] = []
    for event in replayed.events:
        kind = event["kind"]
        remark = "annulleret" if event["withdrawn"] else finding_text(event["finding"]) if event["finding"] else ""
        rows.append(
            (
                str(event["position"]),
                day(date.fromisoformat(event["valid_at"])),
                event["known_at"][:16].replace("T", " "),
                kind,
                " ".join(f"{name}={value}" for name, value in event["data"].items()),
                remark,
            )
        )
    state = replayed.state
    said = ", ".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in state.items() if value not in (None, [], 0, False)
    )
    notes = (
        f"Gældende {day(replayed.valid_at)} · som registret vidste det {known}.",
        f"Tilstand ved dagens udgang: {said or 'ingen'}.",
    )
    heads = ("Position", "Virkning", "Registreret", "Hændelse", "Indhold", "Bemærkning")
    return Table(f"Sag {replayed.case}", heads, tuple(rows), notes)


def known_words(replayed: Replay) -> str:
    """The position and moment of what was known, in words."""
    return known_text(replayed.position, moment(datetime.fromisoformat(replayed.known) if replayed.known else None))
