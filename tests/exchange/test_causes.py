"""Causes of bad lines: what is wrong in the same way is told once, whatever the value that it is told of."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pytest

from journey.codes import standard
from journey.exchange.causes import causes
from journey.exchange.input_events import records
from journey.exchange.lines import line_context
from journey.exchange.mapping import resolve_mapping
from journey.problem import Problem

MAPPING = """
format = "csv"
source = "log"
unit = "social"
role = "authority"
[columns]
case = "sag"
time = "tid"
activity = "handling"
worker = "hvem"
"""
GOOD = ["A-1", "2024-03-01T10:00:00Z", "moede", "w1"]
ONE_FAULT = {
    "another moment each": (1, lambda nth: f"{nth % 28 + 1:02}-13-{nth}"),
    "a moment in words": (1, lambda nth: f"den {nth}. i måneden efter {nth}"),
    "no offset": (1, lambda nth: f"2024-03-01T10:00:00.{nth:06}"),
    "no moment": (1, lambda _: "-"),
    "no case": (0, lambda _: " "),
    "a case too long": (0, lambda nth: "A" * 65 + "B" * (nth % 50)),
    "an activity too long": (2, lambda nth: "x" * (81 + nth % 50)),
    "a number in the worker's place": (3, lambda nth: f"010190-{nth % 9_000 + 1_000}"),
    "cells too many": (3, lambda nth: "w1" + ",x" * (1 + nth % 9)),
}


def problems(rows: list[list[str]]) -> list[Problem]:
    mapping = resolve_mapping(MAPPING, standard(), str)
    text = "sag,tid,handling,hvem\n" + "".join(",".join(row) + "\n" for row in rows)
    context = line_context(standard(), datetime(2026, 1, 1, tzinfo=UTC), lambda: "own")
    read = records(io.BytesIO(text.encode()), mapping.file, context, lambda _: None).records
    wrong = [(record.line, record.found) for record in read]
    return [
        Problem(each.field, each.reason, each.code, line) for line, found in wrong if isinstance(found, list) for each in found
    ]


@pytest.mark.parametrize("fault", ONE_FAULT)
def test_one_cause_on_many_rows_is_one(fault: str) -> None:
    column, value = ONE_FAULT[fault]
    rows = [[*GOOD[:column], value(nth), *GOOD[column + 1 :]] for nth in range(300)]

    found = causes(problems(rows))

    assert len(found) == 1, [cause.text for cause in found]
    assert found[0].text.startswith("linje 2: ")
    assert found[0].text.endswith(" (300 linjer: 2, 3, 4, 5, 6 …)")


def test_every_cause_among_others_is_told() -> None:
    rows = [
        [*GOOD[:column], value(nth), *GOOD[column + 1 :]]
        for nth in range(3)
        for column, value in [ONE_FAULT[fault] for fault in ONE_FAULT if fault != "a moment in words"]
    ]

    found = causes(problems(rows))

    assert len(found) == len(ONE_FAULT) - 1
    assert all(cause.lines == 3 for cause in found)


def test_a_line_with_one_problem_twice_counts_once_and_one_alone_is_told_as_it_is() -> None:
    (cause, other) = causes([Problem("a", "x y", line=3), Problem("a", "x y", line=3), Problem("b", "x y", line=4)])

    assert (cause.lines, cause.text, other.text) == (1, "linje 3: a: x y", "linje 4: b: x y")


def test_of_unlike_reasons_without_end_only_some_are_compared() -> None:
    found = causes(Problem("a", f"{nth} b{nth} c{nth}", line=nth) for nth in range(600))

    assert len(found) <= 50
    assert sum(cause.lines for cause in found) == 600
