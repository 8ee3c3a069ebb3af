"""Where each case is: the unit by which the database tells whose it is, noted in the transaction that writes its rows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from api.register.register import Register
from journey.log.login import as_role
from journey.log.migrate import PROJECT
from journey.log.reading import head
from projections.engine import follow
from projections.engine.believed import STILL_BELIEVED
from projections.engine.follow import Cases, advance, prepare, rebuild
from projections.engine.replay import differences, replay
from tests.conftest import Database
from tests.support.histories import random_register
from tests.support.registers import load, register_on

PROMISE = "whose a case is stands in the database as its rows do, whatever the batch, and as a rebuild makes it"

pytestmark = pytest.mark.long

_BY_THE_ROWS = f"""
select originator_id, coalesce((
    select unit from rows.places where case_id = originator_id and known_to = {STILL_BELIEVED} and valid_to = '9999-12-31'
), '')
from (select distinct originator_id from log.events where notification_id <= %s and not starts_with(originator_id, 'stream:')) e
"""


@pytest.fixture
def register(database: Database, tmp_path: Path) -> Register:
    made = register_on(database, tmp_path)
    load(made, random_register(11, cases=60))
    return made


@pytest.fixture
def folding(database: Database, register: Register) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(as_role(database.app_url, PROJECT), autocommit=True) as conn:
        assert prepare(conn)
        yield conn


def agrees(database: Database, register: Register, conn: psycopg.Connection[Any], position: int) -> bool:
    """Whether the cases are where the rows have them, and the rows what a replay gives."""
    with psycopg.connect(database.admin_url) as admin:
        placed = dict(admin.execute("select case_id, unit from access.cases").fetchall())
        by_the_rows = dict(admin.execute(_BY_THE_ROWS.encode(), (position,)).fetchall())
    replay(conn, register.codes.classes, position)
    return placed == by_the_rows and differences(conn, position) == {}


@pytest.mark.parametrize("some", [1, 7, 10_000])
def test_cases_are_where_their_rows_have_them_whatever_the_batch(
    database: Database, register: Register, folding: psycopg.Connection[Any], some: int
) -> None:
    cases, end = Cases(register.codes.classes), min(head(folding)[0], 150 * some)
    for upto in [*range(some, end, some), end]:
        advance(folding, cases, upto)

    assert agrees(database, register, folding, end)


def test_so_are_those_of_many_events_beside_rows_that_are_there(
    database: Database, register: Register, folding: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many events go through temporary tables, since nothing may be copied into those that are read."""
    cases, end = Cases(register.codes.classes), head(folding)[0]
    advance(folding, cases, end // 3)
    monkeypatch.setattr(follow, "SMALL", 0)

    for upto in (end // 2, end):
        advance(folding, cases, upto)

    assert agrees(database, register, folding, end)


def test_a_rebuild_makes_them_again_and_keeps_what_protects_one(
    database: Database, register: Register, folding: psycopg.Connection[Any]
) -> None:
    end = advance(folding, Cases(register.codes.classes))
    with psycopg.connect(database.admin_url, autocommit=True) as admin:
        admin.execute(
            "update access.cases set unit = 'nowhere', protected = true where case_id = (select min(case_id) from access.cases)"
        )
        admin.execute("delete from access.cases where case_id = (select max(case_id) from access.cases)")
        assert not agrees(database, register, folding, end)  # the check bites

        rebuild(folding, register.codes.classes)

        assert agrees(database, register, folding, end)
        assert admin.execute("select count(*) from access.cases where protected").fetchone() == (1,)
