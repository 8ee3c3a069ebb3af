"""A7, the log of looks read: by whom it may, as a look of its own; the extract names nobody; others than who looked review it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.answers.looks.finding import extract_csv, find_looks, without_relation
from api.answers.looks.spot_checks import draw_spot_check, review_look, spot_check_state
from api.cli.main import run
from api.register.register import Register
from journey.access.looks import drawn
from journey.access.reader import Reader
from journey.log.login import as_role
from journey.log.look_reading import LookFilter
from journey.log.looks import Look, Viewer, looks_at, record_looks
from journey.log.migrate import LOOK
from journey.refusals import Refused
from tests.conftest import Database
from tests.support.registers import load, register_on

NOW = datetime.now(UTC)
OFFICER = Reader("dbr-1", "privacy_officer", "all")
LEADER = Reader("leder-1", "unit_leader", "units", ("ungeindsatsen",))
KNOWN = Viewer("sb-1", "caseworker", ("ungeindsatsen",))
RECORDED = Viewer("sb-2", "caseworker", ("jobcenter",))
WORKER = Viewer("sb-3", "caseworker", ("jobcenter",))
SNOOP = Viewer("sb-4", "caseworker", ("jobcenter",))


def line(nth: int, kind: str, case: str, day: str, data: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"kind": kind, "case": case, "valid_at": day, "source": "fire", "source_id": str(nth), "data": data, **more}


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    """Two cases of one unit: somebody of another unit recorded in the first, and one was its caseworker."""
    made = register_on(database, tmp_path)
    load(
        made,
        [
            line(1, "referred", "N-1", "2025-01-01", {"unit": "ungeindsatsen", "citizen": "b-1"}),
            line(2, "benefit_changed", "N-1", "2025-01-02", {"benefit": "sygedagpenge"}, by="sb-2"),
            line(3, "caseworker_assigned", "N-1", "2025-01-03", {"role": "authority", "worker": "sb-3"}),
            line(4, "referred", "N-2", "2025-01-01", {"unit": "ungeindsatsen", "citizen": "b-2"}),
        ],
    )
    made.believe()
    return made


def look(register: Register, viewer: Viewer, *looks: Look, times: int = 1) -> None:
    with psycopg.connect(as_role(register.url, LOOK), autocommit=True) as conn:
        for nth in range(times):
            record_looks(conn, register.looks_key(), f"r-{nth}", viewer, "casework", looks)


class Written:
    """What was written in the log of looks about reading it."""

    def __init__(self) -> None:
        self.looks: list[Look] = []

    def __call__(self, looks: Sequence[Look]) -> None:
        self.looks += looks


def test_the_log_is_read_as_far_as_the_reach_and_that_is_a_look(register: Register) -> None:
    look(register, KNOWN, *looks_at("read", ["N-1"]))
    look(register, SNOOP, *looks_at("read", ["N-1"]), Look("denied", None, "N-9", 0))
    written = Written()

    def people(reader: Reader, chosen: LookFilter) -> list[str]:
        return [each.person for each in find_looks(register, reader, chosen, written).looks]

    assert people(OFFICER, LookFilter()) == ["sb-4", "sb-4", "sb-1"]
    assert people(LEADER, LookFilter()) == ["sb-1"]
    assert people(Reader("sb-1", "caseworker", "none"), LookFilter()) == []
    assert people(OFFICER, LookFilter("N-1")) == ["sb-4", "sb-1"]
    assert people(OFFICER, LookFilter("N-9")) == ["sb-4"]
    assert people(OFFICER, LookFilter(person="sb-1")) == ["sb-1"]
    assert people(OFFICER, LookFilter(first=NOW + timedelta(days=1))) == []
    assert people(OFFICER, LookFilter(purpose="audit")) == []
    assert written.looks[3:5] == [Look("read_log", "N-1", "N-1", 2), Look("read_log", None, "N-9", 1)]
    assert len(written.looks) == 8


def test_where_reading_it_cannot_be_logged_nothing_is_given(register: Register) -> None:
    def broken(_: Sequence[Look]) -> None:
        raise Refused("look_not_logged")

    look(register, KNOWN, *looks_at("read", ["N-1"]))
    with pytest.raises(Refused):
        find_looks(register, OFFICER, LookFilter(), broken)
    with pytest.raises(Refused):
        spot_check_state(register, OFFICER, NOW, 31, broken)


def test_looks_without_a_relation_are_those_of_who_is_not_of_its_units_nor_worked_in_it(register: Register) -> None:
    for viewer in (KNOWN, RECORDED, WORKER, SNOOP):
        look(register, viewer, *looks_at("read", ["N-1", "N-2"]))

    found = find_looks(register, OFFICER, LookFilter(), Written(), only_unexplained=True)

    assert {(each.person, each.case) for each in found.looks} == {
        ("sb-2", "N-2"),
        ("sb-3", "N-2"),
        ("sb-4", "N-1"),
        ("sb-4", "N-2"),
    }
    assert found.total == 4


def test_a_hundred_snoops_among_ten_thousand_looks_are_all_listed(register: Register) -> None:
    look(register, KNOWN, *(Look("read", "N-1", None, nth) for nth in range(4_950)))
    look(register, SNOOP, *(Look("read", "N-2", None, nth) for nth in range(100)))
    look(register, WORKER, *(Look("list", "N-1", None, nth) for nth in range(4_950)))

    found = find_looks(register, OFFICER, LookFilter(), Written(), only_unexplained=True)

    assert len(found.looks) == found.total == 100
    assert {(each.person, each.case) for each in found.looks} == {("sb-4", "N-2")}
    assert without_relation(register, found.looks) == list(found.looks)


def test_the_extract_has_when_which_unit_and_for_what_and_names_nobody(
    register: Register, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    look(register, KNOWN, *looks_at("read", ["N-1"]))
    look(register, SNOOP, *looks_at("export", ["N-1", "N-2"]))
    monkeypatch.setenv("JOURNEY_DATABASE_URL", register.url)
    monkeypatch.setenv("JOURNEY_DATA", str(register.settings.data))

    found = find_looks(register, OFFICER, LookFilter("N-1"), Written())
    extract = extract_csv(found.looks, register.codes)
    assert run(["looks", "--case", "N-1", "--extract"]) == 0

    rows = extract.decode("utf-8-sig").splitlines()
    assert capfdbinary.readouterr().out == extract
    assert rows[0] == "Tidspunkt;Enhed;Formål;Hvad"
    assert [row.split(";")[1:] for row in rows[1:]] == [
        [register.codes["units"].codes["ungeindsatsen"].da, "sagsbehandling", "læst"],
        ["jobcenter", "sagsbehandling", "skrevet ud"],
    ]
    assert b"sb-" not in extract


def test_a_spot_check_is_drawn_by_its_seed_and_reviewed_by_others_than_who_looked(register: Register) -> None:
    look(register, KNOWN, *(Look("read", "N-1", None, nth) for nth in range(60)))
    look(register, Viewer("dbr-1", "privacy_officer"), *looks_at("read", ["N-1"]))
    assert not spot_check_state(register, OFFICER, datetime.now(UTC), 31, Written()).overdue
    assert spot_check_state(register, OFFICER, datetime.now(UTC) + timedelta(days=32), 31, Written()).overdue

    draw_spot_check(register, OFFICER, datetime.now(UTC) + timedelta(seconds=1))

    [check] = (state := spot_check_state(register, OFFICER, datetime.now(UTC), 31, Written())).checks
    assert not state.overdue
    assert (check.of_looks, len(check.looks), check.person) == (61, 25, "dbr-1")
    assert list(check.looks) == drawn(check.seed, range(1, 62))
    review_look(register, OFFICER, check.id, check.looks[0], "to_be_asked")
    review_look(register, OFFICER, check.id, check.looks[0], "breach")
    review_look(register, OFFICER, check.id, check.looks[1], "ok")
    [check] = spot_check_state(register, OFFICER, datetime.now(UTC), 31, Written()).checks
    assert check.outcomes == {check.looks[0]: "breach", check.looks[1]: "ok"}
    with pytest.raises(Refused, match="ikke i stikprøven"):
        review_look(register, OFFICER, check.id, next(n for n in range(1, 62) if n not in check.looks), "ok")
    with pytest.raises(Refused, match="sine egne"):
        review_look(register, Reader("sb-1", "unit_leader", "all"), check.id, check.looks[0], "ok")
