"""The ways between the boxes of the process map: curves that touch no box which they only pass, there and back apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain, pairwise
from math import cos, dist, pi, sin

Point = tuple[float, float]
Curve = Sequence[Point]

HALF: Point = (0.4, 0.25)
"""Half the width and height of a box, in steps of the map, so that ways end at its edge on any screen."""
EDGE: Point = (0.03, 0.03)
"""The room between a box and the end of a way, in steps of the map."""
CLEAR: Point = (0.05, 0.05)
"""The room between a box and a way that passes it: half of the thickest line, and a little."""
SIDES: Point = (0.5, 0.6)
"""How far the map goes to the left and to the right of the boxes' middles."""
APART = 0.12
"""So far are the middles of the ways there and back from each other."""
STEPS = 40
_BENDS = [nth / 20 for nth in range(-16, 17)]
_PULLS = sorted(
    ((first / 10, second / 10) for first in range(-16, 17) for second in range(-16, 17)),
    key=lambda pull: abs(pull[0]) + abs(pull[1]) + abs(pull[0] - pull[1]),
)


def curve(start: str, end: str, places: Mapping[str, Point]) -> Curve:
    """The way from box to box, from edge to edge: the least bent that is free, though the one straight through where none is."""
    return _curve(start, end, tuple(places.items()))


@cache
def _curve(start: str, end: str, places: tuple[tuple[str, Point], ...]) -> Curve:
    of = dict(places)
    others = [place for name, place in places if name not in (start, end)]
    if start == end:
        right, left = _loop(of[start], 1), _loop(of[start], -1)
        return left if touched(right, others) and not touched(left, others) else right
    boxes = of[start], of[end]
    free = (_between(path, boxes) for path in _curves(*boxes) if _inside(path, of.values()) and not touched(path, others))
    first = next(free, None) or _between(next(_curves(*boxes)), boxes)
    names = list(of)
    if names.index(start) < names.index(end):
        return first
    back = _curve(end, start, places)
    return next((path for path in chain((first,), free) if dist(_middle(path), _middle(back)) >= APART), first)


def _loop(box: Point, side: int) -> Curve:
    """The curve out of a box and back into it, at its right side or its left."""
    turns = (pi * nth / STEPS for nth in range(STEPS + 1))
    return [(box[0] + side * (HALF[0] + EDGE[0] + 0.14 * sin(turn)), box[1] + 0.16 * cos(turn)) for turn in turns]


def _between(points: Curve, boxes: tuple[Point, Point]) -> Curve:
    """The visible part of a curve: from the edge of the one box to the edge of the other."""
    return [point for point in points if not any(_in(point, box, EDGE) for box in boxes)] or boxes


def _middle(points: Curve) -> Point:
    return points[len(points) // 2]


def touched(points: Iterable[Point], boxes: Sequence[Point]) -> bool:
    """Whether a way through these points touches one of the boxes."""
    return any(_in(point, box, CLEAR) for point in points for box in boxes)


def _in(point: Point, box: Point, room: Point) -> bool:
    return all(abs(point[at] - box[at]) < HALF[at] + room[at] for at in (0, 1))


def _inside(points: Iterable[Point], boxes: Iterable[Point]) -> bool:
    across = [x for x, _ in boxes]
    return all(min(across) - SIDES[0] < x < max(across) + SIDES[1] for x, _ in points)


def _curves(start: Point, end: Point) -> Iterator[Curve]:
    """The ways that there are, in the order in which they are liked: one bend, nearest the usual one, then two."""
    (x0, y0), (x1, y1) = start, end
    dx, dy = x1 - x0, y1 - y0
    far = abs(dx) + abs(dy)
    usual = 0.12 if far < 1.5 else -0.06 if dx and abs(dy) > 2.5 else 0.26
    for bend in sorted([usual, *_BENDS], key=lambda bend: abs(bend - usual)):
        middle = ((x0 + x1) / 2 + bend * -dy, (y0 + y1) / 2 + bend * dx * 0.8)
        yield _drawn((start, middle, end))
    for first, second in _PULLS:
        yield _drawn((start, (x0 + dx / 3 + first, y0 + dy / 3), (x0 + 2 * dx / 3 + second, y0 + 2 * dy / 3), end))


def _drawn(held: Sequence[Point]) -> Curve:
    """The curve that points hold (Bézier), by de Casteljau: between each two, until one is left."""
    return [_at(held, nth / STEPS) for nth in range(STEPS + 1)]


def _at(held: Sequence[Point], share: float) -> Point:
    points: list[Point] = list(held)
    while len(points) > 1:
        points = [((1 - share) * ax + share * bx, (1 - share) * ay + share * by) for (ax, ay), (bx, by) in pairwise(points)]
    return points[0]
