"""The days that a register is covered, against the law's own program; hand cases stand in `tests/by_hand/test_covered.py`."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from api.register.register import Register
from dashboards.coverage import ALWAYS, SILENCE, Covered, covered
from journey.log.migrate import READ
from tests.by_hand.events import closed, on, referred
from tests.conftest import Database
from tests.oracle import covered as by_the_law
from tests.support.histories import random_register, taken
from tests.support.registers import NOW, load, register_on

MORNING = datetime(2024, 3, 1, 8, tzinfo=UTC)
DAY = date(2024, 3, 1)
SOURCES = ("a", "b", "journey")


@pytest.mark.parametrize("seed", range(40))
def test_the_last_day_is_the_laws_for_any_sources(seed: int):
    rng = random.Random(seed)
    lags = [timedelta(days=rng.choice([0, 1, 14, 179, 180, 181, 400]), seconds=rng.choice([0, 1])) for _ in SOURCES]
    newest = {source: MORNING - lag for source, lag in zip(SOURCES, lags, strict=True) if rng.random() < 0.8}
    ended = [source for source in SOURCES[:2] if rng.random() < 0.3]
    lines = [
        {**on("2024-01-01", "benefit_changed", benefit="su"), "source": source, "known_at": moment.isoformat()}
        for source, moment in newest.items()
    ]

    assert covered(None, newest, ended).json == by_the_law(lines, None, ended)


def test_one_source_that_is_silent_for_more_than_half_a_year_no_longer_holds_the_others_back():
    newest = {"a": MORNING - SILENCE, "b": MORNING}
    assert covered(DAY, newest, ()).last == (MORNING - SILENCE).date()
    assert covered(DAY, {**newest, "a": MORNING - SILENCE - timedelta(seconds=1)}, ()).last == DAY


def test_a_page_without_a_day_opens_on_the_last_covered_one_where_that_is_more_than_a_fortnight_ago():
    days = Covered(date(2022, 1, 1), DAY)
    assert days.opening_day(DAY + timedelta(days=14)) == DAY + timedelta(days=14)
    assert days.opening_day(DAY + timedelta(days=15)) == DAY
    assert Covered(None, None).opening_day(DAY) == ALWAYS.opening_day(DAY) == DAY


def _found(register: Register, position: int, *ended: str) -> dict[str, str | None]:
    municipality = replace(register.municipality, ended_sources=ended)
    declared = replace(register, settings=replace(register.settings, municipality=municipality))
    with declared.connected(READ) as conn:
        return declared.covered(conn, position).json


def test_it_is_the_laws_at_every_position_of_any_register(database: Database, tmp_path: Path):
    register, file = register_on(database, tmp_path), random_register(7, cases=12)
    load(register, file)
    register.believe()
    lines = taken(file, now=register.head()[1] or NOW)  # what comes without a moment gets the database's
    sources = sorted({line["source"] for line in lines})

    answers = {position: by_the_law(lines, position) for position in range(0, len(lines) + 1, 17)}

    assert {position: _found(register, position) for position in answers} == answers
    assert len({*map(str, answers.values())}) > 5
    for source in sources:
        assert _found(register, len(lines), source) == by_the_law(lines, len(lines), (source,))


def test_notes_streams_and_days_within_which_a_case_comes_and_goes_are_not_counted(database: Database, tmp_path: Path):
    register = register_on(database, tmp_path)
    wave = {"wave": "2024", "statement": "s1", "answers": [1, 1, 1, 1, 1], "n": 5}
    events: list[tuple[dict[str, Any], str]] = [
        (referred("2023-05-01", case="c2"), "2024-01-12T09:00:00+01:00"),
        (closed("2023-05-01", "c2"), "2024-01-12T09:00:00+01:00"),
        (referred("2024-01-10"), "2024-01-12T09:00:00+01:00"),
        (closed("2024-03-01"), "2024-03-02T23:30:00Z"),
        (on("2024-05-01", "note_added", text="x"), "2024-05-01T09:00:00+02:00"),
    ]
    lines = [{**event, "source": "a", "source_id": f"s{nth}", "known_at": at} for nth, (event, at) in enumerate(events)]
    survey = {"stream": "survey", "kind": "survey_recorded", "valid_at": "2024-05-01", "data": wave}
    lines.append({**survey, "source": "b", "source_id": "s1", "known_at": "2024-06-01T09:00:00+02:00"})
    load(register, lines)
    register.believe()

    assert _found(register, 6) == {"from": "2024-01-10", "to": "2024-03-03"}
    assert _found(register, 2) == {"from": None, "to": "2024-01-12"}
    assert _found(register, 1) == {"from": "2023-05-01", "to": "2024-01-12"}
    assert _found(register, 0) == {"from": None, "to": None}
