"""Folding shared between processes, where there is much of it: each takes the streams of a stretch of names."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing.connection import Connection as Pipe
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from queue import Queue
from threading import Thread
from typing import Any

import psycopg
from psycopg import Connection

from journey.log.reading import borders, histories
from projections.engine.batch import FoldFailed, Written, batches

MUCH = 50_000
"""From so many events on it pays to start processes."""
MOST = 8
"""Processes at the most."""
WAITING = 2
"""Batches that may wait to be handed on, for each process."""


def shared(conn: Connection[Any], address: str | None, classes: Mapping[str, str], after: int, upto: int) -> Iterator[Written]:
    """The batches of all streams with events in `(after, upto]`; by other processes where there is an address for them.

    Raises FoldFailed for the first event found that breaks a fold, OperationalError where a process loses the database, and
    RuntimeError where one is gone before it was done.
    """
    workers = min(MOST, os.cpu_count() or 1)
    if address is None or upto - after < MUCH or workers < 2:
        yield from batches(histories(conn, after, upto), classes, after)
        return
    between = borders(conn, workers)
    stretches = list(zip(["", *between], [*between, None], strict=True))
    asked = [(address, dict(classes), after, upto, stretch) for stretch in stretches]
    processes: list[BaseProcess] = []
    pipes: list[Pipe] = []
    try:
        for each in asked:
            process, pipe = _started(each)
            processes.append(process)
            pipes.append(pipe)
        yield from _gathered(pipes)
    finally:
        for process in processes:
            process.terminate()
            process.join()
        for pipe in pipes:
            pipe.close()


def _started(asked: tuple[Any, ...]) -> tuple[BaseProcess, Pipe]:
    """A process at work, and the pipe that it alone writes to: when it is gone, however it went, the pipe ends."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_fold, args=(theirs, *asked), daemon=True)
    process.start()
    theirs.close()
    return process, pipe  # pyright: ignore[reportReturnType] -- Windows has another kind of pipe, which is used alike


def _gathered(pipes: Sequence[Pipe]) -> Iterator[Written]:
    left = list(pipes)
    while left:
        ready = wait(left)
        for pipe in [one for one in left if one in ready]:
            try:
                told: Any = pipe.recv()
            except (EOFError, OSError):
                raise RuntimeError("a process that was folding died") from None
            if told is None:
                left.remove(pipe)
            elif isinstance(told, Written):
                yield told
            elif isinstance(told, psycopg.OperationalError):
                raise told
            else:
                raise FoldFailed(*told)


def _fold(pipe: Pipe, address: str, classes: dict[str, str], after: int, upto: int, stretch: tuple[str, str | None]) -> None:
    """What one process does: fold its stretch, hand on the batches, and say when there are no more."""
    gc.disable()  # nothing here goes in circles, and to look for such is a sixth of the time
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for who started us, and ends us
    done: Queue[Any] = Queue(WAITING)
    sending = Thread(target=_send, args=(pipe, done), daemon=True)
    sending.start()
    try:
        with psycopg.connect(address) as conn:
            for batch in batches(histories(conn, after, upto, stretch), classes, after):
                done.put(batch)
        done.put(None)
    except FoldFailed as failure:
        done.put((failure.position, failure.stream, failure.kind))
    except psycopg.OperationalError as error:
        done.put(error)
    sending.join()


def _send(pipe: Pipe, done: Queue[Any]) -> None:
    """Hand on what is done, the last of which is no batch, while the next is folded."""
    try:
        told = done.get()
        while isinstance(told, Written):
            pipe.send(told)
            told = done.get()
        pipe.send(told)
    except BrokenPipeError:
        os._exit(1)  # who started us is gone
