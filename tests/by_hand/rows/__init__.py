"""The tables worked out by hand, row by row: tiny registers with the cells that the law gives them."""

from __future__ import annotations

from tests.by_hand.rows import follow_ups, handovers, membership, merging, standing, visitations

ROWS = [row for table in (follow_ups, handovers, membership, merging, standing, visitations) for row in table.ROWS]
