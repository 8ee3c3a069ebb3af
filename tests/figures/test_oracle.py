"""Every figure against the law counted by brute force, and the rows against a replay of the log (A13)."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.register.answer import counted, counted_over
from api.register.register import Register
from dashboards.figures import FIGURES
from dashboards.figures.question import parse_question
from journey.log.migrate import PROJECT
from projections.engine.follow import Cases, advance, lead, prepare, rebuild
from projections.engine.replay import TEMPORARY, differences, replay
from projections.projections import PROJECTIONS
from tests.conftest import Database
from tests.oracle import answer, covered
from tests.support.histories import random_register, taken
from tests.support.questions import random_questions
from tests.support.registers import NOW, TODAY, as_words, load, register_on
from tests.support.sizes import by_size

PROMISE = (
    "A13: every figure is what the law's counting rules say, for any history, day and position, against a "
    "brute-force program that shares no code; and the rows are what a replay of the log gives"
)

SEEDS = range(by_size(2, 6, 40))
QUESTIONS = 96
"""Three of each figure."""


def told(cells: list[dict[str, Any]]) -> list[str]:
    """Cells in an order of their own, floats to nine digits: the two programs may add in another order."""
    rounded = [{**cell, "value": round(cell["value"], 9)} if isinstance(cell["value"], float) else cell for cell in cells]
    whole = [{**cell, "value": int(cell["value"])} if cell["value"] == int(cell["value"] or 0) else cell for cell in rounded]
    return sorted(json.dumps(cell, sort_keys=True, ensure_ascii=False) for cell in whole)


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    return register_on(database, tmp_path)


@pytest.mark.promise
@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_is_what_the_law_counts(register: Register, seed: int) -> None:
    file = random_register(seed, cases=60 if seed % 3 == 0 else 30)
    lines = taken(file, now=NOW)

    report = load(register, file)

    assert report.recorded == len(lines)
    stamped = taken(file, now=register.head()[1] or NOW)  # what comes without a moment gets the database's
    for figure, parameters, position in random_questions(random.Random(seed), lines, QUESTIONS):
        found = register.ask(figure, as_words(parameters), None if position is None else str(position), TODAY)

        assert told(list(found.cells)) == told(answer(lines, figure, parameters, position)), (figure, parameters, position)
        assert found.covered.json == covered(stamped, position), position


def _project(database: Database) -> psycopg.Connection[Any]:
    conn = psycopg.connect(database.app_url, options=f"-c role={PROJECT}", autocommit=True)
    assert prepare(conn)
    assert lead(conn)
    return conn


@pytest.fixture
def followed(database: Database, register: Register) -> Iterator[tuple[psycopg.Connection[Any], int]]:
    """A register whose rows were followed in batches of random size."""
    report = load(register, random_register(77, cases=40))
    end = report.recorded
    rng, reached = random.Random(5), 0
    with _project(database) as conn:
        cases = Cases(register.codes.classes)
        while reached < end:
            reached = advance(conn, cases, min(end, reached + rng.choice((1, 2, 7, 60))))
        yield conn, end


def _bytes(conn: psycopg.Connection[Any]) -> dict[str, bytes]:
    out: dict[str, bytes] = {}
    for name in PROJECTIONS:
        with conn.cursor().copy(f"COPY (SELECT * FROM rows.{name} ORDER BY known_from, nth) TO STDOUT") as copy:
            out[name] = b"".join(bytes(block) for block in copy)
    return out


def test_a_rebuild_gives_the_rows_that_were_followed_to_the_byte(
    followed: tuple[psycopg.Connection[Any], int], register: Register
) -> None:
    conn, _ = followed
    before = _bytes(conn)

    rebuild(conn, register.codes.classes)

    assert _bytes(conn) == before
    assert all(before[name] for name in PROJECTIONS if name not in ("publications", "adoptions"))


def test_the_rows_and_the_figures_at_any_position_are_those_of_a_replay(
    followed: tuple[psycopg.Connection[Any], int], register: Register
) -> None:
    conn, end = followed
    lines = taken(random_register(77, cases=40), now=NOW)
    rng = random.Random(6)

    for position in (0, 1, end, *rng.sample(range(2, end), 9)):
        replay(conn, register.codes.classes, position)

        assert differences(conn, position) == {}
        for figure, parameters, _ in random_questions(rng, lines, 32):
            takes = FIGURES[figure].takes
            question = parse_question(takes, as_words(parameters), position=position, today=TODAY, codes=register.codes)
            stored = counted(conn, FIGURES[figure], question)
            assert told(stored) == told(counted_over(conn, FIGURES[figure], question, TEMPORARY)), (
                figure,
                parameters,
                position,
            )


_FAULTS = {
    "a closing is forgotten": (
        "UPDATE rows.spans t SET known_to = 9223372036854775807 FROM one WHERE (t.known_from, t.nth) = (one.known_from, one.nth)",
        "known_to",
    ),
    "a closing comes a position late": (
        "UPDATE rows.spans t SET known_to = t.known_to + 1 FROM one WHERE (t.known_from, t.nth) = (one.known_from, one.nth)",
        "known_to",
    ),
    "a row is believed a position early": (
        "UPDATE rows.spans t SET known_from = t.known_from - 1 FROM one WHERE (t.known_from, t.nth) = (one.known_from, one.nth)",
        "known_from - 1",
    ),
    "a row is lost": (
        "DELETE FROM rows.spans t USING one WHERE (t.known_from, t.nth) = (one.known_from, one.nth)",
        "known_from",
    ),
    "a value is another": (
        "UPDATE rows.spans t SET unit = 'skole' FROM one WHERE (t.known_from, t.nth) = (one.known_from, one.nth)",
        "known_from",
    ),
}
_ONE = "WITH one AS (SELECT * FROM rows.spans WHERE known_to < 9223372036854775807 AND unit <> 'skole' ORDER BY known_to DESC LIMIT 1) "


@pytest.mark.parametrize("fault", _FAULTS)
def test_rows_that_are_not_those_of_a_replay_are_found(
    followed: tuple[psycopg.Connection[Any], int], register: Register, fault: str
) -> None:
    conn, _ = followed
    statement, seen_at = _FAULTS[fault]

    row = conn.execute(f"{_ONE}{statement} RETURNING one.{seen_at}").fetchone()

    assert row is not None
    replay(conn, register.codes.classes, row[0])
    assert set(differences(conn, row[0])) == {"spans"}
