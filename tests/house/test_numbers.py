"""Numbers that only one thing may have: advisory locks of the database, and decisions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.house.source import FILES

DECISIONS = Path(__file__).parents[2] / "docs" / "decisions"
_LOCK = re.compile(r"^\w+ = (72\d{5})$", re.MULTILINE)


def used_twice(numbers: Iterable[str]) -> list[str]:
    return sorted(number for number, count in Counter(numbers).items() if count > 1)


def test_each_advisory_lock_has_a_number_of_its_own() -> None:
    numbers = [number for source in FILES.values() for number in _LOCK.findall(source)]

    assert len(numbers) > 10
    assert used_twice(numbers) == []


def test_each_decision_has_a_number_of_its_own_and_stands_in_the_index() -> None:
    files = sorted(file.name for file in DECISIONS.glob("[0-9]*.md"))
    index = (DECISIONS / "index.md").read_text("utf-8")

    assert [int(name[:4]) for name in files] == [*range(1, len(files) + 1)]
    assert re.findall(r"^\| (\d+) \| \[.*\]\((.*)\) \|$", index, re.MULTILINE) == [(str(int(name[:4])), name) for name in files]
    for name in files:
        assert (DECISIONS / name).read_text("utf-8").startswith(f"# {int(name[:4])}. "), name


@pytest.mark.parametrize(("numbers", "twice"), [(["7220101", "7220102"], []), (["7220101", "7220102", "7220101"], ["7220101"])])
def test_a_number_that_is_used_twice_is_seen(numbers: list[str], twice: list[str]) -> None:
    assert used_twice(numbers) == twice
