"""The process map's ways: from edge to edge, past every box between, inside the map, and there and back apart."""

from __future__ import annotations

from itertools import permutations
from math import dist

import pytest

from dashboards.drawing import curves
from dashboards.drawing.curves import APART, EDGE, HALF, SIDES, curve, touched
from dashboards.sections.process import PLACES

PAIRS = [*permutations(PLACES, 2), *((name, name) for name in PLACES)]


def _wrong() -> list[tuple[str, str]]:
    """The ways that touch a box which is neither their start nor their end."""
    return [
        (start, end)
        for start, end in PAIRS
        if touched(curve(start, end, PLACES), [place for name, place in PLACES.items() if name not in (start, end)])
    ]


def test_no_way_touches_a_box_that_it_passes() -> None:
    assert _wrong() == []


def test_ways_that_go_as_they_like_are_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: with the usual bend taken whatever stands in its way."""
    monkeypatch.setattr(curves, "touched", lambda *_: False)
    curves._curve.cache_clear()
    try:
        assert len(_wrong()) >= 20
    finally:
        curves._curve.cache_clear()


@pytest.mark.parametrize(("start", "end"), PAIRS)
def test_a_way_goes_from_edge_to_edge_inside_the_map(start: str, end: str) -> None:
    points = curve(start, end, PLACES)
    across = [x for x, _ in PLACES.values()]

    assert len(points) >= 5
    assert all(min(across) - SIDES[0] <= x <= max(across) + SIDES[1] for x, _ in points)
    for point, name in ((points[0], start), (points[-1], end)):
        beyond = [abs(point[at] - PLACES[name][at]) - HALF[at] - EDGE[at] for at in (0, 1)]
        assert max(beyond) == pytest.approx(0, abs=0.3)


ENDS = ("closed", "rejected", "merged")
"""A case is reopened after these alone, and none of them comes straight after another."""


def _drawn_beside_each_other(one: str, other: str) -> bool:
    """Whether the map may have both the way there and the way back."""
    return (one in ENDS or other in ENDS) if "reopened" in (one, other) else not (one in ENDS and other in ENDS)


def test_there_and_back_are_apart() -> None:
    both = [(one, other) for one, other in permutations(PLACES, 2) if one < other]
    together = {
        (one, other)
        for one, other in both
        for there, back in ((curve(one, other, PLACES), curve(other, one, PLACES)),)
        if dist(there[len(there) // 2], back[len(back) // 2]) < APART
    }

    assert {pair for pair in together if _drawn_beside_each_other(*pair)} == set()
