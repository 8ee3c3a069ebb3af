"""The sample written out as sheets at twelve moments, and taken in again: what was known then is what the register knew then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import msgspec
import psycopg
import pytest

from api.register.answer import counted, covered_at
from api.register.register import Register
from dashboards.figures import FIGURES
from dashboards.figures.question import parse_question
from journey.history import COPENHAGEN
from journey.log.migrate import READ
from journey.log.stored import Entry
from journey.sample import sample_register
from tests.conftest import Database, fresh_database
from tests.figures.test_oracle import told
from tests.oracle import answer, covered
from tests.support.as_sheets import mapping_text, sheets_of
from tests.support.deliveries import take
from tests.support.law_of_deliveries import LawfulRegister, Row, Table
from tests.support.questions import random_questions
from tests.support.registers import as_words, load, register_on
from tests.support.sheets import mapping
from tests.support.sizes import by_size
from tests.support.written_out import ORDER, Line, RowsAt, as_one_system, carried, left_out, moment_of

pytestmark = pytest.mark.long

UNTIL = datetime(2025, 12, 30, 23, 59, tzinfo=COPENHAGEN)
EVERY = by_size(9, 9, 1)
"""Every so many of the cases is one of the register's."""
QUESTIONS = by_size(1, 1, 3) * len(FIGURES)
"""How many questions of any figures at each moment."""
BY_REGISTRATION = ("late_registration",)
"""What counts from the moments at which events were registered."""


class Months(NamedTuple):
    """What systems know that sheets carry, the moments at which their lists are taken out, and the figures of what they carry."""

    lines: Sequence[Line]
    moments: Sequence[datetime]
    figures: frozenset[str]

    @property
    def sources(self) -> list[str]:
        return sorted({line["source"] for line in self.lines})

    def kinds(self, source: str) -> list[str]:
        given = {line["kind"] for line in self.lines if line["source"] == source}
        return [kind for kind in ORDER if kind in given]


@pytest.fixture(scope="module")
def months() -> Months:
    """Some of the sample's cases, and the last days of work in every fourth month, four years long."""
    every = sample_register(until=UNTIL)
    cases = sorted({str(line["case"]) for line in every if "case" in line})[::EVERY]
    lines = carried([line for line in every if line.get("case") in cases])
    ends = sorted(date(year, month, 1) for year in (2022, 2023, 2024, 2025) for month in (5, 9))
    ends += [date(year, 1, 1) for year in (2023, 2024, 2025, 2026)]
    return Months(lines, last_days(lines, sorted(ends)), frozenset(FIGURES) - left_out(every))


def last_days(lines: Sequence[Line], ends: Sequence[date]) -> list[datetime]:
    """The end of the last day before each of the days on which anything was registered."""
    worked = {moment_of(line).astimezone(COPENHAGEN).date() for line in lines}
    return [datetime.combine(max(day for day in worked if day < end), time(23, 59), tzinfo=COPENHAGEN) for end in ends]


def take_months(database: Database, months: Months) -> LawfulRegister:
    """Take each moment's delivery of each system, a sheet a kind and a row an event; gives what the law says that this records."""
    rows, law = RowsAt(months.lines), LawfulRegister()
    before: dict[str, set[str]] = {source: set() for source in months.sources}
    files = {source: mapping(mapping_text(months.kinds(source), source, gone="withdraw")) for source in months.sources}
    for moment in months.moments:
        for source, taken in before.items():
            now, kinds = rows.entries(source, moment), months.kinds(source)
            gone = len(taken - now.keys())
            report = take(database, files[source], sheets_of(now, kinds), moment, allow_gone=gone)
            assert report.bad_rows == 0, report.bad[:3]
            assert report.numbers.new == len(now.keys() - taken)
            assert (report.numbers.corrected, report.numbers.withdrawn) == (0, gone)
            assert report.recorded == law.take(source, tables(now, kinds), moment)
            before[source] = set(now)
    return law


def tables(now: Mapping[str, Entry], kinds: Sequence[str]) -> list[Table]:
    """The same sheets as they are meant."""

    def meant(number: str, entry: Entry) -> Row:
        data = {name: value for name, value in msgspec.to_builtins(entry.event).items() if value is not None and name != "type"}
        return Row(
            number, entry.stream, entry.valid_at.isoformat(), data, known_at=entry.known_at and entry.known_at.isoformat()
        )

    return [Table(kind, "withdraw", [meant(nr, entry) for nr, entry in now.items() if entry.kind == kind]) for kind in kinds]


class Counted:
    """A register's answers at moments."""

    def __init__(self, register: Register) -> None:
        self._register = register
        register.believe()

    def position(self, conn: psycopg.Connection[Any], moment: datetime) -> int:
        query = "select coalesce(max(notification_id), 0) from log.events where known_at <= %s"
        [position] = conn.execute(query, (moment,)).fetchone() or (0,)
        return position

    def cells(self, conn: psycopg.Connection[Any], figure: str, parameters: Mapping[str, Any], moment: datetime) -> list[str]:
        takes, position = FIGURES[figure].takes, self.position(conn, moment)
        words = as_words(dict(parameters))
        question = parse_question(takes, words, position=position, today=moment.date(), codes=self._register.codes)
        return told(list(counted(conn, FIGURES[figure], question)))

    def covered(self, conn: psycopg.Connection[Any], moment: datetime) -> dict[str, str | None]:
        return covered_at(conn, self.position(conn, moment), ()).json


def asked(months: Months) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
    """The questions at each moment: of any days and periods, and of the moment's own day and the year that ends with it."""
    rng = Random(12)
    for moment in months.moments:
        known = [dict(line) for line in months.lines if moment_of(line) <= moment]
        for figure, parameters, _ in random_questions(rng, known, QUESTIONS):
            if figure in months.figures:
                yield moment, figure, parameters
        day, year = moment.date(), timedelta(days=365)
        yield moment, "caseload_by_support", {"valid_at": [day.isoformat()]}
        for figure in ("caseworker_changes", "late_registration", "stock_flow", "follow_ups"):
            yield moment, figure, {"from": (day - year).isoformat(), "to": (day + timedelta(days=1)).isoformat()}


def test_the_months_of_one_system_count_as_the_original_did(
    server: Database, template: Database, tmp_path: Path, months: Months
) -> None:
    """Where all is of one system, every figure, the delays of registration and the days covered are the original's."""
    one = months._replace(lines=as_one_system(months.lines))
    for number, original, taken, _ in both(server, template, tmp_path, one):
        assert original == taken, number


def test_the_months_of_several_systems_count_as_the_original_did_but_for_the_moments_of_registration(
    server: Database, template: Database, tmp_path: Path, months: Months
) -> None:
    """A mapping a system: what is known and not known is the same at each moment, and so are all figures but two.

    Deliveries of the systems are taken in one after the other, and the log's moments never run backwards (section 1): what the second
    system registered before the last event of the first is known from its delivery. So the delays of registration and the days covered
    are those of the law, which are not the original's.
    """
    differ = 0
    for number, original, taken, by_law in both(server, template, tmp_path, months):
        registration = number[1] in ("covered", *BY_REGISTRATION)
        assert taken == (by_law if registration else original), number
        differ += registration and taken != original
    assert differ > 0


Numbers = Iterator[tuple[tuple[str, str, str], object, object, object]]


def both(server: Database, template: Database, folder: Path, months: Months) -> Numbers:
    """Every number at each moment: its name, as the original has it, as the months give it, and as the law says (by registration)."""
    with fresh_database(server, template.name) as first, fresh_database(server, template.name) as second:
        original, taken = (register_on(database, folder / database.name) for database in (first, second))
        (folder / first.name).mkdir()
        load(original, [dict(line) for line in months.lines])
        law = take_months(second, months)
        of_original, of_taken = Counted(original), Counted(taken)
        with original.connected(READ) as one, taken.connected(READ) as other:
            for moment, figure, parameters in asked(months):
                name = (f"{moment:%Y-%m-%d}", figure, str(parameters))
                by_law = None
                if figure in BY_REGISTRATION:
                    by_law = told(answer(law.lines, figure, parameters, of_taken.position(other, moment)))
                cells = of_original.cells(one, figure, parameters, moment)
                yield name, cells, of_taken.cells(other, figure, parameters, moment), by_law
            for moment in months.moments:
                by_law = covered(law.lines, of_taken.position(other, moment))
                yield (
                    (f"{moment:%Y-%m-%d}", "covered", ""),
                    of_original.covered(one, moment),
                    of_taken.covered(other, moment),
                    by_law,
                )
