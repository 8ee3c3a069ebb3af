"""The oracle asked of the live register: every case folded again and held against its rows, at as many moments as one likes."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
from msgspec import Struct

from api.register.register import Register
from journey.history import Recorded
from journey.log.migrate import READ
from journey.log.reading import histories, one_snapshot
from projections.engine.agreement import Agreement, RepeatedDisagreement, StoredRow, compare_at_moments, merge_repeated
from projections.engine.follow import Progress, standing
from projections.engine.stored_rows import stored_rows_by_case, stored_rows_of
from projections.engine.tables import keep_in_place
from projections.projections import PROJECTIONS

MOST_KEPT = 1_000
"""So many differences are kept to be shown; all are counted."""


class Audit(Struct, frozen=True):
    """What an audit held together, and what it found."""

    seed: int
    moments: tuple[int, ...]
    """The positions compared at, ascending; the last is where the rows stand."""
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
            "differences": [as_json(one) for one in self.differences],
        }


def as_json(seen: RepeatedDisagreement) -> dict[str, Any]:
    """A difference for another program."""
    one = seen.first
    return {
        "case": one.case,
        "from_position": one.position,
        "to_position": seen.to_position,
        "moments": seen.moments,
        "table": one.table,
        "row": {"known_from": one.row.known_from, "nth": one.row.nth},
        "field": one.field,
        "stored": one.stored,
        "replayed": one.replayed,
    }


def audit(register: Register, moments: int, seed: int, progress: Progress | None = None) -> Audit:
    """Hold every case and every projection against a fold of the log, at the end and at so many random positions before it.

    One pass over log and rows, in one snapshot of the database; in memory is one case at a time.
    """
    with register.connected(READ) as conn, one_snapshot(conn):
        keep_in_place(conn)
        reached = standing(conn).position
        positions = drawn(reached, moments, seed)
        cases = rows = found = done = 0
        kept: list[RepeatedDisagreement] = []
        for case, known, held in _side_by_side(conn, reached):
            cases, done = cases + bool(known), done + len(known)
            agreements = compare_at_moments(case, known, held, positions, register.codes.classes)
            differences = merge_repeated(agreements)
            rows, found = rows + sum(one.rows for one in agreements), found + len(differences)
            kept += differences[: MOST_KEPT - len(kept)]
            if progress:
                progress(done, reached)
        return Audit(seed, positions, cases, rows, found, tuple(kept))


def drawn(reached: int, moments: int, seed: int) -> tuple[int, ...]:
    """Positions at random from 1 to where the rows stand, ascending, each once, and that place itself."""
    rng = random.Random(seed)  # noqa: S311 -- where to look, nothing secret
    some = rng.sample(range(1, reached), min(moments, reached - 1)) if reached > 1 else []
    return (*sorted(some), reached)


def audit_case(register: Register, case: str, known: Sequence[Recorded], position: int) -> Agreement:
    """The comparison of one case at a position, by its known history: reads only rows of the case, however long the log is."""
    with register.connected(READ) as conn:
        held = stored_rows_of(conn, case, [one.position for one in known])
    return compare_at_moments(case, known, held, (position,), register.codes.classes)[0]


def _side_by_side(conn: psycopg.Connection[Any], reached: int) -> Iterator[tuple[str, list[Recorded], list[StoredRow]]]:
    """Each case's history with its rows, both in the order of streams; rows of a case that the log does not know too."""
    rows = stored_rows_by_case(conn)
    next_case, held = next(rows, (None, list[StoredRow]()))
    for case, known in histories(conn, 0, reached):
        while next_case is not None and next_case < case:
            yield next_case, [], held
            next_case, held = next(rows, (None, []))
        if next_case == case:
            yield case, known, held
            next_case, held = next(rows, (None, []))
        else:
            yield case, known, []
    while next_case is not None:
        yield next_case, [], held
        next_case, held = next(rows, (None, []))
