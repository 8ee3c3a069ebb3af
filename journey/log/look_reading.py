"""Reading the log of looks: by case, person, period and purpose, for whoever the database shows it to; and its spot checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import tuple_row

from journey.access.looks import LoggedLook, Outcome, Relation

MOST = 1_000
"""Looks read at a time, at most."""


class LookFilter(Struct, frozen=True):
    """Which looks are meant: those of a case (also where it was searched for in vain, by the keyed form), a person, a period, a purpose."""

    case: str | None = None
    term: bytes | None = None
    person: str | None = None
    first: datetime | None = None
    until: datetime | None = None
    purpose: str | None = None


class SpotCheck(Struct, frozen=True):
    """Spot check: who drew it of which period by which seed, the numbers it drew, and the newest outcome of each."""

    id: int
    at: datetime
    person: str
    first: datetime
    until: datetime
    seed: str
    of_looks: int
    looks: tuple[int, ...]
    outcomes: Mapping[int, Outcome]


_WHERE = """
where (%(case)s::text is null or l.case_id = %(case)s or l.term = %(term)s) and (%(person)s::text is null or l.person = %(person)s)
    and (%(first)s::timestamptz is null or l.at >= %(first)s) and (%(until)s::timestamptz is null or l.at < %(until)s)
    and (%(purpose)s::text is null or l.purpose = %(purpose)s)
"""
_LOOKS = f"""
select l.number, l.at, l.request, l.person, l.client, l.units, l.role, l.purpose, l.action, l.case_id, l.hits from access.looks l
{_WHERE} order by l.number desc limit %(most)s
"""  # noqa: S608 -- a constant of our own
_BY_NUMBER = """
select l.number, l.at, l.request, l.person, l.client, l.units, l.role, l.purpose, l.action, l.case_id, l.hits from access.looks l
where l.number = any(%s) order by l.number
"""
_CHECKS = """
select c.id, c.at, c.person, c.from_at, c.to_at, c.seed, c.of_looks, c.looks,
    (select coalesce(jsonb_object_agg(o.look, o.outcome), '{}') from (
        select distinct on (look) look, outcome from access.spot_check_outcomes where spot_check = c.id order by look, at desc
    ) o)
from access.spot_checks c order by c.id desc
"""
_RELATIONS = """
select c, array(select distinct unit from rows.places where case_id = c),
    array(select distinct worker from rows.assignments where case_id = c),
    array(select distinct convert_from(state, 'UTF8')::json ->> 'by' from log.events where originator_id = c)
from unnest(%s::text[]) c
"""


def looks_found(conn: Connection[Any], chosen: LookFilter, most: int = MOST) -> list[LoggedLook]:
    """The looks, newest first. For the role `journey_look_read`."""
    values = {name: getattr(chosen, name) for name in LookFilter.__struct_fields__}
    return [_look(row) for row in _rows(conn, _LOOKS, {**values, "most": most})]


def count_looks(conn: Connection[Any], chosen: LookFilter) -> int:
    """Number of the looks that there are, however many are read."""
    values = {name: getattr(chosen, name) for name in LookFilter.__struct_fields__}
    return _rows(conn, f"select count(*) from access.looks l {_WHERE}", values)[0][0]  # noqa: S608 -- a constant of our own


def looks_numbered(conn: Connection[Any], numbers: Sequence[int]) -> list[LoggedLook]:
    """The looks of these numbers, those that were dropped left out."""
    return [_look(row) for row in _rows(conn, _BY_NUMBER, (list(numbers),))]


def numbers_between(conn: Connection[Any], first: datetime, until: datetime) -> list[int]:
    """The numbers of the looks of a period at cases."""
    query = "select number from access.looks where at >= %s and at < %s and case_id is not null order by number"
    return [number for (number,) in _rows(conn, query, (first, until))]


def first_look(conn: Connection[Any]) -> datetime | None:
    """The moment of the oldest look that there is."""
    return _rows(conn, "select min(at) from access.looks", ())[0][0]


def spot_checks(conn: Connection[Any]) -> list[SpotCheck]:
    """Every spot check, newest first."""
    return [
        SpotCheck(
            id_, at, person, first, until, seed, of, tuple(looks), {int(n): cast(Outcome, each) for n, each in found.items()}
        )
        for id_, at, person, first, until, seed, of, looks, found in _rows(conn, _CHECKS, ())
    ]


def record_spot_check(
    conn: Connection[Any], person: str, period: tuple[datetime, datetime], seed: str, of_looks: int, looks: Sequence[int]
) -> None:
    """Record which looks a seed drew."""
    query = "insert into access.spot_checks (person, from_at, to_at, seed, of_looks, looks) values (%s, %s, %s, %s, %s, %s)"
    conn.execute(query, (person, *period, seed, of_looks, list(looks)))


def record_outcome(conn: Connection[Any], check: int, look: int, person: str, outcome: Outcome) -> None:
    """Record what the person who reviewed the look found."""
    query = "insert into access.spot_check_outcomes (spot_check, look, person, outcome) values (%s, %s, %s, %s)"
    conn.execute(query, (check, look, person, outcome))


def relations(conn: Connection[Any], cases: Sequence[str]) -> dict[str, Relation]:
    """Relations of people to each of the cases. For the role `journey_read`, as a reader who reaches them."""
    return {
        case: Relation(frozenset(filter(None, units)), frozenset(filter(None, (*workers, *recorded))))
        for case, units, workers, recorded in _rows(conn, _RELATIONS, (list(cases),))
    }


def _look(row: tuple[Any, ...]) -> LoggedLook:
    number, at, request, person, client, units, *rest = row
    return LoggedLook(number, at, request, person, client, tuple(units), *rest)


def _rows(conn: Connection[Any], query: str, values: Any) -> list[tuple[Any, ...]]:
    return conn.cursor(row_factory=tuple_row).execute(query.encode(), values).fetchall()
