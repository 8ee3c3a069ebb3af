"""Checks of the database and the login before the program writes to it."""

from __future__ import annotations

from typing import Any

import psycopg

from journey.log.login import DatabaseSession, prefers_copy, through_pooler, to_primary
from journey.log.migrate import FIGURES, ROLES, missing
from journey.refusals import Refused

_POWERFUL = """
select r.rolname from pg_roles r, pg_class t join pg_namespace n on n.oid = t.relnamespace
where n.nspname = 'log' and t.relname = 'events' and pg_has_role(session_user, r.oid, 'member') and (
    r.rolsuper or r.rolcreaterole or r.oid in (t.relowner, n.nspowner)
    or r.rolname in ('pg_write_server_files', 'pg_execute_server_program')
    or has_any_column_privilege(r.oid, t.oid, 'update') or has_table_privilege(r.oid, t.oid, 'delete, truncate, trigger')
)
order by r.rolname = session_user desc, r.rolname limit 1
"""
_ABOVE_ROWS = """
select r.rolname from pg_roles r where pg_has_role(session_user, r.oid, 'member') and (r.rolbypassrls or r.rolname = %s)
order by r.rolname = session_user desc, r.rolname limit 1
"""


def check_start(url: str, role: str) -> str:
    """The address to open sessions at: the one given, which says so where it leads to a pooler.

    Raises Refused (`wrong_start`, with the remedy) for a database or a login that could lose events or change them.
    """
    try:
        with DatabaseSession.connect(to_primary(url), autocommit=True) as conn:
            # Who stands in between answers with a number of its own when the connection is made.
            pooled = _number(conn) != conn.info.backend_pid
            if pooled:
                _check_pooler(conn, url)
            _check_text(conn)
            _check_durable(conn)
            if prefers_copy(url):
                _check_copies(conn)
            _check_powerless(conn)
            _check_held(conn)
            _check_migrated(conn, role)
    except psycopg.OperationalError as error:
        raise Refused(
            "wrong_start", f"Databasen svarer ikke; der meldes »{error}«. Ret adressen, eller start databasen."
        ) from error
    return through_pooler(url) if pooled else url


def _check_pooler(conn: psycopg.Connection[Any], url: str) -> None:
    """Refuse a pooler that does not leave a session with one connection to the database, or hands one on as it was left."""
    own, others = set[int](), set[int]()
    with DatabaseSession.connect(to_primary(url), autocommit=True) as other:
        # Twice each: in turn, two sessions could be given two free connections in turn, and seem to have one each.
        for _ in range(3):
            own |= {_number(conn), _number(conn)}
            others |= {_number(other), _number(other)}
        other.execute("select set_config('journey.left', 'yes', false)")
    if len(own) > 1 or len(others) > 1 or own == others:
        raise Refused(
            "wrong_start",
            "Pooleren foran databasen flytter en session fra forbindelse til forbindelse; den skiller roller, låse og beskeder fra den, "
            "de gælder. Sæt pool_mode = session i pgbouncer, eller brug databasens egen adresse.",
        )
    with DatabaseSession.connect(to_primary(url), autocommit=True) as later:
        if _value(later, "select current_setting('journey.left', true)") == "yes":
            raise Refused(
                "wrong_start",
                "Pooleren foran databasen giver en forbindelse videre med låse og roller fra den, der brugte den før. "
                "Sæt server_reset_query = DISCARD ALL i pgbouncer, eller brug databasens egen adresse.",
            )


def _number(conn: psycopg.Connection[Any]) -> int:
    """The number of the database's process that the session is served by."""
    # Not prepared: another session may have prepared it on the connection that this one is given.
    row = conn.execute("select pg_backend_pid()", prepare=False).fetchone()
    return row[0] if row else 0


def _check_text(conn: psycopg.Connection[Any]) -> None:
    encoding = conn.info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise Refused(
            "wrong_start",
            f"Databasen gemmer tekst som {encoding}, så ikke alle tegn kan registreres. Lav den på ny med ENCODING 'UTF8'.",
        )


def _check_durable(conn: psycopg.Connection[Any]) -> None:
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        if _value(conn, "select current_setting(%s)", setting) == "off":
            raise Refused(
                "wrong_start", f"Databasens {setting} er slået fra, så kvitterede hændelser kan gå tabt. Slå {setting} til."
            )


def _check_copies(conn: psycopg.Connection[Any]) -> None:
    # Else a copy may not have what the program has just been told is written, and a figure is counted without it.
    waits = _value(conn, "select current_setting('synchronous_commit')") == "remote_apply"
    if not waits or not _value(conn, "select current_setting('synchronous_standby_names')"):
        raise Refused(
            "wrong_start",
            "Adressen sender læsere til en kopi (prefer-standby), men databasen venter ikke på kopien, så tal kunne mangle det nyeste. "
            "Sæt synchronous_commit = remote_apply og synchronous_standby_names på databasen, eller skriv target_session_attrs=primary.",
        )


def _check_powerless(conn: psycopg.Connection[Any]) -> None:
    powerful = _value(conn, _POWERFUL)
    if powerful is not None:
        raise Refused(
            "wrong_start",
            f"Login {conn.info.user} kan ændre registrerede hændelser (som {powerful}). "
            "Brug et login, der kun har rollerne fra journey migrate; ejerens adresse hører til JOURNEY_OWNER_URL.",
        )


def _check_held(conn: psycopg.Connection[Any]) -> None:
    """Refuse a login that row security does not hold: it would be shown every case, whoever reads."""
    above = _value(conn, _ABOVE_ROWS, FIGURES)
    if above is not None:
        raise Refused(
            "wrong_start",
            f"Login {conn.info.user} får alle sager at se uden om databasens rækkesikkerhed (som {above}). "
            f"Kør som administrator: ALTER ROLE {above} NOBYPASSRLS, eller REVOKE {above} FROM {conn.info.user}.",
        )


def _check_migrated(conn: psycopg.Connection[Any], role: str) -> None:
    roles = _value(
        conn, "select count(*) from pg_roles where rolname = any(%s) and pg_has_role(rolname, 'member')", list(ROLES)
    )
    if roles == len(ROLES):
        conn.execute("select set_config('role', %s, false)", (role,))
    lacking = missing(conn)
    if lacking:
        raise Refused("wrong_start", f"Databasen mangler {', '.join(lacking)}. Kør journey migrate.")


def _value(conn: psycopg.Connection[Any], query: str, *parameters: object) -> Any:
    row = conn.execute(query.encode(), parameters).fetchone()
    return row and row[0]
