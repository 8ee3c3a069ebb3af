"""The difference that a fold taken up again makes to the rows: what it did before undone, what it does now done."""

from __future__ import annotations

from collections.abc import Callable

from projections.fold import Row

Rows = tuple[Row, ...]


class Difference:
    """The rows retracted and those added; what is undone and done again is neither."""

    __slots__ = ("_last_added", "_more")

    def __init__(self) -> None:
        self._more: dict[Row, int] = {}
        """How many times more than before a row is there: once less, as many, or once more."""
        self._last_added: dict[Row, tuple[int, int]] = {}
        """The place in the case's order at which a row was last added, and its number among those added there."""

    def undo(self, closed: Rows, opened: Rows) -> None:
        for row in closed:
            self._more[row] = self._more.get(row, 0) + 1
        for row in opened:
            self._more[row] = self._more.get(row, 0) - 1

    def do(self, at: int, closed: Rows, opened: Rows) -> None:
        self.undo(opened, closed)
        for nth, row in enumerate(opened):
            self._last_added[row] = (at, nth)

    @property
    def closed(self) -> list[Row]:
        return [row for row, more in self._more.items() if more < 0]

    def opened(self, end: int, opened_at: Callable[[int], Rows]) -> list[Row]:
        """The rows added, in the order of a fold from the beginning; `opened_at` gives those added at a place before the end."""
        rows = [row for row, more in self._more.items() if more > 0]
        if len(rows) > 1:
            self._find({row for row in rows if row not in self._last_added}, end, opened_at)
            rows.sort(key=self._last_added.__getitem__)
        return rows

    def _find(self, missing: set[Row], end: int, opened_at: Callable[[int], Rows]) -> None:
        while missing:
            end -= 1
            for nth, row in enumerate(opened_at(end)):
                if row in missing:
                    missing.remove(row)
                    self._last_added[row] = (end, nth)
