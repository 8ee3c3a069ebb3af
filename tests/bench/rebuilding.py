"""All rows made anew, and all rows followed from the log's beginning: how fast, and in how much memory."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from functools import cache

import psycopg

from api.register.leading import Leader
from journey.codes import standard
from journey.log.login import as_role
from journey.log.migrate import PROJECT
from projections.engine import follow
from projections.projections import PROJECTIONS
from tests.bench import library
from tests.bench.children import Done, in_child, measured
from tests.bench.ground import LENGTH, SEED, Ground, translate
from tests.bench.rows import Row
from tests.conftest import Database

MOST_MB = 512
_FOLDS = f"{len(PROJECTIONS)} projections in Python, and three to four rows an event with their indexes"
EVENTS = 20_000
"""How many the library's way is measured on."""


def rebuild(ground: Ground) -> Iterator[Row]:
    """Against the library's way of projecting, and against the bare moving of the bytes."""
    ours, events = rebuilt(ground, ground.many).result
    translate("the library's projection")
    cases = ground.of(EVENTS // LENGTH, least=5)
    theirs = in_child(library.projected, ground.database(), SEED, cases, LENGTH)
    what = f"rebuild of all projections, {events:,} events, against the library's runner"
    yield Row(what, events / ours, "/s", theirs, least=50, because=_FOLDS)
    translate("raw COPY")
    moved = in_child(raw_copy, ground.many.admin_url)
    yield Row("rebuild, against raw COPY out and in", ours, "s", moved, most=3, because=_FOLDS)


def rebuild_long(ground: Ground) -> Iterator[Row]:
    """Few cases of great length: what late events cost, since each folds its case again."""
    usual, usual_events = rebuilt(ground, ground.many).result
    ours, events = rebuilt(ground, ground.long).result
    what = f"rebuild, {ground.long_cases:,} cases of 200 events, against cases of {LENGTH}"
    yield Row(what, events / ours, "/s", usual_events / usual, least=0.5)


def memory_rows(ground: Ground) -> Iterator[Row]:
    """The follower's catch-up from nothing, and the rebuild with the processes it starts."""
    translate("follower catch-up")
    caught_up = measured(catch_up, ground.many.app_url)
    yield Row("memory of the follower, catching up", caught_up.own, "MB", most=MOST_MB)
    seconds, events = caught_up.result
    yield Row("follower catch-up, one process", events / seconds, "/s")
    done = rebuilt(ground, ground.many)
    yield Row("memory of the rebuild, all its processes at most", done.together(os.cpu_count() or 1), "MB", most=MOST_MB)


@cache
def rebuilt(ground: Ground, database: Database) -> Done:
    """The rebuild of a register, done once however many rows tell of it."""
    translate("rebuild")
    return measured(rebuild_all, database.app_url)


def rebuild_all(url: str) -> tuple[float, int]:
    address = as_role(url, PROJECT)
    with psycopg.connect(address, autocommit=True) as conn:
        follow.prepare(conn)
        begun = time.perf_counter()
        events = follow.rebuild(conn, standard().classes, address=address)
        return time.perf_counter() - begun, events


def catch_up(url: str) -> tuple[float, int]:
    """What `journey serve` does that finds a log and no rows."""
    with psycopg.connect(as_role(url, PROJECT), autocommit=True) as conn:
        conn.execute("drop table if exists rows.progress")
        follow.prepare(conn)
        begun = time.perf_counter()
        events = Leader(standard().classes, lambda _done, _of: None).step(conn)
        return time.perf_counter() - begun, events


def raw_copy(url: str) -> float:
    """Seconds to copy the events out, and two narrow rows for each in again."""
    with psycopg.connect(url, autocommit=True) as conn:
        begun = time.perf_counter()
        count = 0
        out = b"copy (select originator_id, topic, state, notification_id, known_at from log.events) to stdout"
        with conn.cursor().copy(out) as copy:
            for piece in copy:
                count += bytes(piece).count(b"\n")
        with conn.transaction():
            conn.execute("drop table if exists narrow")
            conn.execute("create table narrow (known_from bigint, known_to bigint, case_id text, day date)")
            with conn.cursor().copy("copy narrow from stdin") as copy:
                page = "".join(f"{at}\t9223372036854775807\tc{at:06}\t2024-03-01\n" for at in range(2_000))
                pages, rest = divmod(2 * count, 2_000)
                for _ in range(pages):
                    copy.write(page)
                copy.write("".join(page.splitlines(keepends=True)[:rest]))
        taken = time.perf_counter() - begun
        conn.execute("drop table narrow")
        return taken
