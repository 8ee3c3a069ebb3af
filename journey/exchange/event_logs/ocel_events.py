"""Events of an OCEL 2.0 log in JSON (objektorienteret hændelseslog): each as the rows that it gives, one for each case it is of."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import IO, Any, NamedTuple, cast

import msgspec
from msgspec import Struct

from journey.exchange.cells import id_of, value_of
from journey.exchange.event_logs.json_items import JsonItem, json_items
from journey.exchange.foreign import ForeignRow
from journey.exchange.mapping import MappingFile, Objects
from journey.json_text import BadJson, decoded
from journey.personal import excerpt
from journey.problem import Problem, thousands
from journey.refusals import Refused

MOST_OBJECTS = 1_000_000
"""How many objects are read: the type of each is held in memory."""
CASES_PER_EVENT = 1_000
"""How many cases one event may be of, less one: the rows of an event are numbered within it."""


class OcelRelation(Struct, rename={"object_id": "objectId"}):
    """A relation of an event to an object."""

    object_id: str
    qualifier: str = ""


class OcelEvent(Struct, rename={"kind": "type"}):
    """An event as far as it is read: its attributes are not."""

    id: str | None = None
    kind: str | None = None
    time: str | None = None
    relationships: list[OcelRelation] | None = None


class OcelObject(Struct, rename={"kind": "type"}):
    """An object as far as it is read."""

    id: str
    kind: str


class OcelRecord(NamedTuple):
    """An event with its number in the file, its text, the objects it names, and the rows it gives or what is wrong with it."""

    number: int
    raw: bytes
    objects: Sequence[str]
    found: list[ForeignRow] | list[Problem]


def object_types(file: IO[bytes], mapping: MappingFile) -> dict[str, str]:
    """The type of each object of the file; raises Refused for a file without the type that is the case."""
    types: dict[str, str] = {}
    names: dict[str, str] = {}
    for name, number, raw in _items(file, lambda _: None):
        if name != "objects" or number == 0:
            continue
        if number > MOST_OBJECTS:
            why = f"Filen har mere end {thousands(MOST_OBJECTS)} objekter. Del udtrækket i flere, f.eks. efter sag."
            raise Refused("bad_file", why)
        place = f"objekt {number}"
        found = _decoded(raw, OcelObject, place)
        if not isinstance(found, OcelObject):
            raise Refused(
                "bad_file", "Objektet har ikke både id og type som tekst. Ret det, eller hent filen igen.", place=place
            )
        kind = names.setdefault(found.kind, found.kind)
        if types.setdefault(found.id, kind) != kind:
            why = f"Objektet {excerpt(found.id)} står tidligere i filen med en anden type. Ret filen, eller hent den igen."
            raise Refused("bad_file", why, place=place)
    _check_types(names, cast(Objects, mapping.objects))
    return types


def ocel_records(
    file: IO[bytes], types: Mapping[str, str], mapping: MappingFile, seen: Callable[[int], object]
) -> Iterator[OcelRecord]:
    """The events, each with the rows it gives; raises Refused (`bad_file`) for a file that cannot be read, or has none."""
    count = 0
    for name, number, raw in _items(file, seen):
        if name != "events" or number == 0:
            continue
        count = number
        event = _decoded(raw, OcelEvent, f"hændelse {number}")
        if isinstance(event, OcelEvent):
            named = [relation.object_id for relation in event.relationships or ()]
            yield OcelRecord(number, raw, named, _rows(number, event, types, mapping))
        else:
            yield OcelRecord(number, raw, (), [Problem("hændelsen", _NO_EVENT)])
    if count == 0:
        raise Refused("bad_file", "Filen er en log i OCEL uden hændelser. Hent den igen fra systemet, med hændelserne.")


_NO_EVENT = "er ikke en hændelse i OCEL: id, type og time er tekster, og relationships er en liste af objectId og qualifier"


def _items(file: IO[bytes], seen: Callable[[int], object]) -> Iterator[JsonItem]:
    """The items of the file's lists; raises Refused for another version, a list that stands twice, and what is no JSON."""
    file.seek(0)
    lists: set[str] = set()
    try:
        for item in json_items(file, seen):
            if item.number == 0:
                _check_list(item.name, lists)
                lists.add(item.name)
            yield item
    except BadJson as error:
        why = f"OCEL-filen kan ikke læses: den {error.reason}. Hent den igen fra systemet, som OCEL 2.0 i JSON."
        raise Refused("bad_file", why, place=error.place) from None
    if missing := [name for name in ("objects", "events") if name not in lists]:
        why = f"Filen er ikke en log i OCEL 2.0 (JSON): den mangler {' og '.join(missing)}. Giv den rigtige fil."
        raise Refused("bad_file", why)


def _check_list(name: str, lists: Collection[str]) -> None:
    if name in lists:
        raise Refused("bad_file", f"OCEL-filen kan ikke læses: den har {excerpt(name)} to gange. Hent den igen fra systemet.")
    if name.startswith("ocel:"):
        raise Refused("bad_file", "Filen er skrevet i OCEL 1.0. Hent den igen fra systemet som OCEL 2.0 i JSON (jsonocel).")


def _decoded(raw: bytes, type_: Any, place: str) -> Any:
    """The item as its type; None where it is another."""
    try:
        return decoded(raw, type_)
    except msgspec.ValidationError:
        return None
    except BadJson as error:
        raise Refused(
            "bad_file", f"OCEL-filen kan ikke læses: det {error.text}. Hent den igen fra systemet.", place=place
        ) from None


def _check_types(names: Mapping[str, str], objects: Objects) -> None:
    for field, kind in (("case", objects.case), ("worker", objects.worker)):
        if kind is not None and names and kind not in names:
            raise Refused(
                "bad_mapping",
                f"Filen har ingen objekter af typen {excerpt(kind)}; den har: {', '.join(map(excerpt, sorted(names)))[:300]}.",
                place=f"objects.{field}",
            )


def _rows(number: int, event: OcelEvent, types: Mapping[str, str], mapping: MappingFile) -> list[ForeignRow] | list[Problem]:
    relations = event.relationships or []
    problems = [
        Problem("relationships", f"objektet {excerpt(each)} findes ikke blandt filens objects")
        for each in dict.fromkeys(relation.object_id for relation in relations)
        if each not in types
    ]
    cases = _cases(relations, types, mapping)
    workers = [_worker(role, relations, types, mapping) for role in mapping.worker_roles] or [None]
    if isinstance(cases, Problem):
        problems += [] if problems else [cases]  # an unknown object may be the case
        cases = []
    problems += [worker for worker in workers if isinstance(worker, Problem)]
    names = {each: _name(each, types, mapping) for each in [*cases, *workers] if isinstance(each, str)}
    problems += [name for name in names.values() if isinstance(name, Problem)]
    if problems:
        return problems
    worker, *others = (id_of(cast(str, names[each])) if isinstance(each, str) else None for each in workers)
    time, kind, event_id = value_of(event.time), value_of(event.kind), id_of(event.id)
    return [
        ForeignRow(number * CASES_PER_EVENT + nth, id_of(cast(str, names[case])), time, kind, worker, event_id, tuple(others))
        for nth, case in enumerate(cases)
    ]


def _cases(relations: Sequence[OcelRelation], types: Mapping[str, str], mapping: MappingFile) -> list[str] | Problem:
    kind = cast(Objects, mapping.objects).case
    cases = list(dict.fromkeys(each.object_id for each in relations if types.get(each.object_id) == kind))
    if not cases:
        why = (
            "hændelsen har intet objekt af den type, så det kan ikke ses, hvilken sag den hører til; ret den, eller udelad den"
        )
        return Problem(kind, f"{why} med --skip-bad")
    if len(cases) >= CASES_PER_EVENT:
        return Problem(kind, f"hændelsen hører til {thousands(len(cases))} sager; højst {CASES_PER_EVENT - 1}")
    return cases


def _worker(
    role: str, relations: Sequence[OcelRelation], types: Mapping[str, str], mapping: MappingFile
) -> str | Problem | None:
    """The object that is the worker in the role."""
    found = list(dict.fromkeys(each.object_id for each in relations if _has_role(each, role, types, mapping)))
    if len(found) > 1:
        several = ", ".join(map(excerpt, found[:3]))
        why = f"har flere sagsbehandlere i rollen {role} ({several}); vælg en forbindelse (qualifier) til hver rolle under [roles]"
        return Problem("relationships", why)
    return found[0] if found else None


def _name(object_id: str, types: Mapping[str, str], mapping: MappingFile) -> str | Problem:
    """The object's name as the register has it."""
    if not cast(Objects, mapping.objects).typed_ids:
        return object_id
    start = f"{types[object_id]}:"
    if object_id.startswith(start):
        return object_id.removeprefix(start)
    return Problem("relationships", f"objektet {excerpt(object_id)} begynder ikke med sin type og et kolon; fjern typed_ids")


def _has_role(relation: OcelRelation, role: str, types: Mapping[str, str], mapping: MappingFile) -> bool:
    """Whether the relation names the worker in the role: by its qualifier, or by the object's type, or both."""
    kind = cast(Objects, mapping.objects).worker
    if kind is not None and types.get(relation.object_id) != kind:
        return False
    return relation.object_id in types and (mapping.roles is None or mapping.roles.get(relation.qualifier) == role)
