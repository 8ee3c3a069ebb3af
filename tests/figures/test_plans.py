"""No figure's query reads a table whole that grows with the log."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from journey.codes import standard
from journey.log.login import as_role
from journey.log.migrate import FIGURES
from tests.bench.ground import believe
from tests.bench.loading import into_log
from tests.bench.plans import bigger_than, reading_whole
from tests.conftest import Database, fresh_database

CASES, LENGTH = 2_000, 12
MANY = 3_500
"""Rows from which on a table is not to be read whole; the database is right to read a smaller one so."""


WHOLE = {"sources"}
"""What counts every registration there is, whatever day is asked about: one page asks it, once at a position."""


@pytest.fixture(scope="module")
def reader(server: Database, template: Database) -> Iterator[psycopg.Connection[Any]]:
    with fresh_database(server, template.name) as database:
        into_log(database.app_url, 1, CASES, LENGTH)
        believe(database.app_url)
        with psycopg.connect(database.admin_url, autocommit=True) as admin:
            admin.execute("vacuum (analyze)")
        with psycopg.connect(as_role(database.owner_url, FIGURES), autocommit=True) as conn:
            yield conn


def test_no_figure_reads_a_growing_table_whole(reader: psycopg.Connection[Any]) -> None:
    big = bigger_than(reader, MANY)

    assert big.keys() >= {"spans", "places", "registrations", "contacts", "assignments", "milestones"}
    found = reading_whole(reader, big, standard())
    assert {name: tables for name, tables in found.items() if name not in WHOLE} == {}


def test_the_check_sees_it_where_one_does(reader: psycopg.Connection[Any]) -> None:
    """Without an index to read by, the plan is another, and is seen to be."""
    reader.execute("set enable_indexscan = off; set enable_indexonlyscan = off; set enable_bitmapscan = off")
    try:
        assert {"caseload", "late_registration", "follow_ups"} <= reading_whole(
            reader, bigger_than(reader, 0), standard()
        ).keys()
    finally:
        reader.execute("reset all")
