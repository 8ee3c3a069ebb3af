"""The audit of the live register: every case replayed and compared with its rows, at several positions."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from msgspec import Struct

from api.register.register import Register
from journey.history import Recorded
from journey.log.migrate import READ
from journey.log.reading import histories
from projections.engine.agreement import Agreement, RepeatedDisagreement, StoredRow, compare_at_moments, merge_repeated
from projections.engine.follow import Progress, standing
from projections.engine.stored_rows import stored_rows_by_case, stored_rows_of
from projections.engine.tables import keep_in_place
from projections.projections import PROJECTIONS

MOST_LISTED = 1_000
"""Differences listed, at most; all are counted."""


class Audit(Struct, frozen=True):
    """The result of an audit."""

    seed: int
    moments: tuple[int, ...]
    """The positions compared at, ascending; the last is the rows' own."""
    cases: int
    rows: int
    """Rows compared, over all moments."""
    found: int
    """Differences, each counted once however many moments it was seen at."""
    differences: tuple[RepeatedDisagreement, ...]

    @property
    def json(self) -> dict[str, Any]:
        return {
            "agree": not self.found,
            "seed": self.seed,
            "moments": list(self.moments),
            "cases": self.cases,
            "tables": len(PROJECTIONS),
            "rows": self.rows,
            "found": self.found,
            "differences": [as_json(each) for each in self.differences],
        }


def as_json(seen: RepeatedDisagreement) -> dict[str, Any]:
    """A difference as JSON."""
    first = seen.first
    return {
        "case": first.case,
        "from_position": first.position,
        "to_position": seen.to_position,
        "moments": seen.moments,
        "table": first.table,
        "row": {"known_from": first.row.known_from, "nth": first.row.nth},
        "field": first.field,
        "stored": first.stored,
        "replayed": first.replayed,
    }


def audit(register: Register, moments: int, seed: int, progress: Progress | None = None) -> Audit:
    """Compare every case's rows with a fold of the log, at the end and at that many random positions before it.

    One pass over log and rows, in one snapshot of the database; one case at a time is in memory.
    """
    with register.connected(READ, snapshot=True) as conn:
        keep_in_place(conn)
        reached = standing(conn).position
        positions = drawn(reached, moments, seed)
        cases = rows = found = done = 0
        listed: list[RepeatedDisagreement] = []
        for case, known, held in _side_by_side(conn, reached):
            cases, done = cases + bool(known), done + len(known)
            agreements = compare_at_moments(case, known, held, positions, register.codes.classes)
            differences = merge_repeated(agreements)
            rows, found = rows + sum(agreement.rows for agreement in agreements), found + len(differences)
            listed += differences[: MOST_LISTED - len(listed)]
            if progress:
                progress(done, reached)
        return Audit(seed, positions, cases, rows, found, tuple(listed))


def drawn(reached: int, moments: int, seed: int) -> tuple[int, ...]:
    """Random positions before the rows' own, ascending and each once, and the rows' own last."""
    rng = random.Random(seed)  # noqa: S311 -- where to look, nothing secret
    some = rng.sample(range(1, reached), min(moments, reached - 1)) if reached > 1 else []
    return (*sorted(some), reached)


def audit_case(register: Register, case: str, known: Sequence[Recorded], position: int) -> Agreement:
    """Compare one case at a position, by its known history; reads only the case's rows, however long the log is."""
    with register.connected(READ) as conn:
        held = stored_rows_of(conn, case, [recorded.position for recorded in known])
    return compare_at_moments(case, known, held, (position,), register.codes.classes)[0]


def _side_by_side(conn: psycopg.Connection[Any], reached: int) -> Iterator[tuple[str, list[Recorded], list[StoredRow]]]:
    """Each case's history with its rows, in the order of the streams; also the rows of a case that the log does not know."""
    rows = stored_rows_by_case(conn)
    next_case, held = next(rows, (None, list[StoredRow]()))
    for case, known in histories(conn, 0, reached):
        while next_case is not None and next_case < case:
            yield next_case, [], held
            next_case, held = next(rows, (None, list[StoredRow]()))
        if next_case == case:
            yield case, known, held
            next_case, held = next(rows, (None, list[StoredRow]()))
        else:
            yield case, known, []
    while next_case is not None:
        yield next_case, [], held
        next_case, held = next(rows, (None, list[StoredRow]()))
