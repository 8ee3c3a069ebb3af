"""Folding shared between processes, where there is much of it: each takes the streams of a stretch of names."""

from __future__ import annotations

import gc
import multiprocessing
import os
import queue
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.process import BaseProcess
from typing import Any

import psycopg
from psycopg import Connection

from journey.reading import borders, histories
from projections.batch import FoldFailed, Written, batches

MUCH = 50_000
"""From so many events on it pays to start processes."""
MOST = 8
"""Processes at the most."""
WAITING = 2
"""Batches that may wait to be written, for each process."""


def shared(conn: Connection[Any], address: str | None, classes: Mapping[str, str], after: int, upto: int) -> Iterator[Written]:
    """The batches of all streams with events in `(after, upto]`; by other processes where there is an address for them.

    Raises FoldFailed for the first event found that breaks a fold.
    """
    workers = min(MOST, os.cpu_count() or 1)
    if address is None or upto - after < MUCH or workers < 2:
        yield from batches(histories(conn, after, upto), classes, after)
        return
    between = borders(conn, workers)
    stretches = list(zip(["", *between], [*between, None], strict=True))
    context = multiprocessing.get_context("spawn")
    done = context.Queue(WAITING * workers)
    asked = [(done, address, dict(classes), after, upto, stretch) for stretch in stretches]
    processes = [context.Process(target=_fold, args=each, daemon=True) for each in asked]
    for process in processes:
        process.start()
    try:
        yield from _gathered(done, processes)
    finally:
        for process in processes:
            process.terminate()
            process.join()


def _gathered(done: Any, processes: Sequence[BaseProcess]) -> Iterator[Written]:
    left = len(processes)
    while left:
        try:
            told = done.get(timeout=1)
        except queue.Empty:
            if any(process.exitcode not in (None, 0) for process in processes):
                raise RuntimeError("a process that was folding died") from None
            continue
        if told is None:
            left -= 1
        elif isinstance(told, Written):
            yield told
        else:
            raise FoldFailed(*told)


def _fold(done: Any, address: str, classes: dict[str, str], after: int, upto: int, stretch: tuple[str, str | None]) -> None:
    """What one process does: fold its stretch, hand on the batches, and say when there are no more."""
    gc.disable()  # nothing here goes in circles, and to look for such is a sixth of the time
    try:
        with psycopg.connect(address) as conn:
            for batch in batches(histories(conn, after, upto, stretch), classes, after):
                done.put(batch)
        done.put(None)
    except FoldFailed as failure:
        done.put((failure.position, failure.stream, failure.kind))
