"""Tenure: how long the holders of the caseworker roles have held them, by hand, and against the yearly median of the law."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from api.register.register import Register
from dashboards.figures.tenure import TENURES
from tests.conftest import Database
from tests.support.histories import random_register
from tests.support.registers import TODAY, load, register_on

DAY = "2024-07-01"


def _line(case: str, day: str, kind: str, **data: Any) -> dict[str, Any]:
    return {"case": case, "kind": kind, "valid_at": day, "known_at": f"{day}T12:00:00+01:00", "data": data}


def _held(case: str, since: str, unit: str = "ungeindsatsen") -> list[dict[str, Any]]:
    return [
        _line(case, "2022-01-01", "referred", unit=unit, citizen=case),
        _line(case, since, "caseworker_assigned", role="authority", worker="w1"),
    ]


LINES = [
    *_held("A", DAY),  # began on the day: 1 day
    *_held("B", "2024-06-02"),  # 30 days
    *_held("C", "2024-06-01"),  # 31 days
    *_held("D", "2023-07-03"),  # 365 days, 2024 being a leap year
    *_held("E", "2022-07-02"),  # 731 days
    # The same one in two roles, since two days: each role counts.
    *_held("F", "2024-04-03"),  # 90 days
    _line("F", "2024-04-02", "caseworker_assigned", role="employment", worker="w1"),  # 91 days
    # Left and came back: from the return.
    *_held("G", "2022-01-01"),
    _line("G", "2024-01-03", "caseworker_ended", role="authority"),
    _line("G", "2024-01-04", "caseworker_assigned", role="authority", worker="w1"),  # 180 days
    # Not on the day, not open on the day, not in the unit on the day.
    *_held("H", "2024-07-02"),
    *_held("I", "2023-01-01"),
    _line("I", DAY, "closed", reason="education"),
    *_held("J", "2023-01-01", unit="social"),
    # Came to the unit on the day with the worker: since the worker began.
    *_held("K", "2022-07-03", unit="social"),  # 730 days
    _line("K", DAY, "transferred", to="ungeindsatsen", reason="handover"),
]


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    return register_on(database, tmp_path)


def _tenure(register: Register, day: str = DAY, **asked: list[str]) -> dict[Any, Any]:
    cells = register.ask("tenure", {"valid_at": [day], **asked}, None, TODAY).cells
    return {cell.get("band", cell["measure"]): cell["value"] for cell in cells}


def test_tenure_by_hand(register: Register) -> None:
    assert load(register, sorted(LINES, key=lambda line: line["known_at"])).recorded == len(LINES)

    assert _tenure(register) == {
        "n": 9,
        "lower_quartile": None,
        "median_tenure": None,
        "upper_quartile": None,
        "0-30": 2,
        "31-90": 2,
        "91-180": 2,
        "181-365": 1,
        "366-730": 1,
        "731+": 1,
    }
    assert {band: n for band, n in _tenure(register, role=["employment"]).items() if n} == {"n": 1, "91-180": 1}
    assert _tenure(register, unit=["skole"])["n"] == 0


def test_quartiles_are_by_nearest_rank_from_twenty(register: Register) -> None:
    """Twenty who began on 20 days running: 1 to 20 days, of which the fifth, the middle two's mean, and the fifteenth."""
    began = [date(2024, 6, 12) + timedelta(days=nth) for nth in range(20)]
    lines = [line for nth, day in enumerate(began) for line in _held(f"c{nth}", day.isoformat())]
    load(register, sorted(lines, key=lambda line: line["known_at"]))

    found = _tenure(register)
    assert (found["n"], found["lower_quartile"], found["median_tenure"], found["upper_quartile"]) == (20, 5, 10.5, 15)
    assert _tenure(register, "2024-06-30")["median_tenure"] is None


def test_it_is_the_tenure_that_the_changes_have_a_median_of(register: Register) -> None:
    load(register, random_register(3, cases=60))
    medians: list[float | None] = []
    for day in (date(2022, 6, 30), date(2023, 3, 1), date(2024, 2, 29), date(2025, 1, 31)):
        for units in (["ungeindsatsen"], ["ungeindsatsen", "arbejdsmarked", "social", "boern_familie", "skole"]):
            period = {"from": ["2022-01-01"], "to": [(day + timedelta(days=1)).isoformat()], "unit": units}
            changes = register.ask("caseworker_changes", period, None, TODAY).cells
            found = _tenure(register, day.isoformat(), unit=units)

            medians.append(found["median_tenure"])
            assert [found["median_tenure"]] == [cell["value"] for cell in changes if cell["measure"] == "median_tenure"]
            few = {cell["band"]: cell["value"] for cell in changes if cell["measure"] == "tenure"}
            assert sum(found[band] for band in TENURES) == found["n"]
            if few:
                assert [found["0-30"], found["31-90"], found["91-180"]] == [few["0-30"], few["31-90"], few["91-180"]]
                assert sum(found[band] for band in TENURES[3:]) == few["181+"]
    assert any(medians)
    assert None in medians
