"""A ledger that is none of ours: what was imported as published need not be a question or a cell, and stops neither pack nor page."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert
from msgspec.structs import replace

from api.answers.ledger_lines import counted_lines, ledger_tables
from api.answers.pack import packed
from dashboards.pack.chapters import flows
from dashboards.pack.chapters.appendices import PUBLISHED, appendices
from dashboards.pack.paper import StatusPaper
from dashboards.pack.published import with_printed_numbers
from dashboards.pack.status import checked
from dashboards.pack.traps import traps_in
from dashboards.published.status_days import Printed
from dashboards.words.language import DANISH
from journey.events import FigurePublished
from journey.events.publications import Frozen
from tests.conftest import Database
from tests.pack.small import AM, UI, published
from tests.pack.test_bilag import first_appendix
from tests.support.registers import TODAY, load, register_on

ODD: list[dict[str, Any]] = [
    {
        "figure": "caseload",
        "cell": {"valid_at": "24. januar 2023", "unit": ["x"]},
        "parameters": {"valid_at": 7, "unit": {"a": 1}},
    },
    {"figure": "caseload", "cell": {"unit": {"a": []}, "month": "x"}, "parameters": {"valid_at": [["2025-02-01"]]}},
    {"figure": "conformance", "cell": {"rule": "R99", "day": 3}, "parameters": {"include_assessing": "måske"}},
    {"figure": "findindings", "cell": {"code": "x"}, "parameters": {}},
    {"figure": "survey", "cell": {"statement": None, "answer": 4}, "parameters": {"wave": 2025}},
    {"figure": "cohort", "cell": {"measure": ["size"]}, "parameters": {}},
]
"""What an import may have as published: its parameters and cell are checked by nobody."""


@pytest.mark.parametrize("said", ODD)
def test_a_ledger_that_is_none_of_ours_is_shown_as_it_is(papers: Mapping[int, StatusPaper], said: dict[str, Any]) -> None:
    odd = [published("odd", 96, "2025-02-20", **said), Printed(1, 1, 2**62, _frozen_of(said))]
    shown = replace(papers[2025], of=replace(papers[2025].of, ledger=(*papers[2025].of.ledger, *odd)))

    assert any(row[1] == "25/1978" for row in first_appendix(shown))
    assert traps_in(checked(with_printed_numbers(shown)), DANISH)
    assert PUBLISHED in [part.text for part in appendices(shown, []) if hasattr(part, "level")]


def _frozen_of(said: dict[str, Any]) -> FigurePublished:
    whole = published("odd-whole", 96, "2025-02-20", **said).published
    return replace(whole, frozen=convert({"cells": [], "version": 1, "position": 1, "codes": "0" * 64}, Frozen))


OCTOBER = {"from_unit": "social", "to_unit": AM, "from": "2022-10-01", "to": "2022-11-01"}
NO_QUESTIONS: list[dict[str, Any]] = [
    {"figure": "cohort", "cell": {"measure": "size"}, "parameters": {**OCTOBER, "from_unit": "nord"}},
    {"figure": "cohort", "cell": {"measure": "size"}, "parameters": {**OCTOBER, "to": "2022-10-01"}},
    {"figure": "cohort", "cell": {"measure": "size"}, "parameters": {**OCTOBER, "from": "okt", "to": "2022"}},
    {"figure": "transfers", "cell": {}, "parameters": {"from_unit": "nord", "to_unit": [UI], "reason": "fordi"}},
    {"figure": "transfers", "cell": {}, "parameters": {"from_unit": UI, "to_unit": "social", "reason": "fordi"}},
    {
        "figure": "caseload",
        "cell": {"unit": UI, "valid_at": "2025-02-30"},
        "parameters": {"unit": [UI], "valid_at": ["2025-02-30"]},
    },
    {
        "figure": "caseload",
        "cell": {"unit": "z", "valid_at": "2024-02-03"},
        "parameters": {"unit": ["z"], "valid_at": ["2024-02-03"]},
    },
]
"""Units and reasons that the code lists do not have, or no longer, and days that are none."""


def test_what_cannot_be_asked_is_left_out_and_the_rest_is_there(database: Database, tmp_path: Path) -> None:
    register = register_on(database, tmp_path)
    paper = {"case": "25/1", "title": "Status", "date": "2025-02-20"}
    ledger = [
        {
            "stream": "ledger",
            "kind": "figure_published",
            "valid_at": "2025-02-20",
            "data": {"id": f"k{nth}", "value": 1, "paper": paper, "qualifier": "exact", "notes": [], **said},
        }
        for nth, said in enumerate(
            [*ODD, *NO_QUESTIONS, {"figure": "cohort", "cell": {"measure": "size"}, "parameters": OCTOBER}]
        )
    ]
    load(register, [{"case": "C", "kind": "referred", "valid_at": "2024-12-01", "data": {"unit": UI, "citizen": "b"}}, *ledger])
    register.believe()

    shown = packed(register, 2025, None, None, TODAY)

    assert [name for name in flows.questions(shown.of) if name.startswith(("cohort", "printed"))] == [
        f"cohort social {AM} 2022-10-01 2022-11-01"
    ]
    assert len(first_appendix(shown)) == len(ledger)
    assert sum(len(table.rows) for table in ledger_tables(counted_lines(register, TODAY, DANISH))) == len(ledger)


def test_two_cohorts_of_the_same_first_day_are_two(papers: Mapping[int, StatusPaper]) -> None:
    """Each by its own answer: of October, and of October and November."""
    longer = published(
        "a", 40, "2025-05-14", figure="cohort", parameters={**OCTOBER, "to": "2022-12-01"}, cell={"measure": "size"}
    )
    of = replace(papers[2025].of, ledger=(*papers[2025].of.ledger, longer))

    asked = [ask.question.to_day.isoformat() for name, ask in flows.questions(of).items() if name.startswith("cohort")]

    assert asked == ["2022-11-01", "2022-12-01"]
