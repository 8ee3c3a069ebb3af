"""The oracle gives the cells of every row worked out by hand."""

from __future__ import annotations

import json

import pytest

from tests.by_hand.rows import ROWS
from tests.by_hand.rows.row import Row
from tests.oracle import answer


def in_order(cells: list[dict]) -> list[str]:
    return sorted(json.dumps(cell, sort_keys=True, ensure_ascii=False) for cell in cells)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.figure}: {row.title}")
def test_the_cells_are_those_worked_out_by_hand(row: Row):
    assert in_order(answer(row.lines, row.figure, row.parameters, row.position)) == in_order(row.cells)
