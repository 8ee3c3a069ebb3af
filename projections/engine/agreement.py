"""Whether the rows stored of a case are those that a fold of its known events gives, and exactly where they are not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec.structs import asdict

from journey.history import Recorded
from projections.engine.believed import Believed, Key
from projections.engine.texts import table_of
from projections.fold import Row


class Held(NamedTuple):
    """A row as its table holds it, believed of the case at positions `[key.known_from, known_to)`."""

    case: str
    row: Row
    key: Key
    known_to: int


class Disagreement(Struct, frozen=True):
    """One place where rows and replay differ; `field` is None where the one has a row that the other has not."""

    case: str
    position: int
    """The position of the log at which they were compared."""
    table: str
    row: Key
    field: str | None
    stored: Any
    """What the rows say: a value, a whole row, or None for no row."""
    replayed: Any


class Seen(Struct, frozen=True):
    """One difference, said once for all the moments compared at."""

    first: Disagreement
    """As it was at the first of the moments at which it was seen."""
    to_position: int
    """The last of them."""
    moments: int
    """How many they are; the moments between at which it was not seen are not among them."""


class Agreement(Struct, frozen=True):
    """What was compared, and where it differs."""

    rows: int
    """How many rows the replay gives."""
    differences: tuple[Disagreement, ...]


def compared(case: str, replayed: Mapping[Row, Key], held: Iterable[Held], position: int) -> Agreement:
    """Hold the rows stored against those replayed, at the position; rows of another case among them are not the case's."""
    missing, extra = dict(replayed), list[Held]()
    for one in held:
        if not one.key.known_from <= position < one.known_to:
            continue
        if one.case != case or missing.pop(one.row, None) is None:
            extra.append(one)
    return Agreement(len(replayed), tuple(_differences(case, missing, extra, position)))


def _differences(case: str, missing: Mapping[Row, Key], extra: Sequence[Held], position: int) -> list[Disagreement]:
    """Rows of one table and key are taken for the same row, and told field by field."""
    found: list[Disagreement] = []
    by_place = {(table_of(row), key): row for row, key in missing.items()}
    for one in sorted(extra, key=lambda one: (table_of(one.row), one.key)):
        table = table_of(one.row)
        row = by_place.pop((table, one.key), None)
        if row is None:
            found.append(Disagreement(one.case, position, table, one.key, None, asdict(one.row), None))
            continue
        said, true = {"case_id": one.case, **asdict(one.row)}, {"case_id": case, **asdict(row)}
        for field, value in true.items():
            if said[field] != value:
                found.append(Disagreement(case, position, table, one.key, field, said[field], value))
    for (table, key), row in sorted(by_place.items()):
        found.append(Disagreement(case, position, table, key, None, None, asdict(row)))
    return found


def at_moments(
    case: str, history: Sequence[Recorded], held: Sequence[Held], moments: Sequence[int], classes: Mapping[str, str]
) -> list[Agreement]:
    """The comparison at each position, the positions ascending: the history is folded once, and looked at on the way."""
    believed, learned, found = Believed(classes), 0, list[Agreement]()
    for position in moments:
        while learned < len(history) and history[learned].position <= position:
            believed.learn(history[learned])
            learned += 1
        found.append(compared(case, believed.rows, held, position))
    return found


def said_once(agreements: Iterable[Agreement]) -> list[Seen]:
    """The differences of a case over moments, ascending: each once, in the order in which they were first seen."""
    seen: dict[tuple[Any, ...], Seen] = {}
    for one in (one for agreement in agreements for one in agreement.differences):
        place = (one.case, one.table, one.row, one.field, one.stored is None, one.replayed is None)
        before = seen.get(place)
        seen[place] = Seen(before.first if before else one, one.position, before.moments + 1 if before else 1)
    return list(seen.values())
