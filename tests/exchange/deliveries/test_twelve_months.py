"""The sample written out as sheets at twelve moments, and taken in again: what was known then is what the register knew then."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import combinations
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
QUESTIONS = by_size(1, 1, 3) * 32
"""How many questions of any figures at each moment."""
BY_REGISTRATION = ("late_registration", "sources", "covered")
"""What is counted from the moments at which events were registered."""


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
    """The questions at each moment: of any days and periods, and of each figure of the moment's own day, or the year that ends with it."""
    rng = Random(12)
    for moment in months.moments:
        known = [dict(line) for line in months.lines if moment_of(line) <= moment]
        for figure, parameters, _ in random_questions(rng, known, QUESTIONS):
            if figure in months.figures:
                yield moment, figure, parameters
        day = moment.date()
        year = {"from": (day - timedelta(days=365)).isoformat(), "to": (day + timedelta(days=1)).isoformat()}
        for figure in sorted(months.figures):
            takes = FIGURES[figure].takes
            if not takes.required and takes.days is None:
                yield moment, figure, year if takes.has_period else {"valid_at": [day.isoformat()]}


BORDERS = {"referred", "reopened", "transferred", "closed", "rejected", "merged_into"}
ANY_TIME = {"presented", "benefit_changed", "activity_recorded"}
"""What counts whether or not the case is open, and by itself (section 4)."""
OF_ONE = {"follow_up": "track", "caseworker": "role", "support": "grant", "performer": "worker"}
OUT_OF_ORDER = {("follow_up_agreed", "follow_up_held"): 18}
"""What a delivery turns round: of one case, day, moment and track, a follow-up that was agreed and then one that was held.

The sheet of those held comes first in the mapping, as most days want it, and no order of two sheets is right for all days (rule 5). No
figure tells: the one that is agreed is due months later, and the one held answers the one whose due day is nearest.
"""


def meet(line: Line, later: Line) -> bool:
    """Whether two events may change what each other does."""
    kinds = {line["kind"], later["kind"]}
    if kinds & BORDERS:
        return not kinds & ANY_TIME
    group, other = (next((group for group in OF_ONE if kind.startswith(group)), kind) for kind in (line["kind"], later["kind"]))
    name = OF_ONE.get(group, "")
    return group == other and line["data"].get(name) == later["data"].get(name)


def test_the_order_of_the_sheets_is_that_of_the_day_but_for_what_no_figure_tells() -> None:
    of_day: defaultdict[tuple[str, str, str], list[Line]] = defaultdict(list)
    for line in carried(sample_register(until=UNTIL)):
        if line["kind"] != "withdrawn":
            of_day[line["case"], line["valid_at"], line["known_at"]].append(line)
    turned = Counter(
        (line["kind"], later["kind"])
        for day in of_day.values()
        for line, later in combinations(day, 2)
        if ORDER.index(line["kind"]) > ORDER.index(later["kind"]) and meet(line, later)
    )

    assert turned == OUT_OF_ORDER


def test_the_months_of_one_system_count_as_the_original_did(
    server: Database, template: Database, tmp_path: Path, months: Months
) -> None:
    """Where all is of one system, every figure, the delays of registration and the days covered are the original's."""
    one = months._replace(lines=as_one_system(months.lines))
    answers: defaultdict[str, set[str]] = defaultdict(set)
    for number, original, taken, _ in both(server, template, tmp_path, one):
        assert original == taken, number
        answers[number[1]].add(str(original))
    told_apart = {figure for figure, found in answers.items() if len(found) > 1}
    assert 10 * len(told_apart) >= 9 * len(months.figures), "there must be something to count"


def test_the_months_of_several_systems_count_as_the_original_did_but_for_when_it_was_registered(
    server: Database, template: Database, tmp_path: Path, months: Months
) -> None:
    """A mapping a system: what is known and not known is the same at each moment, and so are all figures but those of registration.

    Deliveries of the systems are taken in one after the other, and the log's moments never run backwards (section 1): what the second
    system registered before the last event of the first is known from its delivery. So the delays of registration, how often a source
    is heard of, and the days covered are those of the log that the law wants, and not the original's.
    """
    differ = set[str]()
    for number, original, taken, by_law in both(server, template, tmp_path, months):
        assert taken == (by_law if number[1] in BY_REGISTRATION else original), number
        if taken != original:
            differ.add(number[1])
    assert differ == {*BY_REGISTRATION}


Numbers = Iterator[tuple[tuple[str, str, str], object, object, object]]


def both(server: Database, template: Database, folder: Path, months: Months) -> Numbers:
    """Every number at each moment: its name, as the original has it, as the months give it, and as the log that the law wants has it."""
    with (
        fresh_database(server, template.name) as first,
        fresh_database(server, template.name) as second,
        fresh_database(server, template.name) as third,
    ):
        original, taken, lawful = (register_on(database, folder) for database in (first, second, third))
        load(original, [dict(line) for line in months.lines])
        load(lawful, take_months(second, months).lines)
        registers = [Counted(register) for register in (original, taken, lawful)]
        with original.connected(READ) as one, taken.connected(READ) as two, lawful.connected(READ) as three:
            answering = list(zip(registers, (one, two, three), strict=True))
            for moment, figure, parameters in asked(months):
                asking = answering if figure in BY_REGISTRATION else answering[:2]
                found = [register.cells(conn, figure, parameters, moment) for register, conn in asking]
                yield (f"{moment:%Y-%m-%d}", figure, str(parameters)), found[0], found[1], found[-1]
            for moment in months.moments:
                found = [register.covered(conn, moment) for register, conn in answering]
                yield (f"{moment:%Y-%m-%d}", "covered", ""), found[0], found[1], found[-1]
