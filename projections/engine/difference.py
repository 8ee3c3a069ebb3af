"""What a fold taken up again makes of the rows: what it did before undone, what it does now done."""

from __future__ import annotations

from collections.abc import Callable

from projections.fold import Row

Rows = tuple[Row, ...]


class Difference:
    """The rows that are no longer said and those newly said; what is undone and done again is neither."""

    __slots__ = ("_more", "_said")

    def __init__(self) -> None:
        self._more: dict[Row, int] = {}
        """How many times more than before a row is said: once less, as many, or once more."""
        self._said: dict[Row, tuple[int, int]] = {}
        """Where in the case's order a row was last said, and its number among those said there."""

    def undo(self, closed: Rows, opened: Rows) -> None:
        for row in closed:
            self._more[row] = self._more.get(row, 0) + 1
        for row in opened:
            self._more[row] = self._more.get(row, 0) - 1

    def do(self, at: int, closed: Rows, opened: Rows) -> None:
        self.undo(opened, closed)
        for nth, row in enumerate(opened):
            self._said[row] = (at, nth)

    @property
    def closed(self) -> list[Row]:
        return [row for row, more in self._more.items() if more < 0]

    def opened(self, end: int, said_at: Callable[[int], Rows]) -> list[Row]:
        """Those newly said, in the order of a fold from the beginning; `said_at` gives what is said now at a place before the end."""
        rows = [row for row, more in self._more.items() if more > 0]
        if len(rows) > 1:
            self._find({row for row in rows if row not in self._said}, end, said_at)
            rows.sort(key=self._said.__getitem__)
        return rows

    def _find(self, missing: set[Row], end: int, said_at: Callable[[int], Rows]) -> None:
        while missing:
            end -= 1
            for nth, row in enumerate(said_at(end)):
                if row in missing:
                    missing.remove(row)
                    self._said[row] = (end, nth)
