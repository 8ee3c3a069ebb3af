"""Eight times the input costs at most twelve times the processor's time, whatever its kind and shape, and is refused with its place."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest

from tests.hostile.shapes import SHAPES, Shape, is_refused_with_place
from tests.support.sizes import by_size

PROMISE = "hostile input of any kind costs in step with its size"

TIMES, MOST = 8, 12
MEASURABLE = 0.02
"""Seconds of the processor below which a reading is taken to cost this."""
START, LARGEST = 5_000, by_size(4_000_000, 4_000_000, 32_000_000)


def cost(read: Callable[[bytes], object], raw: bytes) -> float:
    """The processor's seconds for a reading, the best of three, without the collector, which goes through all that pytest holds."""
    spent: list[float] = []
    gc.disable()
    try:
        for _ in range(3):
            began = time.process_time()
            read(raw)
            spent.append(time.process_time() - began)
    finally:
        gc.enable()
    return min(spent)


def growth(read: Callable[[bytes], object], made: Callable[[int], bytes]) -> tuple[int, float, float]:
    """The first size whose reading takes a measurable time, or the largest, with its cost and that of eight times as much."""
    size = START
    while (spent := cost(read, made(size))) < MEASURABLE and size * 2 * TIMES <= LARGEST:
        size *= 2
    return size, spent, cost(read, made(size * TIMES))


def is_in_step(_: int, small: float, large: float) -> bool:
    return large <= MOST * max(small, MEASURABLE)


@pytest.mark.long
@pytest.mark.parametrize("shape", SHAPES, ids=[f"{shape.kind}: {shape.name}" for shape in SHAPES])
def test_the_cost_is_in_step_with_the_size(shape: Shape) -> None:
    found: list[tuple[int, float, float]] = []
    while len(found) < 3 and not any(is_in_step(*each) for each in found):
        found.append(growth(shape.read, shape.made))

    assert any(is_in_step(*each) for each in found), found


@pytest.mark.long
def test_a_reading_at_the_square_of_its_size_is_seen() -> None:
    def read(raw: bytes) -> int:
        return sum(raw[: nth * 50].count(b"x") for nth in range(len(raw) // 50))

    assert not is_in_step(*growth(read, lambda size: b"x" * size))


GOOD = {
    "good lines",
    "good rows",
    "good events",
    "events of one case",
    "names",
    "cases",
    "rows",
    "the same row",
    "the same line",
}
TAKEN = {
    ("query", "one name"),
    ("jsonl", "no lines"),
    ("codes", "many codes"),
    ("codes", "many aliases"),
    ("csv", "a long header"),
    ("xes", "a text"),
    ("xes", "entities"),
    ("xes", "prefixes"),
    ("csv", "quotes"),
    ("xes", "many attributes"),
}
"""Shapes that are no wrong ones, or hold nothing."""


@pytest.mark.parametrize(
    "shape",
    [each for each in SHAPES if each.name not in GOOD and (each.kind, each.name) not in TAKEN and each.kind != "query"],
    ids=lambda shape: f"{shape.kind}: {shape.name}",
)
def test_what_is_wrong_is_refused_with_its_place(shape: Shape) -> None:
    found = shape.read(shape.made(6_000))

    assert is_refused_with_place(found), found
