"""The functions that count, made in the database by its owner, and whether those that stand there are this program's."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.sql import SQL, Identifier, Literal

from dashboards.counting.functions import SCHEMA, CountingFunction, column_names
from dashboards.counting.statements import counting_functions, definitions_digest
from journey.log.migrate import FIGURES, PROJECT, READ, migrate
from journey.refusals import Refused
from projections.engine.follow import definition
from projections.engine.replay import TEMPORARY, create_temporary

MAY_COUNT = (READ, PROJECT)
"""The roles that may run the functions: readers, and the projector, who previews a delivery over rows of its own beside these."""
_LOCK = 7220135
_WHICH = "SELECT obj_description(to_regnamespace(%s), 'pg_namespace')"
_MADE = """
SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = to_regnamespace(%s) ORDER BY 1
"""


def bring_up_to_date(owner_url: str, login: str = "journey_app") -> list[str]:
    """Run the migrations that are missing, and make the functions anew where they are another version's; gives what was done, by name.

    Raises Refused as `migrate` does.
    """
    done = migrate(owner_url, login)
    with psycopg.connect(owner_url, autocommit=True) as conn:
        return [*done, *(["tallenes funktioner"] if _made(conn) else [])]


def up_to_date(conn: psycopg.Connection[Any]) -> bool:
    """Whether the functions that stand in the database are this program's, over rows of its shape."""
    row = conn.execute(_WHICH, (SCHEMA,)).fetchone()
    return row is not None and row[0] == definitions_digest(definition())


def check_functions(conn: psycopg.Connection[Any]) -> None:
    """Raise Refused (`wrong_start`) where the functions are not this program's."""
    if not up_to_date(conn):
        raise Refused("wrong_start", "Databasens funktioner til tal er fra en anden udgave af programmet. Kør journey migrate.")


def _made(conn: psycopg.Connection[Any]) -> bool:
    """Make the functions in one transaction, where they are not there already; gives whether they were made."""
    with conn.transaction():
        conn.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
        if up_to_date(conn):
            return False
        definitions = [function.definition(columns) for function, columns in _described(conn)]
        conn.execute(SQL("SET LOCAL ROLE {}").format(Identifier(FIGURES)))
        for (signature,) in conn.execute(_MADE, (SCHEMA,)).fetchall():
            conn.execute(f"DROP FUNCTION {signature}".encode())
        conn.execute(";".join(definitions).encode())
        conn.execute(SQL("REVOKE ALL ON ALL FUNCTIONS IN SCHEMA {} FROM PUBLIC").format(Identifier(SCHEMA)))
        for right in ("USAGE ON SCHEMA", "EXECUTE ON ALL FUNCTIONS IN SCHEMA"):
            roles = SQL(", ").join(map(Identifier, MAY_COUNT))
            conn.execute(SQL("GRANT " + right + " {} TO {}").format(Identifier(SCHEMA), roles))  # pyright: ignore[reportArgumentType] -- the two constants above
        digest = Literal(definitions_digest(definition()))
        conn.execute(SQL("COMMENT ON SCHEMA {} IS {}").format(Identifier(SCHEMA), digest))
        conn.execute("RESET ROLE")
        return True


def _described(conn: psycopg.Connection[Any]) -> list[tuple[CountingFunction, list[tuple[str, str]]]]:
    """Each function with its columns, as the database tells them of its statement over empty tables of the rows' present shape."""
    with conn.transaction(force_rollback=True):
        create_temporary(conn)
        conn.execute("SELECT set_config('search_path', 'pg_temp', true)")
        types = dict(conn.execute("SELECT oid, oid::regtype::text FROM pg_type WHERE typtype = 'b'").fetchall())
        return [(function, _columns(conn, function, types)) for function in counting_functions().values()]


def _columns(conn: psycopg.Connection[Any], function: CountingFunction, types: dict[int, str]) -> list[tuple[str, str]]:
    found = conn.execute(function.described().replace("rows.", f"{TEMPORARY}.").encode()).description or []
    return list(
        zip(column_names([column.name for column in found]), (types[column.type_code] for column in found), strict=True)
    )
