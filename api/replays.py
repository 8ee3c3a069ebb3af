"""`journey replay CASE`: a case's history as it was known, and the state it makes on a day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import asdict

from api.answers import known_position
from api.register import Register
from dashboards.danish import FIELDS, day, moment, number, said_of
from dashboards.table import Table, known_text
from journey.case import NEW, State, evolve, primary_support, stage
from journey.codes import CodeLists
from journey.events import KINDS, NAMES, ROLES
from journey.history import Recorded, in_order, withdrawn_ids
from journey.interchange import COPENHAGEN
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
    last, state, findings = NEW, NEW, dict[int, str]()
    for recorded in in_order(known):
        last, code = evolve(last, recorded)
        if code is not None:
            findings[recorded.position] = code
        if recorded.valid_at <= valid_at:
            state = last
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


def replay_table(replayed: Replay, codes: CodeLists, known: str) -> Table:
    """The history as a table, the fold's state and findings as notes."""
    rows: list[tuple[str, ...]] = []
    for event in replayed.events:
        kind = KINDS[event["kind"]]
        said = [f"{FIELDS.get(name, name)}: {said_of(name, value, kind, codes)}" for name, value in event["data"].items()]
        if event["withdrawn"]:
            said.insert(0, "ANNULLERET")
        if event["finding"]:
            said.append(f"FUND: {finding_text(event['finding'])}")
        known_at = datetime.fromisoformat(event["known_at"])
        rows.append(
            (
                str(event["position"]),
                f"{date.fromisoformat(event['valid_at']):%d.%m.%Y}",
                f"{known_at:%d.%m.%Y %H.%M}",
                kind.danish,
                " · ".join(said),
            )
        )
    notes = (
        f"Gældende {day(replayed.valid_at)} · som registret vidste det {known}.",
        "Tilstand ved dagens udgang:",
        *_state_words(replayed.state, codes),
    )
    return Table(
        f"Sag {replayed.case}", ("Position", "Virkning", "Registreret", "Hændelse", "Hvad der er sagt"), tuple(rows), notes
    )


_STAGES = {"supported": "har støtte", "assessing": "under udredning", "waiting": "venter", None: "ikke åben"}


def _state_words(state: Mapping[str, Any], codes: CodeLists) -> Iterator[str]:
    """The state in lines of plain Danish; what was never said is left out."""

    def label(name: str, code: str | None) -> str:
        entry = codes[name].codes.get(code or "")
        return entry.da if entry else str(code)

    yield f"– Sagen: {_STAGES[state['stage']]}" + (f", i {label('units', state['unit'])}" if state["unit"] else "")
    if state["citizen"]:
        born = f", født {state['born']}" if state["born"] else ""
        yield f"– Borger: {state['citizen']}{born}" + ("" if state["in_scope"] else ", medfulgt uden for HOI")
    if state["layer"]:
        yield f"– Model 3: {label('layers', state['layer'])}"
    if state["benefit"]:
        yield f"– Forsørgelse: {label('benefits', state['benefit'])}"
    if state["assessing"]:
        yield "– En udredning er i gang"
    for grant in state["grants"]:
        amount = f", {number(grant['yearly_amount'])} kr. om året" if grant["yearly_amount"] is not None else ""
        primary = ", primær støtte" if grant["support"] == state["primary_support"] else ""
        yield f"– Bevilling {grant['grant']}: {label('supports', grant['support'])}{amount}{primary}"
    for role, holder in zip(ROLES, state["holders"], strict=True):
        if holder:
            yield f"– Sagsbehandler, {label('roles', role).lower()}: {holder['worker']}"
    for worker in state["performers"]:
        yield f"– Bostøttemedarbejder: {worker}"
    if state["frames"] or state["drawn"]:
        yield f"– Handlingsramme: {number(state['agreed'])} kr. aftalt, {number(state['drawn'])} kr. trukket"
    for one in state["follow_ups"]:
        track = f", {label('tracks', one['track']).lower()}" if one["track"] else ""
        yield f"– Ubesvaret opfølgning: {day(date.fromisoformat(one['due']))}{track}"
    for one in state["complaints"]:
        answers = [label("reassessments", one["reassessed"])] if one["reassessed"] else []
        answers += [label("decisions", one["decided"])] if one["decided"] else []
        yield f"– Klage {one['complaint']}: {', '.join(answers).lower() or 'ubesvaret'}"


def known_words(replayed: Replay) -> str:
    """The position and moment of what was known, in words."""
    return known_text(replayed.position, moment(datetime.fromisoformat(replayed.known) if replayed.known else None))
