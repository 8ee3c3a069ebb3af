"""Hvorfor er tallet ændret? The events that moved a cell are named, and what they moved it by is the whole of the difference."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

from api.register import Register
from api.why import why
from dashboards import why as explained
from dashboards.figures import FIGURES
from dashboards.question import asked
from dashboards.view import Ask
from dashboards.why import Why
from tests.conftest import Database
from tests.histories import random_register, taken
from tests.questions import random_questions
from tests.registers import NOW, TODAY, as_words, load, register_on

SEEDS = range(20) if os.environ.get("JOURNEY_SOAK") else range(2)
QUESTIONS = 42


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    return register_on(database, tmp_path)


def _ask(register: Register, figure: str, given: dict[str, Any], position: int) -> Ask:
    return Ask(FIGURES[figure], asked(FIGURES[figure].takes, given, position=position, today=TODAY, codes=register.codes))


@pytest.mark.parametrize("seed", SEEDS)
def test_what_the_events_moved_is_the_whole_difference(register: Register, seed: int) -> None:
    file = random_register(seed, cases=30)
    load(register, file)
    lines = taken(file, now=NOW)
    end, rng, moved = register.believe(), random.Random(seed), 0
    for figure, parameters, _ in random_questions(rng, lines, QUESTIONS):
        start, upto = sorted(rng.sample(range(end + 1), 2))
        found = why(register, _ask(register, figure, as_words(parameters), upto), start)

        moved += len(found.moved)
        for one in found.moved:
            assert all(start < event.recorded.position <= upto for event in one.events)
            if figure == "survey":
                assert not one.events
            elif one.adds_up:
                difference = (one.after or 0) - (one.before or 0)
                assert sum(event.delta or 0 for event in one.events) == pytest.approx(difference, abs=1e-6), (figure, one)
            else:
                assert one.events, (figure, one)
    assert moved > QUESTIONS


def test_a_part_that_is_forgotten_is_seen(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: if withdrawals were passed over, the events would no longer be the whole difference."""
    told_of = explained.told_of
    monkeypatch.setattr("api.why.told_of", lambda *given: [one for one in told_of(*given) if one.how != "withdrawn"])

    with pytest.raises(AssertionError):
        test_what_the_events_moved_is_the_whole_difference(register, 0)


def _line(case: str, kind: str, valid_at: str, known_at: str, **data: Any) -> dict[str, Any]:
    known = f"{known_at}T12:00:00+01:00"
    name = f"{case}-{kind}-{known_at}"
    return {
        "case": case,
        "kind": kind,
        "valid_at": valid_at,
        "known_at": known,
        "source": "s",
        "source_id": name,
        "data": data,
    }


UI = "ungeindsatsen"
LINES = [
    _line("a", "referred", "2024-01-10", "2024-01-10", unit=UI, citizen="b-a"),
    _line("b", "referred", "2024-01-10", "2024-01-11", unit=UI, citizen="b-b"),
    _line("c", "referred", "2024-05-01", "2024-05-01", unit=UI, citizen="b-c"),
    # after 2024-06-01: d is told late, b is withdrawn, c is corrected to another unit, e is new since
    _line("d", "referred", "2024-03-01", "2024-06-10", unit=UI, citizen="b-d"),
    _line("b", "withdrawn", "2024-01-10", "2024-06-11", source_id="b-referred-2024-01-11", source="s", reason="fejl"),
    _line("c", "withdrawn", "2024-05-01", "2024-06-12", source_id="c-referred-2024-05-01", source="s", reason="fejl"),
    _line("c", "referred", "2024-05-01", "2024-06-12", unit="social", citizen="b-c"),
    _line("e", "referred", "2024-06-20", "2024-06-20", unit=UI, citizen="b-e"),
    _line("g", "referred", "2024-06-21", "2024-06-21", unit=UI, citizen="b-g"),
]


def _why(register: Register, day: str) -> Why:
    load(register, LINES)
    register.believe()
    return why(register, _ask(register, "caseload", {"unit": [UI], "valid_at": [day]}, len(LINES)), 3)


def test_late_withdrawn_and_corrected_events_are_told_apart(register: Register) -> None:
    [one] = _why(register, "2024-06-01").moved

    assert (one.before, one.after, one.adds_up) == (3, 2, True)
    assert [(each.case, each.how, each.delta) for each in one.events] == [
        ("b", "withdrawn", -1),
        ("c", "withdrawn", -1),
        ("d", "late", 1),
    ]
    assert one.events[2].days_late == 101
    assert one.events[0].target is not None


def test_what_is_true_of_a_later_day_is_new(register: Register) -> None:
    [one] = _why(register, "2024-07-01").moved

    assert [(each.case, each.how) for each in one.events if (each.delta or 0) > 0] == [
        ("d", "late"),
        ("e", "new"),
        ("g", "new"),
    ]


def test_a_correction_is_told_with_what_it_corrects(register: Register) -> None:
    load(register, LINES)
    register.believe()

    [one] = why(register, _ask(register, "caseload", {"unit": ["social"], "valid_at": ["2024-06-01"]}, len(LINES)), 3).moved

    assert [(each.case, each.how, each.delta) for each in one.events] == [("c", "corrected", 1)]


def test_nothing_has_moved_between_a_position_and_itself(register: Register) -> None:
    found = _why(register, "2024-06-01")

    assert why(register, found.ask, len(LINES)).moved == ()


def test_a_sum_of_citizens_is_no_sum_of_cases(register: Register) -> None:
    again = _line("f", "referred", "2024-04-01", "2024-06-22", unit=UI, citizen="b-a")
    load(register, [*LINES, again])
    register.believe()
    ask = _ask(register, "caseload", {"unit": [UI], "valid_at": ["2024-06-01"], "count": ["citizens"]}, len(LINES) + 1)

    [one] = why(register, ask, 3).moved

    assert (one.before, one.after, one.adds_up) == (3, 2, False)
    assert {each.case for each in one.events} == {"b", "c", "d", "f"}
    assert {each.delta for each in one.events} == {None}
