"""Append, one event per command: the register's whole way of recording one, against the library's bare insert."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from statistics import median
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from journey.events import ActivityRecorded
from journey.log.store import Log
from journey.log.stored import Entry, encoded
from tests.bench import library
from tests.bench.ground import Ground, translate
from tests.bench.rows import Row

PAIRS = 7
PER_STREAM = 20
EVENT = ActivityRecorded("moede", "w1")
DAY = date(2024, 3, 1)

_MORE = "the case's history is read, and the event's id and the command's receipt are kept beside it"

Record = Callable[[str, int, Entry], object]
"""Record the event as the stream's version."""


def append(ground: Ground) -> Iterator[Row]:
    """Each with one writer and with eight, alternating."""
    for writers in (1, 8):
        translate(f"append, {writers} at once")
        database = ground.database()
        count = ground.of(800, least=16)
        with Log(database.app_url) as log, library.recorder(database, writers) as bare:
            both: dict[str, list[float]] = {"ours": [], "library": []}
            ways = {"ours": _ours(log), "library": _library(bare)}
            for pair in range(-1, PAIRS):
                for name in sorted(ways, reverse=pair % 2 == 0):
                    rate = _rate(ways[name], writers, count)
                    if pair >= 0:  # the first pair opens connections and plans statements
                        both[name].append(rate)
        ours, theirs = median(both["ours"]), median(both["library"])
        what = f"append, one event per command, {writers} writer{'s' * (writers > 1)}"
        yield Row(what, ours, "/s", theirs, least=0.9, because=_MORE)


def _ours(log: Log) -> Record:
    return lambda stream, _, entry: log.record(entry.source_id, stream, b"", lambda _: [entry])


def _library(bare: library.PostgresApplicationRecorder) -> Record:
    return lambda stream, version, entry: bare.insert_events(
        [StoredEvent(stream, version, entry.kind, encoded(entry, claimed=False))]
    )


def _rate(record: Record, writers: int, count: int) -> float:
    """Events a second that the writers record together."""
    ready = threading.Barrier(writers + 1)

    def write() -> None:
        name = uuid4().hex[:12]
        told = [
            (f"{name}-{nth // PER_STREAM}", nth % PER_STREAM + 1, _entry(f"{name}-{nth // PER_STREAM}"))
            for nth in range(count // writers)
        ]
        ready.wait()
        for each in told:
            record(*each)

    threads = [threading.Thread(target=write) for _ in range(writers)]
    for thread in threads:
        thread.start()
    ready.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return count // writers * writers / (time.perf_counter() - begun)


def _entry(stream: str) -> Entry:
    return Entry(stream, DAY, "bench", uuid4().hex, EVENT)
