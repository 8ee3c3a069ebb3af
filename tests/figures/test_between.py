"""Hvem gik, hvem kom: who left a stock between two days, who came, and what did it, as a caseworker would say it."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.answers import between as asking
from api.answers.between import between
from api.register.register import Register
from dashboards.comparing.between import Between, CaseBetween, Point, points
from dashboards.comparing.words import cause_in_words, not_known, sum_in_words, way_in_words
from dashboards.figures import FIGURES
from dashboards.figures.figure import Ask
from dashboards.figures.question import parse_question
from journey.events import Closed, MergedInto, Referred, Rejected, Reopened, Transferred
from journey.refusals import Refused
from tests.by_hand.events import AM, UI, log, on
from tests.conftest import Database, Sample, fresh_database
from tests.figures.between_rows import ROWS, Told
from tests.oracle import answer
from tests.support.histories import random_register, taken
from tests.support.questions import random_questions
from tests.support.registers import NOW, TODAY, as_words, load, register_on, sampled_register
from tests.support.sizes import by_size

PROMISE = (
    "who left a stock and who came to it are the cases that a brute-force program counts on the one day and not on the other"
)

FIRST, LAST = date(2024, 1, 1), date(2024, 7, 1)
STOCKS = [name for name, figure in FIGURES.items() if figure.is_stock]


@pytest.fixture(scope="module")
def register(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    """All rows in one register, each a case of its own."""
    with fresh_database(server, template.name) as database:
        made = register_on(database, tmp_path_factory.mktemp("keys"))
        lines = [{**event, "case": f"c{nth}"} for nth, row in enumerate(ROWS) for event in row.events]
        last = on("2024-12-01", "referred", "later", unit=UI, citizen="b-later")  # so that the days asked about are covered
        load(made, log(*sorted([*lines, last], key=lambda line: line["known_at"])))
        made.believe()
        yield made


def _between(register: Register, figure: str, first: date = FIRST, last: date = LAST, **given: list[str]) -> Between:
    position = register.head()[0]
    put = {"valid_at": [last.isoformat()], **given}
    question = parse_question(FIGURES[figure].takes, put, position=position, today=TODAY, codes=register.codes)
    return between(register, Ask(FIGURES[figure], question), first)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.title)
def test_a_case_is_listed_with_what_did_it(register: Register, row: Told) -> None:
    found = _between(register, row.figure)

    [case] = [each for each in found.cases if each.case == f"c{ROWS.index(row)}"]
    day = case.cause.day.isoformat() if case.cause else ""
    assert (case.way, way_in_words(case, found), cause_in_words(case, found), day) == (row.way, row.cells, row.cause, row.day)


def test_twin_a_day_without_its_time_before_its_events_names_the_wrong_event(
    register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looked at only after each event, a birthday on a day with an event would be that event's doing."""

    def after_events_only(*given: Any) -> list[Point]:
        course = points(*given)
        return [course[0], *(point for point in course[1:] if point.event), course[-1]]

    monkeypatch.setattr(asking, "points", after_events_only)
    row = next(row for row in ROWS if row.figure == "age_bands")

    with pytest.raises(AssertionError):
        test_a_case_is_listed_with_what_did_it(register, row)


def test_a_chosen_cell_tells_where_its_cases_went(register: Register) -> None:
    put = {"valid_at": [LAST.isoformat()]}
    figure = FIGURES["caseload_by_support"]
    question = parse_question(figure.takes, put, position=register.head()[0], today=TODAY, codes=register.codes)
    found = between(register, Ask(figure, question), FIRST, {"support": "bostoette"})

    [left] = found.that("left")
    assert (way_in_words(left, found), found.counts[1:3]) == ("fra Bostøtte til Økonomisk støtte til efterskole", (1, 0))


def test_the_sum_is_seen_to_add_up(register: Register) -> None:
    found = _between(register, "caseload", unit=[UI])

    first, left, came, last = found.counts
    assert first - left + came == last
    assert sum_in_words(found) == f"{first} sager − {left} gik + {came} kom = {last} sager"


@pytest.mark.parametrize(("first", "last"), [("2020-01-01", "2024-02-01"), ("2024-02-01", "2025-06-01")])
def test_days_that_are_not_covered_are_not_known(register: Register, first: str, last: str) -> None:
    found = _between(register, "caseload", date.fromisoformat(first), date.fromisoformat(last))

    assert "er ikke kendt" in not_known(found)
    assert not_known(_between(register, "caseload")) == ""
    assert all(each.cause is None for each in found.cases)


@pytest.mark.parametrize(
    ("figure", "first", "given", "place"),
    [
        ("follow_ups", "2024-01-01", {}, "valid_from"),
        ("caseload", "2024-07-01", {}, "valid_from"),
        ("caseload", "2024-01-01", {"valid_at": ["2024-06-01", "2024-07-01"]}, "valid_at"),
        ("sources", "2024-01-01", {}, "valid_from"),
    ],
)
def test_what_cannot_be_compared_is_refused_at_its_field(
    register: Register, figure: str, first: str, given: dict[str, list[str]], place: str
) -> None:
    put = {"valid_at": [LAST.isoformat()]} | given if "valid_at" in FIGURES[figure].takes.names else {}
    question = parse_question(FIGURES[figure].takes, put, position=register.head()[0], today=TODAY, codes=register.codes)

    with pytest.raises(Refused) as refused:
        between(register, Ask(FIGURES[figure], question), date.fromisoformat(first))

    assert refused.value.place == place


def test_every_stock_is_told_by_what_it_takes() -> None:
    """No list of figures: what counts cases on one day, and neither events nor a period nor two days."""
    assert {*STOCKS} >= {"caseload", "caseload_by_support", "cohort", "overdue_follow_ups", "age_bands", "layers", "plans"}
    assert not {"membership", "sources", "follow_ups", "stock_flow", "survey"} & {*STOCKS}


def _alone(lines: list[dict[str, Any]], figure: str, parameters: dict[str, Any], day: date) -> dict[str, frozenset[str]]:
    """By the oracle, the cells that each case alone counts in on the day."""
    by_case: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        if "case" in line:
            by_case.setdefault(line["case"], []).append(line)
    given = {**parameters, "valid_at": [day.isoformat()]}
    return {
        case: frozenset(
            repr({name: value for name, value in cell.items() if name not in ("valid_at", "value")}) for cell in cells
        )
        for case, some in by_case.items()
        if (cells := [cell for cell in answer(some, figure, given) if cell["value"]])
    }


LAW: dict[type, str] = {
    Closed: "closed",
    Rejected: "rejected",
    MergedInto: "merged",
    Referred: "referred",
    Reopened: "reopened",
}


def _cause_of_the_law(case: CaseBetween) -> tuple[str, str, str | None]:
    assert case.cause is not None
    assert case.cause.event is not None
    event = case.cause.event.event
    if isinstance(event, Transferred):
        return (case.way, "transferred_out", event.to) if case.way == "left" else (case.way, "transferred_in", None)
    return case.way, LAW[type(event)], event.reason if isinstance(event, Closed) else None


@pytest.mark.long
@pytest.mark.parametrize("seed", range(by_size(2, 4, 30)))
def test_who_left_and_who_came_are_those_of_the_oracle(database: Database, tmp_path: Path, seed: int) -> None:
    register = register_on(database, tmp_path)
    file = random_register(seed, cases=40)
    load(register, file)
    lines, rng = taken(file, now=NOW), random.Random(seed)
    position = register.believe()
    of_stocks = [
        (name, given) for name, given, _ in random_questions(rng, lines, 96) if name in STOCKS and "count" not in given
    ]
    ways: Counter[str] = Counter()
    for name, given in of_stocks:
        last = date.fromisoformat(given["valid_at"][0])
        first = last - timedelta(days=rng.choice([1, 7, 30, 90, 365]))
        put = as_words({**given, "valid_at": [last.isoformat()]})
        question = parse_question(FIGURES[name].takes, put, position=position, today=TODAY, codes=register.codes)
        found = between(register, Ask(FIGURES[name], question), first)
        before, after = (_alone(lines, name, given, day) for day in (first, last))

        assert {each.case for each in found.that("left")} == before.keys() - after.keys(), (name, given)
        assert {each.case for each in found.that("came")} == after.keys() - before.keys(), (name, given)
        assert {each.case for each in found.that("moved")} == {
            case for case in before.keys() & after.keys() if before[case] != after[case]
        }, (name, given)
        for cell in found.cells:
            if cell.adds_up:
                steps = -cell.left - cell.gone + cell.changed + cell.new + cell.came
                assert (cell.before or 0) + steps == pytest.approx(cell.after or 0), (name, given, cell)
        ways.update(each.way for each in found.cases if each.cause or found.unknown)
    assert min(ways[way] for way in ("left", "came", "moved")) > 2


@pytest.mark.long
@pytest.mark.parametrize("seed", range(by_size(2, 4, 30)))
def test_the_causes_are_those_of_the_law(database: Database, tmp_path: Path, seed: int) -> None:
    """The event at which a case left or came is the one that `membership` counts it under, for any units and days."""
    register = register_on(database, tmp_path)
    file = random_register(seed + 100, cases=60)
    load(register, file)
    lines, rng = taken(file, now=NOW), random.Random(seed)
    position, compared = register.believe(), 0
    for name, given, _ in random_questions(rng, lines, 400):
        if name != "membership":
            continue
        first, last = map(date.fromisoformat, given["valid_at"])
        figure = FIGURES["caseload"]
        put = as_words({**given, "valid_at": [last.isoformat()]})
        question = parse_question(figure.takes, put, position=position, today=TODAY, codes=register.codes)
        found = between(register, Ask(figure, question), first)
        if found.unknown:
            continue
        causes = Counter(_cause_of_the_law(each) for each in found.that("left", "came"))
        cells = answer(lines, "membership", given)
        told = {
            (cell["measure"], cell["cause"], cell.get("reason") or cell.get("to_unit")): cell["value"]
            for cell in cells
            if cell["measure"] != "stayed" and cell["value"]
        }
        assert causes == told, given
        compared += sum(causes.values())
    assert compared > 30


@pytest.mark.long
def test_from_117_to_96_the_sample_names_who_left_and_who_came(
    server: Database, sample_template: Sample, tmp_path: Path
) -> None:
    with sampled_register(server, sample_template, tmp_path) as register:
        register.believe()
        found = _between(register, "caseload", date(2024, 2, 2), date(2025, 2, 1), unit=[UI])

        assert found.counts == (117, 51, 30, 96)
        assert Counter(_cause_of_the_law(each)[:2] for each in found.that("left", "came")) == {
            ("left", "closed"): 43,
            ("left", "transferred_out"): 8,
            ("came", "referred"): 26,
            ("came", "transferred_in"): 4,
        }
        for name in STOCKS:
            given = {} if name == "cohort" else {"unit": [UI]}
            if name == "cohort":
                given = {"from_unit": ["social"], "to_unit": [AM], "from": ["2022-10-01"], "to": ["2022-11-01"]}
            found = _between(register, name, date(2024, 2, 2), date(2025, 2, 1), **given)
            assert all(each.cause for each in found.that("left", "came", "moved")), name
