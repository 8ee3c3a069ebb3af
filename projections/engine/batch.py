"""Many cases folded into batches of rows, ready to be written: the same whether one process folds them or several."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from journey.history import Recorded
from journey.log.stored import STREAM
from projections.engine.believed import Believed, RowKey
from projections.engine.tables import Closings
from projections.engine.texts import PendingRow, Texts, as_texts, table_of

FULL = 50_000
"""How many rows a batch holds before it is handed on."""


class FoldFailed(Exception):
    """An event broke a fold: nothing is skipped, the rows stay as known at the position before it."""

    def __init__(self, position: int, stream: str, cause: BaseException | str) -> None:
        self.position, self.stream = position, stream
        self.kind = cause if isinstance(cause, str) else type(cause).__name__
        super().__init__(f"position {position}: {self.kind}")


class EncodedBatch(Struct, frozen=True):
    """A batch in the form the database takes it: rows to insert, beliefs to end, and how many new events made them."""

    texts: Texts
    closings: Closings
    events: int
    units: dict[str, str]
    """The unit that each of the cases is in now, empty where none is known."""


class Batch:
    """The rows of some cases on their way: a row both added and retracted past `after` is written once, closed."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.rows: list[PendingRow] = []
        self.closings: Closings = {}
        self.events = 0
        self.units: dict[str, str] = {}

    def learn(self, stream: str, case: Believed, news: Iterable[Recorded]) -> None:
        """Take a case's events in log order; only what those past `after` change is to be written. Raises FoldFailed."""
        opened: dict[RowKey, PendingRow] = {}
        for recorded in news:
            try:
                change = case.learn(recorded)
            except Exception as error:
                raise FoldFailed(recorded.position, stream, error) from error
            if recorded.position <= self.after:
                continue
            self.events += 1
            for row, key in change.closed:
                if key in opened:
                    opened[key].known_to = recorded.position
                else:
                    self.closings.setdefault(table_of(row), []).append((key.known_from, key.nth, recorded.position))
            for row, key in change.opened:
                opened[key] = PendingRow(stream, row, key)
        self.rows.extend(opened.values())
        if not stream.startswith(STREAM):
            self.units[stream] = case.unit or ""

    def encoded(self) -> EncodedBatch:
        return EncodedBatch(as_texts(self.rows), self.closings, self.events, self.units)


def batches(streams: Iterable[tuple[str, list[Recorded]]], classes: Mapping[str, str], after: int) -> Iterator[EncodedBatch]:
    """The streams' whole histories folded, a full batch at a time. Raises FoldFailed."""
    batch = Batch(after)
    for stream, history in streams:
        batch.learn(stream, Believed(classes), history)
        if len(batch.rows) >= FULL:
            yield batch.encoded()
            batch = Batch(after)
    yield batch.encoded()
