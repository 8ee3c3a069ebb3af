"""The numbered migrations that make the log's schema and roles, each run once, in order, in a transaction of its own."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator
from importlib import resources
from typing import Any

import psycopg
from msgspec import Struct
from psycopg.sql import SQL, Composed, Identifier

from journey.refusals import Refused

APPEND, IMPORT, PROJECT, READ, SEAL, IDENTITY, SESSION, LOOK, LOOK_READ, LOOK_RETENTION, ACCESS_ROLES, PROTECT = ROLES = (
    "journey_append",
    "journey_import",
    "journey_project",
    "journey_read",
    "journey_seal",
    "journey_identity",
    "journey_session",
    "journey_look",
    "journey_look_read",
    "journey_look_retention",
    "journey_roles",
    "journey_protect",
)
"""The roles that the runtime login takes on with SET ROLE: none of them may change what is recorded."""
OF_LOOKS = LOOK, LOOK_READ, LOOK_RETENTION
"""The roles of the log of looks, which read no case."""
OF_ACCESS = SESSION, ACCESS_ROLES, PROTECT
"""The roles of who may do what: sessions, role files, and protected cases; they read no event."""

FIGURES = "journey_figures"
"""The role that owns the functions that count over all cases: nobody takes it on."""

_MIGRATION_LOCK = 7220114

_BOOKKEEPING = """
create schema if not exists log;
create table if not exists log.migrations (
    number integer primary key, name text not null, sha256 bytea not null, at timestamptz not null default statement_timestamp()
);
"""


class Migration(Struct, frozen=True):
    """One file of SQL: `number` is its place in the order, and what has run is never edited."""

    number: int
    name: str
    sql: bytes

    @property
    def sha256(self) -> bytes:
        return hashlib.sha256(self.sql).digest()


_READABLE = """
select exists (
    select from pg_class t join pg_namespace n on n.oid = t.relnamespace where n.nspname = 'log' and t.relname = 'migrations'
    and has_schema_privilege(n.oid, 'usage') and has_table_privilege(t.oid, 'select')
)
"""


def migrations() -> list[Migration]:
    """The migrations that come with the product, in order."""
    folder = resources.files("journey").joinpath("log", "migrations")
    files = sorted(file.name for file in folder.iterdir() if re.fullmatch(r"\d{4}_\w+\.sql", file.name))
    return [Migration(int(name[:4]), name, folder.joinpath(name).read_bytes()) for name in files]


def migrate(owner_url: str, login: str = "journey_app") -> list[str]:
    """Bring the database up to date as its owner, let the login take on the roles, and give the names of the migrations that ran now.

    Any number may start at once, also on several databases of one server. Raises Refused (`wrong_start`) with the remedy for a
    server that is too old, a database that is newer than the program, a login that is not there, rights that are missing, or a
    migration edited after it ran.
    """
    with psycopg.connect(owner_url, autocommit=True) as conn:
        if conn.info.server_version < 150000:
            raise Refused("wrong_start", "Databasen skal være PostgreSQL 15 eller nyere. Opgradér den, og prøv igen.")
        missing(conn)
        _prepare_roles(conn, login)
        with conn.transaction():
            conn.execute("select pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
            conn.execute(_BOOKKEEPING)
        return [migration.name for migration in migrations() if _run_once(conn, migration)]


def missing(conn: psycopg.Connection[Any]) -> list[str]:
    """The names of the migrations that the database lacks, for a role that may read the log.

    Raises Refused (`wrong_start`) where the database has one that this version of the product does not know.
    """
    if not _value(conn, _READABLE):
        return [migration.name for migration in migrations()]
    done = {number for (number,) in conn.execute("select number from log.migrations")}
    newer = done - {migration.number for migration in migrations()}
    if newer:
        raise Refused("wrong_start", "Databasen er nyere end programmet. Brug den nyeste udgave af programmet.")
    return [migration.name for migration in migrations() if migration.number not in done]


def _run_once(conn: psycopg.Connection[Any], migration: Migration) -> bool:
    with conn.transaction():
        conn.execute("select pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
        done = conn.execute("select sha256 from log.migrations where number = %s", (migration.number,)).fetchone()
        if done is not None:
            if done[0] != migration.sha256:
                raise Refused(
                    "wrong_start", f"{migration.name} er ændret, efter at den er kørt. Læg filen tilbage, som den var."
                )
            return False
        conn.execute(migration.sql)
        conn.execute(
            "insert into log.migrations (number, name, sha256) values (%s, %s, %s)",
            (migration.number, migration.name, migration.sha256),
        )
        return True


def _prepare_roles(conn: psycopg.Connection[Any], login: str) -> None:
    """Create and grant the roles that are missing; roles belong to the whole server, so another database may do it at the same time."""
    if not _value(conn, "select exists (select from pg_roles where rolname = %s)", login):
        raise Refused("wrong_start", f"Rollen {login} findes ikke. Opret den: CREATE ROLE {login} LOGIN NOINHERIT.")
    if conn.info.server_version < 160000 and _value(conn, "select rolinherit from pg_roles where rolname = %s", login):
        raise Refused("wrong_start", f"Rollen {login} må ikke arve rettigheder. Kør: ALTER ROLE {login} NOINHERIT.")
    for _ in range(50):
        try:
            for statement in _role_statements(conn, login):
                conn.execute(statement)
            return
        except psycopg.errors.InsufficientPrivilege as error:
            owner = conn.info.user
            raise Refused(
                "wrong_start",
                f"{owner} må ikke oprette eller tildele roller ({error.diag.message_primary}). Kør som administrator: "
                f"ALTER ROLE {owner} CREATEROLE; og findes rollerne i forvejen: GRANT {', '.join(ROLES)} TO {owner} WITH ADMIN OPTION.",
            ) from None
        except (psycopg.errors.DuplicateObject, psycopg.errors.UniqueViolation, psycopg.errors.InternalError_):
            time.sleep(0.05)  # someone else made the same role at the same moment; look again at what is missing
    raise Refused("wrong_start", "Rollerne kunne ikke oprettes, fordi andre opretter dem samtidig. Prøv igen.")


def _role_statements(conn: psycopg.Connection[Any], login: str) -> Iterator[Composed]:
    # A login that inherited the roles' rights would have them all at once, without saying which.
    for_login, for_owner, may_set = SQL(""), SQL(""), "select pg_has_role(current_user, %s, 'member')"
    if conn.info.server_version >= 160000:
        for_login, for_owner = SQL(" with inherit false, set true"), SQL(" with inherit true, set true")
        may_set = "select pg_has_role(current_user, %s, 'set')"
    for role in ROLES:
        if not _value(conn, "select exists (select from pg_roles where rolname = %s)", role):
            yield SQL("create role {} nologin").format(Identifier(role))
        if not _value(conn, "select pg_has_role(%s, %s, 'member')", login, role):
            yield SQL("grant {} to {}{}").format(Identifier(role), Identifier(login), for_login)
    if not _value(conn, "select pg_has_role(current_user, %s, 'usage')", PROJECT):
        # The owner makes the projector's schema for it.
        yield SQL("grant {} to current_user{}").format(Identifier(PROJECT), for_owner)
    if not _value(conn, "select exists (select from pg_roles where rolname = %s)", FIGURES):
        yield SQL("create role {} nologin").format(Identifier(FIGURES))
    if not _value(conn, may_set, FIGURES):
        # The owner gives it its functions.
        yield SQL("grant {} to current_user{}").format(Identifier(FIGURES), for_login)


def _value(conn: psycopg.Connection[Any], query: str, *parameters: str) -> Any:
    row = conn.execute(query.encode(), parameters).fetchone()
    return row and row[0]
