"""Settling of staged entries against the log and the file itself: each is recorded, known already, a correction, or bad."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection
from psycopg.sql import SQL, Literal

from journey.exchange.sameness import PAGE, REASONS, id_pair, judge_sameness
from journey.exchange.staging import copy_rows

_CLEAR = """
drop view if exists ordered;
drop table if exists taken, latest, named, doubtful;
truncate bad, left_out
"""

_ORDERED = """
create temporary view ordered as
    select *, case
            when claimed is null or claimed < {newest} or place & ~3 in (select place from late) then 'infinity'::timestamptz
            else claimed
        end as moment,
        case when {by_moment} then claimed end as own_moment
    from staged
"""
"""The order in which lines are taken: by their own moment; those without one, and those behind the log's newest, come last.

Those that come last do so as they stand in the file, but for a foreign log's: its order is that of its moments (domain.md section 9).
"""

_KEYS_DESTROYED = """
select place from staged s
where digest is null and not exists (select from log.event_ids e where e.source = s.source and e.source_id = s.source_id)
"""

_NAMED = """
create temporary table named on commit drop as
    select distinct on (source, source_id) source, source_id, moment, place, stream, topic
    from ordered
    where (source, source_id) in (select names_source, names_id from staged where names_source is not null)
    order by source, source_id, moment, place;
create index on named (source, source_id);
analyze named
"""
"""What the withdrawals of the file name in the file itself: of each id the first that is taken."""

_WITHDRAWALS = """
with judged as (
    select w.place, w.names_source, w.names_id, case
        when coalesce(l.stream, f.stream) is distinct from w.stream then 'not_there'
        when l.stream is null and (f.moment, f.place) >= (w.moment, w.place) then 'not_there'
        when coalesce(l.kind, f.topic) = 'withdrawn' then 'withdrawal_withdrawn'
    end as code
    from ordered w
    left join log.event_ids l on l.source = w.names_source and l.source_id = w.names_id
    left join named f on f.source = w.names_source and f.source_id = w.names_id
    where w.names_source is not null
        and not exists (select from log.event_ids e where e.source = w.source and e.source_id = w.source_id)
)
select place, names_source, names_id, code from judged where code is not null
"""
"""The withdrawals that name nothing, or another withdrawal. One that is in the log already is only judged to be the same."""

_LATEST = """
create temporary table latest on commit drop as
with recursive versions as (
    select distinct source, source_id, 1 as n from staged join log.event_ids using (source, source_id)
    union all
    select v.source, v.source_id, n + 1 from versions v
    join log.event_ids e on e.source = v.source and e.source_id = v.source_id || '#' || (n + 1) || ':withdrawn'
    where not exists (select from staged s where s.source = v.source and s.source_id = v.source_id || '#' || (n + 1))
        and not exists (
            select from staged s where s.source = v.source and s.source_id = v.source_id || '#' || (n + 1) || ':withdrawn'
        )
)
select source, source_id, max(n) as n from versions group by source, source_id having max(n) > 1;
analyze latest
"""
"""The newest correction of each id that has been corrected. What the file itself holds, as an export does, is not looked past."""

_KNOWN = """
insert into left_out
select place, 'known' from staged s join log.event_ids e using (source, source_id)
where s.digest is null or s.digest = e.content
"""

_KNOWN_UNLESS_CORRECTED = """
insert into left_out
select place, 'known' from staged s join log.event_ids e using (source, source_id)
where s.digest is null or (
    s.digest = e.content
    and (source, source_id) not in (select source, source_id from latest)
    and (source, source_id) not in (select source, source_id from staged group by 1, 2 having count(distinct digest) > 1)
)
"""
"""What an id said first is not what stands, where it has been corrected since or is in this file."""

_TO_RECORD = """
create temporary table taken on commit drop as
with heads as materialized (
    select stream, coalesce((select max(originator_version) from log.events where originator_id = stream), 0) as version
    from (select distinct stream from staged) streams
)
select
    {position} + row_number() over (order by moment, own_moment, place) as position,
    version + row_number() over (partition by stream order by moment, own_moment, place) as version,
    place, stream, topic, source, source_id, digest,
    case when moment < 'infinity' then claimed end as claimed,
    case
        when moment < 'infinity' or claimed is null then state
        -- The source's moment is kept as information: `stored.encoded` has it last, and leaves it out where it is the event's own.
        else substring(state for length(state) - 1) || convert_to(
            ',"source_known_at":"' || to_char(claimed at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') || '"}}', 'UTF8')
    end as state
from ordered join heads using (stream)
where not exists (select from left_out o where o.place = ordered.place)
    and not exists (select from bad b where b.place = ordered.place & ~3)
"""


STEPS = 6
"""How many steps the judging has, for who shows it."""


class Settlement(NamedTuple):
    """The numbers of entries recorded, known already, corrected, recorded anew and withdrawn, and of bad lines."""

    recorded: int
    known: int
    corrected: int
    returned: int
    removed: int
    bad: int


def settle(
    conn: Connection[Any],
    position: int,
    newest: datetime | None,
    *,
    as_corrections: bool,
    by_moment: bool = False,
    found: Sequence[tuple[int, str, str, str]] = (),
    progress: Callable[[int, int], object] = lambda _done, _of: None,
) -> Settlement:
    """Judge every staged entry, with the log at the position and moment: fills `bad`, `left_out` and `taken`; may be done again.

    `by_moment` says that the entries' order is that of their moments, also where the register must stamp them; `found` are the
    problems that are known already.
    """
    conn.execute(_CLEAR)
    copy_rows(conn, "bad", found)
    values = {"newest": SQL("{}::timestamptz").format(Literal(newest)), "by_moment": Literal(by_moment)}
    conn.execute(SQL(_ORDERED).format(**values))
    conn.execute("analyze staged")
    progress(1, STEPS)
    text = "sagens nøgle er slettet, så der kan ikke skrives notater i den"
    copy_rows(conn, "bad", [(place, "data.text", text, "bad_value") for (place,) in conn.execute(_KEYS_DESTROYED)])
    _judge_withdrawals(conn)
    progress(2, STEPS)
    conn.execute(_LATEST)
    progress(3, STEPS)
    conn.execute(_KNOWN_UNLESS_CORRECTED if as_corrections else _KNOWN)
    progress(4, STEPS)
    if as_corrections:
        conn.execute("create index if not exists staged_ids on staged (source, source_id)")
    judge_sameness(conn, as_corrections=as_corrections)
    progress(5, STEPS)
    conn.execute(SQL(_TO_RECORD).format(position=Literal(position)))
    row = conn.execute(
        "select (select count(*) from taken), count(*) filter (where why = 'known'), count(*) filter (where why = 'corrected'),"
        " count(*) filter (where why = 'returned'), (select count(*) from taken where place & 3 = 3),"
        " (select count(distinct place >> 6) from bad) from left_out"
    ).fetchone()
    progress(STEPS, STEPS)
    return Settlement(*(row or (0, 0, 0, 0, 0, 0)))


def _judge_withdrawals(conn: Connection[Any]) -> None:
    conn.execute(_NAMED)
    with conn.cursor("withdrawals") as cursor:
        cursor.execute(_WITHDRAWALS)
        while rows := cursor.fetchmany(PAGE):
            copy_rows(
                conn,
                "bad",
                [(place, "data.source_id", REASONS[code].format(id_pair(*names)), code) for place, *names, code in rows],
            )


def problems(conn: Connection[Any]) -> Iterator[tuple[int, str, str, str]]:
    """Every problem found, by line: the line, the field, the reason and the code."""
    with conn.cursor("problems") as cursor:
        cursor.execute("select place >> 6, field, reason, code from bad order by place")
        yield from cursor
