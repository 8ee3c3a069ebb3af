"""One bitemporal table a row type, made from its fields: what was believed, of which case, from which position to which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import astuple, fields
from psycopg import Connection
from psycopg.sql import SQL, Composable, Composed, Identifier

from projections.believed import UNTIL_FURTHER, Key
from projections.fold import Row
from projections.projections import PROJECTIONS

SCHEMA = "rows"
NEXT = "next_"
"""What the name of a table begins with while a rebuild fills it."""
OF_A_CASE = "(case_id)"
"""The key that every table has an index on: a case's rows are read alone, for what it counts with and for its own page."""

_SQL_TYPES: Mapping[object, str] = {str: "text", int: "bigint", bool: "boolean", date: "date"}


class Stored(Struct, gc=False):
    """A row on its way into its table."""

    case_id: str
    row: Row
    key: Key
    known_to: int = UNTIL_FURTHER


def columns(row: type[Row]) -> dict[str, tuple[str, bool]]:
    """The row type's own columns: the SQL type, and whether it may be null."""
    hints = get_type_hints(row)
    return {field.name: _column(hints[field.name]) for field in fields(row)}


def _column(hint: object) -> tuple[str, bool]:
    if get_origin(hint) in (Union, UnionType):
        kinds = get_args(hint)
        return _column(next(kind for kind in kinds if kind is not NoneType))[0], True
    return _SQL_TYPES.get(hint, "text"), False


def create(row: type[Row], table: Composable) -> Composed:
    """The statement that makes the table of a row type."""
    own = SQL(", ").join(
        SQL("{} " + sql_type + ("" if null else " NOT NULL")).format(Identifier(column))  # pyright: ignore[reportArgumentType] -- the types are the constants above
        for column, (sql_type, null) in columns(row).items()
    )
    return SQL(
        "CREATE TABLE {table} (known_from bigint NOT NULL, nth integer NOT NULL, known_to bigint NOT NULL,"
        " case_id text NOT NULL, {own}, PRIMARY KEY (known_from, nth))"
    ).format(table=table, own=own)


def table(name: str, prefix: str = "") -> Identifier:
    return Identifier(SCHEMA, prefix + name)


def create_all(conn: Connection[Any], prefix: str = "") -> None:
    """Make every table anew and empty under the prefix."""
    for name, projection in PROJECTIONS.items():
        conn.execute(SQL("DROP TABLE IF EXISTS {}").format(table(name, prefix)))
        conn.execute(create(projection.row, table(name, prefix)))


def index_all(conn: Connection[Any], prefix: str = "") -> None:
    """Make the indexes that rows are read by."""
    for name, projection in PROJECTIONS.items():
        for key in dict.fromkeys((OF_A_CASE, *projection.found_by)):
            conn.execute(SQL("CREATE INDEX ON {} " + key).format(table(name, prefix)))  # pyright: ignore[reportArgumentType] -- constants of the projections


def tidy(conn: Connection[Any]) -> None:
    """Let the database see what is where after many rows were written: its plans and its index-only scans depend on it."""
    for name in PROJECTIONS:
        conn.execute(SQL("VACUUM (ANALYZE) {}").format(table(name)))


def switch(conn: Connection[Any]) -> None:
    """Put the tables that a rebuild filled in place of those that are read; to be done in one transaction."""
    for name in PROJECTIONS:
        conn.execute(SQL("DROP TABLE IF EXISTS {}").format(table(name)))
        conn.execute(SQL("ALTER TABLE {} RENAME TO {}").format(table(name, NEXT), Identifier(name)))


_TABLE_OF: Mapping[type[Row], str] = {projection.row: name for name, projection in PROJECTIONS.items()}


Texts = Mapping[str, str]
"""For each table, rows in COPY's text form."""
Closings = dict[str, list[tuple[int, int, int]]]
"""For each table, the rows no longer believed by `known_from` and `nth`, and the position from which."""


def table_of(row: Row) -> str:
    """The name of the row's table."""
    return _TABLE_OF[type(row)]


def as_texts(rows: Iterable[Stored]) -> Texts:
    """The rows as they are written, each into its type's table."""
    by_table: dict[str, list[Stored]] = {}
    for stored in rows:
        by_table.setdefault(_TABLE_OF[type(stored.row)], []).append(stored)
    return {name: _as_text(some) for name, some in by_table.items()}


def write(conn: Connection[Any], texts: Texts, prefix: str = "", schema: str = SCHEMA) -> None:
    """Insert the rows by COPY."""
    for name, text in texts.items():
        into = SQL("COPY {} FROM STDIN (NULL '')").format(Identifier(schema, prefix + name))
        with conn.cursor() as cursor, cursor.copy(into) as copy:
            copy.write(text)


_DAYS: dict[date, str] = {}
"""Days written out before: there are few of them, and each is written many times."""


def _as_text(rows: list[Stored]) -> str:
    """The rows in COPY's text form. Written here because the driver's own way, a value at a time, takes four times as long."""
    lines = ["\t".join(_values(stored)) for stored in rows]
    text = "\n".join(lines)
    if "\\" in text or text.count("\t") != len(rows) * lines[0].count("\t") or text.count("\n") != len(rows) - 1:
        text = "\n".join("\t".join(map(_escaped, _values(stored))) for stored in rows)
    return text + "\n"


def _values(stored: Stored) -> list[str]:
    known_from, nth = stored.key
    values = [str(known_from), str(nth), str(stored.known_to), stored.case_id]
    for value in astuple(stored.row):
        if isinstance(value, str):
            values.append(value)
        elif value is None:
            values.append("")
        elif isinstance(value, date):
            written = _DAYS.get(value)
            if written is None:
                written = _DAYS[value] = value.isoformat()
            values.append(written)
        else:
            values.append(str(value))
    return values


def _escaped(value: str) -> str:
    for special, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
        value = value.replace(special, written)
    return value


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
