"""Row security: the database alone shows each reader the rows of their cases and no other, and nothing without a reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import psycopg
import pytest
from msgspec.structs import replace
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from dashboards.counting.statements import counting_functions
from journey.access.reader import LOCAL, Reader
from journey.log.login import as_role
from journey.log.migrate import APPEND, FIGURES, IDENTITY, IMPORT, LOOK_READ, PROJECT, PROTECT, READ, ROLES, SEAL
from journey.log.reading import read_as
from projections.projections import PROJECTIONS
from tests.access.walls import CASES, READERS, STREAMS, build, lines, shown
from tests.conftest import Database, fresh_database
from tests.support.registers import load, register_on
from tests.support.waiting import until

PROMISE = (
    "A8: with every check of the program off the database shows no row that is not the reader's, and none without a reader"
)

pytestmark = pytest.mark.long

CASE_OF = {
    **{f"rows.{name}": "case_id" for name in PROJECTIONS},
    "log.events": "originator_id",
    "log.event_ids": "stream",
    "log.case_keys": "stream",
    "log.notes": "stream",
    "access.cases": "case_id",
}
"""The tables that a reader may select from and that row security holds, each with the column of its case."""
REACHED_OTHERWISE = {"log.gone_rows", "access.grants", "access.blocked_persons", "access.endings", "identity.numbers"}
"""Those whose rows are a case's in another way, each with a test of its own."""
NOT_READ = {"log.commands", "access.protections", "access.links", "access.reviews"}
"""Held too, and no reader has any right to it."""
OF_NO_CITIZEN = {
    "log.codes_used": "codes of the lists, and when each was first used",
    "log.deliveries": "hashes, numbers and mapping of a delivery, with the name of the employee who took it",
    "log.imports": "hashes and numbers of a file, and its mapping",
    "log.migrations": "what has run",
    "log.outer_keys": "ids of keys, which tell nothing of them",
    "log.register_acts": "decisions about the register itself, with the names of the employees who made them",
    "identity.key": "the id of a key, which tells nothing of it",
    "seal.checkpoints": "signed roots",
    "seal.cosignatures": "signatures of witnesses",
    "seal.handovers": "signed roots",
    "seal.keys": "public keys",
    "seal.tiles": "hashes of the tree",
    "seal.verifications": "positions and numbers",
    "rows.progress": "how far the rows are, and the position and kind of an error",
    "access.emergency_halves": "signatures of employees",
    "access.logouts": "logouts of employees, by the ids of tokens",
    "access.role_answers": "what employees answered about rights",
    "access.role_proposals": "role files, which name employees",
    "access.role_signatures": "signatures of employees",
    "access.role_tokens": "one-time tokens, by their hash",
    "access.role_withdrawals": "signatures of employees",
    "access.sessions": "sessions of employees, by the hash of their ids",
    "access.sign_ins": "sign-ins of employees under way, for minutes: hashes, and the page that was asked for",
    "access.spot_check_outcomes": "numbers of looks, and what was found of them",
    "access.spot_checks": "numbers of looks",
    "seal_looks.checkpoints": "signed roots",
    "seal_looks.cosignatures": "signatures of witnesses",
    "seal_looks.handovers": "signed roots",
    "seal_looks.keys": "public keys",
    "seal_looks.tiles": "hashes of the tree",
}
"""The tables without row security, each with the reason: what it holds that is no citizen's."""
NOT_OF_ITS_OWNER = {"access.looks"}
"""Held by row security for everybody but its owner, whose functions number its rows and drop those that are too old."""
DEFINERS = {
    *(f"facts.{name}" for name in ("gone_at", "has_source", "head", "mark_of", "moment_of", "newest_moments", "position_at")),
    *(f"figures.{function.name}" for function in counting_functions().values()),
    *(
        f"access.{name}"
        for name in ("case_facts", "ended", "link_changed", "link_merged", "protection_changed", "reviews_waiting")
    ),
    "access.check_roles_act",
    "access.drop_looks",
    "access.place_look",
}
"""The functions that run with another's rights than their caller's. Those of figures and facts are those of a role that reads every
row: they give no case; those that keep whether a case is protected, and that tell the facts of a case by which a reader's rights are
judged, are the follower's; the others are their tables' owner's."""


@pytest.fixture(scope="module")
def walled(server: Database, template: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    with fresh_database(server, template.name) as database:
        build(database, tmp_path_factory.mktemp("keys"))
        yield database


@pytest.fixture
def reading(walled: Database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(as_role(walled.app_url, READ), autocommit=True) as conn:
        yield conn


def rows(conn: psycopg.Connection[Any], table: str, column: str = "") -> list[Any]:
    """The rows of a table, or one column of them; none where it cannot be selected from."""
    what = Identifier(column) if column else SQL("1")
    return [row[0] for row in conn.execute(SQL("select {} from {} order by 1").format(what, Identifier(*table.split("."))))]


def every_row_by_case(walled: Database, table: str, column: str) -> list[str]:
    with psycopg.connect(walled.admin_url) as admin:
        return rows(admin, table, column)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_each_reader_is_shown_exactly_the_rows_of_their_cases(
    walled: Database, reading: psycopg.Connection[Any], reader: Reader | None
) -> None:
    visible = shown(reader) | (set() if reader is None or reader.reach == "alt" else set(STREAMS))  # type: ignore[comparison-overlap] -- no reach
    for table, column in CASE_OF.items():
        every = every_row_by_case(walled, table, column)
        assert set(every) >= set(CASES), table  # nothing is shown of a table because nothing is there
        expected = [case for case in every if case in visible]
        if reader is None:
            assert rows(reading, table, column) == [], table
        else:
            with read_as(reading, reader):
                assert rows(reading, table, column) == expected, table


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_rows_that_are_a_case_s_by_their_events_are_shown_with_it(
    walled: Database, reading: psycopg.Connection[Any], reader: Reader | None
) -> None:
    cases = [line["case"] for line in lines()]
    expected = [f"{nth:03}" for nth, case in enumerate(cases) if case in shown(reader)]
    if reader is None:
        assert rows(reading, "log.gone_rows", "name") == []
    else:
        with read_as(reading, reader):
            assert rows(reading, "log.gone_rows", "name") == expected


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_a_reader_sees_their_own_grants_and_numbers_only_with_the_reach_of_a_case(
    walled: Database, reading: psycopg.Connection[Any], reader: Reader | None
) -> None:
    with psycopg.connect(as_role(walled.app_url, IDENTITY), autocommit=True) as vault:
        if reader is None:
            assert (rows(reading, "access.grants"), rows(vault, "identity.numbers")) == ([], [])
            return
        with read_as(reading, reader), read_as(vault, reader):
            persons = set(rows(reading, "access.grants", "person")) - {"n-9"}  # of another test
            assert persons == ({"a-1", "b-2"} if reader.reach == "everything" else {reader.person} & {"a-1"})
            with_any = reader.reach in ("units", "all", "everything")
            assert rows(vault, "identity.numbers", "pseudonym") == (sorted(CASES) if with_any else [])


def test_a_grant_and_a_move_count_from_the_next_transaction_on(walled: Database, reading: psycopg.Connection[Any]) -> None:
    person = Reader("n-9", "caseworker", "units", ("skole",))
    with psycopg.connect(walled.admin_url, autocommit=True) as admin:
        admin.execute(
            "insert into access.grants (case_id, person, kind, purpose, granted_by, until)"
            " values ('protected', 'n-9', 'grant', 'akut', 'l-1', now() + interval '1 hour')"
        )
        admin.execute("update access.cases set unit = 'skole' where case_id = 'elsewhere'")
        try:
            with read_as(reading, person):
                assert set(rows(reading, "rows.places", "case_id")) - set(STREAMS) == {"protected", "elsewhere"}
        finally:
            admin.execute(
                "insert into access.endings (what, id, ended_by) select 'grant', id, 'l-1' from access.grants where person = 'n-9'"
            )
            admin.execute("update access.cases set unit = 'social' where case_id = 'elsewhere'")
    with read_as(reading, person):
        assert set(rows(reading, "rows.places", "case_id")) == set(STREAMS)


# The context goes with the transaction


def nothing_is_shown(conn: psycopg.Connection[Any]) -> bool:
    return not any(rows(conn, table) for table in (*CASE_OF, "log.gone_rows", "access.grants"))


@pytest.fixture
def pool(walled: Database) -> Iterator[ConnectionPool]:
    """One connection, which every transaction of the test has in turn."""
    with ConnectionPool(
        as_role(walled.app_url, READ), kwargs={"autocommit": True}, min_size=1, max_size=1, open=True
    ) as opened:
        yield opened


class Dropped(Exception):
    """Work that is given up half-way."""


def dropped(_conn: psycopg.Connection[Any], _database: Database) -> None:
    raise Dropped


def cancelled(conn: psycopg.Connection[Any], database: Database) -> None:
    asleep = "select pg_cancel_backend(pid) from pg_stat_activity where pid = %s and state = 'active' and query ~ 'pg_sleep'"
    with ThreadPoolExecutor(1) as pool, psycopg.connect(database.admin_url, autocommit=True) as admin:
        sleeping = pool.submit(conn.execute, "select pg_sleep(60)")
        until(lambda: admin.execute(asleep, (conn.info.backend_pid,)).fetchone() == (True,))
        sleeping.result()


def out_of_time(conn: psycopg.Connection[Any], _database: Database) -> None:
    conn.execute("set local statement_timeout = '10ms'")
    conn.execute("select pg_sleep(60)")


def at_fault(conn: psycopg.Connection[Any], _database: Database) -> None:
    conn.execute("select 1 / 0")


def savepoint_rolled_back(conn: psycopg.Connection[Any], _database: Database) -> None:
    with conn.transaction(force_rollback=True):
        conn.execute("select set_config('journey.reach', 'all', true)")


def cut_off(conn: psycopg.Connection[Any], _database: Database) -> None:
    conn.close()
    conn.execute("select 1")


def committed(_conn: psycopg.Connection[Any], _database: Database) -> None: ...


ENDS = {
    committed: None,
    savepoint_rolled_back: None,
    dropped: Dropped,
    cancelled: psycopg.errors.QueryCanceled,
    out_of_time: psycopg.errors.QueryCanceled,
    at_fault: psycopg.errors.DivisionByZero,
    cut_off: psycopg.OperationalError,
}


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_nothing_is_shown_once_the_reader_s_transaction_is_over_however_it_ended(
    pool: ConnectionPool, walled: Database, end: Callable[[psycopg.Connection[Any], Database], None]
) -> None:
    raised = ENDS[end]
    with pytest.raises(raised) if raised else nullcontext(), pool.connection() as conn, read_as(conn, LOCAL):
        assert not nothing_is_shown(conn)
        end(conn, walled)

    with pool.connection() as conn:
        assert nothing_is_shown(conn)
        with read_as(conn, Reader("c-3", "caseworker", "units", ("skole",))):
            assert set(rows(conn, "log.events", "originator_id")) == set(STREAMS)
        assert nothing_is_shown(conn)


def test_twin_a_setting_of_the_session_leaks_into_the_next_transaction(pool: ConnectionPool) -> None:
    with pool.connection() as conn:
        conn.execute("select set_config('journey.reach', 'everything', false)")
    with pool.connection() as conn:
        assert not nothing_is_shown(conn)


@pytest.mark.parametrize("table", ["log.events", "rows.spans", "log.notes"])
def test_twin_without_row_security_a_reader_is_shown_it_all(
    walled: Database, reading: psycopg.Connection[Any], table: str
) -> None:
    named = Identifier(*table.split("."))
    with psycopg.connect(walled.admin_url, autocommit=True) as admin:
        admin.execute(SQL("alter table {} disable row level security").format(named))
        try:
            assert set(rows(reading, table, CASE_OF[table])) >= set(CASES)
        finally:
            admin.execute(SQL("alter table {} enable row level security").format(named))
    assert rows(reading, table) == []


# The program's own connections


def test_a_register_shows_its_reader_their_own_and_keeps_no_context(walled: Database, tmp_path: Path) -> None:
    register = register_on(walled, tmp_path)
    person = Reader("c-3", "caseworker", "units", ("ungeindsatsen",))
    for reader in (person, replace(person, reach="all"), LOCAL):
        for snapshot in (False, True):
            with register.for_reader(reader).connected(READ, snapshot=snapshot) as conn:
                assert set(rows(conn, "log.notes", "stream")) == shown(reader)


# What the database is made of


def test_every_table_has_row_security_that_holds_its_owner_or_a_reason_why_it_holds_nothing_of_a_citizen(
    walled: Database,
) -> None:
    held = {*CASE_OF, *REACHED_OTHERWISE, *NOT_READ}
    with psycopg.connect(walled.admin_url) as admin:
        found = admin.execute(
            "select n.nspname || '.' || c.relname, c.relkind::text, c.relrowsecurity, c.relforcerowsecurity from pg_class c"
            " join pg_namespace n on n.oid = c.relnamespace where c.relkind in ('r', 'p', 'v', 'm', 'f')"
            " and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
        ).fetchall()
    assert {name for name, kind, *_ in found if kind != "r"} == set()  # a view would read with its owner's rights
    assert {name for name, _, security, forced in found if security and forced} == held
    assert {name for name, _, security, forced in found if security and not forced} == NOT_OF_ITS_OWNER
    assert {name for name, _, security, _ in found if not security} == set(OF_NO_CITIZEN)
    assert all(OF_NO_CITIZEN.values())


def test_no_policy_shows_a_reader_all_rows(walled: Database) -> None:
    with psycopg.connect(walled.admin_url) as admin:
        found = admin.execute("select schemaname || '.' || tablename, roles::text[], qual from pg_policies").fetchall()
    for table, roles, condition in found:
        assert "public" not in roles, table
        if {READ, IDENTITY, LOOK_READ} & set(roles):
            assert "journey." in condition, table
    whole = {role for _, roles, condition in found if condition == "true" for role in roles}
    assert whole <= {APPEND, IMPORT, PROJECT, SEAL, FIGURES, PROTECT, "journey_owner"}  # of access only, whoever protects cases


def test_no_role_of_the_program_owns_a_table_of_the_log_or_is_above_row_security(walled: Database) -> None:
    with psycopg.connect(walled.admin_url) as admin:
        above = admin.execute(
            "select rolname from pg_roles where (rolsuper or rolbypassrls or rolcreaterole) and rolname = any(%s)",
            ([*ROLES, FIGURES, "journey_app"],),
        ).fetchall()
        owned = admin.execute(
            "select distinct n.nspname, r.rolname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
            " join pg_roles r on r.oid = c.relowner where r.rolname = any(%s)",
            ([*ROLES, FIGURES, "journey_app"],),
        ).fetchall()
        takes_on = admin.execute("select pg_has_role('journey_app', %s, 'member')", (FIGURES,)).fetchone()
        login = admin.execute("select rolcanlogin from pg_roles where rolname = %s", (FIGURES,)).fetchone()
    assert above == []
    assert set(owned) <= {("rows", PROJECT), ("pg_toast", PROJECT)}  # held by its own policies, since row security is forced
    assert (takes_on, login) == ((False,), (False,))


def test_the_functions_that_run_with_another_s_rights_are_these(walled: Database) -> None:
    with psycopg.connect(walled.admin_url) as admin:
        found = admin.execute(
            "select n.nspname || '.' || p.proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where p.prosecdef"
        ).fetchall()
    assert {name for (name,) in found} == DEFINERS


def test_the_follower_s_own_copy_is_refused_so_that_nobody_takes_it_for_held_when_it_is_not(walled: Database) -> None:
    with (
        psycopg.connect(as_role(walled.app_url, PROJECT)) as conn,
        pytest.raises(psycopg.errors.FeatureNotSupported),
        conn.cursor().copy("copy rows.spans from stdin") as copy,
    ):
        copy.write(b"")


def test_an_old_register_s_rows_are_shown_to_nobody_until_they_are_made_anew(
    server: Database, template: Database, tmp_path: Path
) -> None:
    """As a migration leaves them: without a reader's policy, and of another definition, so that they are made anew."""
    with fresh_database(server, template.name) as database:
        register = register_on(database, tmp_path)
        load(register, lines())
        register.believe()
        with psycopg.connect(database.admin_url) as admin:
            for name in PROJECTIONS:
                admin.execute(SQL("drop policy reader on rows.{}").format(Identifier(name)))
            admin.execute("update rows.progress set definition = 'older'")
            admin.execute("delete from access.cases")
        with register.connected(READ) as conn:
            assert rows(conn, "rows.spans") == []

        register.believe()

        with register.connected(READ) as conn:
            assert set(rows(conn, "access.cases", "case_id")) == set(CASES)
            assert rows(conn, "rows.places") != []
