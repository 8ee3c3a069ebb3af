"""Staging of a foreign log: its rows set aside until each case has all of its own, then compared with what they gave before."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import count, groupby
from operator import attrgetter
from typing import Any, NamedTuple, cast

from msgspec import Struct
from msgspec.structs import astuple, replace
from psycopg import Connection
from psycopg.rows import class_row

from journey.exchange.comparison import (
    REMOVED,
    Version,
    given_again,
    newest_versions,
    no_longer_given,
    out_of_order,
    renewal,
    same_content,
    withdrawal,
)
from journey.exchange.foreign import (
    ACTIVITY,
    CASEWORKER,
    ForeignEvent,
    entries_of_case,
    in_order_of_log,
    is_of_rows,
    retained_events,
    with_ids,
)
from journey.exchange.lines import ID_LENGTH
from journey.exchange.mapping import Columns, MappingFile
from journey.exchange.sameness import LISTED, REASONS, id_pair
from journey.exchange.staging import CORRECTED, REMOVAL, WITHDRAWAL, copy_rows, place_in_file
from journey.history import Recorded
from journey.log.reading import histories_of
from journey.log.stored import Entry

CASES = 500
"""How many cases are compared at a time."""
BATCH = 10_000
"""How many entries are staged at a time."""

_IS_KNOWN = "select exists (select from log.event_ids where source = %s)"

_SPELLINGS = """
select worker from (
    select notification_id, data->>'worker' as worker from log.events, lateral (
        select convert_from(state, 'UTF8')::json as whole offset 0
    ) parsed, lateral (select whole->'data' as data) told
    where topic = any(%s) and whole->>'source' = %s
) known where worker is not null group by worker order by min(notification_id)
"""
"""Every worker that events of some kinds have of a source, by when it was first spelt so."""

_ASSIGNING = ("caseworker_assigned", "caseworker_changed")
"""The kinds that have every worker of an event log: whoever does anything in a case is first assigned to it."""

_IN_FILE = """
select worker from (
    select distinct on (worker) worker, moment, line from (
        select worker, moment, line from foreign_events
        union all select unnest(others), moment, line from foreign_events where others is not null
    ) every where worker is not null order by worker, moment, line
) first order by moment, line
"""

_MOVED = """
select stream, event, line from foreign_events f cross join lateral (
    select stream from log.event_ids
    where source = %s and source_id >= f.event || ':activity' and source_id < f.event || ':activity$'
        and kind = 'activity_recorded' and stream <> f."case" offset 0
) known order by stream, line
"""
"""The rows that were another case's before, whatever version of them ($ is what comes after # in ASCII)."""

_NO_LONGER_OF = """
select stream, known.event, line
from (select "case", line, left(event, -(length("case") + 1)) as name from foreign_events) f cross join lateral (
    select stream, f.name || '@' || stream as event from log.event_ids
    where source = %s and source_id >= f.name || '@' and source_id < f.name || 'A' and kind = 'activity_recorded'
        and starts_with(source_id, f.name || '@' || stream || ':activity') and stream <> f."case" offset 0
) known
where not exists (select from foreign_events g where g.event = known.event)
order by stream, line
"""
"""The events of the file that were of another case too before and no longer are (A is what comes after @ in ASCII)."""

_GIVEN = "select source_id from staged where source = %s and source_id = any(%s)"


class BadPlace(NamedTuple):
    """Something wrong with what a row gives: its place, field, reason and code."""

    place: int
    field: str
    reason: str
    code: str


class ForeignDifference(Struct):
    """Difference between what the rows of a foreign log give and what they gave before, as far as it must be reported."""

    bad: list[BadPlace]
    renewed: int = 0
    """How many were withdrawn and recorded anew, since they must stand after something of the same day that comes now."""
    annulled: int = 0
    """How many events that the rows give stand withdrawn by a person, and stay so."""
    lines: dict[int, int] = {}
    """For the line that an event known before was given, the file's own line that stands for its case."""


def set_aside(conn: Connection[Any], events: Iterable[ForeignEvent]) -> None:
    """Keep rows of a foreign log until each case has all of its own."""
    copy_rows(conn, "foreign_events", map(astuple, events))


class _Case(NamedTuple):
    """A case with its rows in the file, and the ids of rows that were its own and are another's now."""

    name: str
    events: list[ForeignEvent]
    moved: frozenset[str]
    line: int
    """The first line that the file has of it: of its rows, or of those that have left it."""


class _Comparison(Struct):
    """The state of one staging of a foreign log."""

    mapping: MappingFile
    newest: datetime | None
    as_corrections: bool
    spellings: dict[str, str]
    lines: Iterator[int]
    difference: ForeignDifference
    late: list[int]
    """The places of what is stamped now, to stand after what must be."""
    orphans: list[tuple[int, str, str, Version]]
    """What cases that rows have left no longer give themselves: place, case, id and version."""

    @property
    def named(self) -> bool:
        return cast(Columns, self.mapping.columns).event is not None

    @property
    def of_several(self) -> bool:
        """Whether an event may be of several cases, so that each has its own id of it."""
        return self.mapping.format == "ocel"


def stage_foreign(
    conn: Connection[Any],
    mapping: MappingFile,
    stage: Callable[[Sequence[tuple[int, Entry]]], None],
    *,
    newest: datetime | None,
    as_corrections: bool,
    progress: Callable[[int, int], object],
) -> ForeignDifference:
    """Stage what the rows set aside give, and, `as_corrections`, the withdrawals of what they no longer give; may be done again.

    `newest` is the log's newest moment.
    """
    conn.execute("truncate staged, late; analyze foreign_events")
    source = cast(str, mapping.source)
    known = bool(_value(conn, _IS_KNOWN, (source,)))
    total = int(_value(conn, "select count(*) from foreign_events"))
    work = _Comparison(
        mapping,
        newest,
        as_corrections,
        _spellings(conn, source, known=known),
        count(int(_value(conn, "select coalesce(max(line), 0) + 1 from foreign_events"))),
        ForeignDifference([]),
        [],
        [],
    )
    moved = _moved(conn, source, of_several=work.of_several) if known and work.named else {}
    done = 0
    batch: list[tuple[int, Entry]] = []
    for cases in _cases(conn, moved):
        histories = dict(histories_of(conn, [case.name for case in cases])) if known else {}
        for case in cases:
            batch += _compared(work, case, histories.get(case.name, []))
            done += len(case.events)
        if len(batch) >= BATCH:
            stage(batch)
            batch = []
            progress(done, total)
    stage(batch)
    copy_rows(conn, "late", ((place,) for place in work.late))
    _withdraw_orphans(conn, work, stage)
    progress(total, total)
    return work.difference


def _value(conn: Connection[Any], query: str, values: Sequence[Any] = ()) -> Any:
    row = conn.execute(query.encode(), values).fetchone()
    return row and row[0]


def worker_spellings(conn: Connection[Any], source: str, kinds: Sequence[str] = _ASSIGNING) -> list[str]:
    """Every spelling of a worker that the log's events of the kinds have of the source, the first one first."""
    return [worker for (worker,) in conn.execute(_SPELLINGS, (list(kinds), source))]


def _spellings(conn: Connection[Any], source: str, *, known: bool) -> dict[str, str]:
    """The first spelling of each worker, by the spelling without case: the log's, then the file's."""
    spellings: dict[str, str] = {}
    for worker in worker_spellings(conn, source) if known else ():
        spellings.setdefault(worker.casefold(), worker)
    for (worker,) in conn.execute(_IN_FILE):
        spellings.setdefault(worker.casefold(), worker)
    return spellings


def _moved(conn: Connection[Any], source: str, *, of_several: bool) -> dict[str, dict[str, int]]:
    """By case that rows have left, their ids with the line that each stands on now; `of_several`: an event may be of several cases."""
    found: dict[str, dict[str, int]] = {}
    for stream, event, line in conn.execute(_NO_LONGER_OF if of_several else _MOVED, (source,)):
        found.setdefault(stream, {})[event] = line
    return found


def _cases(conn: Connection[Any], moved: dict[str, dict[str, int]]) -> Iterator[list[_Case]]:
    """The cases of the file, some at a time, and then those that are no longer in it."""
    left = dict(moved)
    cases: list[_Case] = []
    with conn.cursor("foreign_events", row_factory=class_row(ForeignEvent)) as cursor:
        cursor.execute('select * from foreign_events order by "case", moment, line')
        for name, events in groupby(cursor, key=attrgetter("case")):
            rows = list(events)
            cases.append(_Case(name, rows, frozenset(left.pop(name, ())), min(row.line for row in rows)))
            if len(cases) == CASES:
                yield cases
                cases = []
    yield cases
    yield [_Case(name, [], frozenset(rows), min(rows.values())) for name, rows in left.items()]


def _compared(work: _Comparison, case: _Case, history: Sequence[Recorded]) -> Iterator[tuple[int, Entry]]:
    """What the case's rows give, each with its place, and the withdrawals of what they no longer give."""
    known = newest_versions(history, cast(str, work.mapping.source))
    events = with_ids(case.events)
    if work.spellings:
        events = [_spelt(event, work.spellings) for event in events]
    retained: list[ForeignEvent] = []
    if known:
        in_file = {cast(str, event.event) for event in events} | case.moved
        retained = retained_events(case.name, known, in_file, work.lines, work.mapping)
        if retained:
            events = in_order_of_log([*events, *retained], known)
    given = list(entries_of_case(events, work.mapping)) if events else []
    retained_lines = {event.line for event in retained}
    work.difference.lines.update(dict.fromkeys(retained_lines, case.line))
    renewed = _renewed(work, given, known) if known else {}
    for line, part, entry in given:
        place = place_in_file(line, part)
        if entry.source_id in renewed:
            yield from zip((place + WITHDRAWAL, place + CORRECTED), renewed[entry.source_id], strict=True)
        elif line not in retained_lines or not _matches(entry, known.get(entry.source_id)):
            yield place, entry
    if work.newest is not None:
        work.late += _late(given, renewed, known, work.newest)
    if known:
        yield from _no_longer_given(work, case, events, {each[2].source_id: each for each in given}, known)


def _spelt(event: ForeignEvent, spellings: Mapping[str, str]) -> ForeignEvent:
    """The event with its workers as they were first spelt."""
    if event.others is not None:
        event = replace(event, others=[spellings[each.casefold()] if each else None for each in event.others])
    return replace(event, worker=spellings[event.worker.casefold()]) if event.worker else event


def _late(
    given: Sequence[tuple[int, int, Entry]], renewed: Collection[str], known: Mapping[str, Version], newest: datetime
) -> Iterator[int]:
    """The places of what is recorded now with a moment that the log could take, and stands in its day after what has an older one."""
    days: set[date] = set()
    for line, part, entry in given:
        version = known.get(entry.source_id)
        if version is not None and entry.source_id not in renewed and _matches(entry, version):
            continue
        if entry.known_at is not None and entry.known_at < newest:
            days.add(entry.valid_at)
        elif entry.valid_at in days:
            yield place_in_file(line, part)


def _renewed(
    work: _Comparison, given: Sequence[tuple[int, int, Entry]], known: dict[str, Version]
) -> dict[str, tuple[Entry, Entry]]:
    """By id, what must be withdrawn and recorded anew to stand in its order; an activity means the same wherever in its day."""
    places = {
        entry.source_id: place_in_file(line, part) for line, part, entry in given if not entry.source_id.endswith(ACTIVITY)
    }
    ordered = (entry for _, _, entry in given if entry.source_id in places)
    renewed: dict[str, tuple[Entry, Entry]] = {}
    for entry, version in out_of_order(ordered, known):
        made = renewal(entry, version)
        if not work.as_corrections:
            work.difference.bad.append(_bad(places[entry.source_id], "out_of_order", entry.source, entry.source_id))
        elif len(made[0].source_id) > ID_LENGTH:
            work.difference.bad.append(_bad(places[entry.source_id], "no_free_id", entry.source, made[0].source_id))
        else:
            renewed[entry.source_id] = made
    work.difference.renewed += len(renewed)
    return renewed


def _matches(entry: Entry, version: Version | None) -> bool:
    """Whether an event known before is given by the rows as it stands."""
    if version is None or version.standing != "stands":
        return version is not None and version.standing == "annulled"
    return same_content(entry, version.recorded)


def _no_longer_given(
    work: _Comparison,
    case: _Case,
    events: Sequence[ForeignEvent],
    given: dict[str, tuple[int, int, Entry]],
    known: dict[str, Version],
) -> Iterator[tuple[int, Entry]]:
    difference = work.difference
    lines = {cast(str, event.event): event.line for event in events}

    def is_of_these(source_id: str, recorded: Recorded) -> bool:
        has_left = work.of_several and source_id.removesuffix(ACTIVITY) in case.moved
        return has_left or is_of_rows(source_id, recorded, named=work.named)

    for source_id, version in no_longer_given(given, known, is_of_these):
        place = _place(work, case, source_id, lines)
        if case.moved:
            work.orphans.append((place, case.name, source_id, version))
            continue
        entry = withdrawal(case.name, source_id, version, REMOVED)
        if not work.as_corrections:
            difference.bad.append(_bad(place, "no_longer_given", entry.source, source_id))
        elif len(entry.source_id) > ID_LENGTH:
            difference.bad.append(_bad(place, "no_free_id", entry.source, entry.source_id))
        else:
            yield place, entry
    for source_id, version in given_again(given, known):
        if version.standing == "annulled":
            difference.annulled += 1
        elif not work.as_corrections and same_content(given[source_id][2], version.recorded):
            place = place_in_file(*given[source_id][:2])  # with other content it is judged with the other ids
            difference.bad.append(_bad(place, "given_again", version.recorded.source, source_id))


def _place(work: _Comparison, case: _Case, source_id: str, lines: dict[str, int]) -> int:
    """A place that no other entry has: beside the row that gave it, if the file has that, else after the file's last line."""
    name = source_id.rpartition(":")[0]
    line = lines.get(name) if source_id.endswith(CASEWORKER) else None
    if line is None:
        line = next(work.lines)
        work.difference.lines[line] = case.line
    return place_in_file(line, 1, REMOVAL)


def _bad(place: int, code: str, source: str, source_id: str) -> BadPlace:
    return BadPlace(place & ~3, "linjen", REASONS[code].format(id_pair(source, source_id)), LISTED[code])


def _withdraw_orphans(conn: Connection[Any], work: _Comparison, stage: Callable[[Sequence[tuple[int, Entry]]], None]) -> None:
    """Withdraw what a case gave by rows that are another's now, where that case does not give it under the same id."""
    if not work.orphans:
        return
    source = cast(str, work.mapping.source)
    ids = [source_id for _, _, source_id, _ in work.orphans]
    given_by_others = {source_id for (source_id,) in conn.execute(_GIVEN, (source, ids))}
    gone = [each for each in work.orphans if each[2] not in given_by_others]
    if work.as_corrections:
        stage([(place, withdrawal(case, source_id, version, REMOVED)) for place, case, source_id, version in gone])
    else:
        work.difference.bad += [_bad(place, "no_longer_given", source, source_id) for place, _, source_id, _ in gone]
