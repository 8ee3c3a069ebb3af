"""Short words for recording events in tests of the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import uuid4

import psycopg

from journey.events import Event, Referred
from journey.log.receipts import Receipt
from journey.log.store import Log
from journey.log.stored import Entry
from tests.conftest import Database

DAY = date(2024, 3, 1)


def entry(stream: str = "N-1", event: Event | None = None, source_id: str | None = None) -> Entry:
    return Entry(stream, DAY, "journey", source_id or uuid4().hex, event or Referred("ungeindsatsen", "citizen-1"))


def record(log: Log, *decided: Entry, command: str | None = None, request: bytes = b"", expected: int | None = None) -> Receipt:
    return log.record(command or uuid4().hex, decided[0].stream, request, lambda _: decided, expected)


def every_position(database: Database) -> list[tuple[int, str, int]]:
    with psycopg.connect(database.admin_url) as conn:
        query = "select notification_id, originator_id, originator_version from log.events order by notification_id"
        return conn.execute(query).fetchall()


def without_holes(numbers: Sequence[int]) -> bool:
    return list(numbers) == list(range(1, len(numbers) + 1))
