"""How tests wait: for what is to happen, and never for a time that a slow machine may need more of."""

from __future__ import annotations

import time
from collections.abc import Callable

import psycopg

from tests.conftest import Database

PATIENCE = 120.0
"""Seconds before a test gives something up for lost. How quick it is the bench measures: here a slow machine is none the worse."""

_WAITING = """
select count(*) from pg_locks where locktype = 'advisory' and not granted
    and database = (select oid from pg_database where datname = current_database())
"""


def until(happened: Callable[[], object], patience: float = PATIENCE) -> None:
    """Wait until the question is answered with yes; raises TimeoutError once nobody would wait any longer."""
    end = time.monotonic() + patience
    while not happened():
        if time.monotonic() > end:
            raise TimeoutError(f"{happened} after {patience} s")
        time.sleep(0.01)


def until_waiting_for_the_lock(database: Database, many: int = 1) -> None:
    """Wait until so many want the append lock that another holds."""
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        until(lambda: conn.execute(_WAITING).fetchone() == (many,))
