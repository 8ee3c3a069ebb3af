"""A foreign event log (fremmed hændelseslog): its rows checked, and each case's rows as our events (domain.md section 9)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from journey.events import ActivityRecorded, CaseworkerAssigned, CaseworkerChanged, Closed, Event, Referred
from journey.exchange.interchange import parse_line
from journey.exchange.lines import LineContext
from journey.exchange.mapping import Columns, MappingFile
from journey.log.stored import Entry
from journey.personal import excerpt
from journey.problem import Problem


class ForeignRow(Struct, frozen=True):
    """One event of a foreign log as it stands in its file."""

    line: int
    """Its line (CSV) or its number in the file (XES)."""
    case: str | None
    time: str | None
    activity: str | None
    worker: str | None
    event: str | None


class ForeignEvent(Struct, frozen=True):
    """One event of a foreign log, checked; the events of a case are ordered by (moment, line)."""

    case: str
    moment: datetime
    line: int
    day: date
    activity: str
    worker: str | None
    event: str
    source_case: str | None


def foreign_event(row: ForeignRow, mapping: MappingFile, context: LineContext) -> ForeignEvent | list[Problem]:
    """The row checked as the interchange format would check its activity, or what is wrong with it, by column."""
    columns = cast(Columns, mapping.columns)
    found = _moment(row.time, mapping)
    problems = [Problem(columns.time, found)] if isinstance(found, str) else []
    if columns.event is not None and not row.event:
        problems.append(Problem(columns.event, "feltet mangler"))
    moment = found if isinstance(found, datetime) else None
    event = row.event or str(row.line)
    mapped = "source_case" if mapping.cases is not None else "case"
    line = {
        mapped: row.case or None,
        "kind": "activity_recorded",
        "valid_at": None if moment is None else moment.date(),
        "known_at": moment,
        "source": mapping.source,
        "source_id": f"{event}:caseworker",
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
    if problems or isinstance(checked, list) or moment is None:
        return problems
    activity = cast(ActivityRecorded, checked.event)
    return ForeignEvent(
        checked.stream, moment, row.line, checked.valid_at, activity.activity, activity.worker, event, checked.source_case
    )


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
    if moment.tzinfo is None and mapping.zone is None:
        return f"{excerpt(text)} har ingen forskydning fra UTC; angiv zone i oversættelsesfilen"
    return moment.replace(tzinfo=ZoneInfo(cast(str, mapping.zone))) if moment.tzinfo is None else moment


def entries_of_case(events: Sequence[ForeignEvent], mapping: MappingFile) -> Iterator[tuple[int, int, Entry]]:
    """One case's foreign events, in their order, as entries: with each the line it comes from, and its place among that line's events.

    The ids of what is said of the whole case carry the case's own id, so that a later file with more of it corrects them in place.
    """
    role, worker = cast(str, mapping.role), None
    first, last = events[0], events[-1]
    yield first.line, 0, _entry(first, f"{_own_case(first)}:referred", Referred(cast(str, mapping.unit), first.case), mapping)
    for event in events:
        if event.worker is not None and event.worker != worker:
            change = (
                CaseworkerAssigned(role, event.worker) if worker is None else CaseworkerChanged(role, event.worker, "other")
            )
            worker = event.worker
            yield event.line, 1, _entry(event, f"{event.event}:caseworker", change, mapping)
        yield event.line, 2, _entry(event, f"{event.event}:activity", ActivityRecorded(event.activity, event.worker), mapping)
    if mapping.close:
        closed = _entry(last, f"{_own_case(last)}:closed", Closed("other"), mapping)
        after = timedelta(days=1 if mapping.end_dates == "inclusive" else 0)
        yield last.line, 3, replace(closed, valid_at=closed.valid_at + after)


def _own_case(event: ForeignEvent) -> str:
    return event.source_case or event.case


def _entry(foreign: ForeignEvent, source_id: str, event: Event, mapping: MappingFile) -> Entry:
    source = cast(str, mapping.source)
    return Entry(foreign.case, foreign.day, source, source_id, event, foreign.moment, None, foreign.source_case)
