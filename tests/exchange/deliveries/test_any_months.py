"""Any months of any lists, with all that may lawfully befall them, against section 10 of the law read naively."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest

from api.register.answer import counted, covered_at
from api.register.register import Register
from dashboards.figures import FIGURES
from dashboards.figures.question import parse_question
from journey.log.migrate import READ
from tests.conftest import Database, fresh_database
from tests.figures.test_oracle import told
from tests.oracle import answer, covered
from tests.support.deliveries import as_entries, take
from tests.support.law_of_deliveries import HOLDERS, LawfulRegister, Table
from tests.support.questions import random_questions
from tests.support.registers import NOW, TODAY, as_words, register_on
from tests.support.sheets import mapping
from tests.support.sizes import by_size
from tests.support.source_months import Delivery, Form, Months, Writer

pytestmark = pytest.mark.long

SEEDS = range(by_size(2, 4, 40))
CASES, EVENTS = 12, 14
QUESTIONS = 2 * len(FIGURES)


class Taken(NamedTuple):
    """A register that took deliveries, and what the law says that it records."""

    database: Database
    register: Register
    law: LawfulRegister

    def take(self, form: Form, delivery: Delivery, rng: Random) -> None:
        """Take the delivery, written somehow, and hold that it records what the law says, in its order."""
        before = len(self.law.lines)
        workers = {
            line["data"]["worker"] for line in self.law.lines if line["source"] == form.system and "worker" in line["data"]
        }
        said = self.law.take(delivery.system, delivery.tables, delivery.taken_at)
        files = Writer(rng, form).files(delivery.tables, frozenset(workers))
        texts = {name.removesuffix(".csv"): raw for name, raw in files.items()}
        report = take(self.database, mapping(form.mapping), texts, delivery.taken_at, now=NOW, allow_gone=self.law.doomed)
        recorded = [
            (entry.stream, entry.kind, entry.valid_at.isoformat(), entry.source_id.partition(":withdrawn")[0])
            for position, entry in as_entries(self.database)
            if position > before
        ]
        assert recorded == [
            (line["case"], line["kind"], line["valid_at"], line["source_id"].partition(":withdrawn")[0])
            for line in self.law.lines[before:]
        ]
        assert report.recorded == said
        read = [
            row for table in delivery.tables for row in table.rows if table.name != HOLDERS or row.unnamed or row.data["worker"]
        ]
        assert report.bad_rows >= sum(row.bad for row in read)  # and those of one key

    def cells(
        self, questions: Sequence[tuple[str, dict[str, Any], int | None]]
    ) -> list[tuple[list[str], dict[str, str | None]]]:
        """The answers to the questions, with the days covered."""
        end = self.register.believe()
        with self.register.connected(READ) as conn:
            found: list[tuple[list[str], dict[str, str | None]]] = []
            for figure, parameters, position in questions:
                at = end if position is None else position
                takes, words = FIGURES[figure].takes, as_words(parameters)
                question = parse_question(takes, words, position=at, today=TODAY, codes=self.register.codes)
                found.append((told(list(counted(conn, FIGURES[figure], question))), covered_at(conn, at, ()).json))
            return found


@contextmanager
def empty(server: Database, template: Database, folder: Path) -> Iterator[Taken]:
    with fresh_database(server, template.name) as database:
        yield Taken(database, register_on(database, folder), LawfulRegister())


@pytest.mark.parametrize("seed", SEEDS)
def test_taken_in_one_after_the_other_they_count_as_the_law_says(
    server: Database, template: Database, tmp_path: Path, seed: int
) -> None:
    months, rng = Months(seed, CASES, EVENTS, calm=False), Random(seed)
    with empty(server, template, tmp_path) as taken:
        for delivery in months.deliveries:
            taken.take(months.forms[delivery.system], delivery, rng)

        lines = taken.law.lines
        assert {line["kind"] for line in lines} >= {"withdrawn", "caseworker_changed"}
        questions = random_questions(rng, lines, QUESTIONS)
        for (figure, parameters, position), (cells, days) in zip(questions, taken.cells(questions), strict=True):
            assert cells == told(answer(lines, figure, parameters, position)), (figure, parameters, position)
            assert days == covered(lines, position), position


def shuffled(delivery: Delivery, rng: Random, later: timedelta) -> Delivery:
    """The delivery with its rows in another order, taken out later."""
    tables = [table._replace(rows=rng.sample(table.rows, len(table.rows))) for table in delivery.tables]
    return delivery._replace(tables=tables, taken_at=delivery.taken_at + later)


def of_lists(law: LawfulRegister) -> list[tuple[str, ...]]:
    """What stands of all lists but the one that is followed, whose history is that of the deliveries."""
    followed = {"caseworker_assigned", "caseworker_changed"}
    return sorted(each for each in law.standing() if not (each[2] in followed and json.loads(each[3])["role"] == "continuous"))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("calm", [True, False], ids=["a day each", "days shared"])
def test_the_last_ones_alone_and_in_any_order_of_rows_and_files_give_the_same_state(
    server: Database, template: Database, tmp_path: Path, seed: int, calm: bool
) -> None:
    """Where several events of a case share a day, their order is that of the rows and the deliveries: then what stands is the same."""
    months, rng = Months(1000 + seed, CASES, EVENTS, calm=calm), Random(seed)
    last = months.deliveries[-2:]
    with (
        empty(server, template, tmp_path / "all") as taken,
        empty(server, template, tmp_path / "alone") as alone,
        empty(server, template, tmp_path / "turned") as turned,
    ):
        for delivery in months.deliveries:
            taken.take(months.forms[delivery.system], delivery, rng)
        for delivery in last:
            form = months.forms[delivery.system]
            alone.take(form, delivery, rng)
            turned.take(form, shuffled(delivery, rng, timedelta(0)), rng)

        assert of_lists(taken.law) == of_lists(alone.law) == of_lists(turned.law)
        if calm:
            today = [(figure, words, None) for figure, words, _ in random_questions(rng, alone.law.lines, QUESTIONS)]
            questions = [question for question in today if question[0] != "late_registration"]
            expected = [cells for cells, _ in alone.cells(questions)]
            assert [cells for cells, _ in taken.cells(questions)] == expected
            assert [cells for cells, _ in turned.cells(questions)] == expected

        recorded = len(taken.law.lines)
        for delivery in last:
            taken.take(months.forms[delivery.system], shuffled(delivery, rng, timedelta(hours=9)), rng)
        assert len(taken.law.lines) == recorded


def forgetful(**changes: Any) -> Callable[[Table], Table]:
    """A reading of a table that forgets something of each of its rows."""
    return lambda table: table._replace(rows=[replace(row, **changes) for row in table.rows])


def once(table: Table) -> Table:
    """A reading that takes the first of two rows of one key."""
    first = {row.key: row for row in reversed(table.rows)}
    return table._replace(rows=[row for row in table.rows if first[row.key] is row])


FORGOTTEN: dict[str, Callable[[Table], Table]] = {
    "rows that are gone": lambda table: table._replace(gone="keep"),
    "that a row is a bad one": forgetful(bad=False, unnamed=False),
    "that a row's key is a bad one": forgetful(unnamed=False),
    "two rows of one key": once,
    "the moment that the source knew": forgetful(known_at=None),
    "the day of a change": forgetful(changed_on=None),
    "the end of a grant": forgetful(end=None),
    "the order of rows": lambda table: table._replace(rows=table.rows[::-1]),
}


@pytest.mark.parametrize("forgotten", FORGOTTEN)
def test_a_register_that_forgets_something_is_not_the_law_s(forgotten: str) -> None:
    """The twin: the log that is asked for is another where any of it is forgotten, in one of the first registers or other."""
    assert any(
        log_by_law(months, FORGOTTEN[forgotten]) != log_by_law(months, lambda table: table)
        for months in (Months(seed, CASES, EVENTS, calm=False) for seed in SEEDS)
    )


def log_by_law(months: Months, read: Callable[[Table], Table]) -> list[dict[str, Any]]:
    law = LawfulRegister()
    for delivery in months.deliveries:
        law.take(delivery.system, [read(table) for table in delivery.tables], delivery.taken_at)
    return law.lines
