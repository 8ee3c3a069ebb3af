"""Cases as an OCEL 2.0 log in JSON, piece by piece: events and the objects they are of, each relation with its qualifier.

The time of an event is its `valid_at` at midnight in Copenhagen. Ids are unique over all types: the type stands before the name, and
before the name of what is a case's own the case, in which a slash is written as in an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import chain
from types import UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec.structs import fields

from journey.events import KINDS, NAMES, STREAM_KINDS, ComplaintReceived, NoteAdded, Referred, SupportGranted, Withdrawn
from journey.exchange.event_logs.xes import midnight, values
from journey.history import Recorded, in_order

Cases = Callable[[], Iterable[tuple[str, Sequence[Recorded]]]]
"""The cases' histories, from the beginning each time it is asked: events are written in one pass and objects in another."""

_TYPES: Mapping[Any, str] = {str: "string", int: "integer", bool: "boolean", date: "time", float: "float"}
_OF_EVENT = {"registered": "time", "position": "integer", "source": "string"}
_OBJECTS: Mapping[str, Mapping[str, str]] = {
    "case": {"citizen": "string"},
    "grant": {"support": "string", "yearly_amount": "integer"},
    "complaint": {},
    "caseworker": {},
    "forum": {},
    "unit": {},
}
"""Each type of object with its attributes."""
_SHARED: Mapping[str, tuple[str, str]] = {
    "worker": ("caseworker", "worker"),
    "forum": ("forum", "forum"),
    "unit": ("unit", "unit"),
    "to": ("unit", "to"),
}
"""The fields that name an object of all cases: its type, and the qualifier of the relation to it."""
_OWN: Mapping[str, str] = {"grant": "grant", "complaint": "complaint"}
"""The fields that name an object of the case: its type."""

_encode = msgspec.json.Encoder().encode


def ocel(cases: Cases) -> Iterator[bytes]:
    """The log, in pieces; in memory are one case and the names of units, forums and caseworkers."""
    yield b'{"objectTypes":' + _encode([_type(name, attributes) for name, attributes in _OBJECTS.items()])
    yield b',\n"eventTypes":' + _encode([_type(name, _event_attributes(name)) for name in KINDS if name not in _LEFT_OUT])
    yield b',\n"events":['
    shared: dict[str, tuple[str, str]] = {}
    yield from _listed(_event(case, recorded, shared) for case, history in cases() for recorded in in_order(history))
    yield b'],\n"objects":['
    own = (made for case, history in cases() for made in _objects(case, in_order(history)))
    others = (_object(kind, name, [], []) for _, (kind, name) in sorted(shared.items()))
    yield from _listed(chain(own, others))
    yield b"]}\n"


_LEFT_OUT = STREAM_KINDS | {NAMES[Withdrawn]}
"""Kinds that do not stand in a case's order."""


def _listed(objects: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    for nth, each in enumerate(objects):
        yield (b",\n" if nth else b"\n") + _encode(each)


def _type(name: str, attributes: Mapping[str, str]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": each, "type": kind} for each, kind in attributes.items()]}


def _event_attributes(kind: str) -> dict[str, str]:
    if KINDS[kind] is NoteAdded:
        return _OF_EVENT
    hints = get_type_hints(KINDS[kind])
    own = {field.name: _TYPES[_plain(hints[field.name])] for field in fields(KINDS[kind])}
    return _OF_EVENT | {"presented_by" if name == "by" else name: type_ for name, type_ in own.items()}


def _plain(hint: Any) -> Any:
    """The type of a field without what it may not be."""
    if get_origin(hint) in (Union, UnionType):
        return _plain(next(each for each in get_args(hint) if each is not type(None)))
    return hint


def _event(case: str, recorded: Recorded, shared: dict[str, tuple[str, str]]) -> dict[str, Any]:
    fields = values(recorded)
    relations = [{"objectId": f"case:{case}", "qualifier": "case"}]
    for field, (kind, qualifier) in _SHARED.items():
        if field in fields:
            relations.append(_shared(shared, kind, fields[field], qualifier))
    if recorded.by:
        relations.append(_shared(shared, "caseworker", recorded.by, "registered_by"))
    relations += [
        {"objectId": f"{kind}:{_own(case, fields[field])}", "qualifier": kind}
        for field, kind in _OWN.items()
        if field in fields
    ]
    attributes = {"registered": recorded.known_at, "position": recorded.position, "source": recorded.source} | fields
    return {
        "id": f"event:{recorded.position}",
        "type": NAMES[type(recorded.event)],
        "time": _moment(midnight(recorded.valid_at)),
        "attributes": [{"name": name, "value": _written(value)} for name, value in attributes.items()],
        "relationships": relations,
    }


def _own(case: str, name: str) -> str:
    """The name of what is a case's own, among all cases': whatever slashes either has, no other has it."""
    return f"{case.replace('%', '%25').replace('/', '%2F')}/{name}"


def _shared(shared: dict[str, tuple[str, str]], kind: str, name: str, qualifier: str) -> dict[str, str]:
    shared[f"{kind}:{name}"] = (kind, name)
    return {"objectId": f"{kind}:{name}", "qualifier": qualifier}


def _objects(case: str, events: Sequence[Recorded]) -> Iterator[dict[str, Any]]:
    """The case, and each grant and complaint that one of its events names, with what was said of them and when."""
    objects: dict[tuple[str, str], list[dict[str, Any]]] = {("case", case): []}
    for recorded in events:
        event, when = recorded.event, _moment(midnight(recorded.valid_at))
        match event:
            case Referred():
                objects["case", case].append({"name": "citizen", "time": when, "value": event.citizen})
            case SupportGranted():
                about = objects.setdefault(("grant", _own(case, event.grant)), [])
                about.append({"name": "support", "time": when, "value": event.support})
                if event.yearly_amount is not None:
                    about.append({"name": "yearly_amount", "time": when, "value": str(event.yearly_amount)})
            case ComplaintReceived():
                objects.setdefault(("complaint", _own(case, event.complaint)), [])
            case _:
                for field, kind in _OWN.items():
                    name = getattr(event, field, None)
                    if name is not None:
                        objects.setdefault((kind, _own(case, name)), [])
    for (kind, name), attributes in objects.items():
        of = [] if kind == "case" else [{"objectId": f"case:{case}", "qualifier": "of"}]
        yield _object(kind, name, attributes, of)


def _object(kind: str, name: str, attributes: Sequence[Any], relationships: Sequence[Any]) -> dict[str, Any]:
    return {"id": f"{kind}:{name}", "type": kind, "attributes": attributes, "relationships": relationships}


def _written(value: Any) -> str:
    """An attribute's value as OCEL writes it: text, of the type that its event type says."""
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return _moment(value)
        case date():
            return _moment(midnight(value))
        case _:
            return str(value)


def _moment(value: datetime) -> str:
    return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
