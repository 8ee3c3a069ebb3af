"""The oracle over the live register: rows and replay agree, and a row changed behind the register's back is found and named."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import psycopg
import pytest

from api.answers.audits import Audit, audit, audit_case, drawn
from api.cli.main import run
from api.register.register import Register
from journey.log.login import as_role
from journey.log.migrate import PROJECT, READ
from journey.log.reading import history
from projections.engine.agreement import Agreement, Disagreement, merge_repeated
from projections.engine.believed import STILL_BELIEVED, RowKey
from projections.projections import PROJECTIONS
from tests.conftest import Database, fresh_database
from tests.support.histories import random_register
from tests.support.registers import load, register_on

PROMISE = (
    "the rows of every case are what its events give, at any moments; a row changed behind the register's back is "
    "named (`journey audit`)"
)

SEED = 20251122


@pytest.fixture(scope="module")
def register(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Register]:
    with fresh_database(server, template.name) as database:
        made = register_on(database, tmp_path_factory.mktemp("keys"))
        load(made, random_register(SEED, cases=30, events=25), as_corrections=True, skip_bad=True)
        made.believe()
        yield made


class changed:  # noqa: N801 -- used as a function, in `with`
    """The rows changed by a hand that is not the follower's, and put back."""

    def __init__(self, register: Register, change: str, back: str) -> None:
        self.url, self.change, self.back = as_role(register.url, PROJECT), change, back

    def __enter__(self) -> None:
        self._run(self.change)

    def __exit__(self, *_: object) -> None:
        self._run(self.back)

    def _run(self, statement: str) -> None:
        with psycopg.connect(self.url, autocommit=True) as conn:
            conn.execute(statement.encode())


def one_row(register: Register, query: str) -> tuple:
    with register.connected(READ) as conn:
        row = conn.execute(query.encode()).fetchone()
    assert row is not None
    return row


def of_case(register: Register, case: str, position: int | None = None):
    with register.connected(READ) as conn:
        known = history(conn, case, position)
    return audit_case(register, case, known, position or register.head()[0])


def test_rows_and_replay_agree_at_every_moment(register: Register) -> None:
    end = register.head()[0]

    found = audit(register, 25, 7)

    assert (found.found, found.differences) == (0, ())
    assert len(found.moments) == 26
    assert found.moments[-1] == end
    assert found.cases >= 30
    assert found.rows > found.cases
    assert found.json["agree"] is True


def test_the_moments_are_drawn_repeatably() -> None:
    assert drawn(1000, 5, 3) == drawn(1000, 5, 3) != drawn(1000, 5, 4)
    assert drawn(4, 10, 1) == (1, 2, 3, 4)
    assert drawn(1, 10, 1) == (1,)
    assert drawn(0, 10, 1) == (0,)


def test_one_case_agrees_at_each_of_its_positions(register: Register) -> None:
    case, position = one_row(
        register, "SELECT case_id, max(known_from) FROM rows.spans GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    )
    with register.connected(READ) as conn:
        positions = [one.position for one in history(conn, case)]

    for each in (*positions, position):
        agreement = of_case(register, case, each)
        assert (agreement.differences, agreement.rows > 0) == ((), True)


def test_a_changed_field_is_found_and_named_by_both(register: Register) -> None:
    case, at, nth, unit = one_row(
        register, f"SELECT case_id, known_from, nth, unit FROM rows.spans WHERE known_to = {STILL_BELIEVED} LIMIT 1"
    )
    row = f"WHERE known_from = {at} AND nth = {nth}"

    with changed(register, f"UPDATE rows.spans SET unit = 'nowhere' {row}", f"UPDATE rows.spans SET unit = '{unit}' {row}"):
        whole, single = audit(register, 0, 1), of_case(register, case)

    assert [(d.case, d.table, d.row, d.field, d.stored, d.replayed) for d in single.differences] == [
        (case, "spans", (at, nth), "unit", "nowhere", unit)
    ]
    assert tuple(seen.first for seen in whole.differences) == single.differences
    assert audit(register, 0, 1).found == 0


@pytest.mark.parametrize(
    ("change", "back", "said"),
    [
        ("SET known_to = {end}", "SET known_to = {until}", "only the replay"),
        ("SET case_id = 'N-en-anden'", "SET case_id = '{case}'", "case_id"),
    ],
)
def test_a_row_hidden_or_given_to_another_case_is_found(register: Register, change: str, back: str, said: str) -> None:
    case, at, nth = one_row(
        register, f"SELECT case_id, known_from, nth FROM rows.registrations WHERE known_to = {STILL_BELIEVED} LIMIT 1"
    )
    words = {"end": register.head()[0], "until": STILL_BELIEVED, "case": case}
    row = f" WHERE known_from = {at} AND nth = {nth}"
    update = "UPDATE rows.registrations "

    with changed(register, update + change.format(**words) + row, update + back.format(**words) + row):
        whole, single = audit(register, 0, 1), of_case(register, case)

    for differences in (tuple(seen.first for seen in whole.differences), single.differences):
        mine = next(one for one in differences if one.case == case)
        assert (mine.table, mine.row) == ("registrations", (at, nth))
        assert (mine.field == "case_id") if said == "case_id" and differences == single.differences else mine.stored is None


def test_a_row_of_a_case_that_the_log_does_not_know_is_found(register: Register) -> None:
    columns = "(known_from, nth, known_to, case_id, valid_at, position, code)"
    row = f"{columns} VALUES (1, 999, {STILL_BELIEVED}, 'A-1', '2024-01-01', 1, 'not_open')"

    with changed(register, f"INSERT INTO rows.findings {row}", "DELETE FROM rows.findings WHERE nth = 999"):
        found = audit(register, 0, 1)

    assert [(d.case, d.table, d.field, d.replayed) for d in (seen.first for seen in found.differences)] == [
        ("A-1", "findings", None, None)
    ]
    assert found.json["differences"][0]["stored"]["code"] == "not_open"


def test_a_row_changed_in_the_past_is_found_at_a_moment_of_the_past(register: Register) -> None:
    """Rows no longer believed are held too: only a moment at which they were believed sees them."""
    case, at, nth, to, unit = one_row(
        register,
        "SELECT case_id, known_from, nth, known_to, unit FROM rows.spans"
        f" WHERE known_to < {STILL_BELIEVED} ORDER BY known_to - known_from DESC LIMIT 1",
    )
    row = f"WHERE known_from = {at} AND nth = {nth}"

    with changed(register, f"UPDATE rows.spans SET unit = 'nowhere' {row}", f"UPDATE rows.spans SET unit = '{unit}' {row}"):
        now, before = audit(register, 0, 1), audit(register, register.head()[0], 1)

    assert now.found == 0
    (seen,) = before.differences
    assert (before.found, seen.first.case, seen.first.field) == (1, case, "unit")
    assert (seen.first.position, seen.to_position, seen.moments) == (at, to - 1, to - at)
    assert before.json["differences"][0].items() >= {"from_position": at, "to_position": to - 1, "moments": to - at}.items()


def test_a_difference_is_said_once_and_another_of_the_same_row_by_itself() -> None:
    """Seen, gone and seen again is one difference of two moments; that the one has a row and that the other has it are two."""
    key = RowKey(7, 0)

    def at(position: int, stored: object, replayed: object, field: str | None = None) -> Agreement:
        return Agreement(1, (Disagreement("N-1", position, "spans", key, field, stored, replayed),))

    row = {"unit": "social"}
    found = merge_repeated(
        [at(10, row, None), Agreement(1, ()), at(30, row, None), at(40, None, row), at(50, "a", "b", "unit")]
    )

    assert [(one.first.position, one.to_position, one.moments, one.first.field) for one in found] == [
        (10, 30, 2, None),
        (40, 40, 1, None),
        (50, 50, 1, "unit"),
    ]


@pytest.mark.long
def test_every_table_is_held(register: Register) -> None:
    """A projection whose rows the register of this test has, and nobody looks at, would be no oracle."""
    for table in PROJECTIONS:
        row = one_row(register, f"SELECT count(*) FROM rows.{table}")
        if not row[0]:
            continue
        at, nth = one_row(register, f"SELECT known_from, nth FROM rows.{table} WHERE known_to = {STILL_BELIEVED} LIMIT 1")
        where = f"WHERE known_from = {at} AND nth = {nth}"
        hidden = changed(
            register,
            f"UPDATE rows.{table} SET known_to = known_from {where}",
            f"UPDATE rows.{table} SET known_to = {STILL_BELIEVED} {where}",
        )
        with hidden:
            assert {one.first.table for one in audit(register, 0, 1).differences} == {table}


def test_what_an_audit_says_is_json() -> None:
    assert Audit(1, (2,), 3, 4, 0, ()).json == {
        "agree": True,
        "seed": 1,
        "moments": [2],
        "cases": 3,
        "tables": len(PROJECTIONS),
        "rows": 4,
        "found": 0,
        "differences": [],
    }


def test_the_command_ends_by_what_it_found(
    register: Register, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JOURNEY_DATABASE_URL", register.url)
    monkeypatch.setenv("JOURNEY_DATA", str(register.settings.data))
    words = ["audit", "--moments", "3", "--seed", "5"]
    case, at, nth, unit = one_row(
        register, f"SELECT case_id, known_from, nth, unit FROM rows.spans WHERE known_to = {STILL_BELIEVED} LIMIT 1"
    )
    row = f"WHERE known_from = {at} AND nth = {nth}"

    assert run(words) == 0
    assert "Genspil og rækker er enige: " in capsys.readouterr().out
    with changed(register, f"UPDATE rows.spans SET unit = 'nowhere' {row}", f"UPDATE rows.spans SET unit = '{unit}' {row}"):
        assert run(words) == 1
        table = capsys.readouterr().out
        assert run([*words, "--json"]) == 1
        told = json.loads(capsys.readouterr().out)

    assert re.search(rf"^{case} +\d+ +\d+ +spans +{at}/{nth} +unit +nowhere +{unit}$", table, re.MULTILINE), table
    assert "uenige" in table
    assert told["agree"] is False
    assert told["found"] >= 1
    assert {"table": "spans", "field": "unit", "stored": "nowhere"}.items() <= told["differences"][0].items()
