"""One bitemporal table a row type, made from its fields: what was believed, of which case, from which position to which."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, LiteralString

from psycopg import Connection
from psycopg.sql import SQL, Composable, Composed, Identifier

from projections.engine.columns import TEXT, columns
from projections.engine.row_security import forced, policies
from projections.engine.texts import PendingRow, Texts, as_json
from projections.fold import Row
from projections.projections import PROJECTIONS

SCHEMA = "rows"
NEXT = "next_"
"""What the name of a table begins with while a rebuild fills it."""
TEMPORARY = "pg_temp"
"""The schema that a session's temporary tables are in."""
STAGED = "staged_"
"""What the name of a temporary table begins with that holds rows on their way."""
OF_A_CASE = "(case_id)"
"""The key that every table has an index on: a case's rows are read alone, for what it counts with and for its own page."""


def create(row: type[Row], table: Composable) -> Composed:
    """The statement that makes the table of a row type."""
    own = SQL(", ").join(
        SQL("{} " + sql_type + ("" if null else " NOT NULL")).format(Identifier(column))  # pyright: ignore[reportArgumentType] -- the types are the constants above
        for column, (sql_type, null) in columns(row).items()
    )
    return SQL(
        "CREATE TABLE {table} (known_from bigint NOT NULL, nth integer NOT NULL, known_to bigint NOT NULL,"
        " case_id {text} NOT NULL, {own})"
    ).format(table=table, own=own, text=SQL(TEXT))


def table(name: str, prefix: str = "") -> Identifier:
    return Identifier(SCHEMA, prefix + name)


def create_all(conn: Connection[Any], prefix: str = "") -> None:
    """Make every table anew and empty under the prefix, with its row security, which does not hold its owner yet."""
    for name, projection in PROJECTIONS.items():
        conn.execute(SQL("DROP TABLE IF EXISTS {}").format(table(name, prefix)))
        conn.execute(create(projection.row, table(name, prefix)))
        for statement in policies(table(name, prefix), prefix + name):
            conn.execute(statement)


def force_all(conn: Connection[Any]) -> None:
    """Let row security hold the owner of the tables that are read, too: nothing is copied into them from now on."""
    for name in PROJECTIONS:
        conn.execute(forced(table(name)))


def index_all(conn: Connection[Any], prefix: str = "") -> None:
    """Make the keys that beliefs are ended by and the indexes that rows are read by: many rows are written sooner without."""
    for name, projection in PROJECTIONS.items():
        conn.execute(SQL("ALTER TABLE {} ADD PRIMARY KEY (known_from, nth)").format(table(name, prefix)))
        for key in dict.fromkeys((OF_A_CASE, *projection.indexes)):
            conn.execute(SQL("CREATE INDEX ON {} " + key).format(table(name, prefix)))  # pyright: ignore[reportArgumentType] -- constants of the projections


def tidy(conn: Connection[Any]) -> None:
    """Let the database see what is where after many rows were written: its plans and its index-only scans depend on it."""
    for name in PROJECTIONS:
        conn.execute(SQL("VACUUM (ANALYZE) {}").format(table(name)))


def switch(conn: Connection[Any]) -> None:
    """Put the tables that a rebuild filled in place of those that are read; to be done in one transaction."""
    if there := [name for name in PROJECTIONS if _is_there(conn, name)]:
        conn.execute(_lock(there, "EXCLUSIVE"))
    for name in PROJECTIONS:
        conn.execute(SQL("DROP TABLE IF EXISTS {}").format(table(name)))
        conn.execute(SQL("ALTER TABLE {} RENAME TO {}").format(table(name, NEXT), Identifier(name)))
    force_all(conn)


def keep_in_place(conn: Connection[Any]) -> None:
    """Let no rebuild put others in place of the tables until the transaction ends; in one snapshot, before anything is read.

    The new tables are empty to a snapshot from before they were filled.
    """
    conn.execute(_lock(list(PROJECTIONS), "SHARE"))


def _lock(names: Sequence[str], mode: LiteralString) -> Composed:
    return SQL("LOCK TABLE {} IN ACCESS " + mode + " MODE").format(SQL(", ").join(map(table, names)))


def _is_there(conn: Connection[Any], name: str) -> bool:
    found = conn.execute("SELECT to_regclass(%s) IS NOT NULL", (f"{SCHEMA}.{name}",)).fetchone()
    return bool(found and found[0])


Closings = dict[str, list[tuple[int, int, int]]]
"""For each table, the rows no longer believed by `known_from` and `nth`, and the position from which."""


def insert(conn: Connection[Any], rows: Iterable[PendingRow]) -> None:
    """Insert a few rows into the tables that are read."""
    for name, encoded in as_json(rows).items():
        query = SQL("INSERT INTO {table} SELECT * FROM json_populate_recordset(NULL::{table}, %s::json)")
        conn.execute(query.format(table=table(name)), (encoded,))


def stage(conn: Connection[Any]) -> None:
    """Make temporary tables of the rows' shape for many rows on their way, gone at the end of the transaction."""
    for name in PROJECTIONS:
        query = SQL("CREATE TEMPORARY TABLE {} (LIKE {}) ON COMMIT DROP").format(Identifier(STAGED + name), table(name))
        conn.execute(query)


def insert_staged(conn: Connection[Any]) -> None:
    """Insert the staged rows into the tables that are read."""
    for name in PROJECTIONS:
        staged = Identifier(TEMPORARY, STAGED + name)
        conn.execute(SQL("INSERT INTO {} SELECT * FROM {}").format(table(name), staged))
        conn.execute(SQL("DROP TABLE {}").format(staged))


def write(conn: Connection[Any], texts: Texts, prefix: str = "", schema: str = SCHEMA) -> None:
    """Insert the rows by COPY, into tables that row security does not hold their owner by: temporary ones, or those being filled."""
    for name, text in texts.items():
        into = SQL("COPY {} FROM STDIN (NULL '')").format(Identifier(schema, prefix + name))
        with conn.cursor() as cursor, cursor.copy(into) as copy:
            copy.write(text)


def close(conn: Connection[Any], closings: Closings, prefix: str = "") -> None:
    """End the belief in rows written before: one UPDATE a table."""
    for name, some in closings.items():
        conn.execute(
            SQL(
                "UPDATE {} AS t SET known_to = c.known_to"
                " FROM unnest(%s::bigint[], %s::integer[], %s::bigint[]) AS c (known_from, nth, known_to)"
                " WHERE t.known_from = c.known_from AND t.nth = c.nth"
            ).format(table(name, prefix)),
            tuple(map(list, zip(*some, strict=True))),
        )
