"""Staging of a delivery: temporary tables of its rows and of what they record, and what the log knows of those rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple, cast

from psycopg import Connection
from psycopg.rows import TupleRow

from journey.events import Withdrawn
from journey.exchange.sheets.compared import KnownEvent
from journey.exchange.sheets.deliveries import RowKey, known_rows
from journey.exchange.staging import content_digest
from journey.log.reading import histories_of
from journey.log.stored import Entry, encoded

TABLES = """
create temporary table sheet_rows (
    sheet smallint not null, name text collate "C", number bigint not null, file smallint not null, line bigint not null,
    bad boolean not null, stood boolean not null, withdrawn boolean not null,
    new bigint not null, corrected bigint not null, removed bigint not null, known bigint not null
) on commit drop;
create temporary table sheet_events (
    stream text collate "C" not null, topic text collate "C" not null, state bytea not null, claimed timestamptz,
    source_id text collate "C" not null, digest bytea not null, withdraws boolean not null, valid_at date not null,
    sheet smallint not null, row bigint not null, nth smallint not null
) on commit drop;
create temporary table known_names (sheet text collate "C" not null, name text collate "C" not null) on commit drop;
"""
"""All are gone at the end of the transaction, however it ends.

`sheet_rows` has each row that was read, or is gone: its sheet's place in the mapping, its name in the sheet, its number in the delivery,
its file and line, whether it is a bad one, whether anything it gave before stands, whether all of it is withdrawn now, and how many events
are new, corrected, withdrawn and known. `sheet_events` has what is recorded: of which row, and the place of its form in the sheet.
"""

_ROW_TYPES = ["int2", "text", "int8", "int2", "int8", "bool", "bool", "bool", "int8", "int8", "int8", "int8"]
_EVENT_TYPES = ["text", "text", "bytea", "timestamptz", "text", "bytea", "bool", "date", "int2", "int8", "int2"]

_STREAMS = """
select distinct known.stream from unnest(%(first)s::text[], %(end)s::text[]) row (first, beyond) cross join lateral (
    select stream from log.event_ids
    where source = %(source)s and source_id >= row.first and source_id < row.beyond offset 0
) known
"""

_KNOWN_NAMES = """
insert into known_names
select distinct split_part(source_id, ':', 1), split_part(source_id, ':', 2) from log.event_ids
where source = %s and source_id ~ '^[a-z][a-z0-9_-]*:[a-p]{20}:[a-z]'
"""

_NOT_GIVEN = """
select k.sheet, k.name from known_names k
where not exists (
    select from sheet_rows r join unnest(%s::text[]) with ordinality s (sheet, place) on s.place = r.sheet + 1
    where s.sheet = k.sheet and r.name = k.name
)
order by k.sheet, k.name
"""

_DOUBLE = """
select r.sheet, r.name, r.number, r.file, r.line from sheet_rows r
join (select sheet, name from sheet_rows where name is not null group by sheet, name having count(*) > 1) twice using (sheet, name)
where not r.bad order by r.number
"""

_MARK_DOUBLE = """
update sheet_rows set bad = true, withdrawn = false, new = 0, corrected = 0, removed = 0, known = 0 where number = any(%s)
"""


class RowOutcome(NamedTuple):
    """A row of `sheet_rows`, in the order of its columns."""

    sheet: int
    name: str | None
    number: int
    file: int
    line: int
    bad: bool
    stood: bool = False
    withdrawn: bool = False
    new: int = 0
    corrected: int = 0
    removed: int = 0
    known: int = 0


class StagedEvent(NamedTuple):
    """An event to be recorded, with its place in the delivery: the sheet in the mapping, the row, and its form in the sheet."""

    entry: Entry
    sheet: int
    row: int
    nth: int


class DoubleRow(NamedTuple):
    """A row whose name another has too."""

    sheet: int
    name: str
    number: int
    file: int
    line: int


def stage(conn: Connection[Any], rows: Iterable[RowOutcome], events: Iterable[StagedEvent]) -> None:
    """Copy rows and events into the temporary tables."""
    with conn.cursor() as cursor, cursor.copy("copy sheet_rows from stdin (format binary)") as copy:
        copy.set_types(_ROW_TYPES)
        for row in rows:
            copy.write_row(row)
    with conn.cursor() as cursor, cursor.copy("copy sheet_events from stdin (format binary)") as copy:
        copy.set_types(_EVENT_TYPES)
        for entry, sheet, row, nth in events:
            copy.write_row(
                (
                    entry.stream,
                    entry.kind,
                    encoded(entry, claimed=True),
                    entry.known_at,
                    entry.source_id,
                    content_digest(entry),
                    isinstance(entry.event, Withdrawn),
                    entry.valid_at,
                    sheet,
                    row,
                    nth,
                )
            )


def is_known(conn: Connection[Any], source: str) -> bool:
    """Whether the log has any event of the source."""
    row = conn.execute("select exists (select from log.event_ids where source = %s)", (source,)).fetchone()
    return bool(row and row[0])


def known_of(conn: Connection[Any], source: str, rows: Iterable[RowKey]) -> dict[RowKey, dict[str, KnownEvent]]:
    """Events that each of the rows gave before, whichever case it was of."""
    prefixes = [f"{sheet}:{name}" for sheet, name in rows]
    values = {"source": source, "first": [f"{each}:" for each in prefixes], "end": [f"{each};" for each in prefixes]}
    streams = [stream for (stream,) in conn.execute(_STREAMS, values)]
    return known_rows(dict(histories_of(conn, streams)), source) if streams else {}


def rows_not_given(conn: Connection[Any], source: str, sheets: Sequence[str]) -> Iterator[list[RowKey]]:
    """Rows that the source gave once and that the delivery has not, good or bad, some at a time; those of former sheets too."""
    conn.execute("truncate known_names")
    conn.execute(_KNOWN_NAMES, (source,))
    conn.execute("analyze known_names, sheet_rows")
    rows = iter(conn.execute(_NOT_GIVEN, (list(sheets),)).fetchall())
    while batch := [(sheet, name) for sheet, name in islice(rows, 1_000)]:
        yield batch


def take_out_doubles(conn: Connection[Any]) -> list[DoubleRow]:
    """Rule 2: rows of one name are all bad ones, and what they would record is taken out again."""
    doubles = [DoubleRow(*row) for row in conn.execute(_DOUBLE)]
    if doubles:
        numbers = [double.number for double in doubles]
        conn.execute(_MARK_DOUBLE, (numbers,))
        conn.execute("delete from sheet_events where row = any(%s)", (numbers,))
    return doubles


class RowTotals(NamedTuple):
    """Totals of `sheet_rows`: how many events of each outcome, how many rows stood, bad rows by sheet, and rows withdrawn by sheet."""

    outcomes: Counter[str]
    stood: int
    bad: Counter[int]
    withdrawn: Counter[int]


def totals(conn: Connection[Any]) -> RowTotals:
    """The totals as the rows stand now."""
    query = "select coalesce(sum(new), 0), coalesce(sum(corrected), 0), coalesce(sum(removed), 0), coalesce(sum(known), 0)"
    row = cast(TupleRow, conn.execute(f"{query} from sheet_rows".encode()).fetchone())
    outcomes = Counter({name: int(value) for name, value in zip(("new", "corrected", "withdrawn", "known"), row, strict=True)})
    stood = "select count(*) from (select distinct sheet, name from sheet_rows where stood) standing"
    (standing,) = cast(TupleRow, conn.execute(stood).fetchone())
    by_sheet = conn.execute(
        "select sheet, count(*) filter (where bad), count(*) filter (where withdrawn) from sheet_rows group by sheet"
    ).fetchall()
    bad = Counter({sheet: count for sheet, count, _ in by_sheet})
    return RowTotals(outcomes, int(standing), bad, Counter({sheet: count for sheet, _, count in by_sheet}))


_LAID_OUT = """
create temporary table taken on commit drop as
with moved as (
    select *, case
            when claimed >= coalesce(%(newest)s::timestamptz, claimed) then claimed
            when %(taken_at)s::timestamptz >= coalesce(%(newest)s::timestamptz, '-infinity') then %(taken_at)s::timestamptz
        end as moment
    from sheet_events
), heads as materialized (
    select stream, coalesce((select max(originator_version) from log.events where originator_id = stream), 0) as version
    from (select distinct stream from sheet_events) streams
)
select
    %(position)s + row_number() over in_log as position,
    version + row_number() over (
        partition by stream order by moment nulls last, not withdraws, valid_at, sheet, row, nth, source_id
    ) as version,
    row_number() over in_log * 16 as place, stream, topic, %(source)s::text as source, source_id, digest, moment as claimed,
    case
        when coalesce(claimed, %(taken_at)s::timestamptz) is null or coalesce(claimed, %(taken_at)s::timestamptz) = moment then state
        -- The source's own moment is kept as information: `stored.encoded` has it last, and leaves it out where it is the event's own.
        else substring(state for length(state) - 1) || convert_to(',"source_known_at":"' || to_char(
            coalesce(claimed, %(taken_at)s::timestamptz) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"}', 'UTF8')
    end as state
from moved join heads using (stream)
window in_log as (order by moment nulls last, not withdraws, valid_at, sheet, row, nth, source_id)
"""
"""Rule 5: the order of a delivery. What the source's own moments can take is taken by them; what would run behind the log's newest is known
from the delivery's own moment, or from now where that would too, or is not said."""


def lay_out(conn: Connection[Any], source: str, position: int, newest: datetime | None, taken_at: datetime | None) -> int:
    """Make `taken` of what is staged, in the order of the log after the position; gives how many. `taken_at` is None for now."""
    conn.execute("drop table if exists taken; analyze sheet_events")
    values = {"source": source, "position": position, "newest": newest, "taken_at": taken_at}
    return conn.execute(_LAID_OUT, values).rowcount


class LaidOut(NamedTuple):
    """An event as it would stand in the log."""

    stream: str
    topic: str
    state: bytes
    position: int
    version: int
    known_at: datetime
    known_day: date


_LAID_OUT_ROWS = """
select stream, topic, state, position, version, moment, (moment at time zone 'Europe/Copenhagen')::date from (
    select *, coalesce(claimed, greatest(
        (select known_at from log.events order by notification_id desc limit 1), (select max(claimed) from taken), statement_timestamp()
    )) as moment from taken
) placed order by stream, version
"""


def laid_out(conn: Connection[Any]) -> Iterator[LaidOut]:
    """Events that would be recorded, stream by stream."""
    with conn.cursor("laid_out", binary=True) as cursor:
        cursor.itersize = 5_000
        for row in cursor.execute(_LAID_OUT_ROWS.encode()):
            yield LaidOut(*row)
