"""The log of looks as the database holds it: one role inserts and no more, numbers have no holes, nothing is changed or dropped early."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest

from journey.log.login import as_role
from journey.log.looks import ACTIONS, Look, Viewer, keyed, looks_at, record_looks
from journey.log.migrate import LOOK, LOOK_READ, LOOK_RETENTION, ROLES, SEAL
from tests.conftest import Database, fresh_database

VIEWER = Viewer("sb-17", "caseworker", ("ungeindsatsen",))
KEY = bytes(32)


@pytest.fixture(scope="module")
def shared(server: Database, template: Database) -> Iterator[Database]:
    """A database that no test leaves anything in."""
    with fresh_database(server, template.name) as made:
        yield made


def write(database: Database, *looks: Look, request: str = "r-1") -> None:
    with psycopg.connect(as_role(database.app_url, LOOK), autocommit=True) as conn:
        record_looks(conn, KEY, request, VIEWER, "casework", looks)


def rows(database: Database, what: str = "number, action, case_id, hits") -> list[Any]:
    with psycopg.connect(database.owner_url) as conn:
        return conn.execute(f"select {what} from access.looks order by number".encode()).fetchall()


def refused(url: str, statement: str) -> bool:
    with psycopg.connect(url) as conn:
        try:
            conn.execute(statement.encode())
        except psycopg.errors.InsufficientPrivilege:
            return True
        finally:
            conn.rollback()
    return False


def backdate(database: Database, months: int, upto: int) -> None:
    """Make the first looks old, past every trigger, as nobody but a superuser could."""
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        conn.execute("alter table access.looks disable trigger user")
        conn.execute("alter table access.looks disable trigger refuse_change")
        conn.execute(
            "update access.looks set at = at - make_interval(months => %s) where number <= %s",
            (months, upto),
        )
        for name in ("take_look_lock", "place_look", "refuse_change", "refuse_row_change", "refuse_young"):
            conn.execute(f"alter table access.looks enable always trigger {name}".encode())


def seal_up_to(database: Database, size: int) -> None:
    with psycopg.connect(as_role(database.app_url, SEAL), autocommit=True) as conn:
        conn.execute("insert into seal_looks.checkpoints (size, root, signature) values (%s, sha256(''), '')", (size,))


def test_a_look_has_who_and_what_and_the_next_number(database: Database) -> None:
    write(database, *looks_at("list", ["N-2", "N-1", "N-2"]))
    write(database, Look("search", None, " N-9 ", 0))

    assert rows(database) == [(1, "list", "N-2", None), (2, "list", "N-1", None), (3, "search", None, 0)]
    assert rows(database, "person, role, units, purpose, term")[2] == (
        "sb-17",
        "caseworker",
        ["ungeindsatsen"],
        "casework",
        keyed(KEY, "N-9"),
    )
    assert keyed(KEY, "N-9") != keyed(bytes(31) + b"\1", "N-9")


def test_numbers_have_no_holes_whoever_writes_at_once_and_whatever_is_rolled_back(database: Database) -> None:
    def many(nth: int) -> None:
        with psycopg.connect(as_role(database.app_url, LOOK)) as conn:
            for each in range(10):
                record_looks(conn, KEY, f"r-{nth}-{each}", VIEWER, "casework", looks_at("list", ["N-1", "N-2", "N-3"]))
                if each % 3 == 2:
                    conn.rollback()
                conn.commit()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(many, range(4)))

    found = rows(database, "number, at, request")
    assert [number for number, _, _ in found] == list(range(1, 4 * 7 * 3 + 1))
    assert [at for _, at, _ in found] == sorted(at for _, at, _ in found)
    assert [request for _, _, request in found[::3]] == [request for _, _, request in found[2::3]]


@pytest.mark.parametrize(
    ("statement", "roles"),
    [
        ("select from access.looks", {LOOK_READ, SEAL}),
        ("insert into access.looks (request, person, role, purpose, action) values ('', '', '', '', 'read')", {LOOK}),
        ("insert into access.looks (number, at, request, person, role, purpose, action) values (9, now(), '', '', '', '', 'read')", set()),
        ("insert into access.looks (request, person, role, purpose, action) values ('', '', '', '', 'retention')", set()),
        ("update access.looks set person = 'another'", set()),
        ("delete from access.looks", set()),
        ("truncate access.looks", set()),
        ("select access.drop_looks(6, '', '')", {LOOK_RETENTION}),
        ("select from access.spot_checks", {LOOK_READ}),
        ("select from access.spot_check_outcomes", {LOOK_READ}),
        ("insert into access.spot_check_outcomes (spot_check, look, at, person, outcome) values (1, 1, now(), '', 'ok')", set()),
        ("insert into seal_looks.tiles values (0, 0, sha256(''))", {SEAL}),
        ("select from seal_looks.checkpoints", {SEAL, LOOK_READ}),
    ],
)  # fmt: skip
def test_each_role_may_do_this_and_no_other(shared: Database, statement: str, roles: set[str]) -> None:
    assert {role for role in ROLES if not refused(as_role(shared.app_url, role), statement)} == roles


def test_who_reads_the_log_sees_it_as_far_as_their_reach(database: Database) -> None:
    write(database, *looks_at("read", ["N-1"]))

    def seen(**context: str) -> int:
        with psycopg.connect(as_role(database.app_url, LOOK_READ)) as conn:
            for name, value in context.items():
                conn.execute("select set_config(%s, %s, true)", (f"journey.{name}", value))
            return len(conn.execute("select from access.looks").fetchall())

    assert seen() == seen(reach="none") == seen(reach="units") == seen(reach="units", units="jobcenter") == 0
    assert seen(reach="units", units="jobcenter,ungeindsatsen") == seen(reach="all") == seen(reach="everything") == 1


@pytest.mark.parametrize(
    "statement", ["update access.looks set person = ''", "delete from access.looks", "truncate access.looks"]
)
def test_not_even_the_owner_changes_a_look_or_drops_a_young_one(database: Database, statement: str) -> None:
    write(database, *looks_at("read", ["N-1"]))

    assert refused(database.owner_url, statement)


def test_the_retention_drops_what_is_old_and_sealed_and_says_how_far(database: Database) -> None:
    write(database, *looks_at("list", [f"N-{nth}" for nth in range(5)]))
    backdate(database, 7, 3)

    def drop(months: int = 6) -> int:
        with psycopg.connect(as_role(database.app_url, LOOK_RETENTION), autocommit=True) as conn:
            ((upto,),) = conn.execute("select access.drop_looks(%s, 'r-9', 'data_protection')", (months,)).fetchall()
            return upto

    assert drop() == 0  # nothing of it is sealed
    seal_up_to(database, 2)
    assert drop(8) == 0
    assert drop() == 2
    seal_up_to(database, 6)
    assert drop() == 3
    assert drop() == 0
    assert rows(database) == [
        (4, "list", "N-3", None),
        (5, "list", "N-4", None),
        (6, "retention", None, 2),
        (7, "retention", None, 3),
    ]
    with pytest.raises(psycopg.errors.InvalidParameterValue):
        drop(0)


def test_every_action_has_its_name_and_is_taken(database: Database) -> None:
    for action in ACTIONS:
        if action != "retention":
            write(database, Look(action))

    assert len(rows(database)) == len(ACTIONS) - 1
