"""From a case to the published figures: in which it counts, and what keeps it out of the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from api.answers.inclusion import counted_in
from api.register.register import Register
from dashboards.words.language import DANISH, ENGLISH
from tests.conftest import Database, fresh_database
from tests.support.registers import TODAY, load, register_on

DAY = "2025-02-01"
UI, AM = "ungeindsatsen", "arbejdsmarked"


def _event(case: str, kind: str, day: str, **data: Any) -> dict[str, Any]:
    known = data.pop("known", f"{day}T12:00:00+01:00")
    return {"case": case, "kind": kind, "valid_at": day, "known_at": known, "data": data}


def _referred(case: str, unit: str, **data: Any) -> dict[str, Any]:
    return _event(case, "referred", "2024-01-10", unit=unit, citizen=f"b-{case}", **data)


def _published(name: str, figure: str, cell: dict[str, Any], value: int, **parameters: Any) -> dict[str, Any]:
    paper = {"case": "25/1978", "title": "Status", "date": "2025-05-14"}
    said = {"id": name, "figure": figure, "parameters": parameters, "cell": cell, "value": value, "qualifier": "exact"}
    known = "2025-05-15T08:00:00+02:00"
    return {
        "stream": "ledger",
        "kind": "figure_published",
        "valid_at": "2025-05-14",
        "known_at": known,
        "data": {**said, "paper": paper},
    }


LINES = [
    _referred("med", UI),
    _event("med", "support_granted", "2024-02-01", grant="g1", support="bostoette_85"),
    _referred("udredes", AM),
    _event("udredes", "assessment_opened", "2024-02-01", method="vum"),
    _referred("fulgte-med", UI, in_scope=False),
    _referred("afsluttet", UI),
    _event("afsluttet", "closed", "2024-12-01", reason="moved"),
    _referred("for-sent", UI, known="2025-06-01T12:00:00+02:00"),
    _referred("venter-am", AM),
    _event("venter-am", "benefit_changed", "2024-01-11", benefit="sygedagpenge"),
    _event("flyttet", "referred", "2024-01-10", unit=AM, citizen="b-flyttet"),
    _event("flyttet", "transferred", "2025-03-01", to="social", reason="handover"),
    _published("ui", "caseload", {"unit": UI, "valid_at": DAY}, 2, unit=[UI], valid_at=[DAY]),
    _published("am", "caseload", {"unit": AM, "valid_at": DAY}, 2, unit=[AM], valid_at=[DAY], include_assessing=False),
    _published("hoi", "caseload_by_support", {"support": "bostoette"}, 1, unit=[UI], valid_at=DAY, include_out_of_scope=False),
    _published("vum", "under_assessment", {"unit": AM, "valid_at": DAY}, 1, unit=[AM], valid_at=[DAY]),
    _published(
        "flyt",
        "transfers",
        {"from_unit": AM, "to_unit": "social", "reason": "handover"},
        0,
        **{"from": "2024-01-01", "to": "2025-01-01"},
    ),
    _published("forventet", "caseload", {"unit": UI, "valid_at": "igår"}, 2, unit=[UI], valid_at=["igår"]),
    _published("svar", "survey", {"statement": "a", "measure": "n"}, 4),
]

TABLE = """
case       | ui              | am                   | hoi               | vum            | flyt
med        | 1               | Ungeindsatsen        | 1                 | Ungeindsatsen… | ikke det, som
udredes    | Arbejdsmarkeds  | under udredning      | Arbejdsmarkeds    | 1              | ikke det, som
fulgte-med | 1               | Ungeindsatsen        | omfattet af HOI   | Ungeindsatsen… | ikke det, som
afsluttet  | ikke åben       | ikke åben            | ikke åben         | ikke åben      | ikke det, som
for-sent   | endnu           | endnu                | endnu             | endnu          | endnu
venter-am  | Arbejdsmarkeds  | 1                    | Arbejdsmarkeds    | ventede        | ikke det, som
flyttet    | Arbejdsmarkeds  | 1                    | Arbejdsmarkeds    | ventede        | ikke i perioden
"""
NAMES, *ROWS = [[cell.strip() for cell in line.split("|")] for line in TABLE.strip().splitlines()]


@pytest.fixture(scope="module")
def register(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with fresh_database(server, template.name) as database:
        made = register_on(database, tmp_path_factory.mktemp("keys"))
        load(made, LINES)
        made.believe()
        yield made


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_where_a_case_counts_and_why_not(register: Register, row: list[str]) -> None:
    found = {one.printed[0].id: one for one in counted_in(register, row[0], len(LINES), TODAY)}

    assert [*found] == NAMES[1:]
    for name, expected in zip(NAMES[1:], row[1:], strict=True):
        one = found[name]
        if expected.isdigit():
            assert [value for _, value in one.counted] == [int(expected)], name
            assert one.why_not == ()
        else:
            said = [one.words(reason, DANISH) for reason in one.why_not]
            assert one.counted == ()
            assert any(expected.rstrip("…") in each for each in said), (name, said)
            assert all(one.words(reason, ENGLISH) for reason in one.why_not)


def test_a_publication_is_not_seen_before_it_was_made(register: Register) -> None:
    assert counted_in(register, "med", 3, TODAY) == []
