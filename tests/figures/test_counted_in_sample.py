"""Every case of the sample held against every published number: one line each, and the event that decided found again by brute force."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cached_property
from typing import Any

import pytest
from msgspec.structs import replace

from api.answers.inclusion import counted_in
from api.register.register import Register
from dashboards.case.figures import published
from dashboards.drilldown.cell import part
from dashboards.drilldown.inclusion import Inclusion, Reason
from dashboards.figures.figure import Cell, dimensions_of
from dashboards.words.language import DANISH
from journey.history import Recorded
from journey.sample import sample_register
from tests import oracle
from tests.conftest import Database, Sample
from tests.oracle.fold import State, primary_support, register_from
from tests.support.registers import TODAY, sampled_register
from tests.support.sizes import by_size

pytestmark = pytest.mark.long
LINES = [*enumerate(sample_register(), 1)]
BY_CASE: dict[str, list[tuple[int, dict[str, Any]]]] = {}
for _position, _line in LINES:
    if "case" in _line:
        BY_CASE.setdefault(_line["case"], []).append((_position, _line))


class KnownCase:
    """A case as it was known at a position: its events that stand, in their order, each with its position in the log."""

    def __init__(self, case: str, position: int) -> None:
        known = [(at, line) for at, line in BY_CASE[case] if at <= position]
        gone = {
            (line["data"].get("source", line["source"]), line["data"]["source_id"])
            for _, line in known
            if line["kind"] == "withdrawn"
        }
        stand = [
            (at, line) for at, line in known if line["kind"] != "withdrawn" and (line["source"], line["source_id"]) not in gone
        ]
        self.events = sorted(stand, key=lambda each: (each[1]["valid_at"], each[0]))
        self._cells: dict[str, list[Cell]] = {}

    def cells(self, number: Inclusion, events: int) -> list[Cell]:
        """The number's question over its first events, by the oracle."""
        key = f"{number.published.figure} {number.published.parameters} {events}"
        if key not in self._cells:
            lines = [line for _, line in self.events[:events]]
            self._cells[key] = oracle.answer(lines, str(number.published.figure), number.published.parameters)
        return self._cells[key]

    def part(self, number: Inclusion, events: int) -> float:
        return part(number.published.cell, self.cells(number, events))

    @cached_property
    def states(self) -> list[State]:
        """The state before the first event and after each, by the oracle."""
        if not self.events:
            return [State()]
        [steps] = register_from([line for _, line in self.events]).cases.values()
        return [State(), *(step.after for step in steps)]

    def place(self, event: Recorded) -> int:
        """The number of the event among them, from 1. Raises StopIteration where it is none of them."""
        return next(nth for nth, (at, _) in enumerate(self.events, 1) if at == event.position)


@pytest.fixture(scope="module")
def register(server: Database, sample_template: Sample, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with sampled_register(server, sample_template, tmp_path_factory.mktemp("keys")) as made:
        made.believe()
        yield made


def test_each_number_has_one_line_and_the_event_that_decided(register: Register) -> None:
    seen: set[str] = set()
    faults: list[tuple[object, ...]] = []
    for case in [*BY_CASE][:: by_size(7, 1, 1)]:
        inclusions = counted_in(register, case, len(LINES), TODAY)
        lines = published(inclusions, register.municipality, DANISH)
        titles = [(line.title, line.paper) for line in lines]
        assert len(set(titles)) == len(titles), case
        assert all(line.because for line in lines), case
        known: dict[int, KnownCase] = {}
        for number in inclusions:
            position = number.ask.question.position
            each = known.setdefault(position, KnownCase(case, position))
            if fault := _fault(number, each, case):
                faults.append((case, number.published.id, fault, number.why_not, number.event))
            seen.update(reason.code for reason in number.why_not)
        assert [line.counted for line in lines].count(True) == sum(bool(number.part) for number in inclusions)

    assert faults == []
    assert len(BY_CASE) == 496
    assert seen >= {"left", "not_yet", "instead", "include_assessing", "unknown", "nothing", "period", "supported", "assessing"}


def _fault(number: Inclusion, known: KnownCase, case: str) -> str | None:
    """What is wrong with a case's inclusion; None where the oracle finds the same."""
    end = len(known.events)
    if known.part(number, end) != number.part:
        return "another part"
    if number.part:
        return _turned(number, known, number.event, counted=True)
    faults = [fault for reason in number.why_not if (fault := _wrong_reason(number, reason, known, case))]
    return faults[0] if faults else None if number.why_not else "no reason"


def _turned(number: Inclusion, known: KnownCase, event: Recorded | None, *, counted: bool) -> str | None:
    """What is wrong with an event said to be the last by which the case came into the number, or went out of it."""
    if event is None:
        return "no event"
    place = known.place(event)
    before, after = (
        bool(known.part(number, place - 1)),
        [bool(known.part(number, nth)) for nth in range(place, len(known.events) + 1)],
    )
    return None if before is not counted and set(after) == {counted} else "it did not turn there"


def _wrong_reason(number: Inclusion, reason: Reason, known: KnownCase, case: str) -> str | None:
    event = reason.event
    if reason.code == "unknown":
        return None if not known.events and event and event.position == BY_CASE[case][0][0] else "it was known"
    if reason.code == "nothing":
        return (
            None
            if event is None and not any(each["value"] for each in known.cells(number, len(known.events)))
            else "it had some"
        )
    if reason.code == "not_open":
        return "it was opened" if any(state.open for state in known.states) else None
    if event is None:
        return "no event"
    day = _day(number)
    if reason.code == "not_yet":
        return None if day and event.valid_at > day and not any(state.open for state in _upto(known, day)) else "it was open"
    if reason.code == "unit":
        anywhere = {**number.published.parameters, "unit": [*number.ask.question.codes["units"].codes]}
        wider = replace(number, published=replace(number.published, parameters=anywhere))
        alone = len(number.why_not) == 1
        return _turned(wider, known, event, counted=True) if alone else None
    if reason.code == "period":
        return (
            None if not number.ask.question.from_day <= event.valid_at < number.ask.question.to_day else "it was in the period"
        )
    place = known.place(event)
    if day and event.valid_at > day:
        return "it came after the day"
    if reason.code == "instead":
        counting = [_counting(known.cells(number, nth)) for nth in range(place - 1, len(known.events) + 1)]
        same = all(each == counting[1] for each in counting[1:])
        return None if same and counting[0] != counting[1] == [*reason.cells] else "it does not count there"
    if reason.code == "left" and day is not None:
        units = number.ask.question.unit
        states = _upto(known, day)
        where = [state.unit if state.open else None for state in states]
        if where[-1] in units or where[place] in units or where[place] == where[place - 1]:
            return _turned(number, known, event, counted=False)
        later = [unit for unit in where[place:] if unit in units]
        return "it came back" if later else None
    if reason.code in ("include_assessing", "supported", "assessing", "waiting"):
        state = _upto(known, day)[-1] if day else known.states[-1]
        stage = "supported" if primary_support(state) else "assessing" if state.assessing else "waiting"
        return None if stage == reason.code.replace("include_assessing", "assessing") else f"it was {stage}"
    return _turned(number, known, event, counted=False)


def _day(number: Inclusion) -> date | None:
    question = number.ask.question
    if number.ask.figure.takes.has_period or not question.valid_at:
        return None
    return (
        date.fromisoformat(number.published.cell["valid_at"]) if "valid_at" in number.published.cell else question.valid_at[0]
    )


def _upto(known: KnownCase, day: date) -> list[State]:
    return known.states[: 1 + sum(line["valid_at"] <= day.isoformat() for _, line in known.events)]


def _counting(cells: list[Cell]) -> list[Cell]:
    return [dimensions_of(each) for each in cells if each["value"]]


def test_an_event_that_did_not_decide_is_seen(register: Register) -> None:
    """The twin: the event before the one that decided, or none."""
    case = next(case for case in BY_CASE if case.startswith("N-2022"))
    number = next(each for each in counted_in(register, case, len(LINES), TODAY) if each.part and each.event)
    known = KnownCase(case, number.ask.question.position)

    assert _turned(number, known, number.event, counted=True) is None
    assert number.event is not None
    others = [at for at, _ in known.events if at != number.event.position]
    wrong = [_turned(number, known, _at(number.event, at), counted=True) for at in others]
    assert wrong
    assert all(wrong)


def _at(event: Recorded, position: int) -> Recorded:
    from msgspec.structs import replace

    return replace(event, position=position)
