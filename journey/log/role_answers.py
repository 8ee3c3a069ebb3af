"""Answers about the rights of the role file in force, each by somebody who answers for it; none is ever changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from psycopg import Connection
from psycopg.rows import tuple_row

from journey.access.attestation import Attestation, Attested, Right, Verdict, attestations
from journey.history import COPENHAGEN
from journey.log.roles import Forms, roles_history


def answer(conn: Connection[Any], right: Right, given: Verdict, person: str) -> None:
    """Record what a person answered about a right. For the role `journey_roles`."""
    conn.execute(
        "insert into access.role_answers (person, name, unit, grant_hash, answer) values (%s, %s, %s, %s, %s)",
        (person, right.name, right.unit, right.hash, given),
    )


def answers(conn: Connection[Any]) -> list[Attested]:
    """Every answer, in their order. For the role `journey_roles`."""
    rows = conn.cursor(row_factory=tuple_row).execute(
        "select name, unit, grant_hash, answer, person, (at at time zone 'Europe/Copenhagen')::date"
        " from access.role_answers order by number"
    )
    return [Attested((name, unit, bytes(hashed)), given, person, day) for name, unit, hashed, given, person, day in rows]


def attestations_on(conn: Connection[Any], forms: Forms, today: date) -> list[Attestation]:
    """The rights in force with their attestations. For the role `journey_roles`. Raises Refused (`bad_roles`)."""
    known = roles_history(conn)
    if known:
        forms.parse(known[-1].text)
    files = ((each.moment.astimezone(COPENHAGEN).date(), forms.readable(each.text)) for each in known)
    return attestations([(day, file) for day, file in files if file is not None], answers(conn), today)
