"""The deviations of one case from the rules R1-R15, at any (valid_at, known_at)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from msgspec.structs import replace

from journey.conformance import RULES
from journey.history import FOREVER, Recorded
from projections.engine.believed import believed
from projections.rows.follow_ups import FollowUpRow
from projections.rows.norms import RuleOccasion


def deviations(history: Iterable[Recorded], classes: Mapping[str, str], valid_at: date = FOREVER) -> list[RuleOccasion]:
    """The deviations that a case's known events show on the day, oldest first; what was mended later still stands there.

    Those from R9 are made of the rows of follow-ups.
    """
    rows = believed(history, classes).rows
    found = [row for row in rows if isinstance(row, RuleOccasion) and row.deviates]
    found += [late for row in rows if isinstance(row, FollowUpRow) and (late := _late(row)) is not None]
    return [
        row if row.mended is None or row.mended <= valid_at else replace(row, mended=None)
        for row in sorted(found, key=lambda row: (row.day, row.position, row.rule))
        if row.day <= valid_at
    ]


def _late(row: FollowUpRow) -> RuleOccasion | None:
    day = row.due + timedelta(days=1)
    if row.valid_to <= row.due or row.outcome == "moved" or not RULES["R9"].counts_on(day):
        return None
    return RuleOccasion("R9", day, row.agreed, deviates=True, mended=row.held)
