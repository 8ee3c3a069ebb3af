"""Numbers are of all cases for every reader, and the list behind one is of the reader's own, with the others counted."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from msgspec.structs import replace

from api.answers.drilldown import cases_of_cell, references_of_cell
from api.answers.why import comparison
from api.register.register import Register
from dashboards.drilldown.cell import adds_up, of_cases, word
from dashboards.drilldown.left_out import OWN_DIFFERENCE, counts_cases
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask, Cell, dimensions_of
from dashboards.figures.question import parse_question
from dashboards.words.language import DANISH
from journey.access.reader import Reader
from tests.conftest import Database, fresh_database
from tests.support.histories import random_register
from tests.support.questions import random_questions
from tests.support.registers import TODAY, as_words, load, register_on

MANAGEMENT, CASEWORKER = Reader("chef", "management", "none"), Reader("w-1", "caseworker", "units", ("ungeindsatsen",))
AUDITOR = Reader("revisor-1", "auditor", "all")
PERIOD = {"from": ["2021-12-01"], "to": ["2025-07-01"]}

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def register(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with fresh_database(server, template.name) as database:
        yield _loaded(database, tmp_path_factory.mktemp("register"))


def _loaded(database: Database, folder: Path) -> Register:
    register = register_on(database, folder)
    load(register, random_register(5, cases=30))
    register.believe()
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute(
            "UPDATE access.cases SET protected = true WHERE case_id IN (SELECT case_id FROM access.cases ORDER BY 1 LIMIT 5)"
        )
    return register


def asks(register: Register) -> Iterator[Ask]:
    end = register.believe()
    drawn = random_questions(random.Random(2), [], 32)
    seen = {name for name, _, _ in drawn}
    whole = [(name, PERIOD if FIGURES[name].takes.has_period else {}) for name in FIGURES if name not in seen]
    for name, given in (*((name, given) for name, given, _ in drawn), *whole):
        yield Ask(
            FIGURES[name], parse_question(FIGURES[name].takes, as_words(given), position=end, today=TODAY, codes=register.codes)
        )


def words_of(cell: Cell) -> dict[str, str]:
    return {name: word(value) for name, value in dimensions_of(cell).items()}


def readable(register: Register, reader: Reader) -> set[str]:
    with register.for_reader(reader).connected("journey_read") as conn:
        return {case for (case,) in conn.execute("SELECT case_id FROM access.cases")}


@pytest.mark.parametrize("reader", [CASEWORKER, AUDITOR], ids=lambda reader: reader.role)
def test_a_list_and_what_it_leaves_out_are_the_number(register: Register, reader: Reader) -> None:
    own, own_cases = register.for_reader(reader), readable(register, reader)
    assert 0 < len(own_cases) < 30
    lines = {"left out": 0, "whole": 0}
    for ask in asks(register):
        cells = own.answer(ask.figure.id, ask.question).cells
        for cell in cells[:: max(len(cells) // 2, 1)]:
            found = cases_of_cell(own, ask, words_of(cell), 0, 10_000)
            listed = {line.case for line in found.lines}
            every = set(references_of_cell(register, ask, words_of(cell))) if ask.figure.id != "dotted_chart" else set[str]()

            assert listed == every & own_cases, (ask.figure.id, cell)
            assert listed == set(references_of_cell(own, ask, words_of(cell)))
            lines["left out" if found.left_out else "whole"] += 1
            if not of_cases(ask, cell):
                assert found.left_out is None
            elif counts_cases(ask, cell):
                assert (found.left_out.value if found.left_out else 0) == len(every - own_cases), (ask.figure.id, cell)
            elif adds_up(ask, cell) and ask.figure.id != "dotted_chart":
                rest = found.left_out.value if found.left_out else 0
                assert sum(line.value or 0 for line in found.lines) + (rest or 0) == pytest.approx(cell["value"], abs=1e-5)
            else:
                assert found.left_out is not None
                assert found.left_out.value is None
    assert min(lines.values()) > 5


@pytest.mark.parametrize("reader", [MANAGEMENT, CASEWORKER, AUDITOR], ids=lambda reader: reader.role)
def test_every_reader_is_given_the_same_numbers_and_no_other_case(register: Register, reader: Reader) -> None:
    with register.connected("journey_read") as conn:
        every = {case for (case,) in conn.execute("SELECT case_id FROM access.cases")}
    own = register.for_reader(reader)
    for ask in asks(register):
        given, whole = own.answer(ask.figure.id, ask.question), register.answer(ask.figure.id, ask.question)

        assert (given.moment, given.covered) == (whole.moment, whole.covered)
        if ask.figure.id != "dotted_chart":
            assert given.cells == whole.cells
        assert not every & {str(value) for cell in given.cells for value in cell.values()}
    assert own.position("2024-06-01") == register.position("2024-06-01")
    assert own.head() == register.head()
    assert own.is_sample() == register.is_sample()


def test_a_difference_is_of_the_reader_s_own_cases_and_says_so(register: Register) -> None:
    own, own_cases = register.for_reader(CASEWORKER), readable(register, CASEWORKER)
    end = register.believe()
    given = {"unit": list(register.codes["units"].codes), "valid_at": ["2024-01-01"]}
    ask = Ask(
        FIGURES["caseload"], parse_question(FIGURES["caseload"].takes, given, position=end, today=TODAY, codes=register.codes)
    )

    found = comparison(own, ask, end // 2, replace(ask.question, valid_at=ask.question.valid_at).valid_at[0].replace(year=2023))

    assert {*found.cases} <= own_cases
    assert found.cases
    assert found.cautions(DANISH)[0] == OWN_DIFFERENCE
    assert found.knowledge is not None
    for moved in found.knowledge.moved:
        assert sum(event.delta or 0 for event in moved.events) == (moved.after or 0) - (moved.before or 0)
    assert OWN_DIFFERENCE not in comparison(register, ask, end // 2, None).cautions(DANISH)
