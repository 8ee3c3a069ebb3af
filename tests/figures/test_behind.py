"""The cases behind a cell: each case alone gives its own part of it, the parts are the whole, and an address says which cell."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from api.register import answer
from api.register.answer import counted, counted_alone, parts_of
from api.register.register import Register
from dashboards.drilldown.cell import OF_CELL, address_of, adds_up, find_cell, has_cases, part
from dashboards.drilldown.left_out import counts_cases
from dashboards.figures import FIGURES, by_case
from dashboards.figures.by_case import Own, Place
from dashboards.figures.figure import Ask, Cell, dimensions_of
from dashboards.figures.question import parse_question
from journey.log.migrate import READ
from tests.conftest import Database
from tests.support.histories import random_register, taken
from tests.support.questions import random_questions
from tests.support.registers import NOW, TODAY, as_words, load, register_on
from tests.support.sizes import by_size

PROMISE = "the cases behind a cell sum to it"

SEEDS = range(by_size(2, 2, 20))
QUESTIONS = 42
"""Two of each figure."""


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    return register_on(database, tmp_path)


def _asks(register: Register, seed: int) -> Iterator[Ask]:
    """Random questions to a random register at random positions."""
    file = random_register(seed, cases=30)
    load(register, file)
    lines = taken(file, now=NOW)
    for figure, parameters, position in random_questions(random.Random(seed), lines, QUESTIONS):
        at = len(lines) if position is None else position
        register.believe(at)
        takes = FIGURES[figure].takes
        yield Ask(FIGURES[figure], parse_question(takes, as_words(parameters), position=at, today=TODAY, codes=register.codes))


def _own(register: Register, ask: Ask) -> tuple[list[Cell], dict[Place, Own]]:
    """The figure's cells, and each case's own."""
    with register.connected(READ) as conn:
        cases = [case for (case,) in conn.execute("SELECT DISTINCT originator_id FROM log.events").fetchall()]
        places = [(case, ask.question.position) for case in cases if not case.startswith("stream:")]
        return counted(conn, ask.figure, ask.question), counted_alone(conn, ask.figure, ask.question, places)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_parts_of_the_cases_are_the_whole(register: Register, seed: int) -> None:
    seen: dict[str, set[bool]] = defaultdict(set)
    for ask in _asks(register, seed):
        cells, own = _own(register, ask)
        for cell in cells:
            parts = [part(cell, alone.cells) for alone in own.values()]
            if not has_cases(ask):
                assert not any(parts)
            elif adds_up(ask, cell):
                assert sum(parts) == pytest.approx(cell["value"], abs=1e-6), (ask.figure.id, ask.question, cell)
                assert {*parts} <= {0, 1} or not counts_cases(ask, cell), (ask.figure.id, cell, "a case counted twice")
            else:
                assert any(parts) or not cell["value"], (ask.figure.id, cell)
            seen[ask.figure.id].add(any(parts))

    assert len([figure for figure, found in seen.items() if True in found]) >= 15


@pytest.mark.parametrize("seed", SEEDS)
def test_all_cases_at_once_give_what_each_gives_alone(register: Register, seed: int) -> None:
    seen: set[str] = set()
    for ask in _asks(register, seed):
        cells, own = _own(register, ask)
        for cell in cells[:: max(len(cells) // 3, 1)]:
            alone = {case: value for (case, _), each in own.items() if (value := part(cell, each.cells))}
            with register.connected(READ) as conn:
                assert parts_of(conn, ask, cell) == alone, (ask.figure.id, ask.question, cell)
            if alone and ask.figure.query(ask.question).by_case:
                seen.add(ask.figure.id)

    assert len(seen) >= 8


def test_cases_that_are_thrown_together_are_seen(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: the rows of ten cases taken for those of one."""
    whole = answer.by_case
    monkeypatch.setattr(answer, "by_case", lambda rows, worth: whole([(row[0][:-1], *row[1:]) for row in rows], worth))

    with pytest.raises(AssertionError):
        test_all_cases_at_once_give_what_each_gives_alone(register, 0)


def test_a_case_that_is_asked_of_another_ones_rows_is_seen(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: with the case forgotten in one table the parts are no longer the whole."""
    whole = by_case.Alone.sql.fget  # pyright: ignore[reportAttributeAccessIssue] -- a property
    monkeypatch.setattr(by_case.Alone, "sql", property(lambda self: whole(self).replace("case_id = one.case_id", "true", 1)))

    with pytest.raises(AssertionError):
        test_the_parts_of_the_cases_are_the_whole(register, 0)


def test_an_address_says_which_cell_of_which_question(register: Register) -> None:
    for ask in _asks(register, 3):
        with register.connected(READ) as conn:
            cells = counted(conn, ask.figure, ask.question)
            for cell in cells[:3]:
                path, given = _read(address_of(ask, cell, "en"))

                assert path == f"/figur/{ask.figure.id}/sager"
                assert given.pop("lang") == ["en"]
                [known_at] = given.pop("known_at")
                of_cell = {name.removeprefix(OF_CELL): said[0] for name, said in given.items() if name.startswith(OF_CELL)}
                words = {name: said for name, said in given.items() if not name.startswith(OF_CELL)}
                question = parse_question(ask.figure.takes, words, position=int(known_at), today=TODAY, codes=register.codes)
                found = find_cell(counted(conn, ask.figure, question), of_cell)
                assert found == cell, (ask.figure.id, dimensions_of(cell))


def _read(address: str) -> tuple[str, dict[str, Any]]:
    said = urlsplit(address)
    return said.path, parse_qs(said.query, strict_parsing=True)
