"""Protections of cases as the database has them: what runs now, and each new row. Nothing is changed; what ends has a row that ends it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, TypeVar

from msgspec import Struct
from psycopg import Connection
from psycopg.rows import tuple_row

from journey.access.protection import DAYS_TO_REVIEW, CaseBlock, CaseGrant, CaseLink, Emergency, Protection, What
from journey.access.rules import CaseAccess

T = TypeVar("T", bound=Struct)

_TABLES: dict[What, str] = {
    "protection": "access.protections",
    "block": "access.blocked_persons",
    "link": "access.links",
    "grant": "access.grants",
}
_RUNS = "not exists (select from access.endings e where e.what = '{what}' and e.id = t.id)"


def _running(what: What, columns: str, where: str) -> bytes:
    return f"select {columns} from {_TABLES[what]} t where {_RUNS.format(what=what)} and {where} order by t.id".encode()  # noqa: S608 -- ours


_FACTS = "select unit, protected, granted, blocked from access.case_facts(%s, %s)"
_PROTECTIONS = _running("protection", "t.id, t.case_id, t.kind, t.source, t.since, t.set_by", "t.case_id = any(%s)")
_BLOCKS = _running("block", "t.id, t.case_id, t.person, t.kind, t.set_by", "t.case_id = any(%s)")
_LINKS = _running(
    "link", "t.id, t.case_id, t.other_case, t.kind, t.set_by", "(t.case_id = any(%(of)s) or t.other_case = any(%(of)s))"
)
_GRANTS = _running(
    "grant",
    "t.id, t.case_id, t.person, t.purpose, t.granted_by, t.from_at, t.until",
    "t.kind = 'grant' and t.until > now() and t.case_id = any(%s)",
)
_EMERGENCIES = """
select t.id, t.case_id, t.person, t.reason, t.purpose, t.unit, t.from_at, t.until, t.review_due, r.outcome, r.reviewed_by,
    exists (select from access.cases c where c.case_id = t.case_id)
from access.grants t left join access.reviews r on r.grant_id = t.id
where t.kind = 'emergency' and (r.grant_id is null or r.at > now() - interval '90 days') order by r.grant_id is not null, t.id desc
"""
_OPEN_EMERGENCY = """
insert into access.grants (case_id, person, kind, purpose, granted_by, until, unit, reason, review_due)
select %s, %s, 'emergency', %s, %s, now + make_interval(hours => %s), %s, %s, now + make_interval(days => %s) from statement_timestamp() now
returning until
"""
_OPEN = _running("grant", "count(*)", "t.kind = 'emergency' and t.until > now() and t.person = %s").replace(
    b" order by t.id", b""
)
_PROTECTED = "select case_id, unit from access.cases where protected order by unit, case_id"
_OF_INTEREST = """
select case_id from access.cases where protected
union select t.case_id from access.grants t where t.kind = 'grant' and t.until > now()
union select t.case_id from access.blocked_persons t
"""


def case_facts(conn: Connection[Any], case: str, person: str) -> CaseAccess | None:
    """The case as access sees it for the person; None where there is no such case. For the role `journey_read`."""
    row = conn.cursor(row_factory=tuple_row).execute(_FACTS, (case, person)).fetchone()
    return CaseAccess(*row) if row else None


def unit_of(conn: Connection[Any], case: str) -> str | None:
    """The unit that the case is in now; None where there is no such case."""
    row = conn.cursor(row_factory=tuple_row).execute("select unit from access.cases where case_id = %s", (case,)).fetchone()
    return row[0] if row else None


def linked_cases(conn: Connection[Any], case: str) -> list[str]:
    """The case and those that it is linked to, through others too."""
    rows = conn.cursor(row_factory=tuple_row).execute("select linked from access.linked_cases(%s) linked", (case,))
    return [linked for (linked,) in rows]


def protected_cases(conn: Connection[Any]) -> list[tuple[str, str]]:
    """The protected cases, each with its unit."""
    return conn.cursor(row_factory=tuple_row).execute(_PROTECTED).fetchall()


def protections(conn: Connection[Any], cases: Sequence[str]) -> list[Protection]:
    """The protections of the cases that run."""
    return _all(conn, Protection, _PROTECTIONS, (list(cases),))


def blocks(conn: Connection[Any], cases: Sequence[str]) -> list[CaseBlock]:
    """The persons blocked from the cases."""
    return _all(conn, CaseBlock, _BLOCKS, (list(cases),))


def links(conn: Connection[Any], cases: Sequence[str]) -> list[CaseLink]:
    """The links of the cases that run."""
    return _all(conn, CaseLink, _LINKS, {"of": list(cases)})


def grants(conn: Connection[Any], cases: Sequence[str]) -> list[CaseGrant]:
    """The grants of the cases that run."""
    return _all(conn, CaseGrant, _GRANTS, (list(cases),))


def emergencies(conn: Connection[Any]) -> list[Emergency]:
    """The emergency accesses: those without a review first, then those reviewed in the last three months, the newest first."""
    return _all(conn, Emergency, _EMERGENCIES.encode(), ())


def cases_with_access(conn: Connection[Any]) -> list[tuple[str, str]]:
    """The cases that are protected, granted to somebody or kept from somebody, each with its unit."""
    query = f"select case_id, unit from access.cases where case_id in ({_OF_INTEREST}) order by unit, case_id"  # noqa: S608 -- ours
    return conn.cursor(row_factory=tuple_row).execute(query.encode()).fetchall()


def open_emergencies(conn: Connection[Any], person: str) -> int:
    """The number of emergency accesses that the person has now."""
    ((count,),) = conn.cursor(row_factory=tuple_row).execute(_OPEN, (person,)).fetchall()
    return count


def reviews_waiting(conn: Connection[Any], units: Sequence[str] | None, person: str) -> tuple[int, int]:
    """The number of emergency accesses of the units that wait for a review by the person, of every unit where none are given, and of
    those that wait too long. For the role `journey_read`."""
    query = "select waiting, overdue from access.reviews_waiting(%s, %s)"
    row = conn.cursor(row_factory=tuple_row).execute(query, (None if units is None else list(units), person)).fetchone()
    return row or (0, 0)


def protect(conn: Connection[Any], case: str, kind: str, source: str, since: date, by: str) -> None:
    """Protect the case, and with it the cases that it is linked to."""
    row = (case, kind, source, since, by)
    conn.execute("insert into access.protections (case_id, kind, source, since, set_by) values (%s, %s, %s, %s, %s)", row)


def block(conn: Connection[Any], case: str, person: str, kind: str, by: str) -> None:
    """Keep the case from the person, whatever their role and whatever is granted."""
    row = (case, person, kind, by)
    conn.execute("insert into access.blocked_persons (case_id, person, kind, set_by) values (%s, %s, %s, %s)", row)


def link(conn: Connection[Any], case: str, other: str, kind: str, by: str) -> None:
    """Link two cases, so that one is protected while the other is."""
    row = (case, other, kind, by)
    conn.execute("insert into access.links (case_id, other_case, kind, set_by) values (%s, %s, %s, %s)", row)


def grant(conn: Connection[Any], case: str, person: str, purpose: str, until: datetime, by: str) -> None:
    """Let the person see the case until the moment."""
    row = (case, person, purpose, by, until)
    conn.execute(
        "insert into access.grants (case_id, person, kind, purpose, granted_by, until) values (%s, %s, 'grant', %s, %s, %s)",
        row,
    )


def open_emergency(conn: Connection[Any], case: str, person: str, reason: str, remark: str, unit: str, hours: int) -> datetime:
    """Let the person see the case at once, for so many hours; gives the moment it ends. The unit's leader reviews it within some days."""
    row = (case, person, remark, person, hours, unit, reason, DAYS_TO_REVIEW)
    ((until,),) = conn.cursor(row_factory=tuple_row).execute(_OPEN_EMERGENCY, row).fetchall()
    return until


def review(conn: Connection[Any], emergency: int, outcome: str, remark: str, by: str) -> bool:
    """Record what the review of an emergency access found; False where it was reviewed before."""
    row = (emergency, outcome, remark, by)
    done = conn.execute(
        "insert into access.reviews (grant_id, outcome, remark, reviewed_by) values (%s, %s, %s, %s) on conflict do nothing",
        row,
    )
    return done.rowcount == 1


def end(conn: Connection[Any], what: What, number: int, cases: Sequence[str], by: str) -> bool:
    """End a protection, block, link or grant of one of the cases; False where there is none that runs."""
    of_case = (
        "t.case_id = any(%(cases)s)" if what != "link" else "(t.case_id = any(%(cases)s) or t.other_case = any(%(cases)s))"
    )
    query = f"""
    insert into access.endings (what, id, ended_by) select %(what)s, t.id, %(by)s from {_TABLES[what]} t
    where t.id = %(number)s and {of_case} on conflict do nothing
    """  # noqa: S608 -- constants of our own
    done = conn.execute(query.encode(), {"what": what, "number": number, "cases": list(cases), "by": by})
    return done.rowcount == 1


def _all(conn: Connection[Any], kind: type[T], query: bytes, values: Any) -> list[T]:
    """The rows as structs, the columns in the order of the fields."""
    return [kind(*row) for row in conn.cursor(row_factory=tuple_row).execute(query, values)]
