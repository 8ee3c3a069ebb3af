"""A foreign event log (fremmed hændelseslog): its rows checked, and each case's rows as our events (domain.md section 9)."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from math import inf
from typing import cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from journey.events import ActivityRecorded, CaseworkerAssigned, CaseworkerChanged, Closed, Event, Referred
from journey.exchange.comparison import Version
from journey.exchange.explain import NOT_AN_ID
from journey.exchange.interchange import parse_line
from journey.exchange.lines import LineContext
from journey.exchange.mapping import Columns, MappingFile
from journey.history import Recorded
from journey.log.stored import Entry
from journey.personal import excerpt, in_letters
from journey.problem import Problem


class ForeignRow(Struct, frozen=True):
    """One event of a foreign log as it stands in its file."""

    line: int
    """Its line (CSV), its number in the file (XES), or that and its number among the event's cases (OCEL)."""
    case: str | None
    time: str | None
    activity: str | None
    worker: str | None
    event: str | None
    others: tuple[str | None, ...] = ()
    """The workers in the mapping's second role and on (OCEL)."""


class ForeignEvent(Struct, frozen=True):
    """One event of a foreign log, checked; the events of a case are ordered by (moment, line)."""

    case: str
    moment: datetime
    line: int
    day: date
    activity: str
    worker: str | None
    event: str | None
    """The event's own id in its source; None where the mapping names no column for it."""
    source_case: str | None
    others: list[str | None] | None = None
    """The workers in the mapping's second role and on; None where there are none."""

    @property
    def workers(self) -> list[str | None]:
        """The workers in each of the mapping's roles."""
        return [self.worker, *(self.others or ())]


def foreign_event(row: ForeignRow, mapping: MappingFile, context: LineContext) -> ForeignEvent | list[Problem]:
    """The row checked as the interchange format would check its activity, or what is wrong with it, by column."""
    columns = cast(Columns, mapping.columns)
    found = _moment(row.time, mapping)
    problems = [Problem(columns.time, found)] if isinstance(found, str) else []
    if columns.event is not None and not row.event:
        problems.append(Problem(columns.event, "feltet mangler"))
    moment = found if isinstance(found, datetime) else None
    event = _event_id(row, mapping, context)
    mapped = "source_case" if mapping.cases is not None else "case"
    line = {
        mapped: row.case or None,
        "kind": "activity_recorded",
        "valid_at": None if moment is None else moment.date(),
        "known_at": moment,
        "source": mapping.source,
        "source_id": f"{event or row.line}{_longest_ending(mapping)}",
        "data": {"activity": row.activity or "", "worker": row.worker or None},
    }
    if moment is None:
        line["valid_at"] = "2000-01-01"  # the moment is named already; the rest of the row is checked all the same
    try:
        raw = msgspec.json.encode(line)
    except UnicodeEncodeError:
        return [
            *problems,
            Problem("linjen", f"er ikke gyldig {mapping.encoding}; angiv encoding i oversættelsesfilen, f.eks. latin-1"),
        ]
    checked = parse_line(raw, context)
    if isinstance(checked, list):
        problems.extend(_by_column(checked, columns))
    elif not context.declared.takes_person(checked.stream, cast(str, mapping.source)):  # the case is its citizen's id too
        problems.append(Problem(columns.case, NOT_AN_ID, "not_an_id"))
    if row.others:
        problems += _of_workers(row.others, line, context, columns)
    if problems or isinstance(checked, list) or moment is None:
        return problems
    activity = cast(ActivityRecorded, checked.event)
    found = ForeignEvent(
        checked.stream, moment, row.line, checked.valid_at, activity.activity, activity.worker, event, checked.source_case
    )
    return replace(found, others=list(row.others)) if any(row.others) else found


def _event_id(row: ForeignRow, mapping: MappingFile, context: LineContext) -> str | None:
    """The event's own id; with the case where an event may be of several (OCEL)."""
    if mapping.format != "ocel" or not row.event or not row.case:
        return row.event if cast(Columns, mapping.columns).event is not None else None
    case = context.cases.get((cast(str, mapping.source), row.case)) if mapping.cases is not None else row.case
    return f"{row.event}{OF_CASE}{case}"


def _of_workers(
    workers: Iterable[str | None], line: Mapping[str, object], context: LineContext, columns: Columns
) -> list[Problem]:
    """What is wrong with workers beside the first: each is checked in its place."""
    found: list[Problem] = []
    for worker in filter(None, workers):
        data = {"activity": "other", "worker": worker}
        checked = parse_line(msgspec.json.encode({**line, "data": data}), context)
        if isinstance(checked, list):
            found += _by_column([problem for problem in checked if problem.field == "data.worker"], columns)
    return found


def _by_column(problems: Sequence[Problem], columns: Columns) -> Iterator[Problem]:
    names = {
        "case": columns.case,
        "source_case": columns.case,
        "valid_at": columns.time,
        "known_at": columns.time,
        "source_id": columns.event or "linjen",
        "data.activity": columns.activity,
        "data.worker": columns.worker or "linjen",
    }
    for problem in problems:
        if problem.field == "case" and problem.reason.startswith("mangler"):
            yield Problem(columns.case, "feltet mangler")
        else:
            yield replace(problem, field=names.get(problem.field, problem.field))


def _moment(text: str | None, mapping: MappingFile) -> datetime | str:
    if not text:
        return "feltet mangler"
    form = mapping.time_format
    try:
        moment = datetime.strptime(text, form) if form else datetime.fromisoformat(text)  # noqa: DTZ007 -- the zone is set below
    except ValueError:
        example = form or "ISO 8601, f.eks. 2024-03-04 09:12:00+01:00"
        return f"{excerpt(text)} er ikke et tidspunkt ({example}); ret det, eller angiv time_format i oversættelsesfilen"
    if mapping.zone is None:
        return moment if moment.tzinfo else f"{excerpt(text)} har ingen forskydning fra UTC; angiv zone i oversættelsesfilen"
    return in_zone(moment, ZoneInfo(mapping.zone))


def in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment as the zone's clocks have it; one without an offset is read off them.

    What they say twice is the first of the two, what they skip is counted by the offset before. A moment that is on no day of the
    zone's calendar, at the very end of time or its beginning, stays as it is.
    """
    try:
        found = moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)
    except OverflowError:
        return moment
    # With its offset: moments that clocks skip or say twice are equal to none of another zone, however they are compared.
    return found.replace(tzinfo=timezone(found.utcoffset() or timedelta()), fold=0)


def with_ids(events: Iterable[ForeignEvent]) -> list[ForeignEvent]:
    """One case's events, in their order, each with an id: its own, or one made from its case, moment and activity.

    Of several that say the same each has its own by its number among them, so that a row more or less elsewhere in the file changes no id.
    """
    repeats: Counter[tuple[datetime, str]] = Counter()
    named: list[ForeignEvent] = []
    for event in events:
        if event.event is None:
            same = event.moment, event.activity
            repeats[same] += 1
            event = replace(event, event=_made_id(event, repeats[same]))
        named.append(event)
    return named


def _made_id(event: ForeignEvent, nth: int) -> str:
    """Twenty letters of a hash."""
    parts = [_own_case(event), event.moment.astimezone(UTC).isoformat(), event.activity, str(nth)]
    return in_letters(hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:20])


def retained_events(
    case: str,
    known: Mapping[str, Version],
    in_file: Collection[str],
    lines: Iterator[int],
    mapping: MappingFile,
) -> list[ForeignEvent]:
    """The events of the case that were taken before, and that no row of the file is of: what is gone from a source stays.

    Each gets a line after the file's last.
    """
    named = cast(Columns, mapping.columns).event is not None
    found: list[ForeignEvent] = []
    for source_id, version in known.items():
        recorded = version.recorded
        name = source_id.removesuffix(ACTIVITY)
        if not isinstance(recorded.event, ActivityRecorded) or name == source_id or version.standing != "stands":
            continue
        if name in in_file or is_of_rows(source_id, recorded, named=named):
            continue
        moment = recorded.source_known_at or recorded.known_at
        activity = recorded.event
        worker, *others = _workers_known(name, activity.worker, known, mapping)
        event = ForeignEvent(
            case, moment, next(lines), recorded.valid_at, activity.activity, worker, name, recorded.source_case
        )
        found.append(replace(event, others=others) if any(others) else event)
    return found


def _workers_known(event: str, worker: str | None, known: Mapping[str, Version], mapping: MappingFile) -> list[str | None]:
    """The workers of an event taken before, in each of the mapping's roles: those that were new with it, and the activity's own.

    Where that was not new with it, its role is the first in which the case has had this worker.
    """
    if mapping.roles is None:
        return [worker]
    of_role: dict[str, set[str]] = {role: set() for role in mapping.worker_roles}
    found: list[str | None] = []
    for version in known.values():
        change = version.recorded.event
        if version.standing == "stands" and isinstance(change, CaseworkerAssigned | CaseworkerChanged):
            of_role.setdefault(change.role, set()).add(change.worker)
    for role in mapping.worker_roles:
        version = known.get(f"{event}{_caseworker(role, mapping)}")
        change = version.recorded.event if version is not None and version.standing == "stands" else None
        found.append(change.worker if isinstance(change, CaseworkerAssigned | CaseworkerChanged) else None)
    if worker is not None and worker not in found:
        nth = next((nth for nth, role in enumerate(mapping.worker_roles) if worker in of_role[role]), 0)
        found[nth] = found[nth] or worker
    return found


def in_order_of_log(events: Sequence[ForeignEvent], known: Mapping[str, Version]) -> list[ForeignEvent]:
    """The order (moment, row); of those at one moment, the ones known before come first, as they were taken."""

    def place(event: ForeignEvent) -> tuple[datetime, float, int]:
        version = known.get(f"{event.event}{ACTIVITY}")
        return event.moment, version.recorded.position if version else inf, event.line

    return sorted(events, key=place)


ACTIVITY_PART, CLOSED_PART = 14, 15
"""Which of a row's events these are, after its referral (0) and the workers in each of its roles."""
ACTIVITY, CASEWORKER, REFERRED, CLOSED = ":activity", ":caseworker", ":referred", ":closed"
"""How the ids of an event's own events end, and those of what is said of the whole case."""
OF_CASE = "@"
"""What stands between an event's own id and its case where an event may be of several."""
_ROW_NUMBER = re.compile("[0-9]{1,12}")
"""What stood for an event's id before ids were made."""
_DERIVED = {CASEWORKER: (CaseworkerAssigned, CaseworkerChanged), REFERRED: (Referred,), CLOSED: (Closed,)}


def is_of_rows(source_id: str, recorded: Recorded, *, named: bool) -> bool:
    """Whether the event is one that the rows of a case give together, so that it goes when they no longer do.

    An activity is its row's own, and stays as long as that is not corrected; but one named by the number of a row, where rows are
    no longer named so (not `named`), has got another id.
    """
    kinds = _DERIVED.get(f":{source_id.rpartition(':')[2].partition('-')[0]}")  # without the role of a caseworker
    if kinds is not None:
        return isinstance(recorded.event, kinds)
    is_activity = source_id.endswith(ACTIVITY) and isinstance(recorded.event, ActivityRecorded)
    return is_activity and not named and _ROW_NUMBER.fullmatch(source_id.removesuffix(ACTIVITY)) is not None


def entries_of_case(events: Sequence[ForeignEvent], mapping: MappingFile) -> Iterator[tuple[int, int, Entry]]:
    """One case's foreign events, in their order and with their ids, as entries: with each its line, and its place among that line's.

    The ids of what is said of the whole case carry the case's own id, so that a later file with more of it corrects them in place.
    """
    roles = mapping.worker_roles
    current: dict[str, str] = {}
    first, last = events[0], events[-1]
    yield first.line, 0, _entry(first, f"{_own_case(first)}{REFERRED}", Referred(cast(str, mapping.unit), first.case), mapping)
    for event in events:
        for nth, (role, worker) in enumerate(zip(roles, event.workers, strict=False), start=1):
            if worker is not None and worker != current.get(role):
                change = CaseworkerChanged(role, worker, "other") if role in current else CaseworkerAssigned(role, worker)
                current[role] = worker
                yield event.line, nth, _entry(event, f"{event.event}{_caseworker(role, mapping)}", change, mapping)
        worker = next(filter(None, event.workers), None)
        done = ActivityRecorded(event.activity, worker)
        yield event.line, ACTIVITY_PART, _entry(event, f"{event.event}{ACTIVITY}", done, mapping)
    if mapping.close:
        closed = _entry(last, f"{_own_case(last)}{CLOSED}", Closed("other"), mapping)
        after = timedelta(days=1 if mapping.end_dates == "inclusive" else 0)
        yield last.line, CLOSED_PART, replace(closed, valid_at=closed.valid_at + after)


def _caseworker(role: str, mapping: MappingFile) -> str:
    """How the id of a change of worker ends: with its role where an event may have workers in several."""
    return CASEWORKER if mapping.roles is None else f"{CASEWORKER}-{role}"


def _longest_ending(mapping: MappingFile) -> str:
    """The longest ending of an event's own ids."""
    return CASEWORKER if mapping.roles is None else max((_caseworker(role, mapping) for role in mapping.worker_roles), key=len)


def _own_case(event: ForeignEvent) -> str:
    return event.source_case or event.case


def _entry(foreign: ForeignEvent, source_id: str, event: Event, mapping: MappingFile) -> Entry:
    source = cast(str, mapping.source)
    return Entry(foreign.case, foreign.day, source, source_id, event, foreign.moment, None, foreign.source_case)
