"""The figure of questions to codes, on a register counted by hand."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from api.register.answer import counted
from api.register.register import Register
from dashboards.case.story import story
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from journey.codes import CodeLists, parse_code_lists, standard, standard_text
from journey.log.migrate import READ
from journey.log.reading import history
from projections.rows.registrations import code_uses
from tests.conftest import Database
from tests.support.registers import TODAY, load, register_on

EVER = {"from": ["2023-01-01"], "to": ["2027-01-01"]}
FEW_CODES = parse_code_lists(standard_text().replace('su = { da = "SU"', 'studiestoette = { da = "SU"'))


def _benefit(case: str, day: str, benefit: str) -> dict[str, Any]:
    return {
        "case": case,
        "kind": "benefit_changed",
        "valid_at": day,
        "data": {"benefit": benefit},
    }


LINES = [
    _benefit("A", "2025-06-30", "uddannelseshjaelp"),
    _benefit("A", "2025-07-01", "uddannelseshjaelp"),
    _benefit("A", "2025-08-01", "uddannelseshjaelp"),
    _benefit("B", "2025-07-02", "uddannelseshjaelp"),
    _benefit("B", "2026-01-31", "ressourceforloeb"),
    _benefit("B", "2026-02-01", "ressourceforloeb"),
    _benefit("C", "2026-02-01", "ressourceforloeb"),
    _benefit("D", "2025-06-30", "kontanthjaelp_uddannelsesparat"),
    _benefit("D", "2025-09-01", "su"),
]


def _cells(register: Register, codes: CodeLists | None = None, **asked: list[str]) -> dict[tuple[str, ...], int]:
    question = register.question("code_questions", EVER | asked, None, TODAY)
    question = replace(question, codes=codes) if codes else question
    with register.connected(READ) as conn:
        cells = counted(conn, FIGURES["code_questions"], question)
    return {(cell["listed"], cell["question"], cell["measure"]): cell["value"] for cell in cells}


def test_it_counts_the_events_and_cases_that_each_question_is_about(database: Database, tmp_path: Path) -> None:
    register = register_on(database, tmp_path)
    assert load(register, LINES).recorded == len(LINES)

    assert _cells(register) == {
        ("benefits.kontanthjaelp_uddannelsesparat", "before_use", "events"): 1,
        ("benefits.kontanthjaelp_uddannelsesparat", "before_use", "cases"): 1,
        ("benefits.ressourceforloeb", "closed_to_new", "events"): 1,
        ("benefits.ressourceforloeb", "closed_to_new", "cases"): 1,
        ("benefits.uddannelseshjaelp", "after_use", "events"): 3,
        ("benefits.uddannelseshjaelp", "after_use", "cases"): 2,
    }
    assert _cells(register, to=["2025-07-01"]).keys() == {
        ("benefits.kontanthjaelp_uddannelsesparat", "before_use", measure) for measure in ("events", "cases")
    }
    unlisted = _cells(register, FEW_CODES).items() - _cells(register).items()
    assert unlisted == {(("benefits.su", "not_listed", measure), 1) for measure in ("events", "cases")}
    ask = Ask(FIGURES["code_questions"], register.question("code_questions", EVER, None, TODAY))
    assert set(register.parts(ask, {"listed": "benefits.uddannelseshjaelp", "question": "after_use", "measure": "events"})) == {
        "A",
        "B",
    }
    _as_on_the_cases(register, standard())


def _as_on_the_cases(register: Register, codes: CodeLists) -> None:
    """Each event is asked about on its case's page as it is counted here."""
    found: Counter[tuple[str, ...]] = Counter()
    with register.connected(READ) as conn:
        for case in sorted({line["case"] for line in LINES}):
            for event in story(case, history(conn, case, register.believe())).events:
                day = event.recorded.valid_at
                for use in code_uses(event.recorded.event, event.before):
                    if asked := codes.question(use.list, use.code, day, begins=use.begins):
                        found[f"{use.list}.{use.code}", asked, "events"] += 1
    assert found == {key: value for key, value in _cells(register).items() if key[-1] == "events"}
