"""A case replayed in the order of its days: the rows that stand after each of its events, whenever these were registered."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct

from journey.history import Recorded, in_order
from projections.engine.believed import STILL_BELIEVED, Believed
from projections.engine.texts import table_of
from projections.fold import Row


class DatedRow(Struct, frozen=True):
    """A row that stands from after one event of the case to another, both by their numbers in the order, which begin with 1."""

    row: Row
    since: int
    upto: int


class DayOrder(Struct, frozen=True):
    """A case's effective events in the order (`valid_at`, position), and the rows of some tables by when they stand in it."""

    events: tuple[Recorded, ...]
    rows: Mapping[str, Sequence[DatedRow]]
    moving: tuple[int, ...]
    """The numbers of the events with which a row of these tables came or went."""

    def standing_on(self, day: date) -> int:
        """The number of the last event whose day has come; 0 before the first."""
        return sum(recorded.valid_at <= day for recorded in self.events)

    def json(self, name: str, case: str) -> str:
        """The rows of a table as JSON that PostgreSQL reads as that table's, the numbers in the order as their known times."""
        return msgspec.json.encode([_columns(case, nth, row) for nth, row in enumerate(self.rows.get(name, ()))]).decode()


def day_order(history: Iterable[Recorded], classes: Mapping[str, str], tables: Collection[str]) -> DayOrder:
    """The known history in the order of its days, with the rows of these tables."""
    events = in_order([*history])
    rows, moving = _dated_rows(enumerate(events, start=1), classes, tables)
    return DayOrder(tuple(events), rows, moving)


def registered_order(history: Sequence[Recorded], classes: Mapping[str, str], tables: Collection[str]) -> DayOrder:
    """The history in the order that it was registered in, with the rows of these tables; the numbers are positions of the log."""
    rows, moving = _dated_rows(((recorded.position, recorded) for recorded in history), classes, tables)
    return DayOrder(tuple(history), rows, moving)


def _dated_rows(
    events: Iterable[tuple[int, Recorded]], classes: Mapping[str, str], tables: Collection[str]
) -> tuple[dict[str, list[DatedRow]], tuple[int, ...]]:
    """The rows of these tables by when they stand in the order of the numbered events, and the numbers with which one came or went."""
    case = Believed(classes)
    since: dict[Row, int] = {}
    rows: dict[str, list[DatedRow]] = {name: [] for name in tables}
    moving: list[int] = []
    for nth, recorded in events:
        change = case.learn(recorded)
        closed = [row for row, _ in change.closed if table_of(row) in rows]
        opened = [row for row, _ in change.opened if table_of(row) in rows]
        if closed or opened:
            moving.append(nth)
        for row in closed:
            rows[table_of(row)].append(DatedRow(row, since.pop(row), nth))
        since |= dict.fromkeys(opened, nth)
    for row, nth in since.items():
        rows[table_of(row)].append(DatedRow(row, nth, STILL_BELIEVED))
    return rows, tuple(moving)


def _columns(case: str, nth: int, dated: DatedRow) -> dict[str, Any]:
    row = msgspec.to_builtins(dated.row)
    return {**row, "case_id": case, "nth": nth, "known_from": dated.since, "known_to": dated.upto}
