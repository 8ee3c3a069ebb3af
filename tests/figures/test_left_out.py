"""What a list behind a number leaves out: the cases that its reader has no access to are counted, and never named."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from api.web.rest.csv import csv_of_cases
from api.web.rest.drilldown import _cases_json
from dashboards.drilldown.cases import CellCases, CountedCase
from dashboards.drilldown.left_out import ONLY_OWN, LeftOut, counts_cases, is_listed, left_out
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, Cell
from dashboards.figures.question import parse_question
from dashboards.words.language import DANISH, LANGUAGES
from journey.codes import standard
from tests.support.registers import TODAY

ENGLISH = LANGUAGES["en"]


def ask(figure: str, **given: Any) -> Ask:
    takes = FIGURES[figure].takes
    return Ask(FIGURES[figure], parse_question(takes, given, position=9, today=TODAY, codes=standard()))


OF_PARTS = "af tallet fra sager, som du ikke har adgang til"
ENDINGS: list[tuple[str, Cell, list[float], str | None]] = [
    # the figure, its cell, what the reader's own cases count with, and the line that the list ends with
    ("caseload", {"unit": "social", "value": 7}, [1, 1, 1], "og 4 sager, som du ikke har adgang til"),
    ("caseload", {"unit": "social", "value": 4}, [1, 1, 1], "og 1 sag, som du ikke har adgang til"),
    ("caseload", {"unit": "social", "value": 3}, [1, 1, 1], None),
    ("caseload", {"unit": "social", "value": 3}, [], "og 3 sager, som du ikke har adgang til"),
    (
        "uncovered_days",
        {"measure": "case_days", "when": None, "value": 1234},
        [34],
        f"og 1.200 {OF_PARTS}",
    ),
    ("uncovered_days", {"measure": "cases", "when": None, "value": 3}, [1], "og 2 sager, som du ikke har adgang til"),
    (
        "stock_flow",
        {"measure": "entries", "cause": None, "value": 3},
        [2],
        f"og 1 {OF_PARTS}",
    ),
    ("late_registration", {"measure": "median", "value": 12.5}, [3], ONLY_OWN),
    (
        "caseworker_changes",
        {"measure": "median_tenure", "value": None, "why": "few"},
        [],
        ONLY_OWN,
    ),
    (
        "transfers",
        {"from_unit": "social", "to_unit": "ui", "reason": "other", "value": 3},
        [1],
        ONLY_OWN,
    ),
    ("dotted_chart", {"measure": "cases", "value": 60}, [], ONLY_OWN),
    (
        "spending_in_period",
        {"support": "other", "value": 1000.5},
        [0.5],
        f"og 1.000 {OF_PARTS}",
    ),
    ("survey", {"statement": "s", "measure": "n", "value": 3}, [], None),
    ("conformance", {"rule": "R15", "measure": "deviations", "value": 3}, [], None),
]


@pytest.mark.parametrize(("figure", "cell", "own", "line"), ENDINGS)
def test_a_list_ends_with_what_it_leaves_out(figure: str, cell: Cell, own: list[float], line: str | None) -> None:
    found = left_out(ask(figure, **({"from_unit": ["social"]} if figure == "transfers" else {})), cell, own)

    assert (found and found.words(DANISH)) == line
    if found is not None:
        assert found.json == {"value": found.value, "cases": line != ONLY_OWN and OF_PARTS not in str(line)}
        assert found.words(ENGLISH).isascii()


def test_citizens_are_no_cases() -> None:
    of_citizens = ask("caseload", count=["citizens"])

    assert not counts_cases(of_citizens, {"value": 3})
    assert left_out(of_citizens, {"value": 3}, [1]) == LeftOut(None, counts_cases=False, unit="sager")


def test_a_figure_that_chooses_among_cases_has_a_list_only_for_whoever_reads_all() -> None:
    assert is_listed(ask("dotted_chart"), reads_every_case=True)
    assert not is_listed(ask("dotted_chart"), reads_every_case=False)
    assert is_listed(ask("caseload"), reads_every_case=False)


def cases(*, offset: int = 0, total: int = 2, left: LeftOut | None = None) -> CellCases:
    of = ask("caseload", unit=["social"], valid_at=["2025-02-01"])
    cell = {"unit": "social", "valid_at": "2025-02-01", "value": 5}
    lines = [CountedCase("N-1", 1, None), CountedCase("N-2", 1, None)]
    return CellCases(of, cell, None, True, True, total, offset, lines, left_out=left)


def test_json_and_csv_say_it_the_file_on_its_last_line() -> None:
    left = LeftOut(3, counts_cases=True, unit="sager")

    assert _cases_json(cases(left=left))["left_out"] == {"value": 3, "cases": True}
    assert _cases_json(cases())["left_out"] is None
    rows = [*csv.reader(io.StringIO(csv_of_cases(cases(left=left)).decode("utf-8-sig")), delimiter=";")]
    assert [row[:2] for row in rows] == [
        ["case", "value"],
        ["N-1", "1"],
        ["N-2", "1"],
        ["og 3 sager, som du ikke har adgang til", "3"],
    ]
    assert len({len(row) for row in rows}) == 1
    assert b"adgang" not in csv_of_cases(cases(left=left, total=9)), "only where the list ends"
    assert b"adgang" not in csv_of_cases(cases())
