"""A connection that breaks, where it hurts most: a retry gets the first result, and nothing is lost or recorded twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from uuid import uuid4

import psycopg
import pytest
from eventsourcing.persistence import IntegrityError, StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder

from journey.log.login import as_role
from journey.log.migrate import APPEND
from journey.log.receipts import Receipt
from journey.log.recorder import Busy, Recorder, datastore
from journey.log.store import Log
from tests.conftest import Database
from tests.support.proxy import Proxy
from tests.support.store_entries import entry, every_position, record, without_holes


def cut_commands(log: Log, proxy: Proxy, times: int) -> list[Receipt]:
    receipts: list[Receipt] = []
    for nth in range(times):
        proxy.cut_after(b"INSERT 0 1\0")
        receipts.append(record(log, entry(f"N-{nth % 7}"), command=f"c-{nth}"))
    return receipts


@pytest.mark.long
def test_a_reply_lost_after_the_commit_costs_nothing(database: Database) -> None:
    """A hundred connections cut between commit and reply: each command has its receipt, and is recorded once."""
    with Proxy(database.app_url) as proxy, Log(proxy.url) as log:
        receipts = cut_commands(log, proxy, 100)
        again = [record(log, entry(f"N-{nth % 7}"), command=f"c-{nth}") for nth in range(100)]

    assert proxy.cuts == 100
    assert [receipt.positions for receipt in receipts] == [(nth,) for nth in range(1, 101)]
    assert again == receipts
    assert without_holes([position for position, _, _ in every_position(database)])
    assert len(every_position(database)) == 100


def test_the_librarys_own_retry_takes_a_lost_reply_for_a_conflict(database: Database) -> None:
    """The twin of the test above: this is what our own retry is for."""
    event = StoredEvent("N-1", 1, "kind", b"{}")
    with Proxy(database.app_url) as proxy:
        recorder = Recorder(datastore(as_role(proxy.url, APPEND), 4))
        proxy.cut_after(b"COMMIT\0")

        with pytest.raises(IntegrityError):
            PostgresApplicationRecorder.insert_events(recorder, [event])

        recorder.datastore.close()
    assert every_position(database) == [(1, "N-1", 1)]


def test_killed_connections_lose_and_double_nothing(log: Log, database: Database) -> None:
    commands = [uuid4().hex for _ in range(160)]
    done = threading.Event()
    kills = 0

    def kill() -> None:
        nonlocal kills
        query = "select count(pg_terminate_backend(pid)) from pg_stat_activity where usename = 'journey_app' and datname = %s"
        with psycopg.connect(database.admin_url, autocommit=True) as conn:
            while not done.wait(0.05):
                row = conn.execute(query, (database.name,)).fetchone()
                kills += row[0] if row else 0

    def send(command: str) -> Receipt:
        while True:
            with suppress(Busy):  # who is told so sends the command again
                return record(log, entry(f"N-{int(command, 16) % 5}"), command=command)

    with ThreadPoolExecutor(9) as pool:
        killing = pool.submit(kill)
        receipts = list(pool.map(send, commands))
        done.set()
        killing.result()

    positions = [position for position, _, _ in every_position(database)]
    assert kills > 0
    assert without_holes(positions)
    assert sorted(position for receipt in receipts for position in receipt.positions) == positions
    assert len(positions) == len(commands)


@pytest.mark.long
def test_a_database_that_is_gone_is_busy_until_it_is_back(database: Database) -> None:
    with Proxy(database.app_url) as proxy, Log(proxy.url) as log:
        record(log, entry())
        proxy.refuse = True

        with pytest.raises(Busy):
            record(log, entry(), command="c-1")

        proxy.refuse = False
        assert record(log, entry(), command="c-1").positions == (2,)
