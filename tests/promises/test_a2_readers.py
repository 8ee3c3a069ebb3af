"""A2: readers that follow the log miss nothing, whatever is slow between an append and its commit."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date
from itertools import pairwise
from random import Random
from time import sleep

import psycopg
import pytest
from msgspec import Struct

from journey.events import ActivityRecorded
from journey.log import reading
from journey.log.recorder import Busy
from journey.log.store import Log
from journey.log.stored import Entry
from tests.conftest import Database
from tests.promises.conftest import Figures
from tests.support.readers import reading_all
from tests.support.sizes import by_size

PROMISE = "A2: readers miss nothing, in order, once"

EVENTS, COMMITS, SLOWEST = by_size((2_000, 40, 0.1), (20_000, 400, 0.1), (100_000, 1_000, 0.5))
WRITERS, READERS = 8, 4

Place = tuple[int, str, int]
"""A position, with the stream and the version there."""

SLOW_COMMITS = f"""
create function public.dawdle() returns trigger language plpgsql as $$
begin
    perform pg_sleep(random() * {SLOWEST});
    return null;
end
$$;
create constraint trigger dawdle after insert on log.commands deferrable initially deferred
    for each row execute function public.dawdle();
"""
"""Run when a command commits: its events are in the table, and nobody sees them yet."""

WITHOUT_ORDER = """
drop trigger take_append_lock on log.events;
drop trigger place_event on log.events;
create sequence log.positions;
grant usage on sequence log.positions to journey_append;
alter table log.events alter notification_id set default nextval('log.positions'), alter known_at set default now();
"""
"""Positions as most event stores give them out."""


class Read(Struct, frozen=True):
    """What one reader got wrong."""

    missed: int
    out_of_order: int
    twice: int


def judged(seen: Sequence[Place], there: Sequence[Place]) -> Read:
    disorder = sum(one[0] >= next_one[0] for one, next_one in pairwise(seen))
    return Read(len(set(there) - set(seen)), disorder, len(seen) - len(set(seen)))


def sizes(commits: int, events: int) -> list[int]:
    """So many numbers of so great a sum, from one to a few hundred."""
    cuts = sorted(Random(2).sample(range(1, events), commits - 1))
    return [after - before for before, after in pairwise([0, *cuts, events])]


def send(log: Log, nth: int, size: int, stream: str) -> None:
    entries = [Entry(stream, date(2024, 3, 1), "a2", f"{nth}-{at}", ActivityRecorded("samtale")) for at in range(size)]
    while True:
        try:
            log.record(f"c-{nth}", stream, b"", lambda _: entries)
            return
        except Busy:
            continue


def tail(url: str, done: threading.Event) -> list[Place]:
    """Follow the log as every reader of the program does: to its head, again and again."""
    seen: list[Place] = []
    reached, finished = 0, False
    with psycopg.connect(reading_all(url), autocommit=True) as conn:
        while not finished:
            finished = done.is_set()  # and once more after the last
            upto, _ = reading.head(conn)
            seen += [(recorded.position, stream, recorded.version) for stream, recorded in reading.events(conn, reached, upto)]
            reached = max(reached, upto)
            sleep(0.002)
    return seen


@contextmanager
def tailed(url: str, reads: list[list[Place]]) -> Iterator[None]:
    done = threading.Event()
    with ThreadPoolExecutor(READERS) as pool:
        tailing = [pool.submit(tail, url, done) for _ in range(READERS)]
        try:
            yield
        finally:
            done.set()
        reads += [one.result() for one in tailing]


def run(database: Database, commands: Sequence[tuple[int, str]]) -> tuple[list[Read], list[Place]]:
    """Commands of these sizes and streams from all writers, followed by all readers: what each got wrong, and what is there."""
    reads: list[list[Place]] = []
    with Log(database.app_url, size=WRITERS) as log, ThreadPoolExecutor(WRITERS) as pool, tailed(database.app_url, reads):
        sending = [pool.submit(send, log, nth, size, stream) for nth, (size, stream) in enumerate(commands)]
        for one in sending:
            one.result()
    with psycopg.connect(database.admin_url) as conn:
        query = "select notification_id, originator_id, originator_version from log.events order by 1"
        there = conn.execute(query).fetchall()
    return [judged(seen, there) for seen in reads], there


@pytest.fixture
def slow(database: Database) -> Database:
    with psycopg.connect(database.admin_url, autocommit=True) as conn:
        conn.execute(SLOW_COMMITS)
    return database


@pytest.mark.timeout(by_size(600, 600, 3600))
def test_readers_miss_nothing(slow: Database, figures: Figures) -> None:
    commands = [(size, f"N-{nth % 40}") for nth, size in enumerate(sizes(COMMITS, EVENTS))]

    reads, there = run(slow, commands)

    wrong = {name: sum(getattr(read, name) for read in reads) for name in Read.__struct_fields__}
    biggest = max(size for size, _ in commands)
    figures("A2", events=len(there), commits=COMMITS, biggest=biggest, slowest_commit=SLOWEST, readers=READERS, **wrong)
    assert [position for position, _, _ in there] == list(range(1, EVENTS + 1))
    assert reads == [Read(0, 0, 0)] * READERS


def test_twin_without_the_lock_readers_miss_events(slow: Database, figures: Figures) -> None:
    """Eight writers at once, a sequence for the positions: the order of positions is no longer the order of commits."""
    with psycopg.connect(slow.admin_url, autocommit=True) as conn:
        conn.execute(WITHOUT_ORDER)

    reads, there = run(slow, [(size, f"N-{nth}") for nth, size in enumerate(sizes(100, 1_000))])

    missed = sum(read.missed for read in reads)
    figures("A2", events=len(there), commits=100, readers=READERS, missed=missed)
    assert missed > 0
