"""Hvorfor er tallet ændret? The events that moved a cell are named, and what they moved it by is the whole of the difference."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from api.answers.why import why
from api.register.register import Register
from dashboards.drilldown import cell
from dashboards.drilldown import why as explained
from dashboards.drilldown.why import Why
from dashboards.figures import FIGURES, process
from dashboards.figures.figure import Ask
from dashboards.figures.question import parse_question
from tests.conftest import Database
from tests.support.histories import random_register, taken
from tests.support.questions import random_questions
from tests.support.registers import NOW, TODAY, as_words, load, register_on
from tests.support.sizes import by_size

PROMISE = "the events that moved a number sum to the difference"

SEEDS = range(by_size(2, 2, 20))
QUESTIONS = 42


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    return register_on(database, tmp_path)


def _ask(register: Register, figure: str, given: dict[str, Any], position: int) -> Ask:
    return Ask(
        FIGURES[figure], parse_question(FIGURES[figure].takes, given, position=position, today=TODAY, codes=register.codes)
    )


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
    moving_events = explained.moving_events
    monkeypatch.setattr(
        "api.answers.why.moving_events", lambda *given: [one for one in moving_events(*given) if one.how != "withdrawn"]
    )

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


@pytest.mark.long
def test_every_figure_is_told_whole_or_says_that_it_cannot_be(register: Register) -> None:
    """All figures but the dotted chart, also those beside domain.md's list, over so many cases that medians and quartiles are given."""
    load(register, random_register(7, cases=40))

    told = _hold([name for name in FIGURES if name != "dotted_chart"], register, random.Random(7))

    assert len(told[True]) >= 15
    assert told[False] >= {"tenure", "conformance", "survey", "transfers"}


def _hold(figures: Sequence[str], register: Register, rng: random.Random) -> dict[bool, set[str]]:
    """Hold each figure's difference since a random position: which add up, and which do not."""
    end = register.believe()
    period = {"from": ["2021-12-01"], "to": ["2025-07-01"]}
    told: dict[bool, set[str]] = {True: set(), False: set()}
    for figure in [FIGURES[name] for name in figures]:
        units = list(register.codes["units"].codes)
        words = {"unit": units, "valid_at": ["2024-01-01"], "from_unit": [units[0]], "to_unit": [units[1]], **period}
        given = {name: said for name, said in words.items() if name in figure.takes.names}
        if figure.id == "transfers":
            given = period
        if figure.takes.days == 2:
            given["valid_at"] = ["2023-01-01", "2024-01-01"]
        start = end - rng.randrange(350, 400)
        ask = Ask(figure, parse_question(figure.takes, given, position=end, today=TODAY, codes=register.codes))
        found = why(register, ask, start)
        for one in found.moved:
            assert one.before != one.after
            if one.adds_up:
                difference = (one.after or 0) - (one.before or 0)
                assert sum(event.delta or 0 for event in one.events) == pytest.approx(difference, abs=1e-6), (
                    figure.id,
                    one.cell,
                )
            elif one.about_cases:
                assert one.events, (figure.id, one.cell)
                assert {event.delta for event in one.events} == {None}
            elif not one.about_cases:
                assert not one.events
            told[one.adds_up].add(figure.id)
    return told


def test_twin_a_quartile_taken_for_a_sum_is_seen(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """What no case alone gives has no part in it, and nothing that moved it was named."""
    made_of = {name: of for name, of in cell._MADE_OF.items() if name != "lower_quartile"}
    monkeypatch.setattr(cell, "_MADE_OF", made_of)
    load(register, random_register(7, cases=40))

    with pytest.raises(AssertionError, match="lower_quartile"):
        _hold(["tenure"], register, random.Random(7))


def test_a_chart_that_chooses_among_cases_is_no_sum_of_theirs(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case that another has pushed out has moved, and no event of its own did it."""
    monkeypatch.setattr(process, "MOST_CASES", 1)
    load(register, LINES[:3])
    register.believe()
    ask = _ask(register, "dotted_chart", {"unit": [UI], "from": ["2024-01-01"], "to": ["2025-01-01"]}, 3)

    moved = {(one.cell["measure"], one.cell.get("case")): one for one in why(register, ask, 2).moved}

    assert [(key, one.before, one.after) for key, one in moved.items()] == [
        (("left_out", None), 1, 2),
        (("events", "c"), 0, 1),
        (("events", "b"), 1, 0),
    ]
    assert not any(one.adds_up for one in moved.values())
    assert all(one.about_cases for one in moved.values())


def test_what_is_counted_no_more_has_gone_to_nought(register: Register) -> None:
    """Null is not known, 0 is counted and none: a transfer that was withdrawn is none."""
    case = [
        _line("a", "referred", "2024-01-10", "2024-01-10", unit=UI, citizen="b"),
        _line("a", "transferred", "2024-02-01", "2024-02-01", to="social", reason="handover"),
    ]
    gone = _line("a", "withdrawn", "2024-02-01", "2024-03-01", source_id="a-transferred-2024-02-01", source="s", reason="fejl")
    load(register, [*case, gone])
    register.believe()

    [one] = why(register, _ask(register, "transfers", {}, 3), 2).moved

    assert (one.before, one.after, one.adds_up) == (1, 0, False)


def test_a_files_other_events_are_no_corrections_because_one_of_them_is(register: Register) -> None:
    """A file without registration times has one moment: only what is of the withdrawn one's kind stands in its place."""
    lines = [
        {**line, "known_at": None}
        for line in [
            _line("a", "referred", "2024-01-10", "2024-01-10", unit="social", citizen="b"),
            _line("a", "withdrawn", "2024-01-10", "2024-01-11", source_id="a-referred-2024-01-10", source="s", reason="fejl"),
            _line("a", "referred", "2024-01-10", "2024-01-12", unit=UI, citizen="b"),
            _line("a", "closed", "2024-02-10", "2024-02-10", reason="other"),
        ]
    ]
    load(register, [{name: said for name, said in line.items() if said is not None} for line in lines])
    register.believe()

    found = why(
        register, _ask(register, "stock_flow", {"unit": [UI], "from": ["2024-01-01"], "to": ["2025-01-01"]}, 4), 0
    ).moved

    hows = {event.recorded.position: event.how for one in found for event in one.events}
    assert (hows[3], hows[4]) == ("corrected", "late")
