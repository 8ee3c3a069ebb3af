"""The cases behind a cell, asked of the register: every case that it may be made of alone, and of a page of them since when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import psycopg

from api.answers import counted, counted_of
from api.problems import Problem
from api.register import Register
from api.why import at_each
from dashboards.behind import adds_up, cell_asked, has_cases, part
from dashboards.by_case import tables_of
from dashboards.cases import Behind, Line
from dashboards.figure import Cell
from dashboards.view import Ask
from dashboards.why import told_of
from journey.migrate import READ
from journey.reading import history, moment_of
from journey.stored import STREAM


def cases_behind(register: Register, ask: Ask, said: Mapping[str, str], offset: int, limit: int) -> Behind:
    """A page of the cases behind the cell whose dimensions, in words, are those said. Raises Problem (`no_cell`)."""
    at = ask.question.position
    with register.connected(READ) as conn:
        cell = cell_asked(counted(conn, ask.figure, ask.question), said)
        if cell is None:
            raise Problem("no_cell")
        found = _parts(conn, ask, cell) if has_cases(ask) else {}
        page = dict(list(found.items())[offset : offset + limit])
        histories = {case: history(conn, case, at) for case in page}
        steps = at_each(conn, ask, histories, 0)
        sums = adds_up(ask, cell)
        lines: list[Line] = []
        for case, value in page.items():
            told = [*told_of(ask, case, histories[case], steps[case], cell, 0, None)]
            lines.append(Line(case, value if sums else None, told[-1] if told else None))
        return Behind(ask, cell, moment_of(conn, at), has_cases(ask), sums, len(found), offset, lines)


def references_behind(register: Register, ask: Ask, said: Mapping[str, str]) -> tuple[str, ...]:
    """Every case behind the cell, without what each counts with. Raises Problem (`no_cell`)."""
    with register.connected(READ) as conn:
        cell = cell_asked(counted(conn, ask.figure, ask.question), said)
        if cell is None:
            raise Problem("no_cell")
        return tuple(_parts(conn, ask, cell)) if has_cases(ask) else ()


def _parts(conn: psycopg.Connection[Any], ask: Ask, cell: Cell) -> dict[str, float | int]:
    """Each case that has a part in the cell, with what it is."""
    at = ask.question.position
    known = " UNION ".join(
        f"SELECT case_id FROM rows.{name} WHERE known_from <= %(at)s AND known_to > %(at)s AND NOT starts_with(case_id, %(stream)s)"  # noqa: S608 -- names of our own tables
        for name in tables_of(ask.figure.query(ask.question))
    )
    cases = [case for (case,) in conn.execute(f"{known} ORDER BY 1".encode(), {"at": at, "stream": STREAM}).fetchall()]
    own = counted_of(conn, ask.figure, ask.question, [(case, at) for case in cases])
    return {case: value for case in cases if (value := part(cell, own[case, at].cells))}
