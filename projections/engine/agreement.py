"""The comparison of a case's stored rows with those that a fold of its known events gives, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import asdict

from journey.history import Recorded
from projections.engine.believed import Believed, RowKey
from projections.engine.texts import table_of
from projections.fold import Row


class StoredRow(NamedTuple):
    """A row as its table holds it, believed of the case at positions `[key.known_from, known_to)`."""

    case: str
    row: Row
    key: RowKey
    known_to: int


class Disagreement(Struct, frozen=True):
    """One place where rows and replay differ; `field` is None where the one has a row that the other has not."""

    case: str
    position: int
    """The position of the log at which they were compared."""
    table: str
    row: RowKey
    field: str | None
    stored: Any
    """What the rows say: a value, a whole row, or None for no row."""
    replayed: Any


class RepeatedDisagreement(Struct, frozen=True):
    """One difference over all the moments compared at."""

    first: Disagreement
    """As it was at the first of the moments at which it was seen."""
    to_position: int
    """The last of them."""
    moments: int
    """How many they are; the moments between at which it was not seen are not among them."""


class Agreement(Struct, frozen=True):
    """Result of a comparison: what was compared, and where it differs."""

    rows: int
    """How many rows the replay gives."""
    differences: tuple[Disagreement, ...]


def compare(case: str, replayed: Mapping[Row, RowKey], stored: Iterable[StoredRow], position: int) -> Agreement:
    """Hold the rows stored against those replayed, at the position; rows of another case among them are not the case's."""
    missing, extra = dict(replayed), list[StoredRow]()
    for row in stored:
        if not row.key.known_from <= position < row.known_to:
            continue
        if row.case != case or missing.pop(row.row, None) is None:
            extra.append(row)
    return Agreement(len(replayed), tuple(_differences(case, missing, extra, position)))


def _differences(case: str, missing: Mapping[Row, RowKey], extra: Sequence[StoredRow], position: int) -> list[Disagreement]:
    """The differences, field by field for two rows of one table and key: they are taken for the same row."""
    found: list[Disagreement] = []
    by_place = {(table_of(row), key): row for row, key in missing.items()}
    for stored in sorted(extra, key=lambda stored: (table_of(stored.row), stored.key)):
        table = table_of(stored.row)
        row = by_place.pop((table, stored.key), None)
        if row is None:
            found.append(Disagreement(stored.case, position, table, stored.key, None, asdict(stored.row), None))
            continue
        values, true = {"case_id": stored.case, **asdict(stored.row)}, {"case_id": case, **asdict(row)}
        for field, value in true.items():
            if values[field] != value:
                found.append(Disagreement(case, position, table, stored.key, field, values[field], value))
    for (table, key), row in sorted(by_place.items()):
        found.append(Disagreement(case, position, table, key, None, None, asdict(row)))
    return found


def compare_at_moments(
    case: str, history: Sequence[Recorded], stored: Sequence[StoredRow], moments: Sequence[int], classes: Mapping[str, str]
) -> list[Agreement]:
    """The comparison at each position, the positions ascending: the history is folded once, and looked at on the way."""
    believed, learned, found = Believed(classes), 0, list[Agreement]()
    for position in moments:
        while learned < len(history) and history[learned].position <= position:
            believed.learn(history[learned])
            learned += 1
        found.append(compare(case, believed.rows, stored, position))
    return found


def merge_repeated(agreements: Iterable[Agreement]) -> list[RepeatedDisagreement]:
    """The differences of a case over moments, ascending, each merged into one, in the order in which they were first seen."""
    merged: dict[tuple[Any, ...], RepeatedDisagreement] = {}
    for found in (difference for agreement in agreements for difference in agreement.differences):
        place = (found.case, found.table, found.row, found.field, found.stored is None, found.replayed is None)
        before = merged.get(place)
        merged[place] = RepeatedDisagreement(
            before.first if before else found, found.position, before.moments + 1 if before else 1
        )
    return list(merged.values())
