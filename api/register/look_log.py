"""The log of looks as a served register writes it: a pool of connections that can insert a look, and do nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import psycopg
from psycopg.rows import TupleRow
from psycopg_pool import ConnectionPool, PoolTimeout

from api.connections import with_keepalives
from journey.log.login import DatabaseSession, as_role
from journey.log.looks import Look, Viewer, record_looks
from journey.log.migrate import LOOK
from journey.refusals import Refused

WAIT = 2.0
"""Seconds that an answer waits for a connection or a lock, before it is refused."""


class LookLog:
    """The log of looks, as a context manager. What it has returned from writing is committed."""

    def __init__(self, url: str, key: bytes) -> None:
        self._key = key
        self._pool = ConnectionPool[psycopg.Connection[Any]](
            with_keepalives(as_role(url, LOOK, lock_timeout="2s", statement_timeout="10s")),
            connection_class=DatabaseSession[TupleRow],
            kwargs={"autocommit": True},
            min_size=1,
            max_size=4,
            timeout=WAIT,
            reconnect_timeout=3,
            check=ConnectionPool.check_connection,
            open=False,
        )

    def __enter__(self) -> Self:
        self._pool.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._pool.close()

    def write(self, request: str, viewer: Viewer, purpose: str, looks: Sequence[Look]) -> None:
        """Write the looks of one request, all or none. Raises Refused (`look_not_logged`)."""
        try:
            with self._pool.connection() as conn:
                record_looks(conn, self._key, request, viewer, purpose, looks)
        except (psycopg.Error, PoolTimeout):
            raise Refused("look_not_logged") from None
