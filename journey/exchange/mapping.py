"""The mapping file (oversættelsesfil): how another register's file is read (domain.md sections 2 and 9)."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Literal, cast
from zoneinfo import ZoneInfo

import msgspec
import msgspec.inspect
from msgspec import Meta, Struct
from msgspec.structs import replace

from journey.codes import CodeList, CodeLists
from journey.events.fields import Id
from journey.exchange.cells import MOST_COLUMNS, id_of, row_fault, rows, tidy
from journey.exchange.lines import Declared
from journey.log.stored import STREAM
from journey.personal import excerpt, is_clean
from journey.problem import Problem, refuse_problems
from journey.refusals import Refused
from journey.toml_text import BadToml, parsed
from journey.types_in_danish import type_problems

MOST_ROLES = 10
"""How many roles an event may have workers in."""

Name = Annotated[str, Meta(min_length=1, max_length=200)]


class Columns(Struct, frozen=True, forbid_unknown_fields=True):
    """Names of the columns (CSV) or attributes (XES) of a foreign log."""

    case: Name = "case:concept:name"
    time: Name = "time:timestamp"
    activity: Name = "concept:name"
    worker: Name | None = None
    event: Name | None = None
    """The event's own id; without it one is made from its case, moment and activity."""


class Objects(Struct, frozen=True, forbid_unknown_fields=True):
    """Types of the objects of OCEL that are cases and workers."""

    case: Name
    worker: Name | None = None
    typed_ids: bool = False
    """Whether every id begins with its type and a colon, which are no part of what the register calls it."""


class MappingFile(Struct, frozen=True, forbid_unknown_fields=True):
    """A mapping file as it is written."""

    format: Literal["csv", "xes", "ocel", "jsonl"]
    source: Id | None = None
    columns: Columns | None = None
    objects: Objects | None = None
    """OCEL: which objects are what."""
    unit: Name | None = None
    role: Name | None = None
    roles: dict[str, str] | None = None
    """OCEL: the role of the worker that an event is related to, by the relation's qualifier."""
    close: bool = False
    """Whether every case closes on its last event's day."""
    end_dates: Literal["exclusive", "inclusive"] = "exclusive"
    """Whether an ending's day is the first without or the last with."""
    not_cpr: bool = False
    """The declaration that the source's ids are not CPR numbers."""
    ids: Literal["as_given"] | None = None
    """The declaration that the ids of persons are another register's and are taken as they are written."""
    activities: Literal["as_given"] | None = None
    """The declaration that the activities are labels of the source's own."""
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] = ","
    encoding: Literal["utf-8", "latin-1", "cp1252"] = "utf-8"
    """What a file is that is neither UTF-16 by its mark nor UTF-8 throughout."""
    header: Annotated[int, Meta(ge=1, le=1_000)] = 1
    """The physical line that names the columns; what stands above it is passed over."""
    time_format: Name | None = None
    """As in `strptime`; without it ISO 8601."""
    zone: Name | None = None
    """The zone whose days count, and whose clocks a moment without an offset is read off; without it the day written in the moment."""
    cases: dict[str, str | dict[str, str]] | str | None = None
    """`source_case = "case"`, or a table of that for each source, or the name of a CSV file of it."""

    @property
    def worker_roles(self) -> tuple[str, ...]:
        """The roles that an event may have a worker in."""
        if self.roles is not None:
            return tuple(dict.fromkeys(self.roles.values()))
        return () if self.role is None else (self.role,)


def parse_mapping(text: str, codes: CodeLists) -> MappingFile:
    """A valid mapping file; raises Refused (`bad_mapping`) naming all that is wrong with it."""
    try:
        table = parsed(text)
    except BadToml as error:
        raise Refused("bad_mapping", f"Filen er ikke gyldig TOML: {error.reason}.", place="oversættelsesfilen") from None
    form = cast(msgspec.inspect.StructType, msgspec.inspect.type_info(MappingFile))
    refuse_problems(
        [Problem(problem.field.removeprefix("."), problem.reason) for problem in type_problems("", table, form)], "bad_mapping"
    )
    mapping = msgspec.convert(table, MappingFile)
    refuse_problems(list(_unfit(mapping, codes)), "bad_mapping")
    if mapping.format == "jsonl":
        return mapping
    roles = codes["roles"].spellings
    columns = Columns(worker="org:resource")
    if mapping.objects is not None:  # named as OCEL names them
        columns = Columns(mapping.objects.case, "time", "type", mapping.objects.worker or "relationships", "id")
    return replace(
        mapping,
        columns=mapping.columns or columns,
        unit=codes["units"].spellings[cast(str, mapping.unit)],
        role=None if mapping.role is None else roles[mapping.role],
        roles=None if mapping.roles is None else {qualifier: roles[role] for qualifier, role in mapping.roles.items()},
    )


class ResolvedMapping(Struct, frozen=True):
    """A valid mapping file, with the cases that it names."""

    file: MappingFile
    cases: Mapping[tuple[str, str], str]
    """(source, source_case) → case."""

    @property
    def not_cpr(self) -> frozenset[str]:
        """The source whose ids are declared not to be CPR numbers, if it is."""
        return frozenset([self.file.source]) if self.file.not_cpr and self.file.source else frozenset()

    @property
    def declared(self) -> Declared:
        """The declarations of what its source's texts may be."""
        source = frozenset([self.file.source]) if self.file.source else frozenset[str]()
        return Declared(
            ids_as_given=source if self.file.ids else frozenset(),
            activities_as_given=source if self.file.activities else frozenset(),
        )

    @property
    def without_cases(self) -> str:
        """The mapping as an import stores it: without the cases, which link a source's references to the register's."""
        return msgspec.json.encode(replace(self.file, cases=None)).decode()


def resolve_mapping(text: str, codes: CodeLists, beside: Callable[[str], str]) -> ResolvedMapping:
    """A mapping file with its cases; `beside` reads a file that it names."""
    file = parse_mapping(text, codes)
    text = beside(file.cases) if isinstance(file.cases, str) else ""
    return ResolvedMapping(file, read_cases(file.cases or {}, text, file.source or "", not_cpr=file.not_cpr))


def _unfit(mapping: MappingFile, codes: CodeLists) -> Iterator[Problem]:
    if mapping.format == "jsonl":
        for name in ("columns", "objects", "unit", "role", "roles", "time_format", "zone"):
            if getattr(mapping, name) is not None:
                yield Problem(name, "feltet bruges ikke, når format er jsonl: linjerne siger det selv")
        if mapping.close:
            yield Problem("close", "feltet bruges ikke, når format er jsonl: linjerne siger det selv")
    else:
        yield from _code("unit", mapping.unit, codes["units"])
        if mapping.format != "ocel" or (mapping.role is not None and mapping.roles is None):
            yield from _code("role", mapping.role, codes["roles"])
        yield from _of_objects(mapping, codes) if mapping.format == "ocel" else _without_objects(mapping)
    if mapping.format == "csv" and mapping.columns is None:
        yield Problem("columns", "feltet mangler: [columns] med case, time og activity")
    needs_source = mapping.format != "jsonl" or mapping.not_cpr or mapping.ids or mapping.activities or _flat(mapping.cases)
    if mapping.source is None and needs_source:
        yield Problem("source", "feltet mangler: navnet på den kilde, filen kommer fra")
    elif mapping.source is not None and not is_clean(mapping.source):
        yield Problem("source", "har form som et CPR-nummer eller indeholder et styretegn")
    if mapping.zone is not None and not _is_zone(mapping.zone):
        yield Problem("zone", f"{excerpt(mapping.zone)} er ikke en tidszone; skriv f.eks. Europe/Copenhagen")
    if mapping.delimiter in '"\r\n':
        yield Problem("delimiter", "kan ikke være anførselstegn eller linjeskift")


def _code(place: str, value: str | None, codes: CodeList) -> Iterator[Problem]:
    if value is None:
        yield Problem(place, "feltet mangler")
    elif value not in codes.spellings:
        yield Problem(place, f"koden {excerpt(value)} findes ikke; brug en af: {', '.join(codes.codes)}")


def _of_objects(mapping: MappingFile, codes: CodeLists) -> Iterator[Problem]:
    """What is wrong with the fields of OCEL."""
    if mapping.columns is not None:
        yield Problem("columns", "feltet bruges ikke, når format er ocel; brug [objects]")
    if mapping.objects is None:
        yield Problem("objects", "feltet mangler: [objects] med case, typen af de objekter, der er sager")
        return
    worker = mapping.objects.worker
    if mapping.role is not None and mapping.roles is not None:
        yield Problem("role", "brug enten role (en rolle til alle) eller [roles] (en rolle til hver qualifier)")
    elif mapping.role is not None and worker is None:
        yield Problem("objects.worker", "feltet mangler: typen af de objekter, der er sagsbehandlere i rollen")
    elif worker is not None and mapping.role is None and mapping.roles is None:
        yield Problem("role", "feltet mangler: sagsbehandlernes rolle; eller [roles] med en rolle til hver qualifier")
    if worker == mapping.objects.case:
        yield Problem("objects.worker", "en sagsbehandler kan ikke være sagens egen type")
    for qualifier, role in (mapping.roles or {}).items():
        yield from _code(f"roles.{excerpt(qualifier)}", role, codes["roles"])
    if mapping.roles is not None and not 1 <= len(mapping.worker_roles) <= MOST_ROLES:
        yield Problem("roles", f"nævn 1-{MOST_ROLES} roller")


def _without_objects(mapping: MappingFile) -> Iterator[Problem]:
    for name in ("objects", "roles"):
        if getattr(mapping, name) is not None:
            yield Problem(name, "feltet bruges kun, når format er ocel")


def _flat(cases: dict[str, str | dict[str, str]] | str | None) -> bool:
    return isinstance(cases, str) or any(isinstance(case, str) for case in (cases or {}).values())


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True


def read_cases(
    cases: Mapping[str, str | dict[str, str]] | str, file: str, source: str, *, not_cpr: bool
) -> Mapping[tuple[str, str], str]:
    """(source, source_case) → case, by a mapping file's table or by the CSV file that it names; raises Refused for a bad one."""
    if isinstance(cases, str):
        found = _cases_in_file(cases, file, source)
    else:
        found = {
            (source if isinstance(given, str) else key, source_case): case
            for key, given in cases.items()
            for source_case, case in ([(key, given)] if isinstance(given, str) else given.items())
        }
    for (_, source_case), case in found.items():
        if not 1 <= len(case) <= 64 or case.startswith(STREAM) or not is_clean(case, may_be_number=not_cpr):
            raise Refused(
                "bad_mapping",
                f"{excerpt(case)} kan ikke være en sag: 1-64 tegn, ikke i form som et CPR-nummer, og ikke begyndende med {STREAM}",
                place=f"cases.{excerpt(source_case)}",
            )
    return found


def _cases_in_file(name: str, text: str, source: str) -> dict[tuple[str, str], str]:
    try:
        every = [row for row in rows(_numbered(text), ";" if ";" in text.partition("\n")[0] else ",") if row.has_values]
    except Refused as refused:
        raise Refused("bad_mapping", refused.message, place=f"{name} {refused.place}") from None
    header = [tidy(cell) for cell in every[0].cells] if every else []
    if not {"source_case", "case"} <= set(header) or len(header) > MOST_COLUMNS:
        raise Refused("bad_mapping", "Første linje skal nævne kolonnerne source_case og case (og evt. source).", place=name)
    twice = next((column for column in ("source_case", "case", "source") if header.count(column) > 1), None)
    if twice is not None:
        raise Refused("bad_mapping", f"Filen har flere kolonner, der hedder {twice}.", place=name)
    found: dict[tuple[str, str], str] = {}
    for row in every[1:]:
        place = f"{name} linje {row.first}"
        fault = row_fault(row, len(header))
        if fault is not None:
            raise Refused("bad_mapping", f"Rækken {fault}.", place=place)
        cells = {column: id_of(cell) for column, cell in zip(header, row.cells, strict=True)}
        source_case, case = cells["source_case"], cells["case"]
        if source_case is None or case is None:
            raise Refused("bad_mapping", "Rækken mangler source_case eller case.", place=place)
        if found.setdefault((cells.get("source") or source, source_case), case) != case:
            raise Refused("bad_mapping", "Kildens sag står tidligere i filen med en anden case.", place=place)
    return found


def _numbered(text: str) -> Iterator[tuple[int, str]]:
    return enumerate(io.StringIO(text.removeprefix("\ufeff"), newline="\n"), 1)
