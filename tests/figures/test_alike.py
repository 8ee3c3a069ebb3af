"""What one run of SQL answers: every reading and day of a stock, each as if it had been asked alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest

from api.register.answer import counted, counted_batch
from api.register.register import Register
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.figures.grouping import QueryGroup, group_by_query
from dashboards.figures.question import parse_question
from journey.log.migrate import READ
from tests.conftest import Database
from tests.support.histories import random_register
from tests.support.registers import TODAY, load, register_on

YES_NO = ("true", "false")


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    register = register_on(database, tmp_path)
    load(register, random_register(7, cases=40))
    register.believe()
    return register


def _asks(register: Register) -> Iterator[Ask]:
    """Each reading of the stocks, on days of its own, not in their order and some of them twice."""
    rng, (end, _) = random.Random(1), register.head()

    def ask(figure: str, **said: str) -> Ask:
        days = [(date(2022, 1, 1) + timedelta(days=rng.randrange(900))).isoformat() for _ in range(4)]
        given = {name: [text] for name, text in said.items()} | {"valid_at": [*days, days[0]]}
        return Ask(
            FIGURES[figure], parse_question(FIGURES[figure].takes, given, position=end, today=TODAY, codes=register.codes)
        )

    for assessing, out_of_scope, count in product(YES_NO, YES_NO, ("cases", "citizens")):
        yield ask("caseload", include_assessing=assessing, include_out_of_scope=out_of_scope, count=count)
    yield ask("caseload", unit="arbejdsmarked")
    yield ask("caseload", layer="2")
    yield ask("under_assessment")
    yield from (ask("caseload_by_benefit", include_assessing=assessing) for assessing in YES_NO)
    flow = parse_question(FIGURES["stock_flow"].takes, {}, position=end, today=TODAY, codes=register.codes)
    yield from [Ask(FIGURES["stock_flow"], flow)] * 2


def _check(register: Register) -> list[QueryGroup]:
    runs = group_by_query(list(_asks(register)))
    with register.connected(READ) as conn:
        for run in runs:
            for ask, cells in zip(run.questions, counted_batch(conn, run), strict=True):
                assert cells == counted(conn, ask.figure, ask.question), (ask.figure.id, ask.question)
                assert any(cell["value"] for cell in cells) or ask.question.count == "citizens" or ask.question.layer
    return runs


def test_each_question_is_answered_as_if_it_were_alone(register: Register) -> None:
    runs = _check(register)

    together = [(run.questions[0].figure.id, len(run.questions)) for run in runs if len(run.questions) > 1]
    assert together == [("caseload", 5), ("stock_flow", 2)]


def test_days_that_are_left_out_are_seen(register: Register, monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: a run over the days of the first question only."""
    monkeypatch.setattr(QueryGroup, "values", property(lambda self: self.queries[0].values))

    with pytest.raises(AssertionError):
        _check(register)
